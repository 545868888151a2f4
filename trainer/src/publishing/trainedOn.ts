import { badInput } from '@querent/server/terminal';
import { leakage } from '../datasets/leakage.ts';
import { loadParts } from '../datasets/loadParts.ts';
import type { TrainedOn } from './gate.ts';
import type { HeldOut } from './heldOut.ts';

/**
 * Which of the held-out topics were trained on.
 * @param data files or folders of what was trained on: datasets (their train and validation), rows, topics. Undefined: not known. Empty: nothing
 * @param topics the file of the held-out topics, with their texts and labels; without it only ids are compared
 * @throws CliError when a file cannot be read
 */
export async function trainedOn(
  data: readonly string[] | undefined,
  candidate: HeldOut | undefined,
  topics: string | undefined,
): Promise<TrainedOn> {
  if (data === undefined) return undefined;
  if (candidate === undefined || data.length === 0) return { leaking: [], example: '' };
  const ids = new Set(candidate.rows.map(({ id }) => id));
  const loaded = await Promise.all(data.map(loadParts));
  // Of a dataset's folder, which has three parts, its own test is not trained on.
  const parts = loaded.flatMap((each) =>
    each.length > 1 ? each.filter(({ name }) => name !== 'test') : each,
  );
  const trained = parts.flatMap((part) => part.topics.map(({ topic }) => topic));
  if (trained.length === 0)
    throw badInput(
      `${data.join(', ')} holds no topics, so it cannot be told what was trained on. Name the dataset of the training run.`,
    );
  const same = [...new Set(trained.map(({ id }) => id).filter((id) => ids.has(id)))];
  if (same.length > 0) return { leaking: same, example: `${same[0] ?? ''} is among them by its id` };
  if (topics === undefined) return { leaking: [], example: '' };
  const held = (await loadParts(topics)).flatMap((part) => part.topics.map(({ topic }) => topic));
  const tested = held.filter(({ id }) => ids.has(id));
  const report = leakage(
    { name: 'train', topics: trained },
    { name: 'held out', topics: tested.length > 0 ? tested : held },
  );
  if (!report.isLeaking) return { leaking: [], example: '' };
  const [example] = report.examples;
  // The report lists the first of them; their number counts.
  const listed = report.examples.map(({ id }) => id);
  const unlisted = Array.from({ length: report.all.leaking - listed.length }, (_, i) => `another ${i + 1}`);
  return { leaking: [...listed, ...unlisted], example: example?.shares ?? '' };
}
