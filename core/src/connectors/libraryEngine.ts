import type { CitationRecord } from '../corpus/index.ts';
import { CitationIndex, IndexFormatError, loadIndex } from '../corpus/index.ts';
import { serializeThesaurus } from '../mesh/index.ts';
import type { Thesaurus } from '../mesh/index.ts';
import type { SearchWarning } from '../search/index.ts';
import { SearchError } from '../search/index.ts';
import { formatCount } from '../text/index.ts';
import type { LocalEngine, LocalEngineOptions } from './localEngine.ts';
import { localEngine } from './localEngine.ts';
import type { Library } from './libraryFile.ts';
import { fingerprint } from './libraryRow.ts';

/**
 * The engine over a citation library. Reads the stored index; where there is none that fits, builds one (about 10 s for 60,000
 * records). Closing the engine closes the library.
 * @param options.thesaurus MeSH to use instead of the library's own, if any.
 * @param options.shared the stored index where another thread has read it (`LocalEngine.indexBytes`), and the id of that engine; not used
 * when the library has changed since.
 * @throws SearchError `bad-library` when the library turns out to be damaged.
 */
export function openLibraryEngine(
  library: Library,
  options: LocalEngineOptions & {
    readonly thesaurus?: Thesaurus;
    readonly shared?: { readonly bytes: Uint8Array; readonly engineId: string };
  } = {},
): LocalEngine {
  try {
    const { info, name } = library;
    const { shared } = options;
    const bytes = shared?.engineId.includes(info.contentHash) === true ? shared.bytes : library.indexBytes();
    const { termMemoryBytes } = options;
    const stored = bytes === undefined ? undefined : readIndex(bytes, info.records, termMemoryBytes);
    const index = stored ?? CitationIndex.build(library.records(), termMemoryBytes);
    const thesaurus = options.thesaurus ?? library.thesaurus();
    return localEngine(
      {
        // The same records, but another answer: one that says what is wrong. Numbers of before a repair are not shown after it.
        id: `library:${info.contentHash}${stored === undefined ? '+rebuilt' : ''}${options.thesaurus === undefined ? '' : meshId(options.thesaurus)}`,
        label: `citation library ${name}, ${counted(index.documentCount)}`,
        index,
        thesaurus,
        ...(stored === undefined ? { warning: indexRebuilt(name) } : {}),
        ...(stored === undefined || bytes === undefined ? {} : { indexBytes: bytes }),
        records: (ids) => library.recordsByIds(ids),
        close: () => library.close(),
      },
      options,
    );
  } catch (error) {
    if (error instanceof SearchError) throw error;
    throw new SearchError(
      'bad-library',
      error instanceof Error ? error.message : String(error),
      false,
      error,
    );
  }
}

function indexRebuilt(name: string): SearchWarning {
  return {
    code: 'index-rebuilt',
    message:
      `The search index inside ${name} is missing, damaged or of another version, so it is made anew each time the library is ` +
      `opened. Make it anew from the records in the library, once, with: querent corpus repair ${name}`,
  };
}

/** The index in `bytes`, when it can be read and covers so many records. */
function readIndex(
  bytes: Uint8Array,
  records: number,
  termMemoryBytes: number | undefined,
): CitationIndex | undefined {
  try {
    const index = loadIndex(bytes, termMemoryBytes);
    return index.documentCount === records ? index : undefined;
  } catch (error) {
    if (error instanceof IndexFormatError) return undefined;
    throw error;
  }
}

/** Where the records of {@link memoryEngine} came from. */
export interface MemorySource {
  /** For people, without the number of records: `citation file sample.nbib`. */
  readonly label?: string;
  readonly thesaurus?: Thesaurus;
}

/** An engine over records in memory: for citation files that are searched without a library, and for tests. */
export function memoryEngine(
  records: Iterable<CitationRecord>,
  source: MemorySource = {},
  options: LocalEngineOptions = {},
): LocalEngine {
  const byId = new Map<string, CitationRecord>();
  for (const record of records) if (!byId.has(record.id)) byId.set(record.id, record);
  const index = CitationIndex.build(byId.values(), options.termMemoryBytes);
  return localEngine(
    {
      id: `memory:${fingerprint(contents(byId.values()))}${source.thesaurus === undefined ? '' : meshId(source.thesaurus)}`,
      label: `${source.label ?? 'citations in memory'}, ${counted(byId.size)}`,
      index,
      thesaurus: source.thesaurus,
      records: (ids) => ids.map((id) => byId.get(id)).filter((record) => record !== undefined),
      close: () => byId.clear(),
    },
    options,
  );
}

function counted(records: number): string {
  return `${formatCount(records)} ${records === 1 ? 'record' : 'records'}`;
}

/** Tells one MeSH from another by its whole content: with another MeSH a query may find other records. */
function meshId(thesaurus: Thesaurus): string {
  return `+mesh:${fingerprint(serializeThesaurus(thesaurus))}`;
}

function* contents(records: Iterable<CitationRecord>): Generator<string> {
  for (const record of records) yield JSON.stringify(record);
}
