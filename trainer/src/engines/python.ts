import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { badInput } from '@querent/server/terminal';

/** Where Python and its part of the trainer are. */
export interface Python {
  /** The interpreter: a path, or a name on the PATH. */
  readonly command: string;
  /** The folder that holds `querent_engine`; it goes onto PYTHONPATH. */
  readonly packages: string;
  /** Who named the interpreter, for messages. */
  readonly from: '--python' | 'QUERENT_PYTHON' | 'the environment of this checkout' | 'the PATH';
}

/** Where `node scripts/python-env.mjs` puts its environment, relative to the root of a checkout. */
const ownEnvironment = ['.cache/python-trainer/bin/python', '.cache/python-trainer/Scripts/python.exe'];

/**
 * The Python that trains: the one that is named, else QUERENT_PYTHON, else the environment that a checkout has made for itself, else `python3`.
 * @throws CliError (exit code 2) when the Python part of the trainer is not there, or the named interpreter is a path that does not exist
 */
export function findPython(named?: string, environment: NodeJS.ProcessEnv = process.env): Python {
  const packages = pythonPackages();
  if (packages === undefined)
    throw badInput(
      'The Python part of the trainer (trainer/python) is missing from this installation. Run the command from a checkout, or copy the folder beside the program.',
    );
  const { QUERENT_PYTHON: set } = environment;
  if (named !== undefined) return { command: existing(named, '--python'), packages, from: '--python' };
  if (set !== undefined && set !== '')
    return { command: existing(set, 'QUERENT_PYTHON'), packages, from: 'QUERENT_PYTHON' };
  const root = dirname(dirname(packages));
  const own = ownEnvironment.map((path) => join(root, path)).find((path) => existsSync(path));
  if (own !== undefined) return { command: own, packages, from: 'the environment of this checkout' };
  return { command: 'python3', packages, from: 'the PATH' };
}

/** `trainer/python`, from the sources or from a bundle in `dist/`; undefined where it is not there. */
export function pythonPackages(): string | undefined {
  for (
    let folder = dirname(fileURLToPath(import.meta.url));
    folder !== dirname(folder);
    folder = dirname(folder)
  )
    for (const candidate of [join(folder, 'python'), join(folder, 'trainer/python')])
      if (existsSync(join(candidate, 'querent_engine/probe.py'))) return candidate;
  return undefined;
}

/** The environment in which `python -m querent_engine` finds its package, and writes UTF-8 at once rather than in pieces. */
export function pythonEnvironment(
  { packages }: Python,
  environment: NodeJS.ProcessEnv = process.env,
): NodeJS.ProcessEnv {
  const { PYTHONPATH: before } = environment;
  return {
    ...environment,
    PYTHONPATH:
      before === undefined || before === ''
        ? packages
        : `${packages}${process.platform === 'win32' ? ';' : ':'}${before}`,
    PYTHONIOENCODING: 'utf-8',
    PYTHONUNBUFFERED: '1',
  };
}

function existing(command: string, from: string): string {
  if (!/[\\/]/.test(command) || existsSync(command)) return command;
  throw badInput(
    `${from}: there is no ${command}. Name the Python of an environment with torch and transformers; node scripts/python-env.mjs makes one.`,
  );
}
