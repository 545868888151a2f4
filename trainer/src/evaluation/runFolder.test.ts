import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { SampleResult } from './result.ts';
import { keyOf, RunFolder } from './runFolder.ts';

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'querent-run-'));
});
afterAll(() => rm(home, { recursive: true, force: true }));

const plan = {
  settings: { task: 'publication', rewriters: { original: { samples: 1 } }, seed: 1 },
  about: { started: 'now' },
};
const result = (id: string): SampleResult => ({
  ...{ rewriter: 'original', id, sample: 0, query: 'ä “x”', completion: null, figures: { recall: 1 } },
  ...{ reward: null, components: null, failure: null, seconds: 0, judgingSeconds: 0, tokens: null },
});

it('goes on with what was done', async () => {
  const path = join(home, 'deep', 'run');
  const first = await RunFolder.open(path, plan);
  expect(first.done.size).toBe(0);
  await first.append(result('a'));
  await first.append(result('b'));
  await first.close();
  const again = await RunFolder.open(path, { ...plan, about: { started: 'later' } });
  expect([...again.done.keys()]).toEqual([keyOf(result('a')), keyOf(result('b'))]);
  expect(again.done.get(keyOf(result('b')))).toEqual(result('b'));
  await again.close();
  expect(JSON.parse(await readFile(join(path, 'plan.json'), 'utf8'))).toEqual(plan);
});

it('keeps every line whole when several come at once', async () => {
  const path = join(home, 'many');
  const folder = await RunFolder.open(path, plan);
  const results = Array.from({ length: 40 }, (_, i) => ({ ...result(`${i}`), query: 'x'.repeat(50_000) }));
  await Promise.all(results.map((each) => folder.append(each)));
  await folder.close();
  const again = await RunFolder.open(path, plan);
  expect([...again.done.values()]).toEqual(results);
  await again.close();
});

it.each(['{"rewriter": "original", "id": "b', `{"x": "${'y'.repeat(200_000)}`])(
  'cuts off a line whose writing was interrupted',
  async (torn) => {
    const path = join(home, `torn${torn.length}`);
    const first = await RunFolder.open(path, plan);
    await first.append(result('a'));
    await first.close();
    await appendFile(join(path, 'results.jsonl'), torn);
    const again = await RunFolder.open(path, plan);
    expect(again.done.size).toBe(1);
    await again.append(result('b'));
    await again.close();
    const lines = (await readFile(join(path, 'results.jsonl'), 'utf8')).trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as SampleResult).id)).toEqual(['a', 'b']);
  },
);

it('refuses a folder with another run, and names what differs', async () => {
  const path = join(home, 'other');
  await (await RunFolder.open(path, plan)).close();
  const other = { ...plan, settings: { ...plan.settings, seed: 2, rewriters: { rarest: { samples: 1 } } } };
  await expect(RunFolder.open(path, other)).rejects.toThrow(
    /other settings \(rewriters\.original, rewriters\.rarest, seed\)/,
  );
  await expect(RunFolder.open(path, other)).rejects.toMatchObject({ exitCode: 2 });
});

it('is written by one command at a time, and taken over from one that was killed', async () => {
  const path = join(home, 'locked');
  const first = await RunFolder.open(path, plan);
  await expect(RunFolder.open(path, plan)).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringMatching(/^Another command is writing into .*locked \(process \d+ on /),
  });
  await first.close();
  expect(existsSync(join(path, 'run.lock'))).toBe(false);
  const { pid } = spawnSync(process.execPath, ['--version']);
  for (const left of [JSON.stringify({ pid, host: hostname() }), '{"pid": 1']) {
    await writeFile(join(path, 'run.lock'), left);
    await (await RunFolder.open(path, plan)).close();
  }
  await writeFile(join(path, 'run.lock'), JSON.stringify({ pid, host: 'elsewhere' }));
  await expect(RunFolder.open(path, plan)).rejects.toThrow(
    /on elsewhere\).*If there is no such command, remove/,
  );
});

it('is no file, and no folder with other things', async () => {
  const path = join(home, 'things');
  await mkdir(path);
  await writeFile(join(path, 'card.json'), '{}');
  await expect(RunFolder.open(path, plan)).rejects.toThrow(/holds other things than a run \(card\.json\)/);
  await expect(RunFolder.open(join(path, 'card.json'), plan)).rejects.toThrow(/there is a file of that name/);
  await expect(RunFolder.open(join(path, 'card.json', 'run'), plan)).rejects.toMatchObject({ exitCode: 2 });
  expect(await readdir(path)).toEqual(['card.json']);
});

it('says what is wrong with files in it', async () => {
  const path = join(home, 'broken');
  await mkdir(path);
  await writeFile(join(path, 'plan.json'), 'no JSON');
  await expect(RunFolder.open(path, plan)).rejects.toThrow(/plan\.json is no plan of an evaluation/);
  await rm(join(path, 'plan.json'));
  await writeFile(join(path, 'results.jsonl'), `${JSON.stringify(result('a'))}\nnonsense\n`);
  await expect(RunFolder.open(path, plan)).rejects.toThrow(/results\.jsonl, line 2 cannot be read/);
});

it.skipIf(!existsSync('/dev/full'))(
  'says when the disk is full, and leaves nothing half written',
  async () => {
    const path = join(home, 'full');
    await mkdir(path);
    await symlink('/dev/full', join(path, 'summary.json.part'));
    await symlink('/dev/full', join(path, 'results.jsonl'));
    const folder = await RunFolder.open(path, plan);
    const appended = await Promise.allSettled([folder.append(result('a')), folder.append(result('b'))]);
    for (const each of appended)
      expect(each).toMatchObject({ reason: { exitCode: 2, message: expect.stringMatching(/The disk is full/) } }); // prettier-ignore
    await expect(folder.write('summary.json', 'x'.repeat(100))).rejects.toThrow(
      /The disk is full .*Make room and run/,
    );
    expect(existsSync(join(path, 'summary.json'))).toBe(false);
    expect(existsSync(join(path, 'summary.json.part'))).toBe(false);
    await folder.close();
  },
);
