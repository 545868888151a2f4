import { TermCompleter } from './completion.ts';
import type { Descriptor, TermCompletion, Thesaurus } from './descriptor.ts';
import { normaliseTerm } from './normalise.ts';
import { TermSimilarity } from './similarity.ts';
import { TermIndex } from './termIndex.ts';
import { MeshTree } from './tree.ts';

/** MeSH in memory. The look-up tables are made when first asked for: many uses need only one of them. */
export class MeshThesaurus implements Thesaurus {
  readonly descriptors: readonly Descriptor[];
  readonly version: string | undefined;
  readonly #byUi = new Map<string, Descriptor>();
  readonly #byName = new Map<string, Descriptor>();
  #terms: Map<string, Descriptor> | undefined;
  #tree: MeshTree | undefined;
  #actions: Map<string, Descriptor[]> | undefined;
  #index: TermIndex | undefined;
  #similarity: TermSimilarity | undefined;
  #completer: TermCompleter | undefined;

  constructor(descriptors: readonly Descriptor[], version?: string) {
    this.descriptors = descriptors;
    this.version = version;
    for (const descriptor of descriptors) {
      this.#byUi.set(descriptor.ui, descriptor);
      setOnce(this.#byName, normaliseTerm(descriptor.name), descriptor);
    }
  }

  get size(): number {
    return this.descriptors.length;
  }

  byUi(ui: string): Descriptor | undefined {
    return this.#byUi.get(ui.trim().toUpperCase());
  }

  byName(name: string): Descriptor | undefined {
    return this.#byName.get(normaliseTerm(name));
  }

  byTerm(term: string): Descriptor | undefined {
    const key = normaliseTerm(term);
    return this.#byName.get(key) ?? (this.#terms ??= otherTerms(this.descriptors)).get(key);
  }

  explode(descriptor: Descriptor): readonly Descriptor[] {
    const found = new Set<Descriptor>([descriptor]);
    for (const number of descriptor.treeNumbers) this.#trees().collectBelow(number, found, false);
    return [...found];
  }

  narrower(descriptor: Descriptor): readonly Descriptor[] {
    const found = new Set<Descriptor>();
    for (const number of descriptor.treeNumbers) this.#trees().collectBelow(number, found, true);
    return [...found];
  }

  broader(descriptor: Descriptor): readonly Descriptor[] {
    const found = new Set<Descriptor>();
    for (const number of descriptor.treeNumbers) {
      const dot = number.lastIndexOf('.');
      const parent = dot < 0 ? undefined : this.#trees().at(number.slice(0, dot));
      if (parent !== undefined) found.add(parent);
    }
    return [...found];
  }

  withAction(action: Descriptor): readonly Descriptor[] {
    this.#actions ??= byAction(this.descriptors);
    return this.#actions.get(normaliseTerm(action.name)) ?? [];
  }

  similar(text: string, limit: number): readonly Descriptor[] {
    if (this.#similarity === undefined) finish(this.#prepareSimilarity());
    return this.#similarity?.find(text, limit) ?? [];
  }

  complete(text: string, limit: number, fuzzy = true): readonly TermCompletion[] {
    if (this.#completer === undefined) finish(this.#prepareCompletion());
    return this.#completer?.find(text, limit, fuzzy) ?? [];
  }

  path(treeNumber: string): readonly Descriptor[] {
    const found: Descriptor[] = [];
    for (let dot = treeNumber.indexOf('.'); dot >= 0; dot = treeNumber.indexOf('.', dot + 1)) {
      const at = this.#trees().at(treeNumber.slice(0, dot));
      if (at !== undefined) found.push(at);
    }
    const last = this.#trees().at(treeNumber);
    return last === undefined ? found : [...found, last];
  }

  *prepare(): Generator<void> {
    this.#terms ??= otherTerms(this.descriptors);
    yield;
    this.#trees();
    yield;
    yield* this.#prepareCompletion();
    yield* this.#prepareSimilarity();
  }

  *#prepareIndex(): Generator<void, TermIndex> {
    if (this.#index !== undefined) return this.#index;
    const index = new TermIndex(this.descriptors);
    yield* index.build();
    return (this.#index ??= index);
  }

  *#prepareCompletion(): Generator<void> {
    if (this.#completer !== undefined) return;
    const index = yield* this.#prepareIndex();
    const below = this.#trees().countsBelow();
    yield;
    const completer = new TermCompleter(index, (owner) => {
      const descriptor = this.descriptors[owner];
      const depths = descriptor?.treeNumbers.map((number) => number.split('.').length) ?? [];
      return {
        narrower: (descriptor && below.get(descriptor)) ?? 0,
        depth: depths.length === 0 ? 1 : Math.min(...depths),
      };
    });
    yield* completer.build();
    this.#completer ??= completer;
  }

  *#prepareSimilarity(): Generator<void> {
    if (this.#similarity !== undefined) return;
    const index = yield* this.#prepareIndex();
    const similarity = new TermSimilarity(index);
    yield* similarity.build();
    this.#similarity ??= similarity;
  }

  #trees(): MeshTree {
    return (this.#tree ??= new MeshTree(this.descriptors));
  }
}

/** Runs all steps of `steps` at once. */
function finish(steps: Generator<unknown>): void {
  while (steps.next().done !== true);
}

function setOnce<T>(map: Map<string, T>, key: string, value: T): void {
  if (!map.has(key)) map.set(key, value);
}

/** Entry terms of all descriptors first, then permuted terms: that is the order of precedence. */
function otherTerms(descriptors: readonly Descriptor[]): Map<string, Descriptor> {
  const terms = new Map<string, Descriptor>();
  for (const d of descriptors) for (const term of d.entryTerms) setOnce(terms, normaliseTerm(term), d);
  for (const d of descriptors) for (const term of d.permutedTerms) setOnce(terms, normaliseTerm(term), d);
  return terms;
}

function byAction(descriptors: readonly Descriptor[]): Map<string, Descriptor[]> {
  const actions = new Map<string, Descriptor[]>();
  for (const descriptor of descriptors) {
    for (const name of descriptor.pharmacologicalActions) {
      const key = normaliseTerm(name);
      const having = actions.get(key);
      if (having === undefined) actions.set(key, [descriptor]);
      else having.push(descriptor);
    }
  }
  return actions;
}
