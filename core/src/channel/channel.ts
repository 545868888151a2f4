/** A checkpoint channel: a folder, address or repository from which editors pull trained models. `channel.json`, signed by `channel.json.sig`. */
export interface Channel {
  /** 1. A reader refuses a higher one with the way out: update Querent. */
  readonly schemaVersion: number;
  /** Of the model: lower-case letters, digits and hyphens, `acme-publication-search`. */
  readonly name: string;
  readonly channel: 'stable' | 'preview';
  /** Goes up by 1 with every publication: a lower one than was seen before is an old channel played again. */
  readonly serial: number;
  /** ISO 8601, UTC. */
  readonly updated: string;
  /** Newest first. */
  readonly releases: readonly Release[];
}

export interface Release {
  /** Semantic version, `1.2.0`. */
  readonly version: string;
  readonly date: string;
  readonly baseModel: { readonly name: string; readonly licence: string };
  /** Id of the task. */
  readonly task: string;
  readonly template: { readonly id: string; readonly hash: string };
  /** Training steps of PPO. */
  readonly step: number;
  readonly files: readonly ReleaseFile[];
  readonly evaluation: readonly EvaluationFigure[];
  readonly gate: GateRecord;
  /** Agreement of the file with the model that it was made from. */
  readonly parity: ParityRecord | null;
  readonly minimumExtension: string;
  /** For people, a few sentences. */
  readonly notes: string;
  /** What it was made from, so that the run can be repeated: hashes of plan and data, versions. */
  readonly provenance: Readonly<Record<string, string | number>>;
}

export interface ReleaseFile {
  /** Relative to channel.json, with `/`: `1.2.0/model-Q8_0.gguf`. No `..`, no absolute path, no address. */
  readonly path: string;
  readonly kind: 'model' | 'lora';
  readonly bytes: number;
  /** 64 hexadecimal digits. */
  readonly sha256: string;
  /** `Q8_0`, `F16`, `Q4_K_M` ... */
  readonly quantisation: string;
  /** Of an adapter: SHA-256 of the model file that it belongs to. */
  readonly base?: string;
}

export interface EvaluationFigure {
  /** `recall`, `precision`, `f3`, `nnr`, `medianRecords`, `validRate` */
  readonly name: string;
  readonly value: number;
  /** 95 % */
  readonly interval: readonly [number, number] | null;
  /** Topics, >= 1. */
  readonly n: number;
  /** What it was measured on, one line for people. */
  readonly on: string;
}

export interface GateRecord {
  /** `first`: there was nothing to beat. */
  readonly decision: 'passed' | 'forced' | 'first';
  /** Why it was forced, or how it won: one sentence. */
  readonly reason: string;
  /** Version that it was compared with. */
  readonly against: string | null;
  /** Mean paired difference of the gate's figure, and its one-sided p value. */
  readonly difference: number | null;
  readonly pValue: number | null;
}

export interface ParityRecord {
  /** Largest difference of log-probabilities, in nats, and the limit it was held to. */
  readonly maxLogProbDifference: number;
  readonly limit: number;
  readonly positions: number;
  readonly tokenIdsEqual: boolean;
}

/** `channel.json.sig`: a signature over the bytes of channel.json as they are. */
export interface ChannelSignature {
  readonly algorithm: 'ed25519';
  /** First 16 hexadecimal digits of the SHA-256 of the raw public key. */
  readonly keyId: string;
  /** Base64 of 64 bytes. */
  readonly signature: string;
}
