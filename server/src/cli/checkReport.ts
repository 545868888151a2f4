import type { Command } from 'commander';
import { Option } from 'commander';
import type { Problem, Severity } from '@querent/core/text';
import { LineIndex } from '@querent/core/text';
import { EXIT, print, printJson } from '../terminal/index.ts';
import { problemJson, problemLines } from './problems.ts';
import { toGithub, toSarif } from './reports.ts';
import type { CheckedFile } from './reports.ts';

/** The worst first. */
const LEVELS: readonly Severity[] = ['error', 'warning', 'information', 'hint'];

/** How problems are reported; the same options for every command that checks. */
export interface ReportOptions {
  readonly format?: 'text' | 'json' | 'sarif' | 'github';
  readonly json?: boolean;
  readonly failOn: Severity;
}

/** Adds the options of {@link ReportOptions} to a command. */
export function withReportOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--format <format>', 'how to report')
        .choices(['text', 'json', 'sarif', 'github'])
        .default('text'),
    )
    .option(
      '--json',
      'the same as --format json: [{file, problems: [{rule, severity, message, range, fixes}]}]',
    )
    .addOption(
      new Option('--fail-on <level>', 'exit code 1 from this level on').choices([...LEVELS]).default('error'),
    );
}

/** Prints what was found in files as the options say; exit code 1 where something is as bad as `--fail-on`. */
export function reportProblems(
  checked: readonly CheckedFile[],
  options: ReportOptions,
  exit: (code: number) => void,
): void {
  const format = options.json === true ? 'json' : options.format;
  if (format === 'json') printJson(checked.map(fileJson));
  else if (format === 'sarif') printJson(toSarif(checked));
  else if (format === 'github') print(...checked.flatMap(toGithub));
  else printText(checked);
  const failing = LEVELS.slice(0, LEVELS.indexOf(options.failOn) + 1);
  if (checked.some(({ problems }) => problems.some(({ severity }) => failing.includes(severity))))
    exit(EXIT.findings);
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
