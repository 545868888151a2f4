import { coverOf, missing, searchedOf } from './blockChanges.ts';
import { DocSet } from './docSet.ts';
import type { PartsEvaluation, QueryLine } from './queryParts.ts';

/** Lines that are evaluated anew, in all; a strategy of a hundred lines that are all used several times needs fewer. */
const mostReevaluations = 5_000;

/**
 * For which records the whole query depends on a part: those that it would find if the part did not, or the other way round. (The Boolean
 * derivative of the query by the part; along blocks it is the product of theirs.) Lines have to be asked after those that use them.
 */
export class Sensitivity {
  readonly #evaluation: PartsEvaluation;
  readonly #whole: DocSet;
  /** Of lines that are used once, by key; missing where it could not be found out. */
  readonly #ofLines = new Map<string, DocSet>();
  readonly #uses = new Map<string, number>();
  #reevaluations = 0;

  constructor(evaluation: PartsEvaluation, whole: DocSet) {
    this.#evaluation = evaluation;
    this.#whole = whole;
    for (const { query, parts } of evaluation.lines)
      for (const part of parts) {
        const key = part.kind === 'leaf' && part.node?.kind === 'reference' ? part.node.label : undefined;
        const target = key === undefined ? undefined : query.references.get(key)?.key;
        if (target !== undefined) this.#uses.set(target, (this.#uses.get(target) ?? 0) + 1);
      }
  }

  /** By part of the line; undefined when it would take too long to find out. */
  ofParts(
    line: QueryLine,
    sets: readonly (DocSet | undefined)[],
  ): readonly (DocSet | undefined)[] | undefined {
    const own = this.#ofLine(line);
    if (own === undefined) return undefined;
    const decisive = new Array<DocSet | undefined>(line.parts.length);
    decisive[0] = own;
    line.parts.forEach((part, at) => {
      const ofBlock = decisive[at];
      if (part.kind === 'leaf') {
        if (part.node?.kind === 'reference') this.#note(line, part.node.label, ofBlock);
        return;
      }
      if (ofBlock !== undefined)
        for (const [child, lets] of letsThrough(part, sets, ofBlock.size))
          decisive[child] = lets.keepAll(ofBlock);
    });
    return decisive;
  }

  #note({ query }: QueryLine, label: string, decisive: DocSet | undefined): void {
    const key = query.references.get(label)?.key;
    // Where a block is left out of the search, nothing depends on what stands in it.
    if (key !== undefined && this.#uses.get(key) === 1)
      this.#ofLines.set(key, decisive ?? new DocSet(this.#whole.size));
  }

  #ofLine(line: QueryLine): DocSet | undefined {
    const { lines } = this.#evaluation;
    const { key } = line.query;
    if (line === lines.at(-1)) return DocSet.all(this.#whole.size);
    if (this.#uses.get(key) === 1) return this.#ofLines.get(key);
    const docs = this.#evaluation.result(key);
    return docs === undefined ? new DocSet(this.#whole.size) : this.#ofLineUsedOften(line, docs);
  }

  /** A line that several places use: the whole query is evaluated once more with the line turned round. */
  #ofLineUsedOften(line: QueryLine, docs: DocSet): DocSet | undefined {
    const changed = new Map([[line.query.key, missing(docs)]]);
    let isBehind = false;
    for (const one of this.#evaluation.lines) {
      if (isBehind && [...one.query.references.values()].some(({ key }) => changed.has(key))) {
        if (this.#reevaluations++ >= mostReevaluations) return undefined;
        const result = this.#evaluation.sets(one, changed)[0];
        if (result !== undefined) changed.set(one.query.key, result);
      }
      isBehind ||= one === line;
    }
    const turned = changed.get(this.#evaluation.lines.at(-1)?.query.key ?? '');
    if (turned === undefined) return new DocSet(this.#whole.size);
    return turned.andNot(this.#whole).addAll(this.#whole.andNot(turned));
  }
}

type Block = Extract<QueryLine['parts'][number], { kind: 'block' }>;

/** For which records each part of a block decides what the block says. New sets. */
function* letsThrough(
  block: Block,
  sets: readonly (DocSet | undefined)[],
  size: number,
): Generator<readonly [at: number, docs: DocSet]> {
  const searched = searchedOf(block, sets);
  const coverOfSets = (list: readonly (readonly [number, DocSet])[]) =>
    coverOf(
      list.map(([, docs]) => docs),
      size,
    );
  if (block.operator === 'OR') {
    const { once, twice } = coverOfSets(searched);
    for (const [at, docs] of searched) yield [at, missing(othersOf(docs, once, twice))];
  } else if (block.operator === 'AND') {
    const missed = searched.map(([at, docs]) => [at, missing(docs)] as const);
    const { once, twice } = coverOfSets(missed);
    for (const [at, docs] of missed) yield [at, missing(othersOf(docs, once, twice))];
  } else {
    const [from, ...taken] = searched;
    // Without what it takes away from, nothing is left of a NOT.
    if (from === undefined || from[0] !== block.children[0]) return;
    const { once, twice } = coverOfSets(taken);
    yield [from[0], missing(once)];
    for (const [at, docs] of taken) yield [at, from[1].andNot(othersOf(docs, once, twice))];
  }
}

/** Documents in one of the other sets than `docs`. */
function othersOf(docs: DocSet, once: DocSet, twice: DocSet): DocSet {
  return once.andNot(docs).addAll(twice);
}
