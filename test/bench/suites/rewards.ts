import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { builtInTasks, scoreItem } from '@querent/core/tasks';
import type { ScoreItem } from '@querent/core/tasks';
import { buildLibrary } from '../../../server/src/library/buildLibrary.ts';
import { createRewardClient } from '../../../trainer/src/rewardService/client.ts';
import { openWorld } from '../../../trainer/src/world/openWorld.ts';
import type { OpenedWorld } from '../../../trainer/src/world/openWorld.ts';
import { quantile, round, summarise, type Suite, type SuiteResult } from '../suite.ts';
import { dataFiles, missingData } from './citations.ts';
import type { ClientRun } from './rewardClients.ts';
import { completions } from './rewardCompletions.ts';
import { RewardServer } from './rewardServer.ts';

const topics = join(dirname(dataFiles.strategies), '../topics/reviews.jsonl');
const repetitions = 5;
/** Items of one request: a step of the published pipeline. */
const batch = 64;
const manyClients = 8;
const memoryItems = 50_000;
const comparedItems = 400;

/** The reward service over HTTP on the real citations, with completions as a model writes them. */
export const suite: Suite = {
  name: 'rewards',
  async run(log) {
    const reason = missingData([...Object.values(dataFiles), topics]);
    if (reason === undefined) return measureAll(log);
    log(reason);
    return { metrics: {}, peers: {}, notes: [reason], goals: [] };
  },
};

