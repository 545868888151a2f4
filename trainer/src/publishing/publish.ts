import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { dirname, resolve, sep } from 'node:path';
import {
  channelSchemaVersion,
  compareVersions,
  isVersion,
  nextMinor,
  writeChannel,
} from '@querent/core/channel';
import type { Channel, EvaluationFigure, Release } from '@querent/core/channel';
import { badInput, CliError, EXIT } from '@querent/server/terminal';
import { version as querentVersion } from '../cli/version.ts';
import { sha256OfFile } from '../sha256OfFile.ts';
import { evaluationKey, evaluationOf, evaluationPath, historyPath, readCurrent } from './current.ts';
import type { CurrentChannel } from './current.ts';
import { pathInChannel } from './exported.ts';
import type { ExportedRelease } from './exported.ts';
import { decide, gateRecord } from './gate.ts';
import type { GateResult, GateSettings, Opponent, TrainedOn } from './gate.ts';
import type { HeldOut } from './heldOut.ts';
import { signChannel } from './keys.ts';
import type { SigningKey } from './keys.ts';
import { pruned } from './prune.ts';
import { openTarget } from './targets/openTarget.ts';
import { textFile } from './targets/stepwise.ts';
import { ConflictError } from './targets/target.ts';
import type { NewFile, PublishingTarget } from './targets/target.ts';

/** What is published, where, and how strictly. */
export interface PublishOptions {
  /** A folder, `https://host/folder/` or `hf:owner/name`; or a target that is open. */
  readonly to: string | PublishingTarget;
  /** Of the model; a channel has one name for good. */
  readonly name: string;
  readonly channel: Channel['channel'];
  /** `auto`: the next minor version after the newest, 1.0.0 for the first. */
  readonly version: string;
  readonly notes: string;
  readonly minimumExtension: string;
  readonly key: SigningKey;
  readonly exported: ExportedRelease;
  /** What the release did on the held-out topics; without it the gate refuses. */
  readonly evaluation: HeldOut | undefined;
  /** For people, shown with the release. */
  readonly figures: readonly EvaluationFigure[];
  /** What a first release is held against. */
  readonly baseline?: { readonly name: string; readonly heldOut: HeldOut } | undefined;
  /** Of the current release, where the channel has none of it or it is of other topics. */
  readonly against?: HeldOut | undefined;
  readonly trainedOn: TrainedOn;
  readonly gate: GateSettings;
  /** Why it is published although the gate refuses. */
  readonly force?: string | undefined;
  /** Whether a channel that was signed with another key is gone on with. */
  readonly newKey?: boolean | undefined;
  /** So many releases stay listed; the files of older ones are removed. Without it all stay. */
  readonly keep?: number | undefined;
  /** Nothing is written. */
  readonly dryRun?: boolean | undefined;
  readonly environment?: NodeJS.ProcessEnv | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onMessage?: ((message: string) => void) | undefined;
  readonly now?: (() => Date) | undefined;
}

/** What came of it. */
export interface Published {
  /** `already`: the newest release has the same files, so there was nothing to do. */
  readonly status: 'published' | 'already' | 'refused' | 'dry-run';
  /** Where, for people. */
  readonly target: string;
  readonly name: string;
  readonly channel: Channel['channel'];
  readonly version: string;
  /** Of the channel afterwards. */
  readonly serial: number;
  /** As it is, or would be, in the channel; null when it was refused. */
  readonly release: Release | null;
  readonly gate: GateResult;
  readonly keyId: string;
  /** What readers set in `querent.model.channelKey`. */
  readonly publicKey: string;
  /** Versions that are no longer listed, and the files that went with them. */
  readonly removed: { readonly versions: readonly string[]; readonly files: readonly string[] };
}

/**
 * Publishes a release: holds it against the gate, signs the channel with it, and puts everything into its place. What the gate refuses is told as a result, not as
 * an error. A publication that was interrupted is done again by the same call.
 * @throws CliError for what cannot be published, read or written; the channel is then what it was
 */
