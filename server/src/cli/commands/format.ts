import { writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import { formatting } from '@querent/core/features';
import { parseStrategy } from '@querent/core/strategy';
import { applyEdits } from '@querent/core/text';
import { EXIT } from '../exit.ts';
import { note, print, readUtf8 } from '../io.ts';

/** `querent format`. */
export function formatCommand(exit: (code: number) => void): Command {
  return new Command('format')
    .description(
      'Tidy the writing of strategies (operators, quotes, spaces) without changing what they find.',
    )
    .argument('<file...>', 'strategies, changed in place; - reads standard input and prints the result')
    .option('--check', 'change nothing; exit code 1 when a file would be changed')
    .addHelpText(
      'after',
      `
Examples:
  querent format strategy.pubmed
  querent format --check *.pubmed
  echo 'a[tiab]   and  b' | querent format -`,
    )
    .action(async (files: string[], options: { check?: boolean }) => {
      for (const file of files) {
        const { text, name } = await readUtf8(file, { keepBom: true });
        const formatted = applyEdits(text, formatting(parseStrategy(text)));
        if (options.check === true) {
          if (formatted === text) continue;
          note(`${name} would be changed`);
          exit(EXIT.findings);
        } else if (file === '-') process.stdout.write(formatted);
        else if (formatted !== text) {
          await writeFile(file, formatted);
          print(`${name} formatted`);
        }
      }
    });
}
