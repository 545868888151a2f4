// Entry of the `querent` command.
import { runCli } from './program.ts';

// The exit code is set, not forced, so that what was printed is written out.
void runCli(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
