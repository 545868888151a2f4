import { basename } from 'node:path';
import { describeFigure, describeGate } from '@querent/core/channel';
import type { Channel } from '@querent/core/channel';
import { badInput, EXIT, note, print, printJson } from '@querent/server/terminal';
import { interruptible } from '../cli/interruptible.ts';
import { sha256OfFile } from '../sha256OfFile.ts';
import { gateOf } from './gate.ts';
import type { GateSettings } from './gate.ts';
import { releaseFigures } from './heldOut.ts';
import { makeSigningKey, readSigningKey } from './keys.ts';
import { publishRelease } from './publish.ts';
import type { Published } from './publish.ts';
import { baselineOf, candidateOf, readEvaluation } from './readEvaluation.ts';
import type { EvaluatedSystem, EvaluationHints, ReadEvaluation } from './readEvaluation.ts';
import { readSource } from './readSource.ts';
import type { PublicationSource } from './readSource.ts';
import { openTarget } from './targets/openTarget.ts';
import { trainedOn } from './trainedOn.ts';
import { verifyPublished } from './verifyPublished.ts';

export interface KeysOptions {
  readonly out: string;
  readonly json?: true;
}

/** `publish keys` */
export async function makeKeys({ out, json }: KeysOptions): Promise<void> {
  const { publicKey, keyId } = await makeSigningKey(out);
  if (json === true) {
    printJson({ publicKey, keyId, file: out });
    return;
  }
  print(publicKey);
  note(
    `The private key is in ${out}, for its owner only: keep a copy where only the team comes, and pass it on to nobody. The line above is the public key ` +
      `(id ${keyId}): editors set it as querent.model.channelKey.`,
  );
}

export interface VerifyOptions {
  readonly publicKey: string;
  readonly withoutFiles?: true;
  readonly json?: true;
}

/** `publish verify`. Exit code 1 when anything is wrong. */
export async function verifyTarget(channel: string, options: VerifyOptions): Promise<void> {
  const found = await interruptible(
    (signal) =>
      verifyPublished(openTarget(channel, process.env), options.publicKey, {
        withFiles: options.withoutFiles !== true,
        ...{ signal, onMessage: note },
      }),
    'Interrupted.',
  );
  const { ok, target, problems, files, keyId } = found;
  if (options.json === true) {
    const { name, serial, releases } = found.channel ?? {};
    printJson({
      ...{ ok, target, keyId: keyId ?? null, files, problems },
      channel: name === undefined ? null : { name, channel: found.channel?.channel, serial },
      releases: releases?.map(({ version, gate }) => ({ version, gate: gate.decision })) ?? [],
    });
  } else {
    for (const problem of problems) print(problem);
    for (const release of found.channel?.releases ?? [])
      print(`${release.version} (${release.date}): ${describeGate(release.gate)}`);
    print(
      ok
        ? `${target} is in order: signed by ${keyId ?? ''}, ${files} files as listed.`
        : `${target} is not in order; editors will refuse what is wrong.`,
    );
  }
  if (!ok) process.exitCode = EXIT.findings;
}

/** What the command is told. */
export interface PublishFolderOptions {
  readonly to?: string;
  readonly channel?: Channel['channel'];
  readonly name?: string;
  readonly version?: string;
  readonly notes?: string;
  readonly minimumExtension?: string;
  readonly key?: string;
  readonly evaluation?: string;
  readonly rewriter?: string;
  readonly against?: string;
  readonly trainedOn?: readonly string[];
  readonly topics?: string;
  readonly quantisation?: readonly string[];
  readonly baseModel?: string;
  readonly licence?: string;
  readonly figure?: 'recall' | 'f3' | 'reward';
  readonly significance?: number;
  readonly minimumTopics?: number;
  readonly keep?: number;
  readonly newKey?: true;
  readonly force?: true;
  readonly reason?: string;
  readonly dryRun?: true;
  readonly json?: true;
}

