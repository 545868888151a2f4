import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import { badInput, EXIT, note, print, printJson } from '@querent/server/terminal';
import { interruptible } from '../interruptible.ts';
import { wholeNumber } from '../options.ts';

interface ExportCommandOptions {
  readonly out: string;
  readonly quantisation: readonly string[];
  readonly adapter?: string;
  readonly as?: 'merged' | 'adapter' | 'both';
  readonly stem?: string;
  readonly name?: string;
  readonly template: string;
  readonly task?: string;
  readonly step?: number;
  readonly release?: string;
  readonly licence?: string;
  readonly gate: boolean;
  readonly reason?: string;
  readonly limit?: number;
  readonly python?: string;
  readonly llamaCpp?: string;
  readonly ownWriter?: boolean;
  readonly threads: number;
  readonly json?: boolean;
}

/** `querent-trainer export` */
export function addExport(program: Command): void {
  program
    .command('export')
    .description('make GGUF files of a model folder, and hold them against transformers')
    .argument('<folder>', 'config.json, safetensors and tokenizer, as transformers saves them')
    .requiredOption('--out <folder>', 'where the files go: STEM-Q8_0.gguf ... and export.json')
    .option(
      '--quantisation <names...>',
      'F32, F16, BF16, Q8_0, Q5_0, Q5_1, Q4_0, Q4_1; Q6_K, Q5_K_M, Q5_K_S, Q4_K_M, Q4_K_S, Q3_K_M with the library of node-llama-cpp or llama-quantize on the PATH',
      ['Q8_0'],
    )
    .option('--adapter <folder>', 'LoRA adapter of PEFT that was trained on the model')
    .addOption(
      new Option(
        '--as <what>',
        'what is made with an adapter: the model with it merged in, a GGUF adapter, both',
      )
        .choices(['merged', 'adapter', 'both'])
        .default('merged'),
    )
    .option('--stem <name>', 'begin of the names of the files (default: the name of the folder)')
    .option('--name <name>', 'name within the files (default: the stem)')
    .option(
      '--template <id>',
      'prompt template that the model was trained with (docs/prompts.md); auto: what querent.json in the folder says, or the name of a published checkpoint',
      'auto',
    )
    .option('--task <id>', 'task that it was trained for (default: the one of the template)')
    .option('--step <n>', 'training step, for the metadata', wholeNumber(0, 1_000_000_000))
    .option('--release <version>', 'version, for the metadata')
    .option('--licence <name>', 'licence of the base model, for the metadata')
    .option(
      '--limit <nats>',
      'largest mean difference of log-probabilities, instead of that of the quantisation',
      nats,
    )
    .option('--no-gate', 'leave the parity gate out; wants --reason')
    .option('--reason <text>', 'why the gate is left out; is written into export.json')
    .option(
      '--python <path>',
      'the Python to use (default: QUERENT_PYTHON, else that of the checkout, else python3)',
    )
    .option('--llama-cpp <folder>', "a tree of llama.cpp whose converter is used (default: node-llama-cpp's)")
    .option('--own-writer', "write with Querent's own writer (Llama, Mistral, Qwen 2 and 3)")
    .option('--threads <n>', 'threads; 0: chosen', wholeNumber(0, 1024), 0)
    .option('--json', 'print what export.json holds, and nothing else')
    .addHelpText(
      'after',
      `
The parity gate: the prompts of every task, those that the model was trained with and texts with unusual characters must become the same tokens in
transformers and in the editor's runtime, and each token of an answer must be about as likely; the limits stand in docs/exporting.md.

Exit code 0: the files are there. 1: a file does not pass the gate; none is kept. 2: bad usage or input. 3: it failed. 130: Ctrl-C.

Examples:
  querent-trainer export runs/one/ppo/model --out runs/one/export --template publication-search/1
  querent-trainer export DeepRetrieval-PubMed-3B --out models --quantisation Q4_K_M Q8_0`,
    )
    .action(async (folder: string, options: ExportCommandOptions) => runExport(folder, options));
}

async function runExport(folder: string, options: ExportCommandOptions): Promise<void> {
  const { gate, reason, json, as = 'merged', limit, ownWriter, llamaCpp, quantisation, ...rest } = options;
  if (!gate && (reason ?? '').trim() === '')
    throw badInput('--no-gate wants a --reason, which is written into export.json.');
  if (as !== 'merged' && rest.adapter === undefined) throw badInput(`--as ${as} wants an --adapter.`);
  const { exportModel } = await import('../../exporting/index.ts');
  const { release, ...passed } = rest;
  let last = '';
  const result = await interruptible(
    async (signal) =>
      exportModel({
        ...passed,
        model: folder,
        quantisations: quantisation,
        as: as === 'both' ? ['merged', 'adapter'] : [as],
        ...(release === undefined ? {} : { version: release }),
        ...(limit === undefined ? {} : { limits: { mean: limit } }),
        ...(gate ? {} : { withoutGate: { reason: (reason ?? '').trim() } }),
        ...(ownWriter === true ? { llamaCpp: false as const } : llamaCpp === undefined ? {} : { llamaCpp }),
        signal,
        onProgress: ({ what, message }) => {
          const line = message === undefined ? what : `${what}: ${message}`;
          if (line !== last && json !== true) note(line);
          last = line;
        },
      }),
    'Interrupted; no file was made.',
  );
  process.exitCode = EXIT.fine;
  if (json === true) {
    printJson(result);
    return;
  }
  for (const { path, bytes, sha256, quantisation: made } of result.files)
    print(`${path}  ${made}  ${bytes.toLocaleString('en')} bytes  SHA-256 ${sha256}`);
  for (const { file, texts, tokens, meanDifference, largestDifference, sameLikeliest } of result.parity)
    print(
      `${file}: tokens of ${texts} texts equal; log-probabilities of ${tokens} tokens differ by ${figure(meanDifference)} nats on average, ${figure(largestDifference)} at most; the likeliest token is the same in ${((sameLikeliest ?? 0) * 100).toFixed(1)} %`,
    );
  for (const text of [
    ...result.notes,
    ...result.parity.flatMap(({ file, notes }) => notes.map((each) => `${file}: ${each}`)),
  ])
    note(text);
}

function figure(value: number | null): string {
  return value === null ? '?' : value.toFixed(4);
}

function nats(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value > 0 && value <= 100) return value;
  throw new InvalidArgumentError('It must be a number above 0.');
}
