import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPubMedEngine } from '@querent/core/connectors';
import type { PubMedEngine } from '@querent/core/connectors';
import type { CitationRecord } from '@querent/core/corpus';
import type { Thesaurus } from '@querent/core/mesh';
import { measure, measureAll } from '@querent/core/search';
import type { Measurement, SearchEngine, SearchError } from '@querent/core/search';
import { openCitations } from '@querent/server/library';
import { answerStore, openLivePubMed, rememberedEngine } from '@querent/server/live';
import { startEutilsService } from '../../../server/src/eutilsService/index.ts';
import type { EutilsService } from '../../../server/src/eutilsService/index.ts';
import { makeStrategy, queriesOf, recordsOf, withEdit } from '../../live/strategies.ts';
import type { MadeStrategy } from '../../live/strategies.ts';
import { quantile, type Suite, type SuiteResult } from '../suite.ts';

/** Where citations are searched: the evaluation's, or the samples where that library was not built. */
interface Corpus {
  readonly path: string;
  readonly mesh?: string;
}

const root = join(import.meta.dirname, '../../..');
const evaluation = join(root, '.cache/evaluation.sqlite');
const samples = { path: join(root, 'samples/citations.jsonl'), mesh: join(root, 'samples/thesaurus.jsonl') };

/** Requests that PubMed gets for the numbers of a strategy of 60 lines with 20 seeds, counted by a service that answers like it. */
export const suite: Suite = {
  name: 'live',
  run: (log) => requestsOf(existsSync(evaluation) ? { path: evaluation } : samples, log),
};

