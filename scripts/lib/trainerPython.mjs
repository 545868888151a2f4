// The Python of the trainer's tests: an environment of its own in the cache folder, so that nothing installed by hand is needed or changed.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder, root, run } from './processes.mjs';

const windows = process.platform === 'win32';
const home = join(cacheFolder, 'python-trainer');
const requirements = (name) => join(root, 'trainer/python/requirements', name);
const FILES = ['torch.txt', 'cpu.txt', 'verl-schema.txt'];

/** Where the environment's Python is, once it is made. */
export const trainerPython = join(home, windows ? 'Scripts/python.exe' : 'bin/python');

/**
 * Makes the environment where it is not there or was made of other requirements: about 2.5 GB to download where only the CUDA build of torch can be had.
 * @param {(line: string) => void} log
 * @returns {Promise<string>} the path of its Python
 * @throws Error with the reason, when it cannot be made
 */
export async function ensureTrainerPython(log = console.log) {
  const wanted = createHash('sha256');
  for (const file of FILES) wanted.update(readFileSync(requirements(file)));
  const hash = wanted.digest('hex');
  const stamp = join(home, 'querent-requirements.sha256');
  if (existsSync(stamp) && existsSync(trainerPython) && readFileSync(stamp, 'utf8') === hash)
    return trainerPython;
  const base = await findPython();
  rmSync(home, { recursive: true, force: true });
  const started = performance.now();
  log(
    'Making the Python environment of the trainer (torch, transformers and what their tests need), kept in the cache folder ...',
  );
  await step('Making a virtual environment', base, ['-m', 'venv', home], 120_000);
  // Python compiles what is imported when it is; compiling all of torch and transformers takes longer than unpacking them.
  const pip = (...args) => [
    '-m',
    'pip',
    'install',
    '-q',
    '--no-compile',
    '--disable-pip-version-check',
    ...args,
  ];
  await torch(pip, log);
  await step(
    'Installing transformers and others',
    trainerPython,
    pip('-r', requirements('cpu.txt')),
    900_000,
  );
  const schema = pip('--no-deps', '-r', requirements('verl-schema.txt'));
  await step('Installing verl (for its schema)', trainerPython, schema, 600_000);
  writeFileSync(stamp, hash);
  log(`Made in ${((performance.now() - started) / 1000).toFixed(0)} s.`);
  return trainerPython;
}

/** The CPU build of torch where an index that pip is set up with has it (200 MB), else the one of the ordinary index, which is for CUDA on Linux. */
async function torch(pip, log) {
  const [pin] = readFileSync(requirements('torch.txt'), 'utf8').match(/torch==[\d.]+/) ?? [];
  if (pin === undefined) throw new Error('trainer/python/requirements/torch.txt names no version of torch.');
  if (process.platform === 'linux') {
    const cpu = await run(trainerPython, pip(`${pin}+cpu`), { timeoutMs: 600_000, quiet: true });
    if (cpu.code === 0) return;
    log(
      `pip's index has no CPU build of ${pin}: fetching the build with CUDA, some 2.5 GB, which computes on the CPU as well ...`,
    );
  }
  await step('Installing torch', trainerPython, pip(pin), 1_800_000);
}

async function findPython() {
  const candidates = [process.env.QUERENT_BASE_PYTHON, 'python3.12', 'python3.11', 'python3', 'python'];
  for (const candidate of candidates) {
    if (!candidate) continue;
    const probe = [
      '-c',
      'import sys, venv, ensurepip; print(sys.version_info >= (3, 10) and sys.version_info < (3, 14))',
    ];
    const { code, output } = await run(candidate, probe, { quiet: true }).catch(() => ({
      code: 1,
      output: '',
    }));
    if (code === 0 && output.includes('True')) return candidate;
  }
  throw new Error(
    'Python 3.10 to 3.13 with venv is needed (on Debian: python3 and python3-venv); QUERENT_BASE_PYTHON names another one.',
  );
}

async function step(what, command, args, timeoutMs) {
  const { code, output, timedOut } = await run(command, args, { timeoutMs, quiet: true });
  if (code === 0) return;
  rmSync(home, { recursive: true, force: true });
  throw new Error(
    `${what} ${timedOut ? `took longer than ${timeoutMs / 1000} s` : `ended with ${code}`}:\n${output.slice(-2000)}`,
  );
}
