import { Presets, SingleBar } from 'cli-progress';
import { byteText } from '@querent/core/channel';
import type { Progress } from '../../../checkpoints/index.ts';
import { note } from '../../../terminal/index.ts';

/** Without a terminal a line is written so often. */
const lineEveryMs = 5_000;

/** Shows on stderr how far an action is: a bar on a terminal, else a line now and then. */
export interface ProgressLine {
  update(progress: Progress): void;
  /** Writes a message without tearing the bar. */
  message(text: string): void;
  done(): void;
}

const phases: Readonly<Record<Progress['phase'], string>> = {
  reading: 'reading the channel',
  waiting: 'another process fetches it',
  checking: 'verifying',
  fetching: 'fetching',
  testing: 'self-test: one question',
};

function describe({ phase, doneBytes, totalBytes }: Progress): string {
  return totalBytes === 0 || phase === 'testing'
    ? phases[phase]
    : `${phases[phase]} ${byteText(doneBytes)} of ${byteText(totalBytes)}`;
}

export function progressLine(): ProgressLine {
  return process.stderr.isTTY ? bar() : lines();
}

function bar(): ProgressLine {
  const single = new SingleBar(
    // A hidden cursor would stay hidden when Ctrl-C ends the process.
    {
      format: '{bar} {percentage}% | {what}',
      stream: process.stderr,
      hideCursor: false,
      clearOnComplete: true,
    },
    Presets.shades_classic,
  );
  return {
    update(progress) {
      const percent =
        progress.totalBytes === 0 ? 0 : Math.floor((100 * progress.doneBytes) / progress.totalBytes);
      const payload = { what: describe(progress) };
      if (single.isActive) single.update(percent, payload);
      else single.start(100, percent, payload);
    },
    message: (text) => process.stderr.write(`\r\u001b[K${text}\n`),
    done: () => single.stop(),
  };
}

function lines(): ProgressLine {
  let last = 0;
  let phase: Progress['phase'] | undefined;
  return {
    update(progress) {
      if (progress.phase === phase && Date.now() - last < lineEveryMs) return;
      last = Date.now();
      phase = progress.phase;
      note(describe(progress));
    },
    message: note,
    done: () => undefined,
  };
}
