import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { templateKeys } from '@querent/core/prompting';
import { directTemplate } from '@querent/core/rewriting';
import type { ExportResult } from '../../exporting/index.ts';

/** Writes a text, or a value as JSON, and makes its folder. */
export async function write(path: string, content: unknown): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
}

/** Writes the model file of an export with this content. @returns the export.json that belongs to it */
export async function exportResult(
  place: string,
  content: string,
  metadata: ExportResult['metadata'] = {},
): Promise<ExportResult> {
  const path = join(place, 'model-Q8_0.gguf');
  await write(path, content);
  const sha256 = createHash('sha256').update(content).digest('hex');
  return {
    files: [{ path, bytes: content.length, sha256, quantisation: 'Q8_0', kind: 'model', madeBy: 'querent' }],
    parity: [
      {
        ...{ file: 'model-Q8_0.gguf', quantisation: 'Q8_0', texts: 8, mismatches: [], changedAnswers: [] },
        ...{ tokens: 240, scoredTexts: 8, meanDifference: 0.01, largestDifference: 0.08, bias: 0 },
        ...{ sameLikeliest: 1, limits: { mean: 0.05, largest: 0.5 }, ok: true, problems: [], notes: [] },
      },
    ],
    metadata: {
      ...{ 'general.name': 'tiny', 'general.license': 'mit', 'querent.step': 60 },
      ...{ [templateKeys.template]: directTemplate.id, [templateKeys.hash]: directTemplate.hash },
      [templateKeys.task]: 'publication',
      ...metadata,
    },
    ...{ withoutGate: null, architecture: 'LlamaForCausalLM', parameters: 1000 },
    ...{ writer: 'querent', llamaCpp: null, notes: [], seconds: 1 },
  };
}

/** The result of an evaluation on twelve topics, `t0` to `t11`. */
export function evaluationResult(rewriter: string, recall: number): object {
  const perTopic = Array.from({ length: 12 }, (_, i) => ({
    ...{
      id: `t${i}`,
      group: `t${i}`,
      query: 'x',
      recall,
      precision: 0.1,
      f3: recall,
      records: 100,
      error: null,
    },
  }));
  return {
    ...{ task: 'publication', rewriter, n: 12, metrics: { recall, f3: recall, validRate: 1, reward: null } },
    ...{ intervals: { recall: [recall - 0.1, recall + 0.1] }, perTopic, comparisons: [], notes: [] },
  };
}

/** Writes a folder as `evaluate --out` leaves it, of the deterministic rewriter (recall 0.3) and the model file with this content. */
export async function evaluationFolder(place: string, recall: number, model: string): Promise<void> {
  await write(join(place, 'summary.json'), [
    evaluationResult('deterministic', 0.3),
    evaluationResult('model:m.gguf', recall),
  ]);
  const sha256 = createHash('sha256').update(model).digest('hex');
  await write(join(place, 'plan.json'), {
    settings: {
      ...{ task: 'publication', items: { file: 'reviews.jsonl', sha256: 'aa'.repeat(32), count: 12 } },
      rewriters: { deterministic: {}, 'model:m.gguf': { model: { sha256 } } },
      ...{ budget: 1500, seeds: 0 },
    },
    about: {},
  });
}
