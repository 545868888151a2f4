import { Command } from 'commander';
import { checkCommand } from './check.ts';
import { rewriteCommand } from './rewrite.ts';
import { runCommand } from './run.ts';

/** `querent sql check | run | rewrite`. */
export function sqlCommand(exit: (code: number) => void): Command {
  return new Command('sql')
    .description('Check SQL against a database or its schema, run it read-only, write it from questions.')
    .addCommand(checkCommand(exit))
    .addCommand(runCommand(exit))
    .addCommand(rewriteCommand(exit));
}
