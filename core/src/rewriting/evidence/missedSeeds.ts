import type { ResolvedQuery } from '../../pubmed/index.ts';
import { foundSeeds, SearchError } from '../../search/index.ts';
import type { BlockEvidence, CitationSummary, SearchEngine, SearchOptions } from '../../search/index.ts';
import { isUnresolvable, resolveText } from '../../strategy/index.ts';
import { formatCount } from '../../text/index.ts';

/** A known relevant record that a query does not find, and why. */
export interface MissedSeed {
  readonly id: string;
  /** Where the engine holds the record. */
  readonly title?: string;
  /** One sentence for people. */
  readonly why: string;
  /** The blocks that lose it: those that do not find it, or, where all do, those by which NOT takes it away. */
  readonly blocks: readonly LosingBlock[];
}

/** A block as people know it. */
export type LosingBlock = Pick<BlockEvidence, 'name' | 'label' | 'isExcluded' | 'query'>;

/** How the reasons are looked for. */
export interface MissedSeedOptions {
  readonly signal?: AbortSignal;
  readonly until?: string;
  /** See `SearchOptions.priority`. */
  readonly priority?: number;
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
  { signal, until, priority, most = 50, mostBlocks = 30 }: MissedSeedOptions = {},
): Promise<readonly MissedSeed[]> {
  const ids = missed.slice(0, most);
  if (ids.length === 0) return [];
  const held = await summariesOf(ids, engine, signal);
  const limits = {
    ...(signal === undefined ? {} : { signal }),
    ...(priority === undefined ? {} : { priority }),
  };
  const dated = until === undefined ? limits : { ...limits, until };
  const looked = evidence.slice(0, mostBlocks).flatMap((block) => {
    const query = resolveText(block.query);
    return isUnresolvable(query) ? [] : [{ block, query }];
  });
  signal?.throwIfAborted();
  const found = await allFound(
    engine,
    looked.map(({ query }) => query),
    ids,
    dated,
  );
  const blocks = looked.map((one, i) => ({ ...one, finds: new Set(found[i]) }));
  const wanted = blocks.filter(({ block }) => block.isExcluded !== true);
  const isFoundByNone = (id: string): boolean => wanted.every(({ finds }) => !finds.has(id));
  const late = new Set<string>();
  const suspects = until === undefined ? [] : ids.filter(isFoundByNone);
  signal?.throwIfAborted();
  if (suspects.length > 0) {
    const queries = wanted.map(({ query }) => query);
    for (const some of await allFound(engine, queries, suspects, limits)) for (const id of some) late.add(id);
  }
  return ids.map((id) => {
    const title = held?.get(id)?.title;
    const losing = late.has(id) ? [] : losingBlocks(blocks, id);
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
    const isHeld = held === undefined || title !== undefined;
    return {
      id,
      ...(title === undefined ? {} : { title }),
      why: reason(),
      blocks: isHeld ? losing.map(asLosing) : [],
    };
  });
}

interface LookedAt {
  readonly block: BlockEvidence;
  readonly finds: ReadonlySet<string>;
}

function losingBlocks(blocks: readonly LookedAt[], id: string): readonly BlockEvidence[] {
  const failing = blocks.filter(({ block, finds }) => block.isExcluded !== true && !finds.has(id));
  const removing = blocks.filter(({ block, finds }) => block.isExcluded === true && finds.has(id));
  return (failing.length > 0 ? failing : removing).map(({ block }) => block);
}

function asLosing({ name, label, isExcluded, query }: BlockEvidence): LosingBlock {
  return {
    name,
    query,
    ...(label === undefined ? {} : { label }),
    ...(isExcluded === undefined ? {} : { isExcluded }),
  };
}

/** Ids that each query finds: in one request where the engine has a way for that. @throws SearchError of the first query without an answer */
async function allFound(
  engine: SearchEngine,
  queries: readonly ResolvedQuery[],
  ids: readonly string[],
  options: SearchOptions,
): Promise<readonly (readonly string[])[]> {
  const answers = await foundSeeds(engine, queries, ids, options);
  return answers.map((answer) => {
    if (answer instanceof SearchError) throw answer;
    return answer;
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
