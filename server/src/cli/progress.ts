import { Presets, SingleBar } from 'cli-progress';
import { formatCount } from '@querent/core/text';
import type { BuildProgress } from '../library/buildLibrary.ts';
import { note } from '../terminal/index.ts';

/** Without a terminal a line is written so often. */
const LINE_EVERY_MS = 5000;

/** Shows how far a build is, on stderr. */
export interface ProgressReporter {
  update(progress: BuildProgress): void;
  /** Writes a message without tearing the bar. */
  message(text: string): void;
  done(): void;
  /** Takes the bar away, until the next update. */
  pause(): void;
}

/** A bar on a terminal, else a line every few seconds. */
export function progressReporter(): ProgressReporter {
  return process.stderr.isTTY ? bar() : lines();
}

function describe({ phase, records }: BuildProgress): string {
  if (phase === 'indexing') return `indexing ${records} records`;
  return phase === 'writing' ? 'writing the library' : `${records} records`;
}

function bar(): ProgressReporter {
  const single = new SingleBar(
    {
      format: '{bar} {percentage}% | {what}',
      stream: process.stderr,
      // A hidden cursor would stay hidden when Ctrl-C ends the process.
      hideCursor: false,
      clearOnComplete: true,
    },
    Presets.shades_classic,
  );
  single.start(100, 0, { what: '' });
  let what = '';
  return {
    update: (progress) => {
      what = describe(progress);
      const percent = Math.floor((progress.fraction ?? 0) * (progress.phase === 'reading' ? 90 : 99));
      if (!single.isActive) single.start(100, percent, { what });
      else single.update(percent, { what });
    },
    message: (text) => process.stderr.write(`\r\u001b[K${text}\n`),
    done: () => single.stop(),
    pause: () => {
      single.stop();
      if (what !== '') process.stderr.write(`${what}\n`);
    },
  };
}

function lines(): ProgressReporter {
  let last = Date.now();
  return {
    update(progress) {
      if (Date.now() - last < LINE_EVERY_MS) return;
      last = Date.now();
      const percent = progress.fraction === undefined ? '' : `${Math.floor(progress.fraction * 100)} %, `;
      note(`${progress.phase}: ${percent}${describe(progress)}`);
    },
    message: note,
    done: () => undefined,
    pause: () => undefined,
  };
}

/** How far something is that is counted. */
export interface CountedProgress {
  update(progress: { readonly done: number; readonly total: number }): void;
  /** Takes the line away. */
  done(): void;
}

/** "12 of 60 lines" on stderr: a line that is written over on a terminal; elsewhere one every few seconds. */
export function countedProgress(noun: string): CountedProgress {
  const isTerminal = process.stderr.isTTY;
  const everyMs = isTerminal ? 100 : LINE_EVERY_MS;
  let last = performance.now();
  let isShown = false;
  return {
    update({ done, total }) {
      if (performance.now() - last < everyMs) return;
      last = performance.now();
      const text = `${formatCount(done)} of ${formatCount(total)} ${noun}`;
      isShown = isTerminal;
      if (isTerminal) process.stderr.write(`\r\u001b[K${text}`);
      else note(text);
    },
    done() {
      if (isShown) process.stderr.write('\r\u001b[K');
      isShown = false;
    },
  };
}