/** The suite on a corpus. Throws where any number is another than that of the library asked directly. */
export async function requestsOf(
  corpus: Corpus,
  log: (line: string) => void,
  strategies = 5,
): Promise<SuiteResult> {
  const folder = mkdtempSync(join(tmpdir(), 'querent-bench-live-'));
  const service = await startEutilsService({
    corpus: corpus.path,
    rate: 0,
    ...(corpus.mesh === undefined ? {} : { mesh: corpus.mesh }),
  });
  const { engine: library } = await openCitations(corpus.path, corpus.mesh);
  try {
    const records = await recordsOf(corpus.path);
    const samples = new Map<string, number[]>();
    const note = (key: string, requests: number): void =>
      void samples.set(key, [...(samples.get(key) ?? []), requests]);
    for (let seed = 1; seed <= strategies; seed++) {
      const strategy = makeStrategy(records, { seed });
      const round = new Round(service, library, records, strategy, join(folder, String(seed)), note);
      await round.together(library.thesaurus);
      await round.naive();
      log(`Strategy ${seed} of ${strategies}`);
    }
    return resultOf(samples, service.label, strategies);
  } finally {
    await library.close();
    await service.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One strategy, measured in every way. */
class Round {
  readonly #service: EutilsService;
  readonly #library: SearchEngine;
  readonly #records: readonly CitationRecord[];
  readonly #strategy: MadeStrategy;
  readonly #edited: MadeStrategy;
  readonly #folder: string;
  readonly #note: (key: string, requests: number) => void;

  constructor(
    service: EutilsService,
    library: SearchEngine,
    records: readonly CitationRecord[],
    strategy: MadeStrategy,
    folder: string,
    note: (key: string, requests: number) => void,
  ) {
    this.#service = service;
    this.#library = library;
    this.#records = records;
    this.#strategy = strategy;
    this.#edited = withEdit(strategy, 1);
    this.#folder = folder;
    this.#note = note;
  }

  /** All lines together: as windows do it, without MeSH, and with seeds whose records are not what they were. */
  async together(thesaurus: Thesaurus | undefined): Promise<void> {
    const shared = { address: this.#service.url, requestsPerSecond: Infinity, environment: {} };
    const withMesh = { ...shared, thesaurus: () => thesaurus };
    await this.#coldAndEdited('', openLivePubMed({ ...withMesh, folder: join(this.#folder, 'mesh') }));
    await this.#coldAndEdited(
      'WithoutMesh',
      openLivePubMed({ ...shared, folder: join(this.#folder, 'without') }),
    );
    const [some, all] = [2, Infinity].map((wrong) => this.#deceived(thesaurus, wrong));
    await this.#coldAndEdited('WrongForTwoSeeds', some as SearchEngine);
    await this.#coldAndEdited('WrongForAllSeeds', all as SearchEngine);
  }

  /** Two requests a line, none of them kept; after an edit for the lines that it changes. */
  async naive(): Promise<void> {
    const engine = this.#bare({});
    const seeds = this.#strategy.seeds;
    const before = queriesOf(this.#strategy);
    await this.#counted('naive.Cold', async () => {
      for (const query of before) await measure(engine, query, seeds);
    });
    const known = new Set(before.map(({ key }) => key));
    await this.#counted('naive.AfterEdit', async () => {
      for (const query of queriesOf(this.#edited))
        if (!known.has(query.key)) await measure(engine, query, seeds);
    });
    await engine.close();
  }

  async #coldAndEdited(way: string, engine: SearchEngine): Promise<void> {
    try {
      for (const [when, strategy] of [
        ['Cold', this.#strategy] as const,
        ['AfterEdit', this.#edited] as const,
      ]) {
        const queries = queriesOf(strategy);
        let found: readonly (Measurement | SearchError)[] = [];
        await this.#counted(`${when}${way}`, async () => {
          found = await measureAll(engine, queries, strategy.seeds);
        });
        const wanted = await measureAll(this.#library, queries, strategy.seeds);
        for (const [at, measurement] of found.entries())
          if (numbersOf(measurement) !== numbersOf(wanted[at]))
            throw new Error(
              `${when}${way}, line ${at + 1}: ${numbersOf(measurement)} instead of ${numbersOf(wanted[at])}`,
            );
      }
    } finally {
      await engine.close();
    }
  }

  async #counted(key: string, work: () => Promise<void>): Promise<void> {
    const before = this.#service.statistics().requests;
    await work();
    this.#note(key, this.#service.statistics().requests - before);
  }

  #bare(options: Parameters<typeof createPubMedEngine>[0]): PubMedEngine {
    return createPubMedEngine({ baseUrl: this.#service.url, requestsPerSecond: Infinity, ...options });
  }

  /** Predicts with records that have changed places: of the first `wrong` seeds. */
  #deceived(thesaurus: Thesaurus | undefined, wrong: number): SearchEngine {
    const { seeds } = this.#strategy;
    const places = seeds.slice(0, wrong);
    const taken = (id: string): string => places[(places.indexOf(id) + 1) % places.length] as string;
    const records = new Map(this.#records.map((record) => [record.id, record]));
    const deceived = seeds.map((id) => ({
      ...(records.get(places.includes(id) ? taken(id) : id) as CitationRecord),
      id,
    }));
    const engine = this.#bare({
      thesaurus: () => thesaurus,
      seedRecords: {
        get: (ids) => Promise.resolve(deceived.filter(({ id }) => ids.includes(id))),
        put: () => Promise.resolve(),
      },
    });
    return rememberedEngine(engine, answerStore(join(this.#folder, `wrong-${places.length}`), {}));
  }
}

function numbersOf(measurement: Measurement | SearchError | undefined): string {
  if (measurement === undefined) return 'nothing';
  return 'count' in measurement
    ? `${measurement.count} records, seeds ${measurement.found.join(' ')}`
    : measurement.message;
}

function resultOf(
  samples: ReadonlyMap<string, readonly number[]>,
  label: string,
  strategies: number,
): SuiteResult {
  const metrics: Record<string, number> = {};
  const naive: Record<string, number> = {};
  for (const [key, requests] of samples) {
    const isNaive = key.startsWith('naive.');
    const name = `requests${key.replace('naive.', '')}`;
    const into = isNaive ? naive : metrics;
    into[name] = quantile(requests, 0.5);
    into[`${name}P95`] = quantile(requests, 0.95);
    into[`${name}Spread`] = Math.max(...requests) - Math.min(...requests);
  }
  return {
    metrics,
    peers: { 'two a line': naive },
    notes: [
      `${strategies} made strategies of 60 lines with 20 seeds, asked at a service that answers as the E-utilities do from ${label}; every number is that of the library asked directly.`,
      'The service has the engine that predictions are made with, so they are right but where MeSH is missing; PubMed is not so kind. Where the records of two seeds, or of all, have changed places, predictions are wrong on purpose.',
      'An edit changes a line of terms, and with it its block and the strategy: three counts, and one question about the seeds. Who asks two a line asks for these lines only, too.',
    ],
    goals: [
      { key: 'requestsCold', atMost: 65 },
      { key: 'requestsAfterEdit', atMost: 4 },
    ],
  };
}
