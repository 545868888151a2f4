import { Command, Option } from 'commander';
import { judgeStrategy } from '@querent/core/lint';
import type { Thesaurus } from '@querent/core/mesh';
import { parseStrategy } from '@querent/core/strategy';
import type { Problem, Severity } from '@querent/core/text';
import { LineIndex } from '@querent/core/text';
import { EXIT, print, printJson } from '../../terminal/index.ts';
import { readText } from '../io.ts';
import { languageOf } from '../language.ts';
import { invalidTextProblem, problemJson, problemLines } from '../problems.ts';
import { toGithub, toSarif } from '../reports.ts';
import type { CheckedFile } from '../reports.ts';
import { thesaurusFrom } from '../thesaurus.ts';

/** The worst first. */
const LEVELS: readonly Severity[] = ['error', 'warning', 'information', 'hint'];

interface CheckOptions {
  readonly format?: 'text' | 'json' | 'sarif' | 'github';
  readonly json?: boolean;
  readonly mesh?: string;
  readonly corpus?: string;
  readonly failOn: Severity;
}

/** `querent check`. */
export function checkCommand(exit: (code: number) => void): Command {
  return new Command('check')
    .description(
      'Find mistakes in strategies: syntax, references, fields, headings, and habits that lose records.',
    )
    .argument(
      '<file...>',
      'strategies (.pubmed), ClinicalTrials.gov expressions (.ctgov); - for standard input',
    )
    .addOption(
      new Option('--format <format>', 'how to report')
        .choices(['text', 'json', 'sarif', 'github'])
        .default('text'),
    )
    .option(
      '--json',
      'the same as --format json: [{file, problems: [{rule, severity, message, range, fixes}]}]',
    )
    .option(
      '--mesh <file>',
      'MeSH descriptors (JSON lines, or NLM’s desc2026.xml, desc2026.gz, d2026.bin): headings are checked too',
    )
    .option('--corpus <library>', 'take MeSH from this library')
    .addOption(
      new Option('--fail-on <level>', 'exit code 1 from this level on').choices([...LEVELS]).default('error'),
    )
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
      const thesaurus = await thesaurusFrom(options);
      const checked: CheckedFile[] = [];
      for (const file of files) {
        const input = await readText(file);
        const problems = [...invalidTextProblem(input), ...problemsOf(input.text, file, thesaurus)];
        checked.push({ file: input.name, text: input.text, problems });
      }
      const format = options.json === true ? 'json' : options.format;
      if (format === 'json') printJson(checked.map(fileJson));
      else if (format === 'sarif') printJson(toSarif(checked));
      else if (format === 'github') print(...checked.flatMap(toGithub));
      else printText(checked);
      const failing = LEVELS.slice(0, LEVELS.indexOf(options.failOn) + 1);
      if (checked.some(({ problems }) => problems.some(({ severity }) => failing.includes(severity))))
        exit(EXIT.findings);
    });
}

function problemsOf(text: string, file: string, thesaurus: Thesaurus | undefined): readonly Problem[] {
  return judgeStrategy(parseStrategy(text), { thesaurus, language: languageOf(file) });
}

function fileJson({ file, text, problems }: CheckedFile): unknown {
  const index = new LineIndex(text);
  return { file, problems: problems.map((problem) => problemJson(problem, index)) };
}

function printText(checked: readonly CheckedFile[]): void {
  for (const { file, text, problems } of checked) print(...problemLines(file, text, problems));
  const all = checked.flatMap(({ problems }) => problems);
  const errors = all.filter(isError).length;
  const files = checked.length === 1 ? '1 file' : `${checked.length} files`;
  print(
    all.length === 0
      ? `${files}: no problems`
      : `${files}: ${errors} errors, ${all.length - errors} other problems`,
  );
}

function isError(problem: Problem): boolean {
  return problem.severity === 'error';
}
