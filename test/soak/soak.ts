/**
 * Two windows on strategies of 60 lines, over a network that fails: language servers over LSP, which share a folder as windows of one machine
 * do, ask a service that answers as the E-utilities do through a proxy that lets a share of the requests meet every fault that there is.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seededRandom } from '@querent/core/metrics';
import { measureAll } from '@querent/core/search';
import type { SearchEngine } from '@querent/core/search';
import { openCitations } from '@querent/server/library';
import { startEutilsService } from '../../server/src/eutilsService/index.ts';
import { startFaultProxy } from '../live/faultProxy.ts';
import type { FaultProxy } from '../live/faultProxy.ts';
import type { Fault } from '../live/faults.ts';
import { makeStrategy, queriesOf, recordsOf, withLongLine } from '../live/strategies.ts';
import type { MadeStrategy } from '../live/strategies.ts';
import { startServer } from '../lsp/harness.ts';
import type { TestServer } from '../lsp/harness.ts';
import { isFlat } from './memory.ts';
import type { MemoryFigures } from './memory.ts';
import { Window } from './window.ts';
import type { LineEnd } from './window.ts';

/** How long and how hard. */
export interface SoakOptions {
  /** Citation library or file that is searched, and the MeSH that belongs to it where it does not hold it. */
  readonly corpus: string;
  readonly mesh?: string;
  /** For editing and measuring; what is asked for at the end takes its time beside. */
  readonly seconds: number;
  /** Of requests that meet a fault, 0..1. */
  readonly share: number;
  readonly seed: number;
  /** Lines of a strategy, a multiple of 10, and its seeds. */
  readonly lines: number;
  readonly seeds: number;
  /** How long a stalled request gets nothing, in milliseconds; Infinity: until the client gives up. */
  readonly stallMs: number;
  readonly log: (line: string) => void;
}

/** How lines ended, of both windows together. */
export interface Ends {
  readonly right: number;
  /** Without a number, with a reason. */
  readonly failed: number;
  readonly wrong: number;
}

export interface SoakReport {
  readonly seconds: number;
  readonly requests: number;
  /** Most requests that certainly came within any second, and what is allowed. */
  readonly mostPerSecond: number;
  readonly limit: number;
  readonly faults: Readonly<Partial<Record<Fault, number>>>;
  /** With faults, and asked for again without them. */
  readonly ends: Ends;
  readonly afterwards: Ends;
  /** What lines without a number said, and how many did, with faults. */
  readonly reasons: Readonly<Record<string, number>>;
  readonly edits: number;
  readonly again: number;
  readonly runs: number;
  /** Numbers at the ends of lines, asked for while more were on their way: 95th percentile and longest, in milliseconds. */
  readonly looks: number;
  readonly lookP95Ms: number;
  readonly lookMostMs: number;
  /** Of each window, in MiB. */
  readonly memory: readonly MemoryFigures[];
  /** What did not go as it must; empty when all went well. */
  readonly problems: readonly string[];
}

const STRATEGIES = 3;
const WINDOWS = 2;
/** Of NCBI's form. With it 10 requests a second are allowed, and it can be refused. */
const KEY = '0123456789abcdef0123456789abcdef0123';
const LIMIT = 10;
/** Memory is judged where there was time to warm up: two minutes at one sample a second. */
const ENOUGH_SAMPLES = 120;

