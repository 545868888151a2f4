import { extname } from 'node:path';
import { Command } from 'commander';
import { judgeStrategy } from '@querent/core/lint';
import type { Thesaurus } from '@querent/core/mesh';
import { parseStrategy } from '@querent/core/strategy';
import type { Problem } from '@querent/core/text';
import { badInput } from '../../terminal/index.ts';
import { reportProblems, withReportOptions } from '../checkReport.ts';
import type { ReportOptions } from '../checkReport.ts';
import { readText } from '../io.ts';
import { languageOf } from '../language.ts';
import { invalidTextProblem } from '../problems.ts';
import type { CheckedFile } from '../reports.ts';
import { thesaurusFrom } from '../thesaurus.ts';

interface CheckOptions extends ReportOptions {
  readonly mesh?: string;
  readonly corpus?: string;
}

/** `querent check`. */
export function checkCommand(exit: (code: number) => void): Command {
  const command = new Command('check')
    .description(
      'Find mistakes in strategies: syntax, references, fields, headings, and habits that lose records.',
    )
    .argument(
      '<file...>',
      'strategies (.pubmed), ClinicalTrials.gov expressions (.ctgov); - for standard input',
    )
    .option(
      '--mesh <file>',
      'MeSH descriptors (JSON lines, or NLM’s desc2026.xml, desc2026.gz, d2026.bin): headings are checked too',
    )
    .option('--corpus <library>', 'take MeSH from this library')
    .addHelpText(
      'after',
      `
Exit code 1 when any file has an error; warnings and hints alone give 0, unless --fail-on says otherwise. Lines and characters count from 0 in JSON, from 1 in text.

Examples:
  querent check strategy.pubmed
  querent check strategy.pubmed --corpus library.sqlite
  querent check *.pubmed --fail-on warning
  querent check *.pubmed --format github        # annotations in a GitHub workflow
  querent check *.pubmed --format sarif > querent.sarif`,
    )
    .action(async (files: string[], options: CheckOptions) => {
      const sql = files.find((file) => extname(file).toLowerCase() === '.sql');
      if (sql !== undefined) throw badInput(`${sql} is SQL. Check it with: querent sql check ${sql}`);
      const thesaurus = await thesaurusFrom(options);
      const checked: CheckedFile[] = [];
      for (const file of files) {
        const input = await readText(file);
        const problems = [...invalidTextProblem(input), ...problemsOf(input.text, file, thesaurus)];
        checked.push({ file: input.name, text: input.text, problems });
      }
      reportProblems(checked, options, exit);
    });
  return withReportOptions(command);
}

function problemsOf(text: string, file: string, thesaurus: Thesaurus | undefined): readonly Problem[] {
  return judgeStrategy(parseStrategy(text), { thesaurus, language: languageOf(file) });
}
