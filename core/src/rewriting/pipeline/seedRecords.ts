import { SearchError } from '../../search/index.ts';
import type { SearchEngine } from '../../search/index.ts';
import type { RewriteRequest, SeedRecord } from '../proposal.ts';

/** What the engine holds of the seeds. */
export interface HeldSeeds {
  readonly records: readonly SeedRecord[];
  /** Seeds that the engine says it does not hold. */
  readonly unheld: readonly string[];
}

/** An engine that gives whole records. */
interface RecordsEngine extends SearchEngine {
  records(ids: readonly string[]): readonly WholeRecord[] | Promise<readonly WholeRecord[]>;
}

interface WholeRecord {
  readonly id: string;
  readonly title: string;
  readonly abstract?: string;
  /** `Heading/qualifier`, with stars where it is a major topic. */
  readonly mesh?: readonly string[];
}

/** More texts than these nobody reads to a model, and no service should be asked for. */
const mostTexts = 200;
/** Ids that are asked for one by one, since a record may have another id than it had. */
const mostAlone = 50;

/** Titles of the seeds, abstracts and headings where the engine holds them, and which seeds it does not hold at all. */
export async function heldSeeds(
  { seeds, seedRecords = [] }: RewriteRequest,
  engine: SearchEngine,
  signal: AbortSignal,
): Promise<HeldSeeds> {
  const ids = [...new Set(seeds)];
  if (ids.length === 0) return { records: seedRecords, unheld: [] };
  const given = new Map(seedRecords.map((record) => [record.id, record]));
  try {
    const found = await textsOf(ids.slice(0, mostTexts), engine, signal);
    signal.throwIfAborted();
    const records = ids
      .map((id) => given.get(id) ?? found.get(id))
      .filter((record) => record !== undefined && record.title.trim() !== '');
    return {
      records: records as readonly SeedRecord[],
      unheld: ids.slice(0, mostTexts).filter((id) => !found.has(id)),
    };
  } catch (error) {
    signal.throwIfAborted();
    // Texts of seeds are a help, not a need: the rewriters work without.
    if (error instanceof SearchError) return { records: seedRecords, unheld: [] };
    throw error;
  }
}

async function textsOf(
  ids: readonly string[],
  engine: SearchEngine,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, SeedRecord>> {
  const ask = async (some: readonly string[]): Promise<readonly WholeRecord[]> =>
    givesRecords(engine) ? engine.records(some) : engine.summaries(some, { signal });
  const found = new Map<string, SeedRecord>();
  for (const record of await ask(ids)) found.set(record.id, seedRecord(record.id, record));
  const others = ids.filter((id) => !found.has(id)).slice(0, mostAlone);
  // A record that was merged with another answers to its old id, too. A service that has the others has answered for these.
  if ('contributions' in engine)
    for (const id of others) {
      const [record] = await ask([id]);
      if (record !== undefined) found.set(id, seedRecord(id, record));
    }
  return found;
}

function seedRecord(id: string, { title, abstract, mesh = [] }: WholeRecord): SeedRecord {
  const names = [
    ...new Set(mesh.map((heading) => heading.split('/', 1)[0]?.replaceAll('*', '').trim() ?? '')),
  ];
  return {
    id,
    title,
    ...(abstract === undefined || abstract === '' ? {} : { abstract }),
    ...(names.length === 0 ? {} : { headings: names }),
  };
}

function givesRecords(engine: SearchEngine): engine is RecordsEngine {
  return 'records' in engine && typeof engine.records === 'function';
}
