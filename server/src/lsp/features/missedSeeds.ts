import { hasRecords } from '@querent/core/connectors';
import type { CitationRecord } from '@querent/core/corpus';
import { missedSeedsReport, type MissedSeedText } from '@querent/core/features';
import { diagnoseMissedSeeds, diagnosisInWords, type MissedSeed } from '@querent/core/rewriting';
import { SearchError, type SearchEngine } from '@querent/core/search';
import { missedSeedsMethod, type MissedSeedsParams, type MissedSeedsResult } from '../../liveProtocol.ts';
import type { Report } from '../progress.ts';
import { UserFacingError } from '../runSafe.ts';
import type { Feature, Services } from '../services.ts';
import { pubmedSubject } from './lineSubject.ts';
import { onLongRequest } from './longRequest.ts';

/** `querent/missedSeeds`: which block loses each seed that a line misses, and a way out. */
export const missedSeeds: Feature = {
  register(services) {
    onLongRequest<MissedSeedsParams, MissedSeedsResult>(
      services,
      missedSeedsMethod,
      'Looking for what loses the seeds',
      (params, signal, report) => diagnosed(services, params, signal, report),
    );
  },
  capabilities: () => ({}),
};

async function diagnosed(
  services: Services,
  { uri, label }: MissedSeedsParams,
  signal: AbortSignal,
  report: Report,
): Promise<MissedSeedsResult> {
  const { document, line, query, name } = pubmedSubject(services, uri, label);
  const { measuring } = services;
  const { ids, problem } = measuring.seeds(document);
  if (ids.length === 0)
    throw new UserFacingError(
      problem ??
        'The strategy names no seeds, so none can be missed. Add known relevant records to its front matter: "seeds: [12345678, 23456789]", or the name of a file of ids.',
    );
  report('measuring');
  const measurement = await measuring.measure(document, query, signal);
  const engine = await measuring.engine(document);
  const until = document.strategy.frontMatter?.until;
  report('asking which block finds which seed');
  const diagnosis = await diagnoseMissedSeeds(query, engine, measurement.missed, {
    signal,
    ...(until === undefined ? {} : { until }),
  });
  report('reading the missed records');
  const { records, note } = await recordsOf(engine, diagnosis.seeds, signal);
  const title = `Missed seeds of ${name}`;
  return {
    title,
    markdown: missedSeedsReport({
      title,
      query: document.text.slice(line.queryRange.start, line.queryRange.end),
      measurement,
      written: document.strategy.lines
        .map(({ queryRange: { start, end } }) => document.text.slice(start, end))
        .join('\n'),
      summary: diagnosisInWords(diagnosis),
      blocks: diagnosis.blocks,
      seeds: diagnosis.seeds.map((seed) => seedText(seed, records.get(seed.id))),
      notes: [problem, note].filter((text) => text !== undefined),
    }),
    seeds: diagnosis.seeds.map(({ id, title: seedTitle, why }) => ({
      id,
      why,
      ...(seedTitle === undefined ? {} : { title: seedTitle }),
    })),
  };
}

function seedText(seed: MissedSeed, record: CitationRecord | undefined): MissedSeedText {
  const { id, why } = seed;
  const title = seed.title ?? record?.title;
  return {
    id,
    why,
    ...(title === undefined ? {} : { title }),
    ...(record?.year === undefined ? {} : { year: record.year }),
    ...(record === undefined
      ? {}
      : {
          headings: record.mesh.map((heading) => (heading.split('/')[0] ?? '').replaceAll('*', '')),
          keywords: record.keywords,
        }),
  };
}

/** The records, as far as they can be had: without them the diagnosis stands, with fewer ways out. */
async function recordsOf(
  engine: SearchEngine,
  seeds: readonly MissedSeed[],
  signal: AbortSignal,
): Promise<{ readonly records: ReadonlyMap<string, CitationRecord>; readonly note?: string }> {
  const records = new Map<string, CitationRecord>();
  if (!hasRecords(engine) || seeds.length === 0) return { records };
  const ids = seeds.map(({ id }) => id);
  try {
    for await (const batch of engine.fetchRecords(ids, { signal }))
      for (const record of batch) records.set(record.id, record);
    return { records };
  } catch (error) {
    if (signal.aborted || !(error instanceof SearchError)) throw error;
    return { records, note: `What the missed records say could not be read: ${error.message}` };
  }
}
