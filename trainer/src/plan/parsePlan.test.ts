import fc from 'fast-check';
import { stringify } from 'yaml';
import { describe, expect, it } from 'vitest';
import { formatProblem, parsePlan, readSetting } from './index.ts';
import type { ParsedPlan, Setting } from './index.ts';
import { keyOf } from './problem.ts';
import { planSchema } from './schema.ts';
import { placesOf } from './shape.ts';
import { planArbitrary } from './testing/planArbitrary.ts';

const context = { folder: '/plans', environment: { DATA: '/data', MY_TOKEN: 'abc' } };
const read = (text: string, settings: readonly Setting[] = []): ParsedPlan =>
  parsePlan(text, { ...context, settings });
const told = ({ problems }: ParsedPlan): readonly string[] =>
  problems.map((problem) => formatProblem(problem, 'plan.yaml'));

const least = `name: small
model: { path: model }
data: { sources: [library.sqlite], corpus: library.sqlite, heldOut: topics.jsonl }
ppo: {}
`;

describe('reading a plan', () => {
  it('writes out every default, and makes paths absolute', () => {
    const { plan, problems } = read(least);
    expect(problems).toEqual([]);
    expect(plan).toMatchObject({
      ...{ name: 'small', task: 'publication', engine: 'auto', seed: 1, sft: null, publish: null },
      model: { path: '/plans/model', lora: null },
      data: { sources: ['/plans/library.sqlite'], corpus: '/plans/library.sqlite' },
      // DeepRetrieval's settings (reference page, section 4.1).
      ppo: {
        ...{ promptsPerStep: 64, miniBatchSize: 16, learningRate: 1e-6, clip: 0.2, valueClip: 0.5 },
        ...{ gamma: 1, lambda: 1, entropyCoefficient: 0.001, temperature: 1, samplesPerPrompt: 1 },
        kl: { coefficient: 0.001, estimator: 'k1', controller: 'fixed' },
        critic: { learningRate: 1e-5 },
      },
    });
  });

  // What is written in place of the line `ppo: {}`, and what is told.
  const bad: readonly [string, string][] = [
    ['ppo: { clipp: 0.1 }', 'plan.yaml:4:8: ppo.clipp: there is no such key. Did you mean clip?'],
    [
      'ppo: { mini_batch_size: 4 }',
      'plan.yaml:4:8: ppo.mini_batch_size: there is no such key. Did you mean miniBatchSize?',
    ],
    [
      'ppo: { learning-rate: 4 }',
      'plan.yaml:4:8: ppo.learning-rate: there is no such key. Did you mean learningRate?',
    ],
    ['ppo: { kl: { taget: 1 } }', 'plan.yaml:4:14: ppo.kl.taget: there is no such key. Did you mean target?'],
    ['ppo: {}\nclip: 1', 'plan.yaml:5:1: clip: there is no such key here. Did you mean ppo.clip?'],
    ['ppo: {}\npo: {}', 'plan.yaml:5:1: po: there is no such key. Did you mean ppo?'],
    ['ppo: { zzzzzzzz: 1 }', 'plan.yaml:4:8: ppo.zzzzzzzz: there is no such key. ppo has algorithm, steps,'],
    ['ppo: { steps: 0 }', 'plan.yaml:4:15: ppo.steps: it is 0. It must be at least 1.'],
    ['ppo: { steps: 1.5 }', 'plan.yaml:4:15: ppo.steps: it is 1.5. Write a whole number.'],
    ['ppo: { steps: many }', 'plan.yaml:4:15: ppo.steps: “many” is a text. Write a number.'],
    ['ppo: { topP: 0 }', 'plan.yaml:4:14: ppo.topP: it is 0. It must be above 0.'],
    ['ppo: { gamma: 1.1 }', 'plan.yaml:4:15: ppo.gamma: it is 1.1. It must be at most 1.'],
    [
      'ppo: { algorithm: grop }',
      'plan.yaml:4:19: ppo.algorithm: “grop” is a text. Did you mean grpo? It may be ppo, grpo.',
    ],
    ['ppo: { whiten: yes }', 'plan.yaml:4:16: ppo.whiten: “yes” is a text. Write true or false.'],
    ['ppo: { betas: [0.9] }', 'plan.yaml:4:15: ppo.betas: it is a list. It needs at least 2 entries.'],
    ['ppo: 3', 'plan.yaml:4:6: ppo: it is 3. Write keys and values.'],
    [
      'ppo: { reward: { url: localhost } }',
      'plan.yaml:4:23: ppo.reward.url: “localhost” is a text. Write an address such as http://127.0.0.1:8765.',
    ],
    ['ppo: { reward: { url: "http://u:p@host" } }', 'ppo.reward.url'],
    [
      'ppo: {}\ntaskFolders: ["${NOWHERE}/x"]',
      'plan.yaml:5:15: taskFolders[0]: the environment has no NOWHERE. Set it, or write the path itself.',
    ],
    [
      'ppo: {}\ntaskFolders: ["${MY_TOKEN}"]',
      'plan.yaml:5:15: taskFolders[0]: ${MY_TOKEN} may hold a secret',
    ],
    ['ppo: {', 'this is no YAML'],
    ['ppo: {}\nname: again', 'plan.yaml:5:1: this is no YAML: Map keys must be unique.'],
    ['ppo: {}\nseed: *nothing', 'Unresolved alias'],
  ];
  it.each(bad)('%s', (text, message) => {
    const found = read(least.replace('ppo: {}', () => text));
    expect(found.plan).toBeUndefined();
    expect(told(found).join('\n')).toContain(message);
    expect(told(found).join('\n')).not.toContain('abc');
  });

  it('tells all problems at once, in the order of the file', () => {
    const found = told(read('nam: x\nmodel: { pth: a }\nppo: { steps: -1, clip: x }\n'));
    expect(found).toEqual([
      'plan.yaml:1:1: name: it is missing. Write a text.',
      'plan.yaml:1:1: data: it is missing. Write keys and values.',
      'plan.yaml:1:1: nam: there is no such key. Did you mean name?',
      'plan.yaml:2:10: model.pth: there is no such key. Did you mean path?',
      'plan.yaml:3:15: ppo.steps: it is -1. It must be at least 1.',
      'plan.yaml:3:25: ppo.clip: “x” is a text. Write a number.',
    ]);
  });

  it('does not grow without end where a small file repeats itself', () => {
    const text = `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghij'
      .split('')
      .map((name, i) => `${name}: &${name} [${Array(9).fill(`*${'abcdefghi'[i]}`).join(',')}]`)
      .join('\n')}\n`;
    expect(told(read(text)).join()).toMatch(/alias/i);
  });

  it.each(['', '[]', 'null', '- a', '"x"', '\u0000', '%YAML 3.0', '\uFEFF'])(
    '%j is no plan, and says so',
    (text) => {
      const { plan, problems } = read(text);
      expect(plan).toBeUndefined();
      expect(problems.length).toBeGreaterThan(0);
    },
  );

  it('never throws, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        expect(read(text).problems.length).toBeGreaterThan(0);
      }),
      { numRuns: 150 },
    );
  });

  it('a spoilt letter in any key is told with the key that was meant', () => {
    const places = placesOf(planSchema).filter(
      (place) => place.length > 1 && (place.at(-1)?.length ?? 0) > 5,
    );
    for (const place of places) {
      const key = place.at(-1) ?? '';
      const wrong = `${key.slice(0, 2)}${key.slice(3)}`;
      const tree = place
        .slice(0, -1)
        .reduceRight<unknown>((inner, name) => ({ [name]: inner }), { [wrong]: 1 });
      const all = told(read(stringify(tree))).join('\n');
      expect(all, keyOf(place)).toContain(`${keyOf([...place.slice(0, -1), wrong])}: there is no such key`);
      expect(all, keyOf(place)).toMatch(new RegExp(`Did you mean (?:\\w+\\.)*${key}\\?`));
    }
  });
});

