import type { ResolvedQuery } from '../../pubmed/index.ts';
import { SearchError } from '../../search/index.ts';
import type { BlockEvidence, CitationSummary, SearchEngine } from '../../search/index.ts';
import { isUnresolvable, resolveText } from '../../strategy/index.ts';
import { formatCount } from '../../text/index.ts';

/** A known relevant record that a query does not find, and why. */
export interface MissedSeed {
  readonly id: string;
  /** Where the engine holds the record. */
  readonly title?: string;
  /** One sentence for people. */
  readonly why: string;
}

/** How the reasons are looked for. */
export interface MissedSeedOptions {
  readonly signal?: AbortSignal;
  readonly until?: string;
  /** Most seeds that are looked at; 50 unless told otherwise. */
  readonly most?: number;
  /** Most blocks that are asked one by one; 30 unless told otherwise. */
  readonly mostBlocks?: number;
}

/** Records with another id than they had are asked for one by one. */
const mostAlone = 20;
const mostNamed = 5;

/**
 * Why a query misses each of `missed`: the engine does not hold it, a block does not find it, NOT takes it away, or it is younger than the search
 * date. The order stays; beyond the limit there are no entries.
 * @param evidence of the query's blocks
 * @throws the signal's reason when cancelled, SearchError when a block has no answer
 */
export async function missedSeeds(
  missed: readonly string[],
  evidence: readonly BlockEvidence[],
  engine: SearchEngine,
  { signal, until, most = 50, mostBlocks = 30 }: MissedSeedOptions = {},
): Promise<readonly MissedSeed[]> {
  const ids = missed.slice(0, most);
  if (ids.length === 0) return [];
  const held = await summariesOf(ids, engine, signal);
  const limits = signal === undefined ? {} : { signal };
  const dated = until === undefined ? limits : { ...limits, until };
  const blocks: {
    readonly block: BlockEvidence;
    readonly query: ResolvedQuery;
    readonly finds: ReadonlySet<string>;
  }[] = [];
  for (const block of evidence.slice(0, mostBlocks)) {
    const query = resolveText(block.query);
    if (isUnresolvable(query)) continue;
    signal?.throwIfAborted();
    blocks.push({ block, query, finds: new Set(await engine.matching(query, ids, dated)) });
  }
  const wanted = blocks.filter(({ block }) => block.isExcluded !== true);
  const isFoundByNone = (id: string): boolean => wanted.every(({ finds }) => !finds.has(id));
  const late = new Set<string>();
  const suspects = until === undefined ? [] : ids.filter(isFoundByNone);
  for (const { query } of suspects.length === 0 ? [] : wanted) {
    signal?.throwIfAborted();
    for (const id of await engine.matching(query, suspects, limits)) late.add(id);
  }
  return ids.map((id) => {
    const title = held?.get(id)?.title;
    const reason = (): string => {
      if (held !== undefined && title === undefined) return `It is not in ${engine.label}.`;
      if (late.has(id)) return `It is younger than the search date, ${until ?? ''}.`;
      const failing = wanted.filter(({ finds }) => !finds.has(id)).map(({ block }) => block);
      if (failing.length === 0) {
        const removing = blocks.filter(({ block, finds }) => block.isExcluded === true && finds.has(id));
        if (removing.length > 0) return `NOT takes it away: ${namesOf(removing.map(({ block }) => block))}.`;
        if (wanted.length === 0) return 'Which block loses it is not known.';
        return evidence.length > blocks.length
          ? 'It is lost in a block that was not looked at.'
          : 'Each block finds it, but not all of them together.';
      }
      if (failing.length === wanted.length && wanted.length > 1) return 'No block finds it.';
      return wanted.length === 1
        ? 'None of the terms finds it.'
        : `Lost by ${namesOf(failing)}; the other ${wanted.length - failing.length === 1 ? 'block finds' : 'blocks find'} it.`;
    };
    return { id, ...(title === undefined ? {} : { title }), why: reason() };
  });
}

function namesOf(blocks: readonly BlockEvidence[]): string {
  const shown = blocks
    .slice(0, mostNamed)
    .map(({ name, label }) => (label === undefined ? `“${name}”` : `“${name}” (line #${label})`))
    .join(', ');
  const rest = blocks.length - mostNamed;
  return rest > 0 ? `${shown} and ${formatCount(rest)} more` : shown;
}

/** Undefined where the engine cannot tell what it holds. */
async function summariesOf(
  ids: readonly string[],
  engine: SearchEngine,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, CitationSummary> | undefined> {
  const options = signal === undefined ? {} : { signal };
  try {
    const found = new Map((await engine.summaries(ids, options)).map((one) => [one.id, one]));
    // A record that was merged with another answers to its old id, too.
    if ('contributions' in engine)
      for (const id of ids.filter((one) => !found.has(one)).slice(0, mostAlone)) {
        const [summary] = await engine.summaries([id], options);
        if (summary !== undefined) found.set(id, summary);
      }
    return found;
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof SearchError) return undefined;
    throw error;
  }
}
