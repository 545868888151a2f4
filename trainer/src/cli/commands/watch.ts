import { setTimeout as pause } from 'node:timers/promises';
import process from 'node:process';
import { isDeepStrictEqual } from 'node:util';
import type { Command } from 'commander';
import { note, print, printJson } from '@querent/server/terminal';
import { runReader } from '../../watch/readRun.ts';
import type { RunReader } from '../../watch/readRun.ts';
import { writeReport } from '../../watch/report/writeReport.ts';
import type { WatchDocument } from '../../watch/types.ts';
import { viewOf } from '../../watch/view.ts';
import { sizeOf, watchOn } from '../../watch/watchOn.ts';
import { withSignal } from '../withSignal.ts';

interface WatchOptions {
  readonly json?: true;
  readonly once?: true;
  readonly html?: string;
}

const everyMs = 1_000;

/** `querent-trainer watch` */
export function addWatch(program: Command): void {
  program
    .command('watch <run>')
    .description('show a training run, from any terminal, while it goes on or afterwards')
    .option('--once', 'show it as it is now, and end')
    .option('--html <file>', 'write the report of the run as one HTML page, and end')
    .option('--json', 'print one JSON document a line whenever something has changed; with --once only one')
    .addHelpText(
      'after',
      '\nEnds when the run ends, or with Ctrl-C; the run itself is left alone. docs/training-run.md describes the JSON document.\n' +
        'Exit code 0: fine. 2: the folder holds no run.',
    )
    .action(watch);
}

async function watch(folder: string, { json, once, html }: WatchOptions): Promise<void> {
  if (html !== undefined) {
    await writeReport(folder, html);
    print(html);
    return;
  }
  const reader = runReader(folder);
  const document = await reader.read();
  if (once === true || document.run.state !== 'running') {
    if (json === true) printJson(document);
    else
      print(
        ...viewOf(document, process.stdout.isTTY ? { ...sizeOf(process.stdout), color: false } : plainSize),
      );
    if (once === true || json !== true) return;
  }
  await withSignal((signal) => (json === true ? follow(reader, signal) : show(reader, signal)));
}

const plainSize = { columns: 160, rows: 100, color: false };

/** Prints a document whenever it has changed in more than its times, until the run has ended. */
async function follow(reader: RunReader, signal: AbortSignal): Promise<void> {
  let last: unknown;
  while (!signal.aborted) {
    const document = await reader.read();
    const told = withoutTimes(document);
    if (!isDeepStrictEqual(told, last)) printJson(document);
    last = told;
    if (document.run.state !== 'running') return;
    await pause(everyMs, undefined, { signal }).catch(() => undefined);
  }
}

/** Seconds that pass are no news. */
function withoutTimes({ run, steps, machine, ...rest }: WatchDocument): unknown {
  return {
    ...rest,
    run: { ...run, updatedAt: null, seconds: null },
    steps: steps.map((step) => ({ ...step, seconds: null, etaSeconds: null })),
    machine: machine?.time ?? null,
  };
}

async function show(reader: RunReader, signal: AbortSignal): Promise<void> {
  const screen = watchOn(process.stdout, reader);
  screen.start();
  let said = '';
  try {
    while (!signal.aborted) {
      const { run, messages } = await reader.read();
      // Without a screen the messages are the view.
      const fresh = messages.filter(({ time }) => time > said);
      said = messages.at(-1)?.time ?? said;
      for (const { text } of fresh) screen.say(text);
      if (run.state !== 'running') return;
      await pause(everyMs, undefined, { signal }).catch(() => undefined);
    }
    note('The run goes on; only the view has ended.');
  } finally {
    await screen.end();
  }
}
