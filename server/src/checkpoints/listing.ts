import { compareVersions, describeGate } from '@querent/core/channel';
import type { Channel, Release } from '@querent/core/channel';
import { askChannel, knownChannel } from './channelReading.ts';
import { CheckpointError } from './checkpointError.ts';
import { bytesOfPart } from './download.ts';
import { freeBytesAt } from './files.ts';
import { partPath } from './install.ts';
import { installedIds, readInstalled } from './installed.ts';
import type { InstalledRelease } from './installed.ts';
import { channelChoice } from './channelChoice.ts';
import type { ChannelSetting } from './channelChoice.ts';
import { releaseId } from './releaseId.ts';
import { readState } from './state.ts';
import type { StoreState } from './state.ts';
import type { Store } from './store.ts';
import { fileFor, whyUnusable } from './usable.ts';

/** A figure of an evaluation, with its 95 % interval. */
interface ListedFigure {
  readonly name: string;
  readonly value: number;
  readonly interval?: readonly [number, number];
  /** Topics. */
  readonly n: number;
  readonly on: string;
}

/** A release that a channel offers or that is installed. */
export interface ListedRelease {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly channel: 'stable' | 'preview';
  readonly date: string;
  readonly task: string;
  readonly template: string;
  readonly baseModel: string;
  readonly licence: string;
  readonly step: number;
  readonly quantisation: string;
  /** Of the file that would be, or was, fetched. */
  readonly bytes: number;
  readonly figures: readonly ListedFigure[];
  readonly notes: string;
  readonly gate: string;
  readonly state: 'offered' | 'partial' | 'installed' | 'active' | 'previous';
  /** Bytes that an interrupted download left; only with `partial`. */
  readonly haveBytes?: number;
  /** Why it cannot be used here, or that it failed its self-test; with the way out. */
  readonly refused?: string;
}

export interface Listing {
  /** As people write it; empty where none is set. */
  readonly channel: string;
  /** When it was last read, ISO; absent where never. */
  readonly checked?: string;
  /** Newest first. */
  readonly entries: readonly ListedRelease[];
  readonly active?: string;
  readonly previous?: string;
  /** The newest release that could be used here and is newer than the active one, or the pinned one that is not installed. */
  readonly update?: string;
  readonly folder: string;
  /** 0 where the system does not tell. */
  readonly freeBytes: number;
  /** Why the channel, or something installed, could not be read. */
  readonly problem?: string;
}

export interface ListOptions {
  /** Undefined where none is set. */
  readonly channel?: ChannelSetting | undefined;
  /** Whether the channel may be asked now. */
  readonly ask: boolean;
  /** Version that the workspace is pinned to. */
  readonly pinned?: string | undefined;
  readonly signal: AbortSignal;
}

/** What the channel offers, and what is installed. A channel that cannot be read is told of and costs nothing else. @throws CheckpointError for a damaged state, `aborted` */
export async function list(store: Store, options: ListOptions): Promise<Listing> {
  const { folder } = store;
  const problems: string[] = [];
  const known = await channelOf(store, options, problems);
  const state = await readState(folder);
  const installed = await allInstalled(folder, problems);
  const entries = new Map<string, ListedRelease>();
  for (const each of installed) {
    const entry = entryOfInstalled(store, each, state);
    entries.set(entry.id, entry);
  }
  for (const release of known?.channel?.releases ?? []) {
    const channel = known?.channel;
    if (channel === undefined || entries.has(releaseId(channel.name, release.version))) continue;
    const entry = await entryOfOffer(store, channel, release);
    entries.set(entry.id, entry);
  }
  const all = [...entries.values()].sort(
    (a, b) => compareVersions(b.version, a.version) || a.name.localeCompare(b.name, 'en'),
  );
  const seen = known === undefined ? undefined : state.channels[known.name];
  const update = updateOf(all, state, options.pinned, known?.channel?.name);
  return {
    channel: known?.name ?? '',
    ...(seen === undefined ? {} : { checked: seen.checked }),
    entries: all,
    ...(state.active === null ? {} : { active: state.active }),
    ...(state.previous === null ? {} : { previous: state.previous }),
    ...(update === undefined ? {} : { update }),
    folder,
    freeBytes: (await freeBytesAt(folder)) ?? 0,
    ...(problems.length === 0 ? {} : { problem: problems.join(' ') }),
  };
}

