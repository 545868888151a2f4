import { Command } from 'commander';
import { activateCommand, rollbackCommand } from './activate.ts';
import { channelCommand } from './channel.ts';
import { importCommand } from './import.ts';
import { listCommand } from './list.ts';
import { pullCommand } from './pull.ts';
import { removeCommand } from './remove.ts';
import { verifyCommand } from './verify.ts';

/** `querent models list | pull | verify | activate | rollback | import | remove | channel`. */
export function modelsCommand(exit: (code: number) => void): Command {
  return new Command('models')
    .description('Fetch trained checkpoints from a channel, verify them, and choose the one that is used.')
    .addCommand(listCommand(exit))
    .addCommand(pullCommand())
    .addCommand(verifyCommand(exit))
    .addCommand(activateCommand())
    .addCommand(rollbackCommand())
    .addCommand(importCommand())
    .addCommand(removeCommand())
    .addCommand(channelCommand());
}
