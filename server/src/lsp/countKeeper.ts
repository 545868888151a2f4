import type { AnsweredLine } from '@querent/core/lint';
import type { Measurement } from '@querent/core/search';
import type { CountHistory, CountRecord, previousCount } from '../live/index.ts';
import { documentQuery } from '../measuring/index.ts';
import type { StrategyMeasuring } from '../measuring/index.ts';
import type { OpenDocument } from './documents.ts';

/** What a line found before. */
type Previous = NonNullable<AnsweredLine['previous']>;

/** The history with the function that reads it: both are loaded when they are needed. */
interface OpenHistory {
  readonly history: CountHistory;
  readonly previousCount: typeof previousCount;
}

/** A line as it was answered, with what is noted of it. */
interface NotedLine extends AnsweredLine {
  readonly measurement: Measurement;
  readonly record: CountRecord;
}

/** An answer that is noted, for which lines, and what was found before it; undefined where nothing is known. */
interface Noted {
  readonly labels: Set<string>;
  previous: Previous | undefined;
}

/** What is known of the lines of a live document. */
export interface AnsweredLines {
  readonly lines: readonly NotedLine[];
  /** No line with a query lacks its answer. */
  readonly isAll: boolean;
}

/**
 * What live databases answered about open documents: notes the counts of each line over time, and knows what the same query found before. The
 * modules and files behind it are opened when the first answer is there.
 */
export class CountKeeper {
  readonly #measuring: StrategyMeasuring;
  readonly #openHistory: () => Promise<OpenHistory>;
  readonly #onKnown: (uri: string) => void;
  /** By document. */
  readonly #before = new Map<string, WeakMap<Measurement, Noted>>();
  /** Notes on the way, one after the other. */
  #last: Promise<void> = Promise.resolve();

  /** @param onKnown is called when it is known what the lines of a document found before */
  constructor(
    measuring: StrategyMeasuring,
    openHistory: () => Promise<OpenHistory>,
    onKnown: (uri: string) => void,
  ) {
    this.#measuring = measuring;
    this.#openHistory = openHistory;
    this.#onKnown = onKnown;
  }

  /** The lines of a live document that are answered; undefined while none is, and where its database is none of a service. */
  answered(document: OpenDocument): AnsweredLines | undefined {
    const state = this.#measuring.engineState(document);
    if (state.kind !== 'ready' || !state.live) return undefined;
    const view = this.#measuring.view(document);
    const before = this.#before.get(document.uri);
    const until = document.strategy.frontMatter?.until;
    let isAll = true;
    const lines = document.strategy.lines.flatMap(({ label, queryRange }) => {
      if (queryRange.end === queryRange.start) return [];
      const resolved = documentQuery(document, label);
      const its = view.line(label);
      if (its.kind !== 'done' || 'problem' in resolved) {
        isAll = false;
        return [];
      }
      const { measurement } = its;
      // Another search date is another question.
      const key = until === undefined ? resolved.key : `${resolved.key} ${until}`;
      const previous = before?.get(measurement)?.previous;
      const record = recordOf(label, key, measurement);
      return { label, measurement, record, ...(previous === undefined ? {} : { previous }) };
    });
    return lines.length === 0 ? undefined : { lines, isAll };
  }

  /** Notes what is new of the lines of the document at `uri`. Settles, never rejects. */
  note(uri: string, { lines }: AnsweredLines): Promise<void> {
    // The next document that is not saved yet has the same address, and another history.
    if (uri.startsWith('untitled:')) return this.#last;
    let before = this.#before.get(uri);
    if (before === undefined) this.#before.set(uri, (before = new WeakMap()));
    const known = before;
    // What a service said on an earlier day was noted then.
    const news = lines.filter(
      ({ label, measurement }) =>
        known.get(measurement)?.labels.has(label) !== true && measurement.provenance.offline === undefined,
    );
    if (news.length === 0) return this.#last;
    for (const { label, measurement } of news) {
      const one = known.get(measurement) ?? { labels: new Set(), previous: undefined };
      known.set(measurement, one);
      one.labels.add(label);
    }
    this.#last = this.#last.then(() => this.#write(uri, news, known)).catch(() => undefined);
    return this.#last;
  }

  close(uri: string): void {
    this.#before.delete(uri);
  }

  async #write(uri: string, news: readonly NotedLine[], before: WeakMap<Measurement, Noted>): Promise<void> {
    const { history, previousCount } = await this.#openHistory();
    const noted = await history.read(uri);
    let isAnyKnown = false;
    for (const { record, measurement } of news) {
      const previous = previousCount(noted, record);
      const one = before.get(measurement);
      if (previous === undefined || one === undefined) continue;
      isAnyKnown = true;
      one.previous = { count: previous.count, at: previous.at };
    }
    if (isAnyKnown) this.#onKnown(uri);
    await history.add(
      uri,
      news.map(({ record }) => record),
    );
  }
}

function recordOf(
  label: string,
  key: string,
  { count, found, missed, provenance }: Measurement,
): CountRecord {
  const { at, engine } = provenance;
  return { at, engine, label, key, count, seedsFound: found.length, seeds: found.length + missed.length };
}
