/** What is put into a channel: a file of this machine, or a text. */
export interface NewFile {
  /** In the channel. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly content: { readonly file: string } | { readonly text: string };
}

/** A channel.json or channel.json.sig as it was read. */
export interface StoredFile {
  readonly bytes: Uint8Array;
  /** Of the server, by which it is told whether the file is still this one; null where there is none. */
  readonly tag: string | null;
}

/** One publication. */
export interface Change {
  /** Models and what belongs to them; all of them are in place before the channel is. */
  readonly files: readonly NewFile[];
  readonly channel: string;
  readonly signature: string;
  /** channel.json and its signature as they were read; what is there now must be the same. */
  readonly before: { readonly channel: StoredFile; readonly signature: StoredFile | undefined } | undefined;
  /** Files of releases that are not listed any more. */
  readonly removed: readonly string[];
  /** One line, for histories. */
  readonly title: string;
}

/** What a publication tells while it goes on. */
export interface ChangeEvents {
  readonly signal?: AbortSignal | undefined;
  /** One sentence for people. */
  readonly onMessage?: ((message: string) => void) | undefined;
}

/** A place that channels are published to. */
export interface PublishingTarget {
  /** For people; without secrets. */
  readonly name: string;
  /** Whether a whole publication appears at once. Where not, it goes file by file in an order in which readers are never led astray. */
  readonly isAtomic: boolean;
  /** The file, or undefined where there is none. @throws CliError when it has more than `most` bytes, or nothing can be read */
  read(path: string, most: number, signal?: AbortSignal): Promise<StoredFile | undefined>;
  /** Size and SHA-256 of what is stored, as a reader would get it. */
  examine(
    path: string,
    signal?: AbortSignal,
  ): Promise<{ readonly bytes: number; readonly sha256: string } | undefined>;
  /**
   * Publishes, and reads back what was stored.
   * @throws CliError when somebody else has published meanwhile, or when it cannot be done; the channel is then what it was, or the message says what to do
   */
  apply(change: Change, events?: ChangeEvents): Promise<void>;
}

/** Nothing was lost, but somebody else was faster. */
export class ConflictError extends Error {
  override readonly name = 'ConflictError';
}
