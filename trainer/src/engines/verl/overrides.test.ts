import { execFile, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { embeddedConfig, readPlan, verlObstacles, verlOverrides } from '../../plan/index.ts';
import type { VerlOverride, VerlPaths, VerlValue } from '../../plan/index.ts';
import { planArbitrary } from '../../plan/testing/planArbitrary.ts';
import { findPython, pythonEnvironment } from '../python.ts';
import { checkOverrides } from './checkOverrides.ts';
import type { OverrideReport } from './checkOverrides.ts';
import { hydraArguments, shellCommand } from './hydra.ts';

const configs = fileURLToPath(new URL('../../../configs', import.meta.url));
const names = (await readdir(configs)).filter((name) => name.endsWith('.yaml'));
const paths: VerlPaths = {
  ...{
    out: '/runs/it’s (1)/ppo',
    start: '/models/a b',
    train: '/run/train.jsonl',
    validation: '/run/v.jsonl',
  },
  ...{
    rewardUrl: 'http://127.0.0.1:8765',
    rewardModule: '/x/verl_reward.py',
    opened: '<think>',
    isRaw: true,
  },
};

const python = findPython();
const hasVerl = has('hydra, omegaconf; import importlib.util as u; assert u.find_spec("verl")');
const hasEngine = has('torch, transformers');
if (!hasVerl || !hasEngine)
  console.log(
    `Skipped in part: ${python.command} (${python.from}) lacks ${hasVerl ? 'torch or transformers' : 'verl, hydra or omegaconf'}. Make it with node scripts/python-env.mjs, or set QUERENT_PYTHON.`,
  );

function has(modules: string): boolean {
  if (python.from !== 'the PATH' && !existsSync(python.command)) return false;
  try {
    execFileSync(python.command, ['-c', `import ${modules}`], {
      stdio: 'ignore',
      env: pythonEnvironment(python),
    });
    return true;
  } catch {
    return false;
  }
}

describe('the plans of trainer/configs', () => {
  it.each(names)('%s can be read, without a warning', async (name) => {
    const { plan, warnings } = await readPlan(join(configs, name), { environment: {} });
    expect(warnings).toEqual([]);
    expect(plan.name).toBe(name.replace(/\.yaml$/u, ''));
    expect(plan.data.heldOut).not.toBeNull();
  });

  it.skipIf(!hasVerl)(
    'are taken by verl’s own configuration, typed as we type them',
    async () => {
      const asked: Asked[] = [];
      for (const name of names) {
        const { plan } = await readPlan(join(configs, name), { environment: {} });
        const obstacles = verlObstacles(plan);
        // What verl cannot be told is said before; its other overrides must still be known to it.
        if (plan.engine === 'verl') expect(obstacles).toEqual([]);
        asked.push({ overrides: verlOverrides(plan, paths), validate: obstacles.length === 0 });
      }
      const reports = await checkAll(asked);
      for (const [i, report] of reports.entries()) {
        expect(report.problems, names[i]).toEqual([]);
        expect(report, names[i]).toMatchObject({ ok: true, composed: true });
      }
    },
    180_000,
  );

  it.skipIf(!hasEngine)(
    'are taken by the embedded engine’s own configuration',
    async () => {
      const asked: unknown[] = [];
      for (const name of names) {
        const { plan } = await readPlan(join(configs, name), { environment: {} });
        for (const kind of ['sft', 'ppo'] as const)
          if (plan[kind] !== null)
            asked.push(embeddedConfig(plan, { ...paths, start: plan.model.path }, kind));
      }
      expect(readByEngine(asked)).toEqual(asked.map(() => 'ok'));
    },
    60_000,
  );
});

describe.skipIf(!hasEngine)('the embedded engine', () => {
  it('takes every plan that is sound', () => {
    const asked = fc
      .sample(planArbitrary, { numRuns: 12, seed: 7 })
      .flatMap((plan) =>
        (['sft', 'ppo'] as const).flatMap((kind) =>
          plan[kind] === null ? [] : [embeddedConfig(plan, paths, kind)],
        ),
      );
    expect(readByEngine(asked)).toEqual(asked.map(() => 'ok'));
  }, 60_000);
});

describe.skipIf(!hasVerl)('verl', () => {
  it('takes every plan that it can be told', async () => {
    const plans = fc
      .sample(planArbitrary, { numRuns: 60, seed: 3 })
      .filter((plan) => verlObstacles(plan).length === 0)
      .slice(0, 6);
    expect(plans.length).toBeGreaterThan(3);
    const reports = await checkAll(
      plans.map((plan, i) => ({
        overrides: verlOverrides({ ...plan, verl: { ...plan.verl, overrides: {} } }, paths),
        // With an adapter verl asks for the version of its rollout engine, which is not here.
        validate: i < 3 && plan.model.lora === null,
      })),
    );
    for (const [i, { problems }] of reports.entries()) expect(problems, JSON.stringify(plans[i])).toEqual([]);
  }, 180_000);

  it('tells a wrong key of the plan’s own overrides, with the nearest', async () => {
    const { plan } = await readPlan(join(configs, 'qwen2.5-3b-8gpu.yaml'), {
      environment: {},
      settings: [{ place: ['verl', 'overrides'], value: { 'trainer.save_frq': 1, '+trainer.nnodes': 2 } }],
    });
    const { ok, problems } = await checkOverrides(verlOverrides(plan, paths), python);
    expect(ok).toBe(false);
    expect(problems).toMatchObject([
      { key: 'trainer.save_frq', nearest: 'trainer.save_freq' },
      { key: 'trainer.nnodes' },
    ]);
  }, 60_000);

  it('is told by Hydra just what was written', () => {
    const scalar: fc.Arbitrary<VerlValue> = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 20 }).filter((text) => !text.includes('${')),
      fc.constantFrom(
        'a b',
        "it's",
        '\\',
        "\\'",
        "a\\\\'b\\",
        'true',
        'null',
        '1',
        '1e-6',
        '',
        ' x ',
        '[a]',
        '{a:b}',
        'a=b',
        'a,b',
        '/a/b.c-d',
        '{% for x in y %}{{ x }}{% endfor %}',
        '$x',
        '%',
        '~',
      ),
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0 : value)),
      fc.boolean(),
      fc.constant(null),
    );
    const value = fc.oneof(
      scalar,
      fc.array(scalar, { maxLength: 4 }),
      fc.dictionary(fc.stringMatching(/^[a-z_]{1,8}$/), scalar, { maxKeys: 3 }),
    );
    const values = fc.sample(value, { numRuns: 200, seed: 11 });
    const typed = hydraArguments(
      values.map((each, i) => ({ key: `k${i}`, value: each, isNew: i % 2 === 0, from: null })),
    );
    const script = `
import json, sys
from hydra.core.override_parser.overrides_parser import OverridesParser
for text in json.load(sys.stdin):
    each = OverridesParser.create().parse_override(text)
    print(json.dumps([each.key_or_group, each.is_add(), each.value()]))`;
    const read = execFileSync(python.command, ['-c', script], {
      input: JSON.stringify(typed),
      encoding: 'utf8',
      env: pythonEnvironment(python),
    });
    const found = read
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    expect(found).toEqual(values.map((each, i) => [`k${i}`, i % 2 === 0, each]));
  }, 60_000);
});

