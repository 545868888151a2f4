import { realpath } from 'node:fs/promises';
import { Command } from 'commander';
import { isUsableIndex } from '@querent/core/connectors';
import { repairLibrary } from '../../../library/repairLibrary.ts';
import { openLibraryFile } from '../../engine.ts';
import { EXIT, note, print, printJson } from '../../../terminal/index.ts';
import { version } from '../../version.ts';
import { megabytes } from './megabytes.ts';

/** Ids that are named. */
const LISTED = 20;

/** `querent corpus verify`. */
export function verifyCommand(exit: (code: number) => void): Command {
  return new Command('verify')
    .description('Read a whole library and say whether it is sound.')
    .argument('<library>', 'a library file')
    .option('--json', 'print {ok, fault} on stdout')
    .addHelpText('after', '\nExit code 1 when it is not.\n\nExample:\n  querent corpus verify library.sqlite')
    .action(async (path: string, options: { json?: boolean }) => {
      const library = await openLibraryFile(path);
      const fault = library.verify(isUsableIndex);
      library.close();
      if (options.json === true) printJson({ ok: fault === undefined, fault: fault ?? null });
      else if (fault === undefined) print(`${path} is sound.`);
      else
        print(
          `${path} is damaged: ${fault}. What can be read of it is kept by: querent corpus repair ${path}`,
        );
      if (fault !== undefined) exit(EXIT.findings);
    });
}

/** `querent corpus repair`. */
export function repairCommand(): Command {
  return new Command('repair')
    .description(
      'Make a library anew from its own records: for one that is damaged, or whose index is of another version.',
    )
    .argument('<library>', 'a library file')
    .option('--json', 'print {records, lost, altered, seconds, bytes} on stdout')
    .addHelpText(
      'after',
      '\nThe old file stays as it is until the new one is complete.\n\nExample:\n  querent corpus repair library.sqlite',
    )
    .action(async (path: string, options: { json?: boolean }) => {
      // Says what is wrong with the file in words, and with the right exit code.
      (await openLibraryFile(path)).close();
      const summary = await repairLibrary(await realpath(path), version());
      const doubtful = summary.alteredIds.slice(0, LISTED).join(', ');
      if (summary.altered > 0)
        note(
          `Kept, but not as they were written (their text was changed from outside): ${doubtful}${summary.altered > LISTED ? ' ...' : ''}. Import them again to be sure.`,
        );
      const { records, lost, altered, seconds, bytes } = summary;
      if (options.json === true) printJson({ records, lost, altered, seconds, bytes });
      else
        print(
          `${path}: ${summary.records} records, ${summary.lost} lost, ${summary.altered} not as they were written; ${megabytes(summary.bytes)} in ${summary.seconds.toFixed(1)} s`,
        );
    });
}
