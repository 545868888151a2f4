import type { Probe } from './check.ts';

/** The packages of the verl engine, which needs an environment of its own (it pins an older transformers) and CUDA. */
export const checkEngines: Probe = ({ python }) =>
  ['verl', 'ray', 'vllm'].map((name) => {
    const version = 'failure' in python ? undefined : python.packages[name]?.version;
    const ok = typeof version === 'string';
    return {
      name,
      ok,
      required: false,
      detail: ok ? `${name} ${version}` : 'failure' in python ? 'not looked at: no Python' : 'not installed',
      fix: ok
        ? ''
        : `Needed for the verl engine only: pip install ${name}, in an environment of its own with CUDA.`,
    };
  });
