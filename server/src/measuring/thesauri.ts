import { prepareRules } from '@querent/core/lint';
import { loadThesaurusInSteps, type DescriptorJson, type Thesaurus } from '@querent/core/mesh';
import type { SearchEngine } from '@querent/core/search';
import { fileStamp } from './fileWatcher.ts';

/** An engine that can hand its MeSH over. */
interface WithThesaurus {
  thesaurusLines(): Promise<readonly string[]>;
}

/** MeSH as JSON lines or descriptors, and its year where it is known. */
export interface MeshLines {
  readonly lines: readonly (string | DescriptorJson)[];
  readonly version?: string;
  /** Is told when none of the lines holds a descriptor. */
  readonly nothing?: () => void;
}

/** How it stands with a thesaurus. */
export interface ThesaurusState {
  /** Undefined while it is loaded, and where there is none. */
  readonly thesaurus: Thesaurus | undefined;
  readonly loading: boolean;
}

interface Entry {
  thesaurus: Thesaurus | undefined;
  loading: boolean;
  done: Promise<void>;
}

const nothing: ThesaurusState = { thesaurus: undefined, loading: false };
/** Loading goes on so long before other work gets its turn. */
const sliceMs = 8;

/**
 * MeSH of the engines in use, and of the file that the settings name, for hovers and diagnostics, which cannot wait for another
 * thread. Each is loaded once in the background, in slices; until then there is none.
 */
export class Thesauri {
  readonly #ofEngines = new WeakMap<SearchEngine, Entry>();
  /** The file used last; there is one setting. */
  #ofFile: { readonly key: string; readonly entry: Entry } | undefined;
  readonly #readFile: (path: string) => Promise<MeshLines>;
  readonly #onLoaded: () => void;

  /** `readFile` gives the MeSH in a file, and may reject; `onLoaded` is called when a thesaurus is there that was not before. */
  constructor(readFile: (path: string) => Promise<MeshLines>, onLoaded: () => void) {
    this.#readFile = readFile;
    this.#onLoaded = onLoaded;
  }

  /** The MeSH of `engine` as it is now; starts loading it. */
  of(engine: SearchEngine): ThesaurusState {
    return hasThesaurus(engine) ? this.#entryOf(engine) : nothing;
  }

  /** The MeSH in the file at `path` as it is now; starts loading it, anew when the file changed. */
  ofFile(path: string): ThesaurusState {
    return this.#entryOfFile(path);
  }

  /** Settles when the thesaurus of an engine, or of a file, is loaded or known not to be there. */
  async loaded(source: SearchEngine | string): Promise<void> {
    if (typeof source === 'string') await this.#entryOfFile(source).done;
    else if (hasThesaurus(source)) await this.#entryOf(source).done;
  }

  #entryOf(engine: SearchEngine & WithThesaurus): Entry {
    let entry = this.#ofEngines.get(engine);
    if (entry === undefined) {
      entry = this.#load(async () => ({ lines: await engine.thesaurusLines() }));
      this.#ofEngines.set(engine, entry);
    }
    return entry;
  }

  #entryOfFile(path: string): Entry {
    const key = `${path}|${fileStamp(path)}`;
    if (this.#ofFile?.key !== key) this.#ofFile = { key, entry: this.#load(() => this.#readFile(path)) };
    return this.#ofFile.entry;
  }

  #load(read: () => Promise<MeshLines>): Entry {
    const entry: Entry = { thesaurus: undefined, loading: true, done: Promise.resolve() };
    entry.done = build(read).then(
      (thesaurus) => {
        entry.thesaurus = thesaurus;
        entry.loading = false;
        if (thesaurus !== undefined) this.#onLoaded();
      },
      () => {
        // The engine is gone, or the file is none: there is no thesaurus. Who reads a file tells why.
        entry.loading = false;
      },
    );
    return entry;
  }
}

/** Loads a thesaurus and makes its tables in slices: all of MeSH at once would hold up typing for half a second. */
async function build(read: () => Promise<MeshLines>): Promise<Thesaurus | undefined> {
  const { lines, version, nothing } = await read();
  const thesaurus = await inTurns(loadThesaurusInSteps(lines, version));
  if (thesaurus.size === 0) {
    nothing?.();
    return undefined;
  }
  await inTurns(thesaurus.prepare());
  await inTurns(prepareRules(thesaurus));
  return thesaurus;
}

/** Runs `steps`, and lets everything that waits have its turn between them. */
async function inTurns<T>(steps: Generator<unknown, T>): Promise<T> {
  for (;;) {
    const end = performance.now() + sliceMs;
    while (performance.now() < end) {
      const step = steps.next();
      if (step.done === true) return step.value;
    }
    await new Promise((turn) => setImmediate(turn));
  }
}

function hasThesaurus(engine: SearchEngine): engine is SearchEngine & WithThesaurus {
  return 'thesaurusLines' in engine;
}
