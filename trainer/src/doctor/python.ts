import { isAtLeast } from './check.ts';
import type { Probe } from './check.ts';
import { MINIMUM_PYTHON } from './pythonProbe.ts';

/** The Python that would train. */
export const checkPython: Probe = ({ python }) => {
  const fix = `Install Python ${MINIMUM_PYTHON} or later, or name one with --python or QUERENT_PYTHON.`;
  if ('failure' in python) {
    return [{ name: 'python', ok: false, required: true, detail: python.failure, fix }];
  }
  const ok = isAtLeast(python.python, MINIMUM_PYTHON);
  return [
    {
      name: 'python',
      ok,
      required: true,
      detail: `Python ${python.python} at ${python.executable}`,
      fix: ok ? '' : fix,
    },
  ];
};
