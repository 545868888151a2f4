import { TermCompleter } from './completion.ts';
import type { Descriptor, TermCompletion, Thesaurus } from './descriptor.ts';
import { normaliseTerm } from './normalise.ts';
import { TermSimilarity } from './similarity.ts';
import { TermIndex } from './termIndex.ts';
import { MeshTree } from './tree.ts';

/** Descriptors whose terms are collected between two pauses: some 10 ms. */
const DESCRIPTORS_AT_ONCE = 3_000;

/** MeSH in memory. The look-up tables are made when first asked for: many uses need only one of them. */
export class MeshThesaurus implements Thesaurus {
  readonly descriptors: readonly Descriptor[];
  readonly version: string | undefined;
  #byUi: Map<string, Descriptor> | undefined;
  #byName: Map<string, Descriptor> | undefined;
  #terms: Map<string, Descriptor> | undefined;
  #tree: MeshTree | undefined;
  #actions: Map<string, Descriptor[]> | undefined;
  #index: TermIndex | undefined;
  #similarity: TermSimilarity | undefined;
  #completer: TermCompleter | undefined;

  constructor(descriptors: readonly Descriptor[], version?: string) {
    this.descriptors = descriptors;
    this.version = version;
  }

  get size(): number {
    return this.descriptors.length;
  }

  byUi(ui: string): Descriptor | undefined {
    this.#byUi ??= new Map(this.descriptors.map((descriptor) => [descriptor.ui, descriptor]));
    return this.#byUi.get(ui.trim().toUpperCase());
  }

  byName(name: string): Descriptor | undefined {
    return this.#names().get(normaliseTerm(name));
  }

  byTerm(term: string): Descriptor | undefined {
    const key = normaliseTerm(term);
    const named = this.#names().get(key);
    if (named !== undefined) return named;
    if (this.#terms === undefined) finish(this.#prepareTerms());
    return this.#terms?.get(key);
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
    this.#names();
    yield;
    yield* this.#prepareTerms();
    yield* this.#prepareTree();
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
    yield* this.#prepareTree();
    const below = new Map<Descriptor, number>();
    yield* this.#trees().countBelow(below);
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

  #names(): Map<string, Descriptor> {
    if (this.#byName !== undefined) return this.#byName;
    const names = new Map<string, Descriptor>();
    for (const descriptor of this.descriptors) setOnce(names, normaliseTerm(descriptor.name), descriptor);
    return (this.#byName = names);
  }

  *#prepareTerms(): Generator<void> {
    if (this.#terms !== undefined) return;
    const terms = new Map<string, Descriptor>();
    yield* collectTerms(terms, this.descriptors, (descriptor) => descriptor.entryTerms);
    yield* collectTerms(terms, this.descriptors, (descriptor) => descriptor.permutedTerms);
    this.#terms ??= terms;
  }

  *#prepareTree(): Generator<void> {
    if (this.#tree !== undefined) return;
    const tree = new MeshTree();
    yield* tree.build(this.descriptors);
    this.#tree ??= tree;
  }

  #trees(): MeshTree {
    if (this.#tree === undefined) finish(this.#prepareTree());
    return this.#tree ?? new MeshTree();
  }
}

/** Runs all steps of `steps` at once. */
function finish(steps: Generator<unknown>): void {
  while (steps.next().done !== true);
}

function setOnce<T>(map: Map<string, T>, key: string, value: T): void {
  if (!map.has(key)) map.set(key, value);
}

/** Adds terms of all descriptors, in steps; one that is there already stays: entry terms go before permuted ones. */
function* collectTerms(
  into: Map<string, Descriptor>,
  descriptors: readonly Descriptor[],
  termsOf: (descriptor: Descriptor) => readonly string[],
): Generator<void> {
  for (const [index, descriptor] of descriptors.entries()) {
    if (index % DESCRIPTORS_AT_ONCE === DESCRIPTORS_AT_ONCE - 1) yield;
    for (const term of termsOf(descriptor)) setOnce(into, normaliseTerm(term), descriptor);
  }
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