/** Runs a soak. Rejects only where it could not be run. */
export async function soak(options: SoakOptions): Promise<SoakReport> {
  const { corpus, mesh, share, seed, stallMs, log } = options;
  const folder = mkdtempSync(join(tmpdir(), 'querent-soak-'));
  const own = mesh === undefined ? {} : { mesh };
  // The rate is judged where requests come, which is at the proxy: what it hands on comes closer together.
  const service = await startEutilsService({ corpus, ...own, apiKeys: [KEY], rate: 0 });
  const proxy = await startFaultProxy({ target: service.url, share, seed, stallMs });
  const { engine: library } = await openCitations(corpus, mesh);
  const servers: TestServer[] = [];
  try {
    const strategies = await strategiesOf(options);
    for (let at = 0; at < WINDOWS; at++) servers.push(await openWindow(proxy.url, folder, mesh));
    const windows = servers.map((server, at) => {
      const whole = seededRandom(seed * 100 + at);
      return new Window(server, folder, strategies, () => whole() / 2 ** 32);
    });
    const began = performance.now();
    const until = began + options.seconds * 1_000;
    const watch = setInterval(() => windows.forEach(({ memory }) => memory.look()), 1_000);
    const tell = setInterval(() => log(progress(proxy, windows, began)), 30_000);
    try {
      await Promise.all(windows.map((window) => window.open()));
      await Promise.all(windows.map((window, at) => window.work(until, at)));
      log('Time is over; how does every line end?');
      const withFaults = await endsOf(windows, library);
      proxy.setShare(0);
      log('The same without faults');
      const without = await endsOf(windows, library, true);
      const report = figures(windows, proxy, { began, withFaults, without });
      return { ...report, problems: problemsOf(report, [...withFaults.wrong, ...without.wrong]) };
    } finally {
      clearInterval(watch);
      clearInterval(tell);
    }
  } finally {
    await Promise.all(servers.map((server) => server.stop().catch(() => server.kill())));
    await library.close();
    await proxy.close();
    await service.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One of them with a line that is too long to be sent in one piece, which the history server is for. */
async function strategiesOf({ corpus, seed, lines, seeds }: SoakOptions): Promise<readonly MadeStrategy[]> {
  const records = await recordsOf(corpus);
  const made = Array.from({ length: STRATEGIES }, (_, at) =>
    makeStrategy(records, { seed: seed * 10 + at, count: lines, seeds }),
  );
  return made.map((strategy, at) => (at === STRATEGIES - 1 ? withLongLine(strategy, records) : strategy));
}

/** A window beside others of the same person on the same machine. */
function openWindow(url: string, folder: string, mesh: string | undefined): Promise<TestServer> {
  return startServer({
    folder,
    settings: mesh === undefined ? {} : { mesh: { path: mesh } },
    environment: {
      QUERENT_EUTILS_URL: url,
      QUERENT_INDEX_CACHE: join(folder, 'cache'),
      NCBI_API_KEY: KEY,
    },
  });
}

/** How lines ended, and in words those that are wrong. */
interface FoundEnds {
  readonly right: number;
  readonly reasons: readonly string[];
  readonly wrong: readonly string[];
}

/** Asks for everything once more, and holds it against the library asked directly. */
async function endsOf(windows: readonly Window[], library: SearchEngine, anew = false): Promise<FoundEnds> {
  let right = 0;
  const reasons: string[] = [];
  const wrong: string[] = [];
  const ends = await Promise.all(windows.map((window) => window.ends(anew)));
  for (const [at, window] of windows.entries())
    for (const [which, strategy] of window.strategies.entries()) {
      const truth = await measureAll(library, queriesOf(strategy), strategy.seeds);
      const found = ends[at]?.[which] ?? [];
      const place = `window ${at + 1}, strategy ${which + 1}`;
      if (found.length !== truth.length) wrong.push(`${place}: ${found.length} lines of ${truth.length}`);
      for (const [line, end] of found.entries()) {
        const wanted = numbersOf(truth[line] ?? { message: 'no such line' });
        const had = numbersOf(end);
        if ('message' in end && end.message !== '') reasons.push(end.message);
        else if (had === wanted) right++;
        else wrong.push(`${place}, line ${end.label}: ${had}; ${wanted} is right`);
      }
    }
  return { right, reasons, wrong };
}

function numbersOf(
  end: Partial<LineEnd> | { readonly count: number; readonly found: readonly string[] },
): string {
  const measurement = 'measurement' in end ? end.measurement : end;
  if (measurement === undefined || !('count' in measurement)) return 'neither a number nor a reason';
  return `${measurement.count} records, seeds ${[...measurement.found].join(' ')}`;
}

function figures(
  windows: readonly Window[],
  proxy: FaultProxy,
  run: {
    readonly began: number;
    readonly withFaults: FoundEnds;
    readonly without: FoundEnds;
  },
): Omit<SoakReport, 'problems'> {
  const deeds = windows.map((window) => window.deeds);
  const sum = (of: (each: (typeof deeds)[number]) => number): number =>
    deeds.reduce((total, each) => total + of(each), 0);
  const looks = deeds.flatMap((each) => each.looks).sort((a, b) => a - b);
  const endsIn = ({ right, reasons, wrong }: FoundEnds): Ends => ({
    right,
    failed: reasons.length,
    wrong: wrong.length,
  });
  const reasons: Record<string, number> = {};
  for (const reason of run.withFaults.reasons) reasons[reason] = (reasons[reason] ?? 0) + 1;
  return {
    seconds: Math.round((performance.now() - run.began) / 1_000),
    requests: proxy.requests().length,
    mostPerSecond: proxy.most(),
    limit: LIMIT,
    faults: proxy.inflicted(),
    ends: endsIn(run.withFaults),
    afterwards: endsIn(run.without),
    reasons,
    edits: sum((each) => each.edits),
    again: sum((each) => each.again),
    runs: sum((each) => each.runs),
    looks: looks.length,
    lookP95Ms: Math.round(looks[Math.ceil(looks.length * 0.95) - 1] ?? 0),
    lookMostMs: Math.round(looks.at(-1) ?? 0),
    memory: windows.map(({ memory }) => memory.figures),
  };
}

function problemsOf(report: Omit<SoakReport, 'problems'>, wrong: readonly string[]): readonly string[] {
  const problems = wrong.map((line) => `Wrong: ${line}.`);
  if (report.mostPerSecond > report.limit)
    problems.push(`${report.mostPerSecond} requests came within a second; ${report.limit} are allowed.`);
  for (const reason of Object.keys(report.reasons))
    if (!/PubMed/.test(reason)) problems.push(`A line gave a reason that says nothing of PubMed: ${reason}`);
  if (report.afterwards.failed > 0)
    problems.push(`${report.afterwards.failed} lines have no number when the network is well again.`);
  for (const [at, memory] of report.memory.entries())
    if (memory.samples >= ENOUGH_SAMPLES && !isFlat(memory))
      problems.push(`Window ${at + 1} held ${memory.early} MiB early and ${memory.late} MiB late.`);
  return problems;
}

function progress(proxy: FaultProxy, windows: readonly Window[], began: number): string {
  const seconds = Math.round((performance.now() - began) / 1_000);
  const runs = windows.map(({ deeds }) => deeds.runs).join(' + ');
  return `${seconds} s: ${proxy.requests().length} requests, at most ${proxy.most()} in a second; ${runs} measurements`;
}