async function channelOf(
  store: Store,
  { channel: setting, ask, signal }: ListOptions,
  problems: string[],
): Promise<{ readonly name: string; readonly channel: Channel | undefined } | undefined> {
  if (setting === undefined || setting.source.trim() === '') return undefined;
  let name = setting.source.trim();
  try {
    const { source, key } = channelChoice(setting);
    name = source.name;
    try {
      if (ask) return { name, channel: (await askChannel(store.folder, source, { key, signal })).channel };
    } catch (error) {
      if (!(error instanceof CheckpointError) || error.code === 'aborted') throw error;
      problems.push(error.message);
    }
    return { name, channel: (await knownChannel(store.folder, name, key))?.channel };
  } catch (error) {
    if (!(error instanceof CheckpointError) || error.code === 'aborted') throw error;
    problems.push(error.message);
    return { name, channel: undefined };
  }
}

async function allInstalled(folder: string, problems: string[]): Promise<readonly InstalledRelease[]> {
  const found: InstalledRelease[] = [];
  for (const id of await installedIds(folder)) {
    try {
      const installed = await readInstalled(folder, id);
      if (installed !== undefined) found.push(installed);
    } catch (error) {
      if (!(error instanceof CheckpointError)) throw error;
      problems.push(error.message);
    }
  }
  return found;
}

function entryOfInstalled(store: Store, installed: InstalledRelease, state: StoreState): ListedRelease {
  const { name, channel, release, file, selfTest } = installed;
  const id = releaseId(name, release.version);
  const refused =
    whyUnusable(id, release, store.version) ??
    (selfTest?.ok === false
      ? `It failed its self-test on ${selfTest.at.slice(0, 10)}: ${selfTest.message} Activate it to try it again, or remove it.`
      : undefined);
  return {
    ...common(id, name, channel, release),
    quantisation: file.quantisation,
    bytes: file.bytes,
    state: state.active === id ? 'active' : state.previous === id ? 'previous' : 'installed',
    ...(refused === undefined ? {} : { refused }),
  };
}

async function entryOfOffer(store: Store, channel: Channel, release: Release): Promise<ListedRelease> {
  const id = releaseId(channel.name, release.version);
  const { file, reason } = fileFor(channel, release);
  const haveBytes = file === undefined ? 0 : await bytesOfPart(partPath(store.folder, id), file);
  const refused = whyUnusable(id, release, store.version) ?? reason;
  return {
    ...common(id, channel.name, channel.channel, release),
    quantisation: file?.quantisation ?? '',
    bytes: file?.bytes ?? 0,
    state: haveBytes > 0 ? 'partial' : 'offered',
    ...(haveBytes > 0 ? { haveBytes } : {}),
    ...(refused === undefined ? {} : { refused }),
  };
}

function common(
  id: string,
  name: string,
  channel: 'stable' | 'preview',
  release: Release,
): Omit<ListedRelease, 'quantisation' | 'bytes' | 'state'> {
  const { version, date, task, template, baseModel, step, evaluation, notes, gate } = release;
  return {
    id,
    name,
    version,
    channel,
    date,
    task,
    template: template.id,
    baseModel: baseModel.name,
    licence: baseModel.licence,
    step,
    figures: evaluation.map(({ interval, ...figure }) => ({
      ...figure,
      ...(interval === null ? {} : { interval }),
    })),
    notes,
    gate: describeGate(gate),
  };
}

/**
 * The release to offer: the pinned one where it is not installed; else the newest that can be used and is newer than the active one. What was rolled back from is not offered again.
 */
function updateOf(
  entries: readonly ListedRelease[],
  { active, previous }: StoreState,
  pinned: string | undefined,
  channelName: string | undefined,
): string | undefined {
  const usable = entries.filter(
    ({ refused, name }) => refused === undefined && (channelName === undefined || name === channelName),
  );
  if (pinned !== undefined && pinned !== '') {
    const wanted = usable.find(({ version }) => version === pinned);
    return wanted === undefined || isHere(wanted) ? undefined : wanted.id;
  }
  const inUse = entries.find(({ id }) => id === active);
  const newest = usable.find(({ id }) => id !== previous);
  if (newest === undefined || newest.id === active) return undefined;
  return inUse === undefined ||
    inUse.name !== newest.name ||
    compareVersions(newest.version, inUse.version) > 0
    ? newest.id
    : undefined;
}

function isHere({ state }: ListedRelease): boolean {
  return state !== 'offered' && state !== 'partial';
}
