import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { buildLibrary } from '../../../library/buildLibrary.ts';
import { badInput, note, print, printJson } from '../../../terminal/index.ts';
import { interruptible } from '../../interrupt.ts';
import { readUtf8 } from '../../io.ts';
import { version } from '../../version.ts';

/** `querent corpus remove`. */
export function removeCommand(): Command {
  return new Command('remove')
    .description('Take records out of a library.')
    .argument('<library>', 'a library file')
    .argument('<ids...>', 'PMIDs or other ids of records; - reads them from standard input, one a line')
    .option('--json', 'print {records, deleted, seconds, bytes} on stdout')
    .addHelpText(
      'after',
      `
Examples:
  querent corpus remove library.sqlite 8466062 1538063
  querent search 'retracted publication[pt]' --corpus library.sqlite --ids | querent corpus remove library.sqlite -`,
    )
    .action(async (path: string, named: string[], options: { json?: boolean }) => {
      if (!existsSync(path)) throw badInput(`${path} cannot be read: there is no such file.`);
      const removeIds = await idsOf(named);
      const missing: string[] = [];
      const summary = await interruptible(({ signal, setBlocking }) =>
        buildLibrary({
          inputs: [],
          output: path,
          removeIds,
          builtWith: version(),
          onMissing: (id) => missing.push(id),
          signal,
          onBlocking: setBlocking,
        }),
      );
      if (missing.length > 0) note(`Not in ${path}: ${listed(missing)}`);
      const { records, deleted, seconds, bytes } = summary;
      if (options.json === true) printJson({ records, deleted, seconds, bytes });
      else
        print(
          `${path}: ${deleted} of ${removeIds.length} records taken out, ${records} are left (${seconds.toFixed(1)} s)`,
        );
    });
}

/** So many ids are named. */
const MAX_TOLD = 20;

function listed(ids: readonly string[]): string {
  const more = ids.length - MAX_TOLD;
  return `${ids.slice(0, MAX_TOLD).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

async function idsOf(named: readonly string[]): Promise<readonly string[]> {
  const texts = await Promise.all(named.map(async (one) => (one === '-' ? (await readUtf8('-')).text : one)));
  const ids = texts.flatMap((text) => text.split(/[\s,]+/)).filter((id) => id !== '');
  if (ids.length === 0) throw badInput('No ids of records are given.');
  return ids;
}
