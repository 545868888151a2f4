/**
 * It learns. The plan `tiny-cpu` (random weights, a vocabulary of its own) with real citations and the real reward service: after a cold start that shows the
 * form of an answer, PPO raises the reward on topics that it never saw, for every seed, and does not where its gradient or the tie between answer and
 * reward is cut.
 */
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { querent } from '../cli/runQuerent.ts';
import {
  heldOutRewards,
  rewardService,
  shufflingService,
  smallPlan,
  trainerPython,
  trainerRun,
} from './smallRun.ts';
import type { SmallFiles, SmallOptions } from './smallRun.ts';
import { everyNth, smallWorld } from './smallWorld.ts';
import type { Citation } from './smallWorld.ts';

const citations = join(
  resolve(process.env.QUERENT_DATA ?? join(import.meta.dirname, '../../../shared/data')),
  'corpus/citations.jsonl.gz',
);
const missing = !existsSync(citations)
  ? `there are no citations at ${citations} (QUERENT_DATA)`
  : trainerPython() === undefined
    ? 'there is no Python for the trainer (node scripts/python-env.mjs)'
    : undefined;
if (missing !== undefined) console.log(`Skipped: that a model learns, since ${missing}.`);

/** What PPO must add to the mean reward of held-out topics (range -1 to 1), and what a run that changes nothing stays below. */
const CLEAR_GAIN = 0.2;
const NO_GAIN = 0.01;

const seeds = ['seed-1', 'seed-2', 'seed-3'];
/**
 * Runs whose rewards went to the wrong answers. A policy that is pushed about by them drifts: of nine runs with deals of their own five added 0.15 to
 * 0.19, the others 0.00 to -0.08 (mean of all 0.07). One of them says nothing; three together are held against three with the right rewards.
 */
const deals = ['dealt-1', 'dealt-2', 'dealt-3'];

describe.skipIf(missing !== undefined)('PPO on measured retrieval', () => {
  const home = mkdtempSync(join(tmpdir(), 'querent-learning-'));
  const files: SmallFiles = {
    library: join(home, 'library.sqlite'),
    topics: join(home, 'topics.jsonl'),
    pairs: join(home, 'pairs.jsonl'),
  };
  const done: Record<string, number> = {};
  const meanOf = (names: readonly string[]): number =>
    names.reduce((sum, name) => sum + (done[name] ?? Number.NaN), 0) / names.length;

  beforeAll(async () => {
    const lines = await everyNth(citations, 10);
    const { topics, pairs } = smallWorld(
      lines.map((line) => JSON.parse(line) as Citation),
      800,
      6000,
    );
    const source = join(home, 'citations.jsonl');
    writeFileSync(source, `${lines.join('\n')}\n`);
    writeFileSync(files.topics, topics.map((topic) => `${JSON.stringify(topic)}\n`).join(''));
    writeFileSync(files.pairs, pairs.map((pair) => `${JSON.stringify(pair)}\n`).join(''));
    const { code, stderr } = await querent(['corpus', 'build', source, '--out', files.library]);
    expect(code, stderr).toBe(0);
    const service = await rewardService(files.library);
    const shuffled = await Promise.all(deals.map((name) => shufflingService(service.url, name)));
    try {
      // The cold start of the first seed is that of the controls, too.
      await trainerRun(join(home, 'seed-1'), smallPlan(files, { seed: 1 }), 'sft');
      for (const control of ['cut', ...deals])
        cpSync(join(home, 'seed-1'), join(home, control), { recursive: true });
      const jobs: (readonly [string, SmallOptions])[] = [
        ['seed-1', { seed: 1 }],
        ['seed-2', { seed: 2 }],
        ['seed-3', { seed: 3 }],
        ['cut', { seed: 1, learningRate: 1e-12 }],
        ...deals.map((name, at): [string, SmallOptions] => [
          name,
          { seed: 1, rewardUrl: (shuffled[at] as (typeof shuffled)[number]).url },
        ]),
      ];
      // Two at a time, with one thread each.
      const work = async (): Promise<void> => {
        for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) {
          const [name, options] = job;
          await trainerRun(join(home, name), smallPlan(files, options), 'ppo');
          done[name] = gainOf(join(home, name));
        }
      };
      await Promise.all([work(), work()]);
    } finally {
      await Promise.all(shuffled.map((each) => each.close()));
      await service.close();
    }
    console.log('Reward on held-out topics, after PPO less before:', done);
  }, 900_000);

  afterAll(() => rmSync(home, { recursive: true, force: true }));

  it.each(seeds)('finds more on topics that it never saw: %s', (name) => {
    expect(done[name]).toBeGreaterThan(CLEAR_GAIN);
  });

  it('learns nothing when no gradient reaches the weights', () => {
    expect(Math.abs(done['cut'] ?? Number.NaN)).toBeLessThan(NO_GAIN);
  });

  it('learns nothing when rewards go to the wrong answers', () => {
    expect(meanOf(deals)).toBeLessThan(meanOf(seeds) / 2);
    expect(Math.max(...deals.map((name) => done[name] ?? Number.NaN))).toBeLessThan(
      Math.min(...seeds.map((name) => done[name] ?? Number.NaN)),
    );
  });
});

/** The mean of the last two measurements less the first: one measurement of a hundred topics varies by some hundredths. */
function gainOf(folder: string): number {
  const rewards = heldOutRewards(folder).map(({ reward }) => reward);
  const [first = Number.NaN] = rewards;
  const last = rewards.slice(1).slice(-2);
  return last.reduce((sum, reward) => sum + reward, 0) / last.length - first;
}