export async function publishRelease(options: PublishOptions): Promise<Published> {
  const { key, exported, signal, environment = process.env } = options;
  const target = typeof options.to === 'string' ? openTarget(options.to, environment) : options.to;
  await refuseSharedKey(options.to, key);
  await checkFiles(exported);
  const current = await readCurrent(target, key, options.newKey === true, signal);
  if (current !== undefined) checkIdentity(target, current.channel, options);
  const newest = current?.channel.releases[0];
  const done = alreadyPublished(newest, options);
  const version = done ? (newest?.version ?? '') : nextVersion(current?.channel, options.version);
  const gate = done
    ? alreadyPassed(newest)
    : decide(options.evaluation, await opponentOf(target, newest, options), options.trainedOn, options.gate);
  const told = {
    target: target.name,
    ...{ name: options.name, channel: options.channel, version, gate },
    ...{ keyId: key.keyId, publicKey: key.publicKey },
    removed: { versions: [], files: [] },
  };
  const before = current?.channel.serial ?? 0;
  if (done && newest !== undefined && current?.isOfOtherKey === false) {
    if (options.dryRun !== true) await completeSignature(target, current, key);
    return { ...told, status: 'already', serial: before, release: newest };
  }
  if (gate.decision === 'refused' && options.force === undefined)
    return { ...told, status: 'refused', serial: before, release: null };
  checkEvaluated(options);
  const evaluation =
    options.evaluation === undefined ? undefined : evaluationFile(options.evaluation, version);
  const release = done && newest !== undefined ? newest : releaseOf(options, version, gate, evaluation);
  const others = (current?.channel.releases ?? []).filter((each) => each.version !== version);
  const { listed, dropped, files } = pruned([release, ...others], options.keep, evaluationPathOf);
  const channel: Channel = {
    schemaVersion: channelSchemaVersion,
    name: options.name,
    channel: options.channel,
    serial: before + 1,
    updated: (options.now?.() ?? new Date()).toISOString(),
    releases: listed,
  };
  const text = written(channel);
  const signature = signChannel(text, key);
  const result = {
    ...told,
    serial: channel.serial,
    release,
    removed: { versions: dropped.map((each) => each.version), files },
  };
  if (options.dryRun === true) return { ...result, status: 'dry-run' };
  const history: readonly NewFile[] = target.isAtomic
    ? []
    : [
        textFile(historyPath(channel.serial, text, 'channel.json'), text),
        textFile(historyPath(channel.serial, text, 'channel.json.sig'), signature),
      ];
  const models = exported.files.map((file): NewFile => ({
    path: pathInChannel(version, file),
    bytes: file.bytes,
    sha256: file.sha256,
    content: { file: file.file },
  }));
  try {
    await target.apply(
      {
        files: [...(done ? [] : models), ...(evaluation === undefined ? [] : [evaluation]), ...history],
        ...{ channel: text, signature, before: current?.before, removed: files },
        title: `${options.name} ${version} (${options.channel}), serial ${channel.serial}`,
      },
      { signal, onMessage: options.onMessage },
    );
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
    throw new CliError(
      EXIT.engineFailed,
      `${error.message} Serial ${channel.serial} was to be the next. Publish again: the release is then held against what is there now.`,
      error,
    );
  }
  return { ...result, status: 'published' };
}

/** A key that lies where everybody reads is no secret. */
async function refuseSharedKey(to: PublishOptions['to'], { from }: SigningKey): Promise<void> {
  if (typeof to !== 'string' || /^(?:hf:|https?:)/iu.test(to)) return;
  const folder = resolve(to);
  if (!`${dirname(resolve(from))}${sep}`.startsWith(`${folder}${sep}`)) return;
  if ((await stat(from).catch(() => undefined)) === undefined) return;
  throw badInput(
    `The signing key ${from} lies within ${to}, where everybody reads who reads the channel. Move it out, and make a new one if others could have seen it.`,
  );
}

async function checkFiles({ files }: ExportedRelease): Promise<void> {
  if (files.length === 0) throw badInput('There is no file to publish. Run querent-trainer export first.');
  for (const { file, bytes, sha256 } of files) {
    const info = await stat(file).catch(() => undefined);
    if (info === undefined) throw badInput(`${file} is not there. Run querent-trainer export again.`);
    if (info.size !== bytes || (await sha256OfFile(file)) !== sha256)
      throw badInput(
        `${file} is not the file that was exported (size or SHA-256 differs from export.json). Run querent-trainer export again.`,
      );
  }
}

function checkIdentity(target: PublishingTarget, channel: Channel, options: PublishOptions): void {
  if (channel.name !== options.name)
    throw badInput(
      `${target.name} is the channel of ${channel.name}, not of ${options.name}. Publish with --name ${channel.name}, or to another place.`,
    );
  if (channel.channel !== options.channel)
    throw badInput(
      `${target.name} is a ${channel.channel} channel, and this is a ${options.channel} release. Publish with --channel ${channel.channel}, or to another place.`,
    );
  const task = channel.releases[0]?.task;
  if (task !== undefined && task !== options.exported.task)
    throw badInput(
      `${target.name} has releases for the task ${task}, and this one is for ${options.exported.task}. Publish it to another place.`,
    );
}

/** Whether the newest release is this one, of a publication whose end nobody saw. */
function alreadyPublished(newest: Release | undefined, { exported, version }: PublishOptions): boolean {
  if (newest === undefined || (version !== 'auto' && version !== newest.version)) return false;
  const own = exported.files.map(({ sha256 }) => sha256).sort();
  const there = newest.files.map(({ sha256 }) => sha256).sort();
  return own.join() === there.join();
}

