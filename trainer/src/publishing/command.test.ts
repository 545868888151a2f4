import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { templateKeys } from '@querent/core/prompting';
import { CliError } from '@querent/server/terminal';
import { planSchema } from '../plan/index.ts';
import { publishFolder } from './command.ts';
import type { PublishFolderOptions } from './command.ts';
import { makeSigningKey } from './keys.ts';
import type { Published } from './publish.ts';
import { freshFolder } from './testing/made.ts';
import { evaluationFolder, evaluationResult, exportResult, write } from './testing/madeFolders.ts';

let folder: string;
const at = (...parts: string[]): string => join(folder, ...parts);

beforeAll(async () => {
  folder = await freshFolder();
  await makeSigningKey(at('key.pem'));
  for (const [name, recall] of Object.entries({ one: 0.5, two: 0.6 })) {
    await write(at(name, 'export.json'), await exportResult(at(name), name));
    await evaluationFolder(at(`${name}-evaluation`), recall, name);
  }
});
afterEach(() => {
  process.exitCode = undefined;
  vi.restoreAllMocks();
});

interface Ended {
  readonly published: Published;
  readonly exitCode: typeof process.exitCode;
}

/** Runs the command in this process and reads the JSON that it prints. */
async function publish(source: string, options: PublishFolderOptions): Promise<Ended> {
  const printed: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => printed.push(String(text)) > 0);
  vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
  process.exitCode = undefined;
  await publishFolder(source, { key: at('key.pem'), json: true, ...options });
  return { published: JSON.parse(printed.join('')) as Published, exitCode: process.exitCode };
}

const of = (name: string): PublishFolderOptions => ({
  ...{ evaluation: at(`${name}-evaluation`), trainedOn: ['none'], name: 'acme-search', channel: 'stable' },
});

describe('publishing an export', () => {
  it('takes from its folders what a release says, and each option over them', async () => {
    const to = at('channel');
    const first = await publish(at('one'), { ...of('one'), to });
    expect(first.exitCode).toBeUndefined();
    expect(first.published).toMatchObject({
      ...{ status: 'published', version: '1.0.0', serial: 1 },
      release: {
        ...{ step: 60, baseModel: { name: 'tiny', licence: 'mit' }, task: 'publication' },
        gate: { decision: 'first', against: 'deterministic', difference: expect.closeTo(0.2) },
        parity: { maxLogProbDifference: 0.08, limit: 0.5, positions: 240, tokenIdsEqual: true },
      },
    });
    expect(first.published.release?.evaluation[0]).toEqual({
      ...{ name: 'recall', value: 0.5, interval: [0.4, 0.6], n: 12 },
      on: '12 topics of reviews.jsonl, at most 1,500 records',
    });
    const options: PublishFolderOptions = {
      ...{ to, version: '2.0.0', notes: 'Better.', baseModel: 'Tiny 2', licence: 'apache-2.0' },
      ...{ minimumExtension: '0.2.0', dryRun: true },
    };
    expect((await publish(at('two'), { ...of('two'), ...options })).published.release).toMatchObject({
      ...{ version: '2.0.0', notes: 'Better.', minimumExtension: '0.2.0' },
      baseModel: { name: 'Tiny 2', licence: 'apache-2.0' },
    });
  });

  it('is refused with exit code 1, and forced for a reason', async () => {
    const to = at('forced');
    await publish(at('two'), { ...of('two'), to });
    const worse = await publish(at('one'), { ...of('one'), to });
    expect([worse.exitCode, worse.published.status]).toEqual([1, 'refused']);
    const forced = await publish(at('one'), { ...of('one'), to, force: true, reason: 'New prompt.' });
    expect(forced.exitCode).toBeUndefined();
    expect(forced.published.release?.gate).toMatchObject({ decision: 'forced', reason: 'New prompt.' });
  });

  const to = (name: string): PublishFolderOptions => ({ to: at('x'), name });
  it.each<[why: string, source: string, options: () => PublishFolderOptions | Promise<PublishFolderOptions>, says: RegExp]>([
    ['no folder', 'nowhere', () => to('a'), /is no folder of a run or an export/u],
    ['nowhere to publish', 'one', () => ({ name: 'a' }), /Say where to publish with --to/u],
    ['no name', 'one', () => ({ to: at('x') }), /Name the model with --name/u],
    ['force without a reason', 'one', () => ({ ...to('a'), force: true }), /--force needs --reason/u],
    ['a reason without force', 'one', () => ({ ...to('a'), reason: 'x' }), /--reason is for --force/u],
    ['an evaluation that is none', 'one', () => ({ ...to('a'), evaluation: at('one', 'export.json') }), /is no result of an evaluation/u],
    ['an evaluation that has not ended', 'one', async () => (await mkdir(at('begun')), { ...to('a'), evaluation: at('begun') }), /has not ended/u],
    ['an evaluation of another file', 'one', () => ({ ...of('two'), ...to('acme-search') }), /of another model file/u],
    ['a system that is not there', 'one', () => ({ ...of('one'), ...to('a'), rewriter: 'model:y' }), /it has deterministic, model:m\.gguf/u],
    ['several systems', 'one', async () => (await write(at('several.json'), [evaluationResult('model:a', 1), evaluationResult('model:b', 1)]), { ...to('a'), evaluation: at('several.json') }), /cannot be told which of them is published\. Name it with --rewriter/u],
    ['a quantisation that is not there', 'one', () => ({ ...to('a'), quantisation: ['Q2_K'] }), /with the quantisation Q2_K; it has Q8_0/u],
    ['no template', 'plain', async () => (await write(at('plain', 'export.json'), await exportResult(at('plain'), 'p', { [templateKeys.template]: '' })), to('a')), /which prompt template and task/u],
    ['no licence', 'free', async () => (await write(at('free', 'export.json'), await exportResult(at('free'), 'p', { 'general.license': '' })), to('a')), /--licence/u],
    ['an export that is broken', 'broken', async () => (await write(at('broken', 'export.json'), '{"files": 5}'), to('a')), /cannot be read\. Run querent-trainer export again/u],
    ['a name that is none', 'one', () => ({ ...of('one'), ...to('A b') }), /name must be 1 to 64 lower-case/u],
    ['a key that is not there', 'one', () => ({ ...to('a'), key: at('no.pem') }), /signing key cannot be read/u],
  ])('says what is wrong: %s', async (_why, source, options, says) => {
    const error: unknown = await Promise.resolve(options()).then((given) => publish(at(source), given)).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(CliError);
    expect([(error as CliError).exitCode, (error as CliError).message]).toEqual([2, expect.stringMatching(says)]);
    expect(await readdir(folder)).not.toContain('x');
  }); // prettier-ignore
});

