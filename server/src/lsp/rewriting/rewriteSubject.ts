import { blockAt, blockQuery, joinsBlocks, wholeWith, type StrategyBlock } from '@querent/core/features';
import type { ResolvedQuery } from '@querent/core/pubmed';
import type { RewriteGoal, RewriteRequest } from '@querent/core/rewriting';
import { printResolved } from '@querent/core/strategy';
import type { StrategyLine } from '@querent/core/strategy';
import type { RewriteParams, Settings } from '../../protocol.ts';
import type { OpenDocument } from '../documents.ts';
import { UserFacingError } from '../runSafe.ts';
import { offsetOf } from '../services.ts';

/** What is rewritten. */
export interface RewriteSubject {
  readonly document: OpenDocument;
  /** Undefined in a document without a query. */
  readonly line: StrategyLine | undefined;
  /** The block that was asked for by a place in it. */
  readonly block: StrategyBlock | undefined;
  /** The present query as it is written. */
  readonly text: string;
  /** The same to be measured; undefined where it cannot be searched. */
  readonly query: ResolvedQuery | undefined;
  /** The whole strategy with another query in the place of this one; undefined where the whole strategy is rewritten. */
  readonly whole: ((query: string) => ResolvedQuery | undefined) | undefined;
  readonly request: RewriteRequest;
  readonly goal: RewriteGoal;
  /** Equal for what would be rewritten alike within one version of the document. */
  readonly key: string;
}

/** What a client may ask for; whatever it sends is looked at before it is believed. */
export type RewriteWish = Pick<RewriteParams, 'label' | 'block' | 'goal'>;

/** Longest query that is given to the rewriters, in characters, references written out. */
const maxQueryLength = 100_000;

/**
 * Reads from the document what is to be rewritten, and all that is known of it.
 * @throws UserFacingError when there is nothing to rewrite, or nothing to go by.
 */
export function subjectOf(
  document: OpenDocument,
  wish: RewriteWish,
  seeds: readonly string[],
  settings: Settings['rewrite'],
): RewriteSubject {
  if (document.language !== 'pubmed')
    throw new UserFacingError(
      'This is a search of ClinicalTrials.gov; proposals are made for PubMed strategies only so far.',
    );
  const goal = goalOf(wish.goal);
  const block = wish.block === undefined ? undefined : placedBlock(document, wish.block);
  const line = block?.line ?? lineOf(document, wish.label);
  const part = block?.isLine === false ? block : componentOf(document, line, block !== undefined);
  const { start, end } = block?.range ?? line?.queryRange ?? { start: 0, end: 0 };
  const text = document.text.slice(start, end);
  const query = line && blockQuery(document.strategy, block?.range ?? line.queryRange);
  const request = requestOf(document, query, part !== undefined, goal, seeds, settings);
  check(request, goal);
  return {
    document,
    line,
    block,
    text,
    query,
    whole: wholeOf(document, part),
    request,
    goal,
    key: `${goal} ${line?.label ?? ''} ${block === undefined ? '' : `${start}-${end}`}`,
  };
}

function goalOf(goal: unknown): RewriteGoal {
  if (goal === undefined || goal === null) return 'improve';
  if (goal === 'improve' || goal === 'catch-missed' || goal === 'narrow') return goal;
  throw new UserFacingError('A rewrite has one of the goals improve, catch-missed and narrow.');
}

function placedBlock(document: OpenDocument, place: NonNullable<RewriteWish['block']>): StrategyBlock {
  const block = blockAt(document.strategy, offsetOf(document, place));
  if (block !== undefined) return block;
  throw new UserFacingError(
    'There is no block here. Put the cursor into the parentheses, or onto the line, that is to be rewritten.',
  );
}

function lineOf({ strategy }: OpenDocument, label: string | undefined): StrategyLine | undefined {
  if (label === undefined) return strategy.root;
  const line = strategy.line(String(label));
  if (line === undefined) throw new UserFacingError(`There is no line #${label} (any more).`);
  return line;
}

/** A line that is about one concept is a block where the strategy uses it, and where the person says that it is one. */
function componentOf(
  document: OpenDocument,
  line: StrategyLine | undefined,
  isAskedFor: boolean,
): StrategyBlock | undefined {
  const { strategy } = document;
  if (line === undefined || joinsBlocks(strategy, line.label)) return undefined;
  const block = { line, range: line.queryRange, isLine: true };
  return isAskedFor || wholeOf(document, block) !== undefined ? block : undefined;
}

/** Undefined where the strategy does not use the block, or is nothing else. */
function wholeOf({ strategy }: OpenDocument, block: StrategyBlock | undefined): RewriteSubject['whole'] {
  if (block === undefined || (block.isLine && block.line === strategy.root)) return undefined;
  const whole = (query: string): ResolvedQuery | undefined => wholeWith(strategy, block, query);
  // Any query does: what matters is whether the strategy uses the block.
  return whole('a') === undefined ? undefined : whole;
}

/** Title, PICO and the query that is there; a query that cannot be searched or is endless counts as none. */
function requestOf(
  { strategy }: OpenDocument,
  query: ResolvedQuery | undefined,
  isBlock: boolean,
  goal: RewriteGoal,
  seeds: readonly string[],
  { budget, recallFloor }: Settings['rewrite'],
): RewriteRequest {
  const { title, pico, until } = strategy.frontMatter ?? {};
  const written = writtenOut(query);
  return {
    ...(title === undefined ? {} : { title }),
    ...(pico === undefined ? {} : { pico }),
    ...(written === undefined || written === '' ? {} : { query: written }),
    ...(isBlock ? { isBlock } : {}),
    ...(recallFloor > 0 ? { recallFloor } : {}),
    ...(until === undefined ? {} : { until }),
    seeds,
    budget,
    goal,
  };
}

function writtenOut(query: ResolvedQuery | undefined): string | undefined {
  try {
    return query && printResolved(query, { maxLength: maxQueryLength });
  } catch {
    // Too long to be written out: the title must do.
    return undefined;
  }
}

function check({ title, pico, query, seeds }: RewriteRequest, goal: RewriteGoal): void {
  if (goal === 'improve' && title === undefined && pico === undefined && query === undefined)
    throw new UserFacingError(
      'There is nothing to go by yet. Write a title or a PICO into the front matter, or a first query.',
    );
  if (goal === 'narrow' && query === undefined)
    throw new UserFacingError(
      'There is no query that could be made narrower. Write one first, or correct its errors.',
    );
  if (goal === 'catch-missed' && (query === undefined || seeds.length === 0))
    throw new UserFacingError(
      'What catches missed seeds is found for a query and its seeds. Write the PMIDs of known relevant records into the front matter (seeds: ...), and a query.',
    );
}
