import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { directTemplate } from '@querent/core/rewriting';
import type { ExportedFile, ExportedRelease } from '../exported.ts';
import { defaultGate } from '../gate.ts';
import type { HeldOut, HeldOutRow } from '../heldOut.ts';
import { makeSigningKey } from '../keys.ts';
import type { SigningKey } from '../keys.ts';
import type { PublishOptions } from '../publish.ts';

export async function freshFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'querent-publishing-'));
}

/** A held-out evaluation: topics `t0`, `t1` ... with recalls as given; F3 is the same unless told. */
export function heldOutWith(
  recalls: readonly number[],
  change: Partial<HeldOut> = {},
  f3s = recalls,
): HeldOut {
  const rows = recalls.map((recall, i): HeldOutRow => ({
    id: `t${i}`,
    group: `t${i}`,
    figures: { recallWithinBudget: recall, recall, f3: f3s[i] ?? recall, reward: recall },
  }));
  return {
    ...{ schema: 1, task: 'publication', rewriter: 'ppo', model: null, budget: 1500, seeds: 0, rows },
    topics: { name: 'reviews.jsonl', sha256: 'aa'.repeat(32) },
    ...change,
  };
}

/** So many equal recalls. */
export function recalls(n: number, value: number): readonly number[] {
  return Array.from({ length: n }, () => value);
}

/** A file of an export with this content. */
export async function exportedFile(
  folder: string,
  content: string | Uint8Array,
  quantisation = 'Q8_0',
): Promise<ExportedFile> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, `model-${quantisation}.gguf`);
  await writeFile(file, content);
  const bytes = Buffer.from(content as string);
  return {
    ...{ file, kind: 'model', quantisation, bytes: bytes.length },
    sha256: createHash('sha256').update(bytes).digest('hex'),
  };
}

export function exportedRelease(files: readonly ExportedFile[]): ExportedRelease {
  return {
    files,
    parity: { maxLogProbDifference: 0.01, limit: 0.05, positions: 300, tokenIdsEqual: true },
    baseModel: { name: 'tiny', licence: 'MIT' },
    task: 'publication',
    template: { id: directTemplate.id, hash: directTemplate.hash },
    step: 60,
    provenance: { seed: 1 },
  };
}

/** A place to publish from: keys, and options that pass. */
export interface Place {
  readonly folder: string;
  readonly key: SigningKey;
  readonly keyFile: string;
  /** Options to publish a model with this content; recalls of 12 topics are 0.5 + 0.01 a `better`. */
  options(
    to: PublishOptions['to'],
    content: string,
    change?: Partial<PublishOptions>,
  ): Promise<PublishOptions>;
}

export async function makePlace(): Promise<Place> {
  const folder = await freshFolder();
  const keyFile = join(folder, 'key.pem');
  const key = await makeSigningKey(keyFile);
  let made = 0;
  return {
    ...{ folder, key, keyFile },
    async options(to, content, change = {}) {
      const exported = exportedRelease([await exportedFile(join(folder, `export-${made++}`), content)]);
      return {
        ...{
          to,
          name: 'acme-publication-search',
          channel: 'stable',
          version: 'auto',
          notes: 'Trained on topics.',
        },
        ...{
          minimumExtension: '0.1.0',
          key,
          exported,
          trainedOn: { leaking: [], example: '' },
          gate: defaultGate,
        },
        evaluation: heldOutWith(recalls(12, 0.5)),
        figures: [{ name: 'recall', value: 0.5, interval: [0.4, 0.6], n: 20, on: '20 topics' }],
        environment: {},
        ...change,
      };
    },
  };
}
