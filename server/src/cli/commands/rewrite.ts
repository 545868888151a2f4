import { Command } from 'commander';
import { badInput } from '../exit.ts';

/** `querent rewrite`. */
export function rewriteCommand(): Command {
  return new Command('rewrite').description('Propose better queries.').action(() => {
    throw badInput('not wired yet');
  });
}
