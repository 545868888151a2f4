import { InvalidArgumentError, Option } from 'commander';

/** `--timeout`, in seconds, for commands that run statements. */
export function timeoutOption(): Option {
  return new Option('--timeout <seconds>', 'longest time of a statement, up to 600')
    .argParser(seconds)
    .default(5);
}

function seconds(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 600)) throw new InvalidArgumentError('It must be from 0 to 600 seconds.');
  return value;
}
