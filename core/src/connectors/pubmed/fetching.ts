import type { CitationRecord } from '../../corpus/index.ts';
import { SearchError } from '../../search/index.ts';
import type { AskOptions } from '../politeAsker.ts';
import type { EutilsClient } from './eutilsClient.ts';
import { batches, pmids, uidText } from './ids.ts';
import { FORMATS, readEfetch } from './records.ts';
import type { RecordFormat } from './records.ts';
import type { Searching } from './searching.ts';
import type { SeedRecordStore } from './services.ts';

/** Records of one request: NCBI asks to post beyond 200 ids, and answers in a second or two for so many. */
export const BATCH = 200;
/** Seeds of which it is remembered, while the engine lives, that PubMed has no record, or what the record is. */
const MOST_REMEMBERED = 5000;

/** Fetches whole records, and those of seeds once. */
export class Fetching {
  readonly #client: EutilsClient;
  readonly #searching: Searching;
  readonly #format: RecordFormat;
  readonly #store: SeedRecordStore;
  readonly #absent = new Set<string>();

  constructor(
    client: EutilsClient,
    searching: Searching,
    format: RecordFormat,
    store: SeedRecordStore = memoryStore(),
  ) {
    this.#client = client;
    this.#searching = searching;
    this.#format = format;
    this.#store = store;
  }

  /**
   * Records of at most {@link BATCH} ids. What is missing is asked about, since a record that was lost on the way must not look like one
   * that does not exist.
   * @throws SearchError
   */
  async fetch(
    ids: readonly string[],
    options: AskOptions,
    isSecond = false,
  ): Promise<ReadonlyMap<string, CitationRecord>> {
    const parameters = { id: ids.join(','), ...FORMATS[this.#format] };
    const records = await this.#client.askText('efetch', parameters, ({ body }) => readEfetch(body), options);
    const missing = ids.filter((id) => !records.has(id));
    if (missing.length === 0) return records;
    const { ids: lost } = await this.#searching.ask(
      uidText(missing),
      { retmax: String(missing.length) },
      options,
    );
    const again = missing.filter((id) => lost.includes(id));
    if (again.length === 0) return records;
    if (isSecond)
      throw new SearchError(
        'network',
        `PubMed did not give the record ${again[0] ?? ''}, which it has. Try again later.`,
        true,
      );
    return new Map([...records, ...(await this.fetch(again, options, true))]);
  }

  /** Records of seeds, from where they are kept as far as they are. Those that PubMed does not hold are left out, and not asked for again. */
  async seeds(ids: readonly string[], options: AskOptions): Promise<readonly CitationRecord[]> {
    const wanted = pmids(ids).filter((id) => !this.#absent.has(id));
    const kept = new Map((await this.#store.get(wanted)).map((record) => [record.id, record]));
    for (const batch of batches(
      wanted.filter((id) => !kept.has(id)),
      BATCH,
    )) {
      const fetched = await this.fetch(batch, options);
      await this.#store.put([...fetched.values()]);
      for (const [id, record] of fetched) kept.set(id, record);
      if (this.#absent.size > MOST_REMEMBERED) this.#absent.clear();
      for (const id of batch) if (!fetched.has(id)) this.#absent.add(id);
    }
    return wanted.flatMap((id) => kept.get(id) ?? []);
  }
}

function memoryStore(): SeedRecordStore {
  const records = new Map<string, CitationRecord>();
  return {
    get: (ids) => Promise.resolve(ids.flatMap((id) => records.get(id) ?? [])),
    put: (more) => {
      if (records.size + more.length > MOST_REMEMBERED) records.clear();
      for (const record of more) records.set(record.id, record);
      return Promise.resolve();
    },
  };
}