describe('paths', () => {
  it.each([
    ['a/b.sqlite', '/plans/a/b.sqlite'],
    ['/a/b', '/a/b'],
    ['../a', '/a'],
    ['${DATA}/x', '/data/x'],
    ['${NOTHING:-else}/x', '/plans/else/x'],
    ['${DATA:-else}/x', '/data/x'],
    ['library=a', 'library=/plans/a'],
    ['qa=${DATA}/x', 'qa=/data/x'],
  ])('the source %s is %s', (written, expected) => {
    const { plan } = read(least.replace('[library.sqlite]', () => `["${written}"]`));
    expect(plan?.data.sources).toEqual([expected]);
  });

  it.each([
    ['hf:Qwen/Qwen2.5-3B-Instruct', 'hf:Qwen/Qwen2.5-3B-Instruct'],
    ['${NOTHING:-hf:a/b}', 'hf:a/b'],
    ['x.gguf', '/plans/x.gguf'],
  ])('the model %s is %s', (written, expected) => {
    expect(read(least.replace('path: model', () => `path: "${written}"`)).plan?.model.path).toBe(expected);
  });

  it.each([
    ['channel', '/plans/channel'],
    ['https://example.org/c', 'https://example.org/c'],
    ['hf:team/model', 'hf:team/model'],
  ])('a release goes to %s', (written, expected) => {
    const publish = `\npublish: { to: "${written}", name: x }\nexport: {}`;
    const { plan } = read(`${least.replace('path: model', 'path: model, licence: MIT')}${publish}`);
    expect(plan?.publish?.to).toBe(expected);
  });
});

describe('settings', () => {
  it.each([
    ['ppo.steps=7', ['ppo', 'steps'], 7],
    ['sft=null', ['sft'], null],
    ['export.quantisations[0]=F16', ['export', 'quantisations', 0], 'F16'],
    ['ppo.betas=[0.8, 0.9]', ['ppo', 'betas'], [0.8, 0.9]],
    ['name= x ', ['name'], 'x'],
  ])('%s', (text, place, value) => {
    expect(readSetting(text)).toEqual({ place, value });
  });

  it.each(['ppo', '=1', 'a..b=1', '[0]=1', 'a=[', 'a b=1'])('%s is none', (text) => {
    expect(readSetting(text)).toBeUndefined();
  });

  it('take the place of what the file says, also where it says nothing', () => {
    const settings = ['ppo.kl.coefficient=0.5', 'sft.epochs=2'].flatMap((text) => readSetting(text) ?? []);
    const { plan } = read(least, settings);
    expect(plan?.ppo?.kl.coefficient).toBe(0.5);
    expect(plan?.sft?.epochs).toBe(2);
  });

  it('are told without a line when they are wrong', () => {
    expect(told(read(least, [{ place: ['ppo', 'steps'], value: 0 }]))).toEqual([
      'plan.yaml: ppo.steps: it is 0. It must be at least 1.',
    ]);
  });
});

describe('a plan that is written out', () => {
  it('is the same plan when it is read again', () => {
    fc.assert(
      fc.property(planArbitrary, (plan) => {
        const again = read(stringify(plan));
        expect(told(again).filter((text) => !text.includes('warning'))).toEqual([]);
        expect(again.plan).toEqual(plan);
        expect(read(JSON.stringify(plan)).plan).toEqual(plan);
      }),
      { numRuns: 60 },
    );
  });
});
