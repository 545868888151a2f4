import { open, readFile, rename, writeFile } from 'node:fs/promises';
import { ppoMetrics, verlLineIn } from './metrics.ts';

/** How verl's log becomes ours. */
export interface FollowOptions {
  /** Completions of a step. */
  readonly sequences: number;
  /** The step that verl goes on from: our lines after it are cut, since they come again. */
  readonly from: number;
  readonly onStep: (step: number, reward: number | null) => void;
  /** How often it is looked at, in milliseconds. */
  readonly everyMs?: number;
}

/** Something that follows verl's log until it is closed. */
export interface LogFollower {
  /** Reads what is left and ends. */
  close(): Promise<void>;
}

/**
 * Follows verl's log and adds its lines to our `metrics.jsonl`, under our names. verl writes each line with one call, so a line without its end is one that
 * is being written.
 */
export function followVerlLog(source: string, target: string, options: FollowOptions): LogFollower {
  let offset = 0;
  let isClosed = false;
  let wake: (() => void) | undefined;
  const work = (async () => {
    await cutAfter(target, options.from);
    for (;;) {
      const last = isClosed;
      offset = await carryOver(source, target, offset, options);
      if (last) return;
      await new Promise<void>((resume) => {
        const timer = setTimeout(resume, options.everyMs ?? 1000);
        wake = () => {
          clearTimeout(timer);
          resume();
        };
        if (isClosed) wake();
      });
    }
  })();
  // Told when it is closed.
  work.catch(() => undefined);
  return {
    async close() {
      isClosed = true;
      wake?.();
      await work;
    },
  };
}

async function carryOver(
  source: string,
  target: string,
  offset: number,
  options: FollowOptions,
): Promise<number> {
  const file = await open(source, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (file === undefined) return offset;
  try {
    const { size } = await file.stat();
    if (size <= offset) return offset;
    const bytes = Buffer.alloc(size - offset);
    const { bytesRead } = await file.read(bytes, 0, bytes.length, offset);
    const end = bytes.subarray(0, bytesRead).lastIndexOf(10) + 1;
    const lines = bytes.subarray(0, end).toString('utf8').split('\n');
    const rows = lines.flatMap((text) => {
      const line = verlLineIn(text);
      return line === undefined ? [] : [ppoMetrics(line, options.sequences, Date.now() / 1000)];
    });
    if (rows.length > 0) {
      await writeFile(target, rows.map((row) => `${JSON.stringify(row)}\n`).join(''), { flag: 'a' });
      for (const { step, reward } of rows)
        options.onStep(step, (reward as { readonly mean: number | null }).mean);
    }
    return offset + end;
  } finally {
    await file.close();
  }
}

/** Leaves the lines up to a step, as the embedded engine does when it goes on from a checkpoint. */
async function cutAfter(path: string, step: number): Promise<void> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const lines = text.split('\n').filter((line) => line !== '');
  const kept = lines.filter((line) => {
    try {
      return ((JSON.parse(line) as { readonly step?: number }).step ?? Infinity) <= step;
    } catch {
      return false;
    }
  });
  if (kept.length === lines.length) return;
  await writeFile(`${path}.part`, kept.map((line) => `${line}\n`).join(''));
  await rename(`${path}.part`, path);
}
