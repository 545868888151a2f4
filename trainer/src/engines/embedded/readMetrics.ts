import { open } from 'node:fs/promises';

/** A line of `metrics.jsonl` or `samples.jsonl`; keys are those of the engine. */
export type MetricsRow = Readonly<Record<string, unknown>> & { readonly step: number };

/** Follows a file of JSON lines that grows, and may be cut by a run that went back to its checkpoint. */
export interface RowFollower {
  /** What is there now. Lines that are not ended yet, or are none, are left out. */
  rows(): Promise<readonly MetricsRow[]>;
}

/**
 * Follows `metrics.jsonl`: each call reads only what was added. When the file has become shorter, or a step comes again, what was read of the later
 * steps before is forgotten.
 */
export function followRows(path: string, most = Infinity): RowFollower {
  let offset = 0;
  let rest = '';
  let rows: MetricsRow[] = [];
  let identity: string | undefined;
  return {
    async rows() {
      const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return undefined;
        throw error;
      });
      if (file === undefined) {
        [offset, rest, rows, identity] = [0, '', [], undefined];
        return rows;
      }
      try {
        const { size, ino } = await file.stat();
        const head = Buffer.alloc(Math.min(offset, 64));
        await file.read(head, 0, head.length, 0);
        const now = `${ino} ${head.toString('latin1')}`;
        // Shorter, another file, or another beginning: read anew.
        if (size < offset || (identity !== undefined && now !== identity)) [offset, rest, rows] = [0, '', []];
        const added = Buffer.alloc(size - offset);
        const { bytesRead } = await file.read(added, 0, added.length, offset);
        // Bytes of a character that is not whole yet come again with the next reading.
        const end = added.subarray(0, bytesRead).lastIndexOf(10) + 1;
        rest = added.subarray(0, end).toString('utf8');
        offset += end;
        const first = Buffer.alloc(Math.min(offset, 64));
        await file.read(first, 0, first.length, 0);
        identity = `${ino} ${first.toString('latin1')}`;
      } finally {
        await file.close();
      }
      for (const line of rest.split('\n')) {
        const row = rowIn(line);
        if (row === undefined) continue;
        const last = rows.at(-1);
        if (last !== undefined && row.step < last.step) rows = rows.filter(({ step }) => step < row.step);
        rows.push(row);
      }
      if (rows.length > most) rows = rows.slice(-most);
      return rows;
    },
  };
}

function rowIn(line: string): MetricsRow | undefined {
  if (line === '') return undefined;
  try {
    const value = JSON.parse(line) as Partial<MetricsRow>;
    return typeof value.step === 'number' ? (value as MetricsRow) : undefined;
  } catch {
    return undefined;
  }
}
