import { loadThesaurus, type Thesaurus } from '@querent/core/mesh';
import type { SearchEngine } from '@querent/core/search';

/** An engine that can hand its MeSH over. */
interface WithThesaurus {
  thesaurusLines(): Promise<readonly string[]>;
}

/**
 * MeSH of the engines in use, for hovers and diagnostics, which cannot wait for another thread. Loaded once an engine in the
 * background (all of MeSH takes some 150 ms); until then there is none.
 */
export class Thesauri {
  readonly #known = new WeakMap<SearchEngine, { thesaurus: Thesaurus | undefined }>();
  readonly #onLoaded: () => void;

  constructor(onLoaded: () => void) {
    this.#onLoaded = onLoaded;
  }

  /** The MeSH of `engine` as far as it is known now; starts loading it. */
  of(engine: SearchEngine): Thesaurus | undefined {
    const known = this.#known.get(engine);
    if (known !== undefined) return known.thesaurus;
    const entry: { thesaurus: Thesaurus | undefined } = { thesaurus: undefined };
    this.#known.set(engine, entry);
    if (hasThesaurus(engine)) void this.#load(engine, entry);
    return undefined;
  }

  async #load(engine: WithThesaurus, entry: { thesaurus: Thesaurus | undefined }): Promise<void> {
    try {
      const lines = await engine.thesaurusLines();
      if (lines.length === 0) return;
      entry.thesaurus = loadThesaurus(lines);
      this.#onLoaded();
    } catch {
      // The engine is gone; so is the need for its thesaurus.
    }
  }
}

function hasThesaurus(engine: SearchEngine): engine is SearchEngine & WithThesaurus {
  return 'thesaurusLines' in engine;
}
