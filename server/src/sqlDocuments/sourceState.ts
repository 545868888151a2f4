import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';

/** How a database's file is, without reading it. */
export interface SourceState {
  readonly kind: 'file' | 'folder' | 'other' | 'absent';
  /** Changes whenever the file, its log or its journal does. */
  readonly stamp: string;
  /** Milliseconds since 1970, commits in its log included; 0 for what is not there. */
  readonly changed: number;
  readonly bytes: number;
}

/** Looks at a file, and at what SQLite writes beside it while it is changed. */
export async function sourceState(path: string): Promise<SourceState> {
  const [own, log, journal] = await Promise.all([path, `${path}-wal`, `${path}-journal`].map(looked));
  if (own === undefined) return { kind: 'absent', stamp: 'absent', changed: 0, bytes: 0 };
  const stamp = [
    [own.mtimeMs, own.ctimeMs, own.size, own.ino].join(':'),
    // SQLite gives a log the owner of its file when it opens it for reading as root, which changes the time of its status.
    ...[log, journal].map((each) =>
      each === undefined ? '-' : [each.mtimeMs, each.size, each.ino].join(':'),
    ),
  ];
  return {
    kind: own.isFile() ? 'file' : own.isDirectory() ? 'folder' : 'other',
    stamp: stamp.join(' '),
    // An empty log says nothing.
    changed: Math.max(own.mtimeMs, log?.isFile() === true && log.size > 0 ? log.mtimeMs : 0),
    bytes: own.size,
  };
}

async function looked(path: string): Promise<Stats | undefined> {
  return stat(path).catch(() => undefined);
}
