import process from 'node:process';
import { harmless } from './format.ts';
import type { RunReader } from './readRun.ts';
import { viewOf } from './view.ts';

/** Where a run is shown while it goes on. */
export interface WatchScreen {
  /** Begins to show it; of no effect once it has begun. */
  start(): void;
  /** A message: a line where there is no screen, else the view has it. */
  say(message: string): void;
  /** Draws it a last time and leaves the terminal as it was. */
  end(): Promise<void>;
}

const everyMs = 1_000;

/**
 * Shows a run on a terminal: one screen that is drawn anew every second and when its size changes, on the alternate screen, so that what stood there
 * before comes back. On anything else, messages are printed as plain lines.
 */
export function watchOn(stream: NodeJS.WriteStream, reader: RunReader): WatchScreen {
  // CI and dumb terminals do not move cursors.
  if (!stream.isTTY || process.env['TERM'] === 'dumb')
    return {
      start: () => undefined,
      say: (message) => void stream.write(`${new Date().toISOString().slice(11, 19)} ${harmless(message)}\n`),
      end: async () => undefined,
    };
  let timer: NodeJS.Timeout | undefined;
  let isDrawing = false;
  let last: readonly string[] = [];
  const draw = async (): Promise<void> => {
    if (isDrawing) return;
    isDrawing = true;
    try {
      last = viewOf(await reader.read(), sizeOf(stream));
      stream.write(`\u001b[H${last.map((line) => `${line}\u001b[K\r\n`).join('')}\u001b[J`);
    } catch {
      // The next one shows it.
    } finally {
      isDrawing = false;
    }
  };
  const redraw = (): void => void draw();
  const restore = (): void => void stream.write('\u001b[?25h\u001b[?1049l');
  return {
    start() {
      if (timer !== undefined) return;
      stream.write('\u001b[?1049h\u001b[?25l\u001b[2J');
      // Whatever ends the process, the cursor comes back.
      process.once('exit', restore);
      stream.on('resize', redraw);
      timer = setInterval(redraw, everyMs);
      timer.unref();
      redraw();
    },
    say: redraw,
    async end() {
      if (timer === undefined) return;
      clearInterval(timer);
      timer = undefined;
      stream.off('resize', redraw);
      process.off('exit', restore);
      restore();
      const document = await reader.read().catch(() => undefined);
      // The end stays on the screen, where it can be scrolled.
      if (document !== undefined) stream.write(`${viewOf(document, sizeOf(stream)).join('\n')}\n`);
    },
  };
}

/** The size of a terminal, one line and one column less: a full last line would scroll. */
export function sizeOf(stream: NodeJS.WriteStream): {
  readonly columns: number;
  readonly rows: number;
  readonly color: boolean;
} {
  const { NO_COLOR: noColor = '' } = process.env;
  return {
    columns: Math.max(20, (stream.columns ?? 80) - 1),
    rows: Math.max(5, (stream.rows ?? 24) - 1),
    color: noColor === '' && stream.hasColors(),
  };
}
