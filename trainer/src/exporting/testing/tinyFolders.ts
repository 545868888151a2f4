import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findPython, pythonEnvironment } from '../../engines/python.ts';
import type { Python } from '../../engines/python.ts';

/** Looks whether packages are there without loading them, which takes seconds. */
const findAll = `
from importlib.util import find_spec
missing = [name for name in ("torch", "transformers", "gguf", "peft") if find_spec(name) is None]
assert not missing, f"Python lacks {', '.join(missing)}"
`;

/** Why the tests of the exporter cannot run here; undefined where they can. It is printed, since a skipped test says nothing by itself. */
export async function whyNoExporter(): Promise<string | undefined> {
  try {
    await promisify(execFile)(findPython().command, ['-c', findAll]);
    return undefined;
  } catch (error) {
    const reason = `The exporter is not tested: ${error instanceof Error ? (error.message.trim().split('\n').at(-1) ?? '') : String(error)}. node scripts/python-env.mjs makes its environment.`;
    console.warn(reason);
    return reason;
  }
}

/**
 * Runs Python with the tiny models of the Python tests (`export_models.py`) at hand.
 * @param code may use `save_model`, `Path` and `torch`
 */
export async function makeWithPython(code: string): Promise<void> {
  const python: Python = findPython();
  const tests = join(python.packages, 'tests');
  const environment = pythonEnvironment({ ...python, packages: tests });
  const begin = `import sys; sys.path.insert(0, ${JSON.stringify(python.packages)})\nfrom pathlib import Path\nimport torch\nfrom export_models import save_model\n`;
  await promisify(execFile)(python.command, ['-c', `${begin}${code}`], { env: environment });
}
