import { writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import { formatting, trialsFormatting, type FormattingOptions } from '@querent/core/features';
import { parseStrategy } from '@querent/core/strategy';
import { applyEdits } from '@querent/core/text';
import { EXIT, note, print } from '../../terminal/index.ts';
import { readUtf8 } from '../io.ts';
import { languageOf } from '../language.ts';
import { wholeNumber } from '../options.ts';

interface FormatCommandOptions {
  readonly check?: boolean;
  readonly lineWidth: number;
  readonly shortTags?: boolean;
}

/** `querent format`. */
export function formatCommand(exit: (code: number) => void): Command {
  return new Command('format')
    .description(
      'Tidy the writing of strategies (operators, quotes, spaces) without changing what they find.',
    )
    .argument('<file...>', 'strategies, changed in place; - reads standard input and prints the result')
    .option('--line-width <columns>', 'break longer lines behind operators; 0 breaks none', wholeNumber, 0)
    .option('--short-tags', "write PubMed's short field tags: [tiab] for [Title/Abstract]")
    .option('--check', 'change nothing; exit code 1 when a file would be changed')
    .addHelpText(
      'after',
      `
Examples:
  querent format strategy.pubmed
  querent format --line-width 100 --short-tags strategy.pubmed
  querent format --check *.pubmed
  echo 'a[tiab]   and  b' | querent format -`,
    )
    .action(async (files: string[], options: FormatCommandOptions) => {
      const chosen: FormattingOptions = {
        lineWidth: options.lineWidth,
        tags: options.shortTags === true ? 'short' : 'keep',
      };
      for (const file of files) {
        const { text, name } = await readUtf8(file, { keepBom: true });
        const document = parseStrategy(text);
        const edits =
          languageOf(file, document) === 'ctgov'
            ? trialsFormatting(document)
            : formatting(document, undefined, chosen);
        const formatted = applyEdits(text, edits);
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
