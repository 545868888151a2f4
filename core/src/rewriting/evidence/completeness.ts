import { captureRecapture } from '../../metrics/index.ts';
import type { CaptureRecapture } from '../../metrics/index.ts';
import type { ResolvedQuery } from '../../pubmed/index.ts';
import { SearchError } from '../../search/index.ts';
import type { CountResult, Provenance, SearchEngine, SearchOptions } from '../../search/index.ts';
import { isUnresolvable, resolveText } from '../../strategy/index.ts';
import { formatCount } from '../../text/index.ts';
import { armsOf } from './arms.ts';
import type { SearchArms } from './arms.ts';

/** What a strategy may miss, estimated from what its headings and its text words find. */
export interface Completeness {
  readonly arms: SearchArms;
  /** Records that each arm finds, and both. */
  readonly headings: number;
  readonly textWords: number;
  readonly both: number;
  readonly estimate: CaptureRecapture;
  /** Share of the estimated records that the arms find together, 0..1, and its interval (of 95 %, lowest first). */
  readonly share: number;
  readonly shareInterval: readonly [number, number];
  /** What the estimate rests on, a sentence each, for people: to be shown wherever it is. */
  readonly assumptions: readonly string[];
  /** Of the oldest of the three counts; that of one that is given since the service cannot be reached goes before. */
  readonly provenance: Provenance;
}

/** With fewer records in both, the estimate is more chance than anything (Robson and Regier, Trans Am Fish Soc 1964; 93:215-226). */
const FEW = 7;
const mostNamed = 5;

/**
 * Estimates what a query misses without any seed: three counts, of its heading arm, its text-word arm, and both together.
 * @returns the estimate, or, as a sentence for people, why there is none
 * @throws SearchError when the engine has no answer to one of the three
 */
export async function completenessOf(
  query: ResolvedQuery,
  engine: SearchEngine,
  options: SearchOptions = {},
): Promise<Completeness | string> {
  const arms = armsOf(query);
  if (typeof arms === 'string') return arms;
  const count = (text: string) => engine.count(resolved(text), options);
  const [headings, textWords, both] = await Promise.all([
    count(arms.headings),
    count(arms.textWords),
    count(`(${arms.headings}) AND (${arms.textWords})`),
  ]);
  if (both.count === 0)
    return `No record is found both by headings (${records(headings.count)}) and by text words (${records(textWords.count)}), so nothing can be estimated.`;
  if (both.count > Math.min(headings.count, textWords.count))
    throw new SearchError(
      'network',
      'The counts of headings, text words and both do not fit together: the database has changed meanwhile. Try again.',
      true,
    );
  const estimate = captureRecapture(headings.count, textWords.count, both.count);
  const share = (total: number): number => (total > 0 ? estimate.found / total : 1);
  const [low, high] = estimate.interval;
  return {
    arms,
    headings: headings.count,
    textWords: textWords.count,
    both: both.count,
    estimate,
    share: share(estimate.total),
    shareInterval: [share(high), share(low)],
    assumptions: assumptionsOf(arms, both.count),
    provenance: weakest([headings, textWords, both]),
  };
}

/** An estimate is no newer than the oldest number that it is made from. */
function weakest(counts: readonly [CountResult, ...CountResult[]]): Provenance {
  return counts
    .map(({ provenance }) => provenance)
    .reduce((one, other) => {
      if ((one.offline === undefined) !== (other.offline === undefined))
        return one.offline === undefined ? other : one;
      return other.at < one.at ? other : one;
    });
}

function resolved(text: string): ResolvedQuery {
  const query = resolveText(text);
  if (isUnresolvable(query)) throw new SearchError('unsupported', query.problem);
  return query;
}

/** Why blocks stand in both searches whole, and what is said of them. */
const wholeBlocks = [
  ['no-headings', 'no headings'],
  ['no-text-words', 'no text words'],
  ['mixed', 'only terms that search headings and words at once'],
] as const;

function assumptionsOf({ blocks, leftOut, excludes }: SearchArms, both: number): readonly string[] {
  const said = [
    'Headings and text words are taken to find records independently of each other. In truth they tend to find the same ones, since indexers read what authors write: what is missing is then more than the estimate says.',
    'Every record is taken to be as likely to be found by text words as any other. Records with uncommon words that have no headings yet are missed by both, and not counted.',
    'All records that are found count, also those that nobody would include in a review: it is an estimate of records on the topic as it is searched, not of relevant studies. Records that one of the two finds by mistake make it too high.',
    'It speaks of this database on this day, not of what other databases hold.',
  ];
  if (both < FEW)
    said.push(
      `Only ${records(both)} ${both === 1 ? 'is' : 'are'} found by both, so the estimate is little more than chance.`,
    );
  for (const [part, what] of wholeBlocks) {
    const names = blocks
      .filter((block) => block.part === part)
      .map(({ name, label }) => (label === undefined ? `“${name}”` : `“${name}” (line #${label})`));
    if (names.length === 1)
      said.push(
        `The block ${listed(names)} has ${what}, so it stands in both searches whole: what is lost there is not estimated.`,
      );
    else if (names.length > 1)
      said.push(
        `The blocks ${listed(names)} have ${what}, so they stand in both searches whole: what is lost there is not estimated.`,
      );
  }
  if (leftOut.length > 0)
    said.push(
      leftOut.length === 1
        ? `One term that searches headings and words at once, or joins the two, is left out of both: ${listed(leftOut)}.`
        : `${formatCount(leftOut.length)} terms that search headings and words at once, or join the two, are left out of both: ${listed(leftOut)}.`,
    );
  if (excludes) said.push('What NOT takes away is taken away from both.');
  return said;
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, mostNamed).join(', ');
  const rest = names.length - mostNamed;
  return rest > 0 ? `${shown} and ${formatCount(rest)} more` : shown;
}

function records(count: number): string {
  return `${formatCount(count)} ${count === 1 ? 'record' : 'records'}`;
}

/** The estimate in words, a paragraph each, without its assumptions. */
export function completenessInWords({
  estimate,
  headings,
  textWords,
  both,
  share,
  shareInterval,
}: Completeness): readonly string[] {
  const percent = (value: number): string => `${Math.round(value * 100)} %`;
  const [low, high] = estimate.interval.map((end) => formatCount(Math.round(end)));
  const missing = Math.max(0, Math.round(estimate.total) - estimate.found);
  return [
    `By headings alone the strategy finds ${records(headings)}, by text words alone ${records(textWords)}; ${formatCount(both)} of them are the same, so that the two find ${records(estimate.found)} together.`,
    missing === 0
      ? 'One of the two finds all that the other does, so that nothing is estimated to be missing; that says little.'
      : `If the two were independent, there would be about ${formatCount(Math.round(estimate.total))} records on the topic (95 % interval ${low ?? ''} to ${high ?? ''}), and some ${formatCount(missing)} of them in neither: together they find about ${percent(share)} (${percent(shareInterval[0])} to ${percent(shareInterval[1])}).`,
  ];
}