async function measureAll(log: (line: string) => void): Promise<SuiteResult> {
  const folder = mkdtempSync(join(tmpdir(), 'querent-bench-'));
  const library = join(folder, 'library.sqlite');
  const servers: RewardServer[] = [];
  const start = async (...options: readonly string[]): Promise<RewardServer> => {
    const server = await RewardServer.start(library, ...options);
    servers.push(server);
    return server;
  };
  try {
    log('Building the library');
    await buildLibrary({
      inputs: [dataFiles.citations],
      output: library,
      mesh: dataFiles.mesh,
      builtWith: 'bench',
    });
    const world = await openWorld({ corpus: library });
    const source = completions(
      topics,
      20_261_129,
      (ids) => world.library?.records(ids).map(({ title }) => title) ?? [],
    );
    const items = (count: number): ScoreItem[] =>
      Array.from({ length: count }, () => source.next().value as ScoreItem);
    const file = join(folder, 'requests.jsonl');
    const server = await start();
    const memory = await measureMemory(server, items, file, log);
    log(`Rewards in this process and over HTTP, ${comparedItems} completions`);
    const same = await sameRewards(server, items(comparedItems), world);
    await world.close();
    const plain = await start('--workers', '1', '--cache', '0');
    // As warm as the other one, as far as the time allows.
    await plain.send(items(4_000), batch, 1, file);
    const runs = {
      one: [] as ClientRun[],
      many: [] as ClientRun[],
      single: [] as ClientRun[],
      peer: [] as ClientRun[],
    };
    const cpuBefore = await server.metric('process_cpu_seconds_total');
    // In turn, so that what slows the machine for a while slows all of them.
    for (let i = 1; i <= repetitions; i++) {
      log(`Repetition ${i} of ${repetitions}`);
      runs.one.push(await server.send(items(32 * batch), batch, 1, file));
      runs.many.push(await server.send(items(64 * batch), batch, manyClients, file));
      runs.single.push(await server.send(items(2_000), 1, manyClients, file));
      runs.peer.push(await plain.send(items(500), 1, 1, file));
    }
    const cpuSeconds = (await server.metric('process_cpu_seconds_total')) - cpuBefore;
    const timed = [...runs.one, ...runs.many, ...runs.single].reduce((sum, { items: each }) => sum + each, 0);
    const scored = await server.metric('querent_rewards_items_total');
    const hits = await server.metric('querent_rewards_cache_hits_total');
    const many = perSecond('rewards.perSecond', runs.many);
    const peer = perSecond('rewards.perSecond', runs.peer);
    return {
      metrics: {
        ...many,
        ...perSecond('rewards.oneClientPerSecond', runs.one),
        ...perSecond('rewards.singlePerSecond', runs.single),
        'rewards.ratioToOneAtATime': round(
          (many['rewards.perSecond'] ?? NaN) / (peer['rewards.perSecond'] ?? NaN),
        ),
        ...summarise(
          'rewards.request',
          runs.many.map(({ ms }) => ms),
        ),
        ...summarise(
          'rewards.oneClientRequest',
          runs.one.map(({ ms }) => ms),
        ),
        ...summarise(
          'rewards.singleRequest',
          runs.single.map(({ ms }) => ms),
        ),
        ...memory,
        'rewards.cpuMsPerItem': round((1000 * cpuSeconds) / timed),
        'rewards.sameAsInProcess': same,
        'rewards.cacheHitShare': round(hits / scored),
      },
      peers: {
        'one at a time': {
          ...peer,
          ...summarise(
            'rewards.request',
            runs.peer.map(({ ms }) => ms),
          ),
        },
      },
      goals: [
        { key: 'rewards.perSecond', atLeast: 1_500 },
        { key: 'rewards.oneClientPerSecond', atLeast: 1_500 },
        { key: 'rewards.sameAsInProcess', atLeast: comparedItems },
        { key: 'rewards.memoryEndMiB', atMost: 2_048 },
      ],
      notes: [
        `61,281 citations, task publication, reward querent. ${await server.metric('querent_rewards_items_total')} different completions for the 32 real topics: 3 to 60 terms from title, PICO, titles of relevant records, MeSH and the real strategies nearest to the topic; one in twelve spoilt. None is sent twice: cacheHitShare is of the service's own count.`,
        `The service runs as people start it, in a process of its own; the clients in another one, on the same cores, with connections that are kept. perSecond, request: ${manyClients} clients, ${batch} completions a request. oneClient: one client, the same. single: ${manyClients} clients, one completion a request. Medians over ${repetitions} repetitions, taken in turn; ...Spread = largest - smallest.`,
        'one at a time: the way of the published pipeline, one completion after the other, a request each, one thread, no memory of results, the same engine. What it publishes itself: about 115 s for 64 rollouts (two A100 80 GB, live PubMed), 0.56 a second.',
        `memory: resident memory of the service as started, after ${memoryItems / 5} items (warm), ${(3 * memoryItems) / 5} (middle) and ${memoryItems} (end), all different, so that every memory of it fills up: growth from warm to end, lateGrowth from middle to end. It levels off beyond: docs/reward-service.md. firstPerSecond: the first ${memoryItems / 5} items, when hardly a term was asked before.`,
        'cpuMsPerItem: processor time of the service, all its threads, for a completion of the repetitions: unlike the times by the clock it hardly depends on what else the machine does.',
        'sameAsInProcess: answers over HTTP that equal those of scoreItem in this process in all keys, to the last bit.',
      ],
    };
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Sends many different completions, and looks at the service's memory in between. */
async function measureMemory(
  server: RewardServer,
  items: (count: number) => readonly ScoreItem[],
  file: string,
  log: (line: string) => void,
): Promise<Record<string, number>> {
  const resident = async (): Promise<number> =>
    (await server.metric('process_resident_memory_bytes')) / 2 ** 20;
  const part = memoryItems / 5;
  const startMiB = await resident();
  const parts: { readonly mib: number; readonly perSecond: number }[] = [];
  for (let i = 1; i <= 5; i++) {
    log(`Memory: item ${i * part} of ${memoryItems}`);
    const { seconds } = await server.send(items(part), batch, manyClients, file);
    parts.push({ mib: await resident(), perSecond: part / seconds });
  }
  const [first, middle, last] = [parts[0], parts[2], parts.at(-1)];
  return {
    'rewards.firstPerSecond': round(first?.perSecond ?? NaN),
    'rewards.memoryStartMiB': round(startMiB),
    'rewards.memoryWarmMiB': round(first?.mib ?? NaN),
    'rewards.memoryMiddleMiB': round(middle?.mib ?? NaN),
    'rewards.memoryEndMiB': round(last?.mib ?? NaN),
    'rewards.memoryGrowthMiB': round((last?.mib ?? NaN) - (first?.mib ?? NaN)),
    'rewards.memoryLateGrowthMiB': round((last?.mib ?? NaN) - (middle?.mib ?? NaN)),
  };
}

/** How many answers are the same over HTTP and in this process. */
async function sameRewards(
  server: RewardServer,
  items: readonly ScoreItem[],
  world: OpenedWorld,
): Promise<number> {
  const answered = await createRewardClient({ url: server.url }).score(items);
  let same = 0;
  for (const [i, item] of items.entries())
    if (isDeepStrictEqual(answered[i], await scoreItem(item, builtInTasks, world))) same++;
  return same;
}

function perSecond(key: string, runs: readonly ClientRun[]): Record<string, number> {
  const rates = runs.map(({ items, seconds }) => items / seconds);
  return {
    [key]: round(quantile(rates, 0.5)),
    [`${key}Spread`]: round(Math.max(...rates) - Math.min(...rates)),
  };
}