describe('publishing a run', () => {
  it('goes by what its plan says, and looks at what it was trained on', async () => {
    const run = at('run');
    const topics = Array.from({ length: 12 }, (_, i) =>
      JSON.stringify({ id: `t${i}`, title: `Drug ${i} for disease ${i}`, relevant_pmids: [`9${i}`] }),
    );
    await write(at('held.jsonl'), `${topics.join('\n')}\n`);
    const plan = planSchema.parse({
      name: 'tiny',
      model: { random: {}, licence: 'MIT' },
      data: { heldOut: at('held.jsonl'), dataset: at('data') },
      ...{ evaluation: {}, export: {} },
      publish: { to: at('of-run'), name: 'tiny-search', figure: 'recall', notes: 'From the plan.' },
    });
    await write(join(run, 'plan.json'), { plan });
    await write(join(run, 'plan.yaml'), 'name: tiny\n');
    const exported = await exportResult(join(run, 'export'), 'run');
    await write(join(run, 'export', 'export.json'), { sft: exported });
    await write(join(run, 'evaluation', 'summary.json'), {
      ...{ topics: 12, on: '12 held-out topics' },
      systems: [evaluationResult('zero-shot', 0.1), evaluationResult('sft', 0.4)],
    });
    const unknown = await publish(run, {});
    expect([unknown.exitCode, unknown.published.gate.reason]).toEqual([
      1,
      expect.stringMatching(/What the model was trained on is not known/u),
    ]);
    await write(at('data', 'train.jsonl'), `${JSON.stringify(row('t3', ['1']))}\n`);
    const leaking = await publish(run, {});
    expect(leaking.published.gate.reason).toMatch(/1 held-out topic of 12 were trained on: t3/u);
    await write(at('data', 'train.jsonl'), `${JSON.stringify(row('x', ['1', '95']))}\n`);
    const sharing = await publish(run, {});
    expect(sharing.published.gate.reason).toMatch(/1 held-out topic of 12 were trained on: t5/u);
    await write(at('data', 'train.jsonl'), `${JSON.stringify(row('x', ['1', '2']))}\n`);
    const done = await publish(run, {});
    expect(done.published).toMatchObject({
      ...{ status: 'published', name: 'tiny-search', channel: 'preview', version: '1.0.0' },
      release: {
        ...{ notes: 'From the plan.', baseModel: { name: 'random weights', licence: 'MIT' } },
        gate: { decision: 'first', against: 'zero-shot' },
        provenance: { plan: expect.stringMatching(/^[0-9a-f]{64}$/u), seed: 1 },
      },
    });
    expect((await publish(run, {})).published.status).toBe('already');
  });
});

function row(id: string, relevant: readonly string[]): object {
  return {
    ...{ data_source: 'publication', ability: 'search', prompt: [{ role: 'user', content: 'x' }] },
    reward_model: { style: 'rule', ground_truth: JSON.stringify({ relevant }) },
    extra_info: {
      ...{ split: 'train', index: 0, id, source: 'made', group: id, until: '', flags: '', context: '{}' },
      template: { id: 'x', hash: 'x' },
    },
    input: JSON.stringify({ title: 'Shoes of nurses in winter' }),
  };
}
