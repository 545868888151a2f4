import { Command } from 'commander';
import { buildCommand } from './build.ts';
import { infoCommand } from './info.ts';
import { removeCommand } from './remove.ts';
import { repairCommand, verifyCommand } from './repair.ts';

/** `querent corpus build | remove | info | verify | repair`. */
export function corpusCommand(exit: (code: number) => void): Command {
  return new Command('corpus')
    .description('Build citation libraries, keep them up to date, and look into them.')
    .addCommand(buildCommand())
    .addCommand(removeCommand())
    .addCommand(infoCommand())
    .addCommand(verifyCommand(exit))
    .addCommand(repairCommand());
}
