import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';

/** How a database's file is, without reading it. */
export interface FileState {
  readonly kind: 'file' | 'folder' | 'other' | 'absent';
  /** Changes whenever the file, its log or its journal does. */
  readonly stamp: string;
  /** Milliseconds since 1970; 0 for what is not there. */
  readonly changed: number;
  readonly bytes: number;
}

/** Looks at a file, and at what SQLite writes beside it while it is changed. */
export async function fileState(path: string): Promise<FileState> {
  const [own, ...beside] = await Promise.all([path, `${path}-wal`, `${path}-journal`].map(looked));
  if (own === undefined) return { kind: 'absent', stamp: 'absent', changed: 0, bytes: 0 };
  const stamp = [own, ...beside].map((each) =>
    each === undefined ? '-' : [each.mtimeMs, each.ctimeMs, each.size, each.ino].join(':'),
  );
  return {
    kind: own.isFile() ? 'file' : own.isDirectory() ? 'folder' : 'other',
    stamp: stamp.join(' '),
    changed: own.mtimeMs,
    bytes: own.size,
  };
}

async function looked(path: string): Promise<Stats | undefined> {
  return stat(path).catch(() => undefined);
}
