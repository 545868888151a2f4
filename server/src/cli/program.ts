import { Command, CommanderError } from 'commander';
import { LibraryError } from '@querent/core/connectors';
import { QueryTooLongError } from '@querent/core/pubmed';
import { SearchError } from '@querent/core/search';
import { CheckpointError } from '../checkpoints/checkpointError.ts';
import type { CheckpointErrorCode } from '../checkpoints/checkpointError.ts';
import { BuildError } from '../library/buildError.ts';
import { MeshFileError } from '../library/meshFile.ts';
import { checkCommand } from './commands/check.ts';
import { contributionsCommand } from './commands/contributions.ts';
import { corpusCommand } from './commands/corpus/index.ts';
import { countCommand } from './commands/count.ts';
import { eutilsCommand } from './commands/eutils/index.ts';
import { explainCommand } from './commands/explain.ts';
import { exportCommand } from './commands/export.ts';
import { facetsCommand } from './commands/facets.ts';
import { formatCommand } from './commands/format.ts';
import { importCommand } from './commands/import.ts';
import { lspCommand } from './commands/lsp.ts';
import { mcpCommand } from './commands/mcp.ts';
import { modelsCommand } from './commands/models/index.ts';
import { overlapCommand } from './commands/overlap.ts';
import { parseCommand } from './commands/parse.ts';
import { rewriteCommand } from './commands/rewrite.ts';
import { searchCommand } from './commands/search.ts';
import { sqlCommand } from './commands/sql/index.ts';
import { translateCommand } from './commands/translate.ts';
import { CliError, EXIT, note } from '../terminal/index.ts';
import { inTerminal } from './io.ts';
import { version } from './version.ts';

const FOOTER = `
Exit codes: 0 fine; 1 findings or a goal missed; 2 bad usage or bad input; 3 an engine or model failed.
With --json one JSON document is printed on stdout and nothing else; messages and progress go to stderr.

A first walk:
  querent corpus build export.nbib --out library.sqlite
  querent search 'falls[tiab] AND aged[mh]' --corpus library.sqlite
  querent count strategy.pubmed --corpus library.sqlite
  querent rewrite strategy.pubmed --corpus library.sqlite

querent COMMAND --help explains a command and gives examples.`;

/**
 * Runs the command line and returns its exit code. Never throws: every error is told on stderr.
 * @param args without the program's own name.
 */
export async function runCli(args: readonly string[]): Promise<number> {
  // A reader that has seen enough (`| head`) is no error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return;
    process.stderr.write(`querent: the output cannot be written: ${error.message}.\n`);
    process.exit(EXIT.badInput);
  });
  let code: number = EXIT.fine;
  const program = new Command('querent')
    .description('Write, check, measure and rewrite literature search strategies.')
    .version(version())
    .showHelpAfterError('(add --help for usage and examples)')
    .addHelpText('after', FOOTER)
    .exitOverride();
  const commands = [
    checkCommand,
    parseCommand,
    formatCommand,
    countCommand,
    translateCommand,
    searchCommand,
    facetsCommand,
    contributionsCommand,
    overlapCommand,
    rewriteCommand,
    explainCommand,
    exportCommand,
    importCommand,
    corpusCommand,
    modelsCommand,
    eutilsCommand,
    sqlCommand,
    lspCommand,
    mcpCommand,
  ];
  for (const make of commands) {
    const command = make((result) => {
      code = result;
    });
    for (const each of [command, ...command.commands])
      each.exitOverride().showHelpAfterError('(add --help for usage and examples)');
    program.addCommand(command);
  }
  try {
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    return report(error);
  }
}

/** Faults of what was asked, or of the file that was named: another engine would refuse them too. */
const theAskersFault: ReadonlySet<SearchError['code']> = new Set(['bad-library', 'rejected', 'unsupported']);

/** Faults of a checkpoint, its channel or this machine that are there although the right thing was asked for. */
const notTheAskersFault: ReadonlySet<CheckpointErrorCode> = new Set([
  'unreachable',
  'interrupted',
  'disk',
  'store',
  'self-test',
  'in-use',
]);

function report(error: unknown): number {
  // Commander has told the person already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.fine : EXIT.badInput;
  const message = inTerminal(error instanceof Error ? error.message : String(error));
  note(`querent: ${message}`);
  if (error instanceof CliError) return error.exitCode;
  if (error instanceof QueryTooLongError) return EXIT.badInput;
  if (error instanceof BuildError || error instanceof MeshFileError || error instanceof LibraryError)
    return EXIT.badInput;
  if (error instanceof CheckpointError)
    return notTheAskersFault.has(error.code) ? EXIT.engineFailed : EXIT.badInput;
  if (error instanceof SearchError) return theAskersFault.has(error.code) ? EXIT.badInput : EXIT.engineFailed;
  if (error instanceof Error && error.name === 'AbortError') return EXIT.interrupted;
  if (process.env.QUERENT_DEBUG !== undefined && error instanceof Error)
    process.stderr.write(`${error.stack}\n`);
  return EXIT.engineFailed;
}
