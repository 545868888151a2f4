/**
 * Messages about trained checkpoints: what a channel offers, what is installed, and what happens to it. The client imports them as types. Each request
 * fails with a ResponseError whose message names the place, the cause and the way out.
 */

/** A figure of an evaluation, with its 95 % interval. */
export interface CheckpointFigure {
  /** `recall`, `f3`, `medianRecords`, `validRate` ... */
  readonly name: string;
  readonly value: number;
  readonly interval?: readonly [number, number];
  /** Topics. */
  readonly n: number;
  /** What it was measured on: `32 review topics, at most 1,500 records`. */
  readonly on: string;
}

/** A release that a channel offers or that is installed. */
export interface CheckpointEntry {
  /** `acme-publication-search@1.2.0`: what the other requests take. */
  readonly id: string;
  readonly name: string;
  /** Of the release, `1.2.0`. */
  readonly version: string;
  readonly channel: 'stable' | 'preview';
  /** ISO date. */
  readonly date: string;
  readonly task: string;
  readonly template: string;
  readonly baseModel: string;
  readonly licence: string;
  readonly step: number;
  readonly quantisation: string;
  /** Of the file that would be, or was, fetched. */
  readonly bytes: number;
  readonly figures: readonly CheckpointFigure[];
  readonly notes: string;
  /** How it passed the promotion gate, or the reason with which it was forced; one sentence. */
  readonly gate: string;
  readonly state: 'offered' | 'partial' | 'installed' | 'active' | 'previous';
  /** Bytes that an interrupted download left; only with `partial`. */
  readonly haveBytes?: number;
  /** Why it cannot be used here (newer extension needed, newer schema, unknown template); one sentence with the way out. */
  readonly refused?: string;
}

/** `querent/checkpoints`: what the channel offers and what is installed. Asks the channel only with `ask`. */
export const checkpointsMethod = 'querent/checkpoints';
export interface CheckpointsParams {
  /** Whether the channel may be asked now; else only what is known from before and what is installed. */
  readonly ask: boolean;
}
export interface CheckpointsResult {
  /** The channel as people wrote it; empty where none is set. */
  readonly channel: string;
  /** When the channel was last read, ISO; absent where never. */
  readonly checked?: string;
  /** Newest first. */
  readonly entries: readonly CheckpointEntry[];
  readonly active?: string;
  readonly previous?: string;
  /** The version of `querent.model.pinnedVersion`; absent where none. */
  readonly pinned?: string;
  /** The newest release that could be used here and is newer than the active one (or is the pinned one); absent where there is none. */
  readonly update?: string;
  readonly folder: string;
  readonly freeBytes: number;
  /** Why the channel could not be read; the entries are then those that are known from before. */
  readonly problem?: string;
}

/**
 * `querent/checkpointPull`: fetches a release, verifies size, SHA-256 and signature, tries it with one generation, and makes it the active one. Reports
 * progress (work done) and can be cancelled; what was fetched stays for the next time.
 */
export const checkpointPullMethod = 'querent/checkpointPull';
export interface CheckpointPullParams {
  readonly id: string;
  /** The bytes to which the person agreed; another size is refused. */
  readonly agreedBytes: number;
  readonly workDoneToken?: string | number;
}
export interface CheckpointChange {
  readonly active?: string;
  readonly previous?: string;
  /** One sentence for people: what is active now, and how the self-test went. */
  readonly message: string;
}

/** `querent/checkpointActivate`: makes an installed release the active one, after its self-test. */
export const checkpointActivateMethod = 'querent/checkpointActivate';
export interface CheckpointActivateParams {
  readonly id: string;
  readonly workDoneToken?: string | number;
}

/** `querent/checkpointRollBack`: makes the previous release the active one again. Answers with {@link CheckpointChange}. */
export const checkpointRollBackMethod = 'querent/checkpointRollBack';

/** `querent/checkpointDeactivate`: leaves no checkpoint active; all stay installed. Answers with {@link CheckpointChange}. */
export const checkpointDeactivateMethod = 'querent/checkpointDeactivate';

/** `querent/checkpointImport`: installs a release from a folder or a channel.json that was carried here, under the same checks. */
export const checkpointImportMethod = 'querent/checkpointImport';
export interface CheckpointImportParams {
  /** Absolute path of a channel folder or of its channel.json. */
  readonly path: string;
  readonly workDoneToken?: string | number;
}

/** `querent/checkpointRemove`: removes an installed release that is not active, or what an interrupted download left. */
export const checkpointRemoveMethod = 'querent/checkpointRemove';
export interface CheckpointRemoveParams {
  readonly id: string;
}
