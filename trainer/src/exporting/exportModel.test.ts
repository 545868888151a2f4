/** Exports of tiny models with the real converter, loaded by the real node-llama-cpp. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createModelHost, defaultHostPath } from '@querent/server/models';
import type { ModelHostOptions, TextTokens } from '@querent/server/models';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256OfFile } from '../sha256OfFile.ts';
import { exportModel, ParityError } from './exportModel.ts';
import type { ExportOptions, ExportResult } from './options.ts';
import { checkParity, referenceRows } from './parity/gate.ts';
import type { Reference } from './parity/gate.ts';
import { limitsOf } from './parity/limits.ts';
import { parityTexts } from './parity/texts.ts';
import { makeWithPython, whyNoExporter } from './testing/tinyFolders.ts';

/** Python takes seconds to import torch, and more where other tests run beside. */
const PATIENCE = 480_000;
const reason = await whyNoExporter();
const texts = parityTexts({ template: undefined, task: undefined, prompts: [] });

let folder: string;
/** Each loads Python twice: they are made side by side. */
let exported: Readonly<Record<'llama' | 'qwen2' | 'adapter', ExportResult>>;
let refused: unknown;
const at = (...parts: string[]): string => join(folder, ...parts);

async function read(options: Partial<ModelHostOptions> & { modelPath: string }): Promise<TextTokens> {
  const host = createModelHost({
    hostPath: defaultHostPath(),
    gpu: 'off',
    threads: 1,
    idleMinutes: 0,
    ...options,
  });
  try {
    return await host.readTokens(
      { kind: 'chat', system: 'You write queries.', user: 'diabetes, insulin' },
      { logProbs: true },
    );
  } finally {
    await host.dispose();
  }
}

