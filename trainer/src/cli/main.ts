/** The `querent-trainer` command. Exit codes: 0 fine, 1 findings or a goal missed, 2 bad usage or input, 3 an engine or model failed. */
import process from 'node:process';
import { Command, CommanderError } from 'commander';
import { EXIT, note } from '@querent/server/terminal';
import { addDataset } from './commands/dataset.ts';
import { addDoctor } from './commands/doctor.ts';
import { addEvaluate } from './commands/evaluate.ts';
import { addExport } from './commands/export.ts';
import { addPlan } from './commands/plan.ts';
import { addPublish } from './commands/publish.ts';
import { addRewards } from './commands/rewards.ts';
import { addRun } from './commands/run.ts';
import { addWatch } from './commands/watch.ts';
import { exitOf } from './exit.ts';
import { version } from './version.ts';

const program = new Command('querent-trainer')
  .description("Trains language models on the numbers that Querent measures. See the package's README.")
  .version(version)
  .showHelpAfterError()
  // So that --version behind a command is the command's own.
  .enablePositionalOptions()
  .exitOverride();

addDataset(program);
addDoctor(program);
addEvaluate(program);
addExport(program);
addPlan(program);
addPublish(program);
addRewards(program);
addRun(program);
addWatch(program);

// A reader that has seen enough (`| head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') return;
  note(`The output cannot be written: ${error.message}.`);
  process.exit(EXIT.badInput);
});

// No top-level await: the bundle is CommonJS.
program.parseAsync().catch((error: unknown) => {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? EXIT.fine : EXIT.badInput; // 0: --help and --version
    return;
  }
  const exit = exitOf(error);
  note(exit?.message ?? `A fault of the program, or of a task in a folder: ${faultOf(error)}`);
  process.exitCode = exit?.code ?? EXIT.engineFailed;
});

/** With its stack, for whoever mends it. Node's own exit code for it would be 1, which stands for findings. */
function faultOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
