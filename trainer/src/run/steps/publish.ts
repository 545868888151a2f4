import { mkdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { badInput, CliError, EXIT } from '@querent/server/terminal';
import { version } from '../../cli/version.ts';
import type { EvaluationDocument } from '../../evaluation/document.ts';
import {
  gateOf,
  heldOutOf,
  parityRecord,
  publishRelease,
  readSigningKey,
  releaseFigures,
  trainedOn,
} from '../../publishing/index.ts';
import type { ExportedRelease, HeldOut, Published } from '../../publishing/index.ts';
import type { RunContext } from '../context.ts';
import { areIntact, describeFiles } from '../made.ts';
import type { MadeBefore, Step } from '../sequence.ts';
import type { StepInputs } from '../state.ts';
import { writeSafely } from '../state.ts';
import { datasetFolder } from './data.ts';
import { readSummary, topicsFile } from './evaluation.ts';
import { exportedOf, resultOf, servedQuantisation } from './exported.ts';
import { exactQuantisation, judgeMargin } from './margin.ts';

/** The gate: a release has to beat the current one on the held-out topics; then it is signed and put where editors pull it. */
export function publishStep(context: RunContext): Step {
  const { plan, paths } = context;
  return {
    name: 'publish',
    skipped: () => (plan.publish === null ? 'The plan publishes nothing.' : undefined),
    inputs: async (made) => ({
      plan: plan.publish,
      files: made.export?.['files'] ?? null,
      evaluation: made.evaluation?.['files'] ?? null,
      ...(exactQuantisation(plan) === undefined ? {} : { margin: plan.export?.parity.margin }),
    }),
    isIntact: ({ files }) => areIntact(paths.folder, files),
    clear: () => rm(paths.publish, { recursive: true, force: true }),
    run: (made) => publish(context, made),
  };
}

async function publish(context: RunContext, made: MadeBefore): Promise<StepInputs> {
  const { plan, paths, say, signal, environment, forced } = context;
  const settings = plan.publish;
  if (settings === null) throw new Error('publish without a plan for it');
  await mkdir(paths.publish, { recursive: true });
  const key = await readSigningKey(undefined, environment, say);
  const result = resultOf(plan);
  const candidate = await heldOut(context, result);
  const baseline = (await heldOut(context, 'zero-shot')) ?? (await heldOut(context, 'deterministic'));
  const summary = await readSummary(paths.summary);
  const document = summary?.systems.find(({ rewriter }) => rewriter === result);
  const margin = judgeMargin(plan, document, summary?.exact);
  say(margin.reason);
  if (!margin.isWithin && forced === undefined)
    throw new CliError(
      EXIT.findings,
      `Not published: ${margin.reason} To publish it all the same, give --force-publish --reason TEXT.`,
    );
  const published = await publishRelease({
    ...{ to: settings.to, name: settings.name, channel: settings.channel, version: settings.version },
    ...{ notes: settings.notes, minimumExtension: settings.minimumExtension, key },
    exported: await exportedRelease(context, made),
    evaluation: candidate?.heldOut,
    figures: document === undefined ? [] : releaseFigures(document, summary?.on ?? ''),
    baseline:
      baseline === undefined ? undefined : { name: baseline.heldOut.rewriter, heldOut: baseline.heldOut },
    trainedOn: await trainedOn(
      [join(datasetFolder(context), 'train.jsonl'), join(datasetFolder(context), 'validation.jsonl')],
      candidate?.heldOut,
      topicsFile(plan),
    ),
    gate: gateOf(settings),
    force: forced?.reason,
    ...{ environment, signal, onMessage: say },
  });
  await writeSafely(
    join(paths.publish, 'release.json'),
    `${JSON.stringify({ ...published, margin }, null, 1)}\n`,
  );
  if (published.status === 'refused')
    throw new CliError(
      EXIT.findings,
      `Not published: ${published.gate.reason} To publish it all the same, give --force-publish --reason TEXT.`,
    );
  say(told(published));
  return {
    files: await describeFiles(paths.folder, [join(paths.publish, 'release.json')]),
    version: published.version,
    status: published.status,
    gate: published.release?.gate ?? null,
    margin: { reason: margin.reason, isWithin: margin.isWithin },
  };
}

function told({ status, name, version: released, target, channel, gate }: Published): string {
  return status === 'already'
    ? `${name} ${released} is published in ${target} already.`
    : `${name} ${released} is published in ${target} (${channel}). ${gate.reason}`;
}

/** What a system did on the held-out topics; undefined when it was not evaluated. */
async function heldOut(
  { plan, paths, hashes }: RunContext,
  system: string,
): Promise<{ readonly heldOut: HeldOut; readonly document: EvaluationDocument } | undefined> {
  const document = (await readSummary(paths.summary))?.systems.find(({ rewriter }) => rewriter === system);
  const topics = topicsFile(plan);
  if (document === undefined || topics === undefined || plan.evaluation === null) return undefined;
  return {
    document,
    heldOut: heldOutOf(document, {
      topics: { name: basename(topics), sha256: await hashes.of(topics) },
      ...{ budget: plan.evaluation.budget, seeds: plan.evaluation.seeds },
      model: null,
    }),
  };
}

async function exportedRelease(context: RunContext, made: MadeBefore): Promise<ExportedRelease> {
  const { plan, paths, task, template } = context;
  const result = resultOf(plan);
  const exported = await exportedOf(paths, result);
  if (exported === undefined)
    throw new CliError(
      EXIT.engineFailed,
      `${join(paths.export, 'export.json')} says nothing of ${result}. Run the command with --from export.`,
    );
  const model = exported.files.find(
    ({ kind, quantisation }) => kind === 'model' && quantisation === servedQuantisation(plan),
  );
  const { licence } = plan.model;
  if (licence === null)
    throw badInput(
      'A release names the licence of its model, and the plan does not: write it in model.licence.',
    );
  const steps = made[result]?.['steps'];
  return {
    // An adapter is of use only with the very file that it was trained on, which is not exported.
    files:
      model === undefined
        ? []
        : [
            {
              ...{ file: model.path, kind: 'model', quantisation: model.quantisation },
              ...{ bytes: model.bytes, sha256: model.sha256 },
            },
          ],
    parity: parityRecord(exported.parity.filter(({ file }) => file === basename(model?.path ?? ''))),
    baseModel: {
      name: plan.model.name ?? basename(plan.model.path ?? 'random weights'),
      licence,
    },
    task: task.id,
    template: { id: template.id, hash: template.hash },
    step: typeof steps === 'number' ? steps : 0,
    provenance: {
      querent: version,
      plan: await context.hashes.of(paths.planText),
      dataset: await context.hashes.of(join(datasetFolder(context), 'train.jsonl')),
      seed: plan.seed,
    },
  };
}
