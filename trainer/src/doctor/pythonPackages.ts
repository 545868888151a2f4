import type { Check, Probe } from './check.ts';

/** What the embedded engine imports, and what to type when it is missing. */
const PACKAGES: readonly { readonly name: string; readonly use: string; readonly install: string }[] = [
  {
    name: 'torch',
    use: 'training',
    install: 'pip install torch (without a GPU the CPU build, as the installation page of PyTorch says)',
  },
  { name: 'transformers', use: 'models and tokenizers', install: "pip install 'transformers>=5,<6'" },
  { name: 'gguf', use: 'writing model files for the editor', install: 'pip install gguf' },
  { name: 'peft', use: 'training adapters instead of all weights', install: 'pip install peft' },
];

/** The Python packages that training needs. */
export const checkPythonPackages: Probe = ({ python }) =>
  PACKAGES.map(({ name, use, install }): Check => {
    if ('failure' in python) {
      return {
        name,
        ok: false,
        required: true,
        detail: 'not looked at: no Python',
        fix: 'Install Python first.',
      };
    }
    const found = python.packages[name];
    const version = found?.version ?? undefined;
    return version !== undefined
      ? { name, ok: true, required: true, detail: `${name} ${version}`, fix: '' }
      : {
          name,
          ok: false,
          required: true,
          detail: `${name} (${use}): ${found?.error ?? 'not looked at'}`,
          fix: `${install}, into ${python.executable}.`,
        };
  });
