import { CliError, EXIT } from '@querent/server/terminal';

/** A run that was told to stop and has saved: exit code 130, as for every command that Ctrl-C ends. */
export class Stopped extends CliError {
  constructor(signal: AbortSignal) {
    super(EXIT.interrupted, 'Stopped; everything is saved.', signal.reason);
  }
}