it('a text that Hydra would replace is refused', () => {
  expect(() => hydraArguments([{ key: 'a', value: 'x${HOME}', isNew: false, from: null }])).toThrow(
    /would replace/u,
  );
});

it.skipIf(process.platform === 'win32')('a command that is shown can be pasted into a shell', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0')),
        { maxLength: 5 },
      ),
      (args) => {
        const shown = shellCommand([
          'node',
          '-e',
          'console.log(JSON.stringify(process.argv.slice(1)))',
          '--',
          ...args,
        ]);
        expect(
          JSON.parse(
            execFileSync('sh', ['-c', shown.replace(/^node/u, `'${process.execPath}'`)], {
              encoding: 'utf8',
            }),
          ),
        ).toEqual(args);
      },
    ),
    { numRuns: 5 },
  );
});

interface Asked {
  readonly overrides: readonly VerlOverride[];
  readonly validate: boolean;
}

/** Many checks in one process: importing torch is what takes the time. */
async function checkAll(asked: readonly Asked[]): Promise<readonly OverrideReport[]> {
  const script = `
import json, sys
from querent_engine.verl_schema import check
reports = [check(each["overrides"], each["validate"], each["arguments"]) for each in json.load(sys.stdin)]
print()
print(json.dumps(reports))`;
  const typed = asked.map((each) => ({ ...each, arguments: hydraArguments(each.overrides) }));
  const child = promisify(execFile)(python.command, ['-c', script], {
    env: pythonEnvironment(python),
    maxBuffer: 2 ** 26,
  });
  child.child.stdin?.end(JSON.stringify(typed));
  const { stdout } = await child;
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as readonly OverrideReport[];
}

/** What the engine's own reader says to each configuration. */
function readByEngine(asked: readonly unknown[]): readonly string[] {
  const script = `
import json, sys, tempfile, os
from querent_engine.config import read_config
folder = tempfile.mkdtemp()
for i, each in enumerate(json.load(sys.stdin)):
    path = os.path.join(folder, f"{i}.json")
    with open(path, "w") as file:
        json.dump(each, file)
    try:
        read_config(path)
        print("ok")
    except Exception as fault:
        print(f"{fault} {json.dumps(each)}".replace("\\n", " "))`;
  return execFileSync(python.command, ['-c', script], {
    input: JSON.stringify(asked),
    encoding: 'utf8',
    env: pythonEnvironment(python),
    maxBuffer: 2 ** 26,
  })
    .trim()
    .split('\n');
}
