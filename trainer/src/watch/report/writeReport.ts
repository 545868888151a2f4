import { join, resolve } from 'node:path';
import type { DatasetCard } from '../../datasets/card.ts';
import { followRows } from '../../engines/embedded/index.ts';
import { htmlOf } from '../../evaluation/report/html.ts';
import { runPaths } from '../../run/paths.ts';
import { freshState, stateFile, writeSafely } from '../../run/state.ts';
import { readSummary } from '../../run/steps/evaluation.ts';
import { readJson } from '../readJson.ts';
import { runReader } from '../readRun.ts';
import { trainingOf } from '../training.ts';
import { runReport } from './runReport.ts';

/** Writes the report of a run as one HTML page without scripts. @param file default `report.html` of the run. @throws CliError when it is no run */
export async function writeReport(folder: string, file?: string): Promise<string> {
  const paths = runPaths(resolve(folder));
  const watched = await runReader(folder).read();
  const plan = ((await readJson(paths.plan)) ?? {}) as Readonly<Record<string, unknown>>;
  const { data } = (plan['plan'] ?? {}) as { readonly data?: { readonly dataset?: string | null } };
  const samples = await followRows(join(paths.ppo, 'samples.jsonl')).rows();
  const first = samples.filter(({ step }) => step === samples[0]?.step);
  const report = runReport({
    watched,
    state: (await stateFile(paths.folder).read()) ?? freshState(),
    plan,
    summary: await readSummary(paths.summary),
    card: (await readJson(join(data?.dataset ?? paths.dataset, 'card.json'))) as DatasetCard | undefined,
    firstSamples: trainingOf('ppo', first, first, null)?.samples ?? [],
    exported: (await readJson(join(paths.export, 'export.json'))) as
      Readonly<Record<string, unknown>> | undefined,
  });
  const target = file ?? paths.report;
  await writeSafely(target, htmlOf(report));
  return target;
}
