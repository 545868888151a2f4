/** Exit codes of every command, in docs and `--help`. */
export const EXIT = { fine: 0, findings: 1, badInput: 2, engineFailed: 3, interrupted: 130 } as const;

/** Ends the command with a message for people on stderr and an exit code. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly exitCode: number;
  constructor(exitCode: number, message: string, cause?: unknown) {
    super(message, { cause });
    this.exitCode = exitCode;
  }
}

/** Bad usage or bad input: exit code 2. */
export function badInput(message: string, cause?: unknown): CliError {
  return new CliError(EXIT.badInput, message, cause);
}