describe.skipIf(reason !== undefined)('an export', { timeout: PATIENCE }, () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'querent-export-'));
    await writeFile(at('texts.json'), JSON.stringify(referenceRows(texts)));
    await makeWithPython(`
import json
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM
root = Path(${JSON.stringify(folder)})
llama = save_model(root / "llama", hidden=256)
save_model(root / "qwen2", "qwen2", split="qwen2", tied=False, dtype=torch.bfloat16, shard="50KB")
tokenizer = save_model(root / "wrong-tokenizer", hidden=256) / "tokenizer.json"
words = json.loads(tokenizer.read_text())
words["model"]["merges"] = words["model"]["merges"][:len(words["model"]["merges"]) // 2]
tokenizer.write_text(json.dumps(words))
save_model(root / "wrong-weights", seed=2, hidden=256)
template = save_model(root / "wrong-template", hidden=256) / "chat_template.jinja"
template.write_text(template.read_text().replace("message['role'] + '", "message['role'] + ':"))
torch.manual_seed(1)
config = LoraConfig(r=4, lora_alpha=8, target_modules="all-linear", init_lora_weights=False)
get_peft_model(AutoModelForCausalLM.from_pretrained(llama), config).save_pretrained(root / "adapter")

from querent_engine.export.reference import reference
texts = json.loads((root / "texts.json").read_text())
for name in ("wrong-tokenizer", "wrong-weights", "wrong-template"):
    (root / f"{name}.json").write_text(json.dumps(reference(root / name, None, texts, 1)))
`);
    await mkdir(at('refused'));
    await writeFile(at('refused', 'model-F32.gguf'), 'the old one');
    const make = (out: string, options: Omit<ExportOptions, 'out' | 'threads'>): Promise<ExportResult> =>
      exportModel({ ...options, out: at(out), threads: 1 });
    const [llama, qwen2, adapter, error] = await Promise.all([
      make('one', {
        ...{ model: at('llama'), quantisations: ['F32', 'Q8_0', 'Q4_K_M'], stem: 'model', name: 'Tiny' },
        ...{ template: 'publication-search-direct/1', step: 12, version: '1.0.0' },
      }),
      make('two', { model: at('qwen2'), quantisations: ['BF16'], llamaCpp: false }),
      make('three', {
        ...{ model: at('llama'), adapter: at('adapter'), as: ['merged', 'adapter'], quantisations: ['F32'] },
      }),
      make('refused', {
        ...{ model: at('llama'), quantisations: ['F32'], stem: 'model', llamaCpp: false },
        limits: { largest: 1e-9 },
      }).catch((thrown: unknown) => thrown),
    ]);
    exported = { llama, qwen2, adapter };
    refused = error;
  }, PATIENCE);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('of a llama passes the gate as it is, in 8 bits and as a K-quant, and says what it is', async () => {
    const out = at('one');
    const result = exported.llama;
    expect((await readdir(out)).sort()).toEqual([
      'export.json',
      'model-F32.gguf',
      'model-Q4_K_M.gguf',
      'model-Q8_0.gguf',
    ]);
    expect(JSON.parse(await readFile(join(out, 'export.json'), 'utf8'))).toEqual(result);
    for (const file of result.files) expect(await sha256OfFile(file.path)).toBe(file.sha256);
    expect(result.parity.map(({ ok, mismatches }) => ({ ok, mismatches }))).toEqual(
      Array.from({ length: 3 }, () => ({ ok: true, mismatches: [] })),
    );
    const [exact, , coarse] = result.parity;
    expect(exact?.texts).toBeGreaterThan(15);
    expect(exact?.tokens).toBeGreaterThan(100);
    expect(exact?.meanDifference).toBeLessThan(0.02);
    expect(coarse?.meanDifference).toBeGreaterThan(3 * (exact?.meanDifference ?? NaN));
    const host = createModelHost({
      hostPath: defaultHostPath(),
      modelPath: join(out, 'model-Q4_K_M.gguf'),
      gpu: 'off',
      threads: 1,
      idleMinutes: 0,
    });
    expect(await host.describe()).toMatchObject({
      quantisation: 'Q4_K_M',
      hasChatTemplate: true,
      metadata: {
        'general.name': 'Tiny',
        'querent.task': 'publication',
        'querent.step': 12,
        'querent.version': '1.0.0',
      },
    });
    const written = await host.generate({ kind: 'raw', text: 'diabetes' }, { maxTokens: 4 });
    expect(written.tokens).toBeGreaterThan(0);
    await host.dispose();
  });

  it('of a qwen2 in pieces passes with our own writer, too', () => {
    const { parity, writer } = exported.qwen2;
    expect(writer).toBe('querent');
    expect(parity[0]).toMatchObject({ ok: true, mismatches: [] });
  });

  it('of an adapter changes what the model says, as the merged model does', async () => {
    const { files, parity } = exported.adapter;
    expect(files.map(({ kind }) => kind).sort()).toEqual(['adapter', 'model']);
    expect(parity.every(({ ok }) => ok)).toBe(true);
    const file = (kind: string): string => files.find((each) => each.kind === kind)?.path ?? '';
    const base = at('one', 'model-F32.gguf');
    const [plain, adapted, merged] = [
      await read({ modelPath: base }),
      await read({ modelPath: base, adapterPath: file('adapter') }),
      await read({ modelPath: file('model') }),
    ];
    const far = (a: TextTokens, b: TextTokens): number =>
      Math.max(...a.logProbs.map((value, i) => Math.abs(value - (b.logProbs[i] ?? NaN))));
    expect(far(plain, adapted)).toBeGreaterThan(1);
    expect(far(merged, adapted)).toBeLessThan(0.2);
  });

  it('that differs is refused with what differs, and the old files stay', async () => {
    expect(refused).toBeInstanceOf(ParityError);
    expect(refused).toMatchObject({ exitCode: 1 });
    expect((refused as ParityError).message).toMatch(
      /1 of 1 files does not pass .*model-F32\.gguf: The largest difference/,
    );
    expect(await readdir(at('refused'))).toEqual(['model-F32.gguf']);
    expect(await readFile(at('refused', 'model-F32.gguf'), 'utf8')).toBe('the old one');
  });

  it('is told apart from a model with another chat template, tokenizer or weights', async () => {
    const file = { path: at('one', 'model-F32.gguf'), quantisation: 'F32', name: 'model-F32.gguf' };
    for (const [model, problem] of [
      ['wrong-template', /^The tokens of publication, direct differ/],
      ['wrong-tokenizer', /^The tokens of .* differ/],
      ['wrong-weights', /^The mean difference of log-probabilities is \d/],
    ] as const) {
      const readings = JSON.parse(await readFile(at(`${model}.json`), 'utf8')) as Reference['readings'];
      const { ok, problems } = await checkParity(file, { texts, readings }, limitsOf('F32'), { threads: 1 });
      expect({ model, ok }).toEqual({ model, ok: false });
      expect(problems[0]).toMatch(problem);
    }
  });

  it.each([
    ['no model', { model: 'absent' }, /There is no folder/],
    ['an unknown quantisation', { quantisations: ['Q9'] }, /There is no quantisation Q9/],
    ['no quantisation', { quantisations: [] }, /at least one quantisation/],
    ['a folder below a file', { out: 'llama/config.json/out' }, /a part of its path is a file/],
    ['a tree that is none', { llamaCpp: 'llama' }, /no tree of llama\.cpp/],
    ['an adapter that is none', { adapter: 'qwen2' }, /has no adapter_config\.json/],
  ])(
    'of %s is refused with the way out',
    async (
      _name,
      {
        model = 'llama',
        out = 'bad',
        adapter,
        llamaCpp,
        ...more
      }: { model?: string; out?: string; adapter?: string; llamaCpp?: string; quantisations?: string[] },
      message,
    ) => {
      const exporting = exportModel({
        ...{ model: at(model), out: at(out), quantisations: ['Q8_0'], ...more },
        ...(adapter === undefined ? {} : { adapter: at(adapter) }),
        ...(llamaCpp === undefined ? {} : { llamaCpp: at(llamaCpp) }),
      });
      await expect(exporting).rejects.toThrow(message);
      await expect(exporting).rejects.toMatchObject({ exitCode: 2 });
      expect((await readdir(at(out)).catch(() => [])).filter((name) => name.endsWith('.gguf'))).toEqual([]);
    },
  );
});
