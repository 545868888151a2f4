import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createModelHost, defaultHostPath, modelPrompt } from '@querent/server/models';
import type { ModelHost } from '@querent/server/models';
import { runExporter } from '../runExporter.ts';
import type { ExporterRun } from '../runExporter.ts';
import { compareReadings } from './compare.ts';
import type { ComparedText } from './compare.ts';
import type { ParityLimits, ParityReport } from './report.ts';
import type { ParityText } from './texts.ts';

/** What transformers makes of a text (`reference.py`). */
interface ReferenceText {
  readonly id: string;
  readonly promptIds: readonly number[];
  readonly completionIds: readonly number[];
  readonly logProbs: readonly number[];
  readonly top: readonly number[];
}

/** What the files of an export are held against. */
export interface Reference {
  readonly texts: readonly ParityText[];
  readonly readings: readonly ReferenceText[];
}

export interface ReferenceRun extends Omit<ExporterRun, 'command' | 'config' | 'onEvent'> {
  readonly model: string;
  readonly adapter?: string | undefined;
  /** A folder for what passes between the two. */
  readonly scratch: string;
  readonly threads: number;
  /** Tokens of context that the model has; longer texts are compared by their tokens alone. */
  readonly onShare?: (share: number) => void;
}

/** The texts as `reference.py` takes them, each with its place among them as its id. */
export function referenceRows(texts: readonly ParityText[]): readonly Readonly<Record<string, unknown>>[] {
  return texts.map(({ prompt: { system, user, text }, completion, isScored }, i) => ({
    id: String(i),
    // `opened` is the end of a raw template's text already.
    ...(text === undefined
      ? {
          messages: [
            { role: 'system', content: system },
            { role: 'user', content: user },
          ].filter(({ content }) => content !== ''),
        }
      : { text }),
    completion,
    scored: isScored,
  }));
}

/** Has transformers read the texts. @throws CliError where the model cannot be loaded */
export async function referenceOf(texts: readonly ParityText[], run: ReferenceRun): Promise<Reference> {
  const { model, adapter, scratch, threads, onShare, ...process } = run;
  const out = join(scratch, 'reference.json');
  await runExporter({
    ...process,
    command: 'reference',
    config: { model, adapter: adapter ?? null, texts: referenceRows(texts), threads, out },
    scratch,
    onEvent: ({ share }) => {
      if (typeof share === 'number') onShare?.(share);
    },
  });
  return { texts, readings: JSON.parse(await readFile(out, 'utf8')) as readonly ReferenceText[] };
}

export interface CheckedFile {
  readonly path: string;
  readonly quantisation: string;
  /** For an adapter: the model under it. */
  readonly base?: string | undefined;
  /** The name for people. */
  readonly name: string;
}

/**
 * Has the runtime of the editor read the same texts with a file, and compares.
 * @throws ModelError (rejects) where the file cannot be loaded
 */
export async function checkParity(
  file: CheckedFile,
  { texts, readings }: Reference,
  limits: ParityLimits,
  options: {
    readonly threads: number;
    readonly signal?: AbortSignal | undefined;
    readonly onShare?: (share: number) => void;
  },
): Promise<ParityReport> {
  const longest = Math.max(
    ...readings.map(({ promptIds, completionIds }) => promptIds.length + completionIds.length),
  );
  const host = createModelHost({
    hostPath: defaultHostPath(),
    modelPath: file.base ?? file.path,
    ...(file.base === undefined ? {} : { adapterPath: file.path }),
    gpu: 'off',
    threads: options.threads,
    idleMinutes: 0,
    contextTokens: Math.max(512, longest + 16),
  });
  try {
    const compared: ComparedText[] = [];
    for (const [i, text] of texts.entries()) {
      const reading = readings[i];
      if (reading === undefined) continue;
      compared.push(await readBoth(host, text, reading, options.signal));
      options.onShare?.((i + 1) / texts.length);
    }
    return compareReadings(file.name, file.quantisation, compared, limits);
  } finally {
    await host.dispose();
  }
}

async function readBoth(
  host: ModelHost,
  { id, prompt, completion, isNote }: ParityText,
  reading: ReferenceText,
  signal: AbortSignal | undefined,
): Promise<ComparedText> {
  const description = await host.describe();
  const isWithin =
    reading.promptIds.length + reading.completionIds.length < (description.contextTokens ?? Infinity);
  const logProbs = reading.logProbs.length > 0 && isWithin;
  const actual = await host.readTokens(modelPrompt(prompt, description), {
    continuation: reading.completionIds,
    logProbs,
    ...(signal === undefined ? {} : { signal }),
  });
  return {
    id,
    isNote,
    expected: {
      promptIds: reading.promptIds,
      logProbs: logProbs ? reading.logProbs : [],
      likeliest: logProbs ? reading.top : [],
    },
    actual: { promptIds: actual.tokens, logProbs: actual.logProbs, likeliest: actual.likeliest },
    ...(completion === '' ? {} : { answer: { written: completion, read: actual.continuationText } }),
  };
}
