import { CitationIndex, evaluate, loadIndex, serializeIndex } from '@querent/core/corpus';
import { nodesOf } from '@querent/core/pubmed';
import type { ResolvedQuery } from '@querent/core/pubmed';
import { SearchError } from '@querent/core/search';
import { isUnresolvable, parseStrategy, resolveLine, resolveStrategy } from '@querent/core/strategy';
import { SlowEvaluator } from '../../core/src/corpus/testing/slowEvaluator.ts';
import type { VerifyData } from './data.ts';
import type { VerifyQuery } from './generate.ts';

/** A query that the two answer differently. */
export interface Mismatch {
  readonly name: string;
  readonly text: string;
  /** The smallest part of it that they answer differently. */
  readonly smallest: string;
  readonly engineOnly: readonly string[];
  readonly referenceOnly: readonly string[];
  /** One of them could not answer, and why. */
  readonly problem?: string;
}

/** What came of some queries. */
export interface Outcome {
  readonly queries: number;
  /** Queries that find something. */
  readonly nonEmpty: number;
  /** Queries of which nothing can be answered, as both say. */
  readonly unanswered: number;
  readonly mismatches: readonly Mismatch[];
}

/** The day from which `last 5 years` is counted. */
const today = '2026-03-31';
const smallestFor = 20_000;

type Answer = readonly string[] | 'nothing can be answered';

/** What a query is asked with. */
type How = Pick<VerifyQuery, 'until' | 'headingsAsText'>;

/** Answers queries by the engine and by the reference evaluator. */
export class Comparison {
  readonly #data: VerifyData;
  readonly #index: CitationIndex;
  readonly #reference: SlowEvaluator;

  /** @param referenceRecords what the reference looks through, where it is not the same: to see that differences are told. */
  constructor(data: VerifyData, referenceRecords = data.records) {
    this.#data = data;
    // Through its bytes, as a library is.
    this.#index = loadIndex(serializeIndex(CitationIndex.build(data.records)));
    this.#reference = new SlowEvaluator(referenceRecords, data.thesaurus, today);
  }

  /** Compares each query; `onQuery` is called after each. */
  run(queries: readonly VerifyQuery[], onQuery: () => void = () => undefined): Outcome {
    let nonEmpty = 0;
    let unanswered = 0;
    let asked = 0;
    const mismatches: Mismatch[] = [];
    for (const one of queries) {
      for (const query of resolved(one.text)) {
        asked++;
        const engine = this.#engineAnswer(query, one);
        const reference = this.#referenceAnswer(query, one);
        if (engine === 'nothing can be answered') unanswered++;
        else if (engine.length > 0) nonEmpty++;
        if (!isSame(engine, reference)) mismatches.push(this.#describe(one, engine, reference));
      }
      onQuery();
    }
    return { queries: asked, nonEmpty, unanswered, mismatches };
  }

  #engineAnswer(query: ResolvedQuery, how: How): Answer {
    try {
      const { docs } = evaluate(this.#index, query, {
        today,
        ...(this.#data.thesaurus === undefined ? {} : { thesaurus: this.#data.thesaurus }),
        ...(how.until === undefined ? {} : { until: how.until }),
        headingsAsText: how.headingsAsText === true,
      });
      return [...docs.toArray()].map((doc) => this.#index.idOf(doc));
    } catch (error) {
      if (error instanceof SearchError && error.code === 'unsupported') return 'nothing can be answered';
      throw error;
    }
  }

  #referenceAnswer(query: ResolvedQuery, how: How): Answer {
    return this.#reference.evaluate(query, how.until, how.headingsAsText) ?? 'nothing can be answered';
  }

  #differs(text: string, how: How): boolean {
    return resolved(text).some(
      (query) => !isSame(this.#engineAnswer(query, how), this.#referenceAnswer(query, how)),
    );
  }

  #describe(query: VerifyQuery, engine: Answer, reference: Answer): Mismatch {
    const { name, text } = query;
    const smallest = this.#smallest(text, query);
    const ids = (answer: Answer): readonly string[] => (typeof answer === 'string' ? [] : answer);
    const problem =
      typeof engine === 'string'
        ? `engine: ${engine}`
        : typeof reference === 'string'
          ? `reference: ${reference}`
          : undefined;
    return {
      name,
      text,
      smallest,
      engineOnly: ids(engine)
        .filter((id) => !ids(reference).includes(id))
        .slice(0, 5),
      referenceOnly: ids(reference)
        .filter((id) => !ids(engine).includes(id))
        .slice(0, 5),
      ...(problem === undefined ? {} : { problem }),
    };
  }

  /** The shortest part of the query that alone is answered differently; the query itself where none is. */
  #smallest(text: string, how: How): string {
    const end = performance.now() + smallestFor;
    const parts = parseStrategy(text)
      .lines.flatMap(({ query }) => (query.root === undefined ? [] : [...nodesOf(query.root)]))
      .map(({ range }) => text.slice(range.start, range.end))
      .filter((part) => !part.includes('#'))
      .sort((a, b) => a.length - b.length);
    for (const part of new Set(parts)) {
      if (performance.now() > end) break;
      if (this.#differs(part, how)) return part;
    }
    return text;
  }
}

function isSame(a: Answer, b: Answer): boolean {
  if (typeof a === 'string' || typeof b === 'string') return a === b;
  return a.length === b.length && a.every((id, i) => id === b[i]);
}

/**
 * The queries of a document: its strategy; where it has none, each line that can be searched; where references lead nowhere, as in a
 * strategy that was copied without its numbers, what stands beside them.
 */
function resolved(text: string): readonly ResolvedQuery[] {
  const document = parseStrategy(text);
  const whole = resolveStrategy(document);
  if (!isUnresolvable(whole)) return [whole];
  const lines = document.lines.map(({ label }) => resolveLine(document, label));
  const found = lines.flatMap((line) => (isUnresolvable(line) ? [] : [line]));
  if (found.length > 0) return found;
  return document.lines.flatMap(({ query: { root } }) => {
    const parts = root === undefined ? [] : root.kind === 'chain' ? root.operands : [root];
    return parts
      .filter((part) => ![...nodesOf(part)].some(({ kind }) => kind === 'reference'))
      .map((part) => ({
        root: part,
        references: new Map<string, ResolvedQuery>(),
        key: text.slice(part.range.start, part.range.end),
      }));
  });
}