/** `publish`. Exit code 1 when the gate refuses. */
export async function publishFolder(folder: string, options: PublishFolderOptions): Promise<void> {
  const force = forceOf(options);
  const source = await readSource(folder, { ...options, quantisations: options.quantisation });
  const settings = source.plan?.publish ?? undefined;
  const [to, name] = [options.to ?? settings?.to, options.name ?? settings?.name];
  if (to === undefined)
    throw badInput('Say where to publish with --to: a folder, https://host/folder/, or hf:owner/name.');
  if (name === undefined)
    throw badInput('Name the model with --name, such as --name acme-publication-search.');
  const key = await readSigningKey(options.key, process.env, note);
  const { candidate, baseline, on, topics } = await evaluationsOf(source, options);
  const against =
    options.against === undefined
      ? undefined
      : onlyOrCandidate(
          await readEvaluation(options.against, await hintsOf(source, topics)),
          options.against,
        );
  const published = await interruptible(
    async (signal) =>
      publishRelease({
        ...{ to, name, key, force, signal },
        channel: options.channel ?? settings?.channel ?? 'preview',
        version: options.version ?? settings?.version ?? 'auto',
        notes: options.notes ?? settings?.notes ?? '',
        minimumExtension: options.minimumExtension ?? settings?.minimumExtension ?? '0.1.0',
        exported: source.exported,
        evaluation: candidate?.heldOut,
        figures: candidate?.document === undefined ? [] : releaseFigures(candidate.document, on),
        baseline,
        against: against?.heldOut,
        trainedOn: await trainedOn(trainingData(source, options), candidate?.heldOut, topics),
        gate: gateSettings(source, options),
        ...{ newKey: options.newKey, keep: options.keep, dryRun: options.dryRun },
        onMessage: note,
      }),
    'Interrupted; the channel is what it was. The same command goes on.',
  );
  if (options.json === true) printJson(published);
  else tell(published);
  if (published.status === 'refused') process.exitCode = EXIT.findings;
}

function forceOf({ force, reason }: PublishFolderOptions): string | undefined {
  const text = reason?.trim() ?? '';
  if (force === true && text === '')
    throw badInput(
      '--force needs --reason TEXT: it is published with the release, for whoever is to use it.',
    );
  if (force !== true && text !== '') throw badInput('--reason is for --force; without it the gate decides.');
  return force === true ? text : undefined;
}

async function evaluationsOf(
  source: PublicationSource,
  options: PublishFolderOptions,
): Promise<{
  readonly candidate: EvaluatedSystem | undefined;
  readonly baseline: EvaluatedSystem | undefined;
  readonly on: string;
  readonly topics: string | undefined;
}> {
  const topics = options.topics ?? source.topics;
  const path = options.evaluation ?? source.evaluation;
  if (path === undefined) return { candidate: undefined, baseline: undefined, on: '', topics };
  const evaluation = await readEvaluation(path, await hintsOf(source, topics));
  return {
    candidate: candidateOf(evaluation, options.rewriter, path),
    baseline: baselineOf(evaluation),
    on: evaluation.on,
    topics,
  };
}

/** Of the current release there is often one evaluation, whatever it is called. */
function onlyOrCandidate(evaluation: ReadEvaluation, path: string): EvaluatedSystem {
  const [only, ...others] = evaluation.systems;
  return only !== undefined && others.length === 0 ? only : candidateOf(evaluation, undefined, path);
}

/** What a run's plan says of its evaluation. */
async function hintsOf({ plan }: PublicationSource, topics: string | undefined): Promise<EvaluationHints> {
  return {
    budget: plan?.evaluation?.budget,
    seeds: plan?.evaluation?.seeds,
    topics: topics === undefined ? undefined : { name: basename(topics), sha256: await sha256OfFile(topics) },
  };
}

function trainingData(
  source: PublicationSource,
  { trainedOn: named }: PublishFolderOptions,
): readonly string[] | undefined {
  if (named === undefined) return source.trainedOn;
  return named.length === 1 && named[0] === 'none' ? [] : named;
}

function gateSettings({ plan }: PublicationSource, options: PublishFolderOptions): GateSettings {
  const settings = plan?.publish ?? undefined;
  return gateOf({
    figure: options.figure ?? settings?.figure ?? 'recall',
    significance: options.significance ?? settings?.significance ?? 0.05,
    minimumGain: settings?.minimumGain ?? 0,
    minimumTopics: options.minimumTopics ?? settings?.minimumTopics ?? 10,
  });
}

function tell(published: Published): void {
  const { status, name, version, channel, target, serial, gate, release, keyId, removed } = published;
  const what = `${name} ${version} (${channel})`;
  if (status === 'refused') {
    print(`Not published: ${gate.reason}`);
    return;
  }
  if (status === 'already') {
    print(`${what} is published in ${target} already, with these very files.`);
    return;
  }
  print(
    `${what} ${status === 'dry-run' ? 'would be' : 'is'} published in ${target}, serial ${serial}, signed by ${keyId}.`,
  );
  if (release !== null) {
    print(describeGate(release.gate));
    for (const figure of release.evaluation) print(`  ${describeFigure(figure)}`);
    for (const file of release.files) print(`  ${file.path} (${file.bytes} bytes)`);
  }
  if (removed.versions.length > 0) print(`No longer listed: ${removed.versions.join(', ')}.`);
}
