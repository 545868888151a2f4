/** The editor's measuring on PubMed's connector over HTTP: the library's own numbers, and how many requests they take. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPubMedEngine } from '@querent/core/connectors';
import type { LocalEngine } from '@querent/core/connectors';
import { measureAll } from '@querent/core/search';
import type { Measurement, SearchError } from '@querent/core/search';
import { parseStrategy } from '@querent/core/strategy';
import { openCitations } from '@querent/server/library';
import { startEutilsService } from '../../server/src/eutilsService/index.ts';
import type { EutilsService } from '../../server/src/eutilsService/index.ts';
import { EngineRegistry, StrategyMeasuring } from '../../server/src/measuring/index.ts';
import type { MadeStrategy } from './strategies.ts';
import { documentOf, makeStrategy, queriesOf, recordsOf, withEdit } from './strategies.ts';

const samples = join(import.meta.dirname, '../../samples');
const corpus = join(samples, 'citations.jsonl');
const mesh = join(samples, 'thesaurus.jsonl');

let folder: string;
let service: EutilsService;
let library: LocalEngine;
let strategy: MadeStrategy;
let measuring: StrategyMeasuring;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'querent-measuring-'));
  service = await startEutilsService({ corpus, mesh, rate: 0, cachePath: join(folder, 'cache') });
  ({ engine: library } = await openCitations(corpus, mesh));
  strategy = makeStrategy(await recordsOf(corpus), { seed: 5 });
  const settings = { libraryPath: '', measureWhileTyping: false, meshPath: undefined, networkPaths: true };
  const open = async () =>
    createPubMedEngine({
      baseUrl: service.url,
      requestsPerSecond: Infinity,
      thesaurus: () => library.thesaurus,
    });
  measuring = new StrategyMeasuring(
    new EngineRegistry({ open }, () => {}),
    () => settings,
    () => {},
    () => {},
    async () => ({ lines: [] }),
  );
});
afterAll(async () => {
  await measuring.dispose();
  await Promise.all([library.close(), service.close()]);
  rmSync(folder, { recursive: true });
});

/** What a strategy finds by the editor's measuring, in how many requests, and by the library itself. */
async function run(made: MadeStrategy, until?: string) {
  const text = documentOf(made).replace(
    'database: pubmed',
    `database: pubmed${until === undefined ? '' : `\nuntil: ${until}`}`,
  );
  const before = service.requests().length;
  const { lines } = await measuring.run({
    uri: pathToFileURL(join(folder, 'a.pubmed')).href,
    strategy: parseStrategy(text),
  });
  const requests = service.requests().length - before;
  const limits = until === undefined ? {} : { until };
  const here = await measureAll(library, queriesOf(made), made.seeds, limits);
  return { requests, there: lines.map(({ outcome }) => numbers(outcome)), here: here.map(numbers) };
}

function numbers(outcome: Measurement | SearchError): unknown {
  return 'count' in outcome ? [outcome.count, outcome.found, outcome.missed] : outcome.message;
}

describe('measuring sixty lines with twenty seeds', () => {
  it('takes a request a line and a few more, after an edit one for each line that changed, and one', async () => {
    const cold = await run(strategy);
    expect(cold.there).toEqual(cold.here);
    expect(cold.there.some((line) => Array.isArray(line) && (line[1] as unknown[]).length > 0)).toBe(true);
    expect(cold.requests).toBeLessThanOrEqual(65);
    const edited = withEdit(strategy, 3);
    const warm = await run(edited);
    expect(warm.there).toEqual(warm.here);
    expect(warm.requests).toBeLessThanOrEqual(4);
    expect((await run(edited)).requests).toBe(0);
  });

  it('holds every line to the search date', async () => {
    const dated = await run(strategy, '2012-06-30');
    expect(dated.there).toEqual(dated.here);
    expect(dated.requests).toBeLessThanOrEqual(65);
    expect(dated.there).not.toEqual((await run(strategy)).there);
  });
});