function alreadyPassed(newest: Release | undefined): GateResult {
  const gate = newest?.gate;
  return {
    decision: gate?.decision === 'first' ? 'first' : 'passed',
    reason: `Version ${newest?.version ?? ''} has these files already: ${gate?.reason ?? ''}`,
    ...{ against: gate?.against ?? null, topics: 0, first: null, second: null },
  };
}

/** Of a publication that was killed before its last file. */
async function completeSignature(
  target: PublishingTarget,
  { channel, before }: CurrentChannel,
  key: SigningKey,
): Promise<void> {
  const text = Buffer.from(before.channel.bytes).toString('utf8');
  const signature = signChannel(before.channel.bytes, key);
  if (before.signature !== undefined && Buffer.from(before.signature.bytes).toString('utf8') === signature)
    return;
  await target.apply({
    ...{ files: [], channel: text, signature, before, removed: [] },
    title: `${channel.name}: signature of serial ${channel.serial}`,
  });
}

function nextVersion(channel: Channel | undefined, wanted: string): string {
  const versions = channel?.releases.map(({ version }) => version) ?? [];
  const [newest] = [...versions].sort((a, b) => compareVersions(b, a));
  if (wanted === 'auto') return newest === undefined ? '1.0.0' : nextMinor(newest);
  if (!isVersion(wanted))
    throw badInput(`The version ${wanted} is no semantic version. Write one such as 1.2.0, or auto.`);
  if (newest !== undefined && compareVersions(wanted, newest) <= 0)
    throw badInput(
      versions.includes(wanted)
        ? `Version ${wanted} is published already, with other files, and is never changed. Choose a version above ${newest}, or auto.`
        : `Version ${wanted} is not above ${newest}, the newest of the channel; editors would not take it. Choose a higher one, or auto.`,
    );
  return wanted;
}

async function opponentOf(
  target: PublishingTarget,
  newest: Release | undefined,
  { baseline, against, signal }: PublishOptions,
): Promise<Opponent | undefined> {
  if (newest === undefined) return baseline === undefined ? undefined : { ...baseline, isBaseline: true };
  const name = `version ${newest.version}`;
  return {
    name,
    heldOut: against ?? (await evaluationOf(target, newest, signal)),
    isBaseline: false,
  };
}

/** The figures of another model would be published with this one. */
function checkEvaluated({ evaluation, exported }: PublishOptions): void {
  const model = evaluation?.model ?? null;
  if (model !== null && !exported.files.some(({ sha256 }) => sha256 === model))
    throw badInput(
      `The evaluation is of another model file (SHA-256 ${model.slice(0, 12)}) than those that are to be published (${exported.files.map(({ sha256 }) => sha256.slice(0, 12)).join(', ')}). Evaluate the exported file.`,
    );
}

function evaluationFile(evaluation: HeldOut, version: string): NewFile {
  const text = `${JSON.stringify(evaluation, null, 1)}\n`;
  const sha256 = createHash('sha256').update(text).digest('hex');
  return textFile(evaluationPath(version, sha256), text);
}

function evaluationPathOf({ version, provenance }: Release): string | undefined {
  const sha256 = provenance[evaluationKey];
  return typeof sha256 === 'string' ? evaluationPath(version, sha256) : undefined;
}

function releaseOf(
  options: PublishOptions,
  version: string,
  gate: GateResult,
  evaluation: NewFile | undefined,
): Release {
  const { exported } = options;
  return {
    version,
    date: (options.now?.() ?? new Date()).toISOString().slice(0, 10),
    baseModel: exported.baseModel,
    task: exported.task,
    template: exported.template,
    step: exported.step,
    files: exported.files.map((file) => ({
      path: pathInChannel(version, file),
      ...{ kind: file.kind, bytes: file.bytes, sha256: file.sha256, quantisation: file.quantisation },
      ...(file.base === undefined ? {} : { base: file.base }),
    })),
    evaluation: options.figures,
    gate: gateRecord(gate, options.force),
    parity: exported.parity,
    minimumExtension: options.minimumExtension,
    notes: options.notes,
    provenance: {
      ...exported.provenance,
      querent: querentVersion,
      ...(evaluation === undefined ? {} : { [evaluationKey]: evaluation.sha256 }),
      ...(gate.decision === 'refused' ? { gateRefusal: gate.reason.slice(0, 900) } : {}),
    },
  };
}

function written(channel: Channel): string {
  try {
    return writeChannel(channel);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw badInput(`The release cannot be written into a channel. ${error.message}`, error);
  }
}
