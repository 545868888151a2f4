/** `querent-trainer plan` as people start it. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const launcher = join(import.meta.dirname, '../../trainer/bin/querent-trainer.mjs');
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'querent-plan-'));
  writeFileSync(join(folder, 'library.sqlite'), '');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function plan(text: string, ...args: string[]) {
  writeFileSync(join(folder, 'plan.yaml'), text);
  const found = spawnSync(process.execPath, [launcher, 'plan', join(folder, 'plan.yaml'), ...args], {
    encoding: 'utf8',
    timeout: 200_000,
  });
  return { ...found, status: found.status };
}

const sound = `name: small
machine: { device: cpu, dtype: float32 }
model: { random: { maxPositions: 1000 } }
data: { sources: [library.sqlite], corpus: library.sqlite }
ppo: { steps: 5 }
`;

describe('querent-trainer plan', () => {
  it('prints one JSON document, and exits 0 or 1 by what the machine lacks', () => {
    const { stdout, status } = plan(sound, '--json', '--set', 'ppo.steps=7', '--engine', 'embedded');
    const found = JSON.parse(stdout) as {
      ok: boolean;
      engine: string;
      plan: { ppo: { steps: number } };
      configurations: { ppo: { steps: number; model: { init: string } } };
      estimate: { time: unknown[] };
      checks: { ok: boolean; fix: string }[];
    };
    expect(found).toMatchObject({ engine: 'embedded', plan: { ppo: { steps: 7 } } });
    expect(found.configurations.ppo).toMatchObject({ steps: 7, model: { init: 'random' } });
    expect(found.estimate.time).toHaveLength(1);
    expect(status).toBe(found.ok ? 0 : 1);
    for (const check of found.checks) expect(check.ok).toBe(check.fix === '');
  }, 200_000);

  it('tells every error with its line, and exits 2', () => {
    const { stdout, stderr, status } = plan(sound.replace('ppo: { steps: 5 }', 'ppo: { stps: 5, clip: x }'));
    expect(status).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/plan\.yaml:5:8: ppo\.stps: there is no such key\. Did you mean steps\?/u);
    expect(stderr).toMatch(/plan\.yaml:5:23: ppo\.clip: /u);
  });

  it.each([
    [['--set', 'nonsense'], /key=value/u],
    [['--engine', 'other'], /embedded/u],
  ])('%j is bad usage', (args, message) => {
    const { stderr, status } = plan(sound, ...args);
    expect(status).toBe(2);
    expect(stderr).toMatch(message);
  });

  it('prints the JSON Schema of plans', () => {
    const { stdout, status } = plan(sound, '--schema');
    expect(status).toBe(0);
    const schema = JSON.parse(stdout) as { properties: { ppo: unknown }; required: string[] };
    expect(schema.required).toEqual(['name', 'model', 'data']);
    expect(JSON.stringify(schema.properties.ppo)).toContain('Ratios of probabilities outside 1');
  });
});
