import { gibibytes } from './check.ts';
import type { Probe } from './check.ts';

/** CUDA and the memory of every GPU. Nothing needs one; models above a few hundred million parameters are slow without. */
export const checkGpu: Probe = ({ python }) => {
  if ('failure' in python) {
    return [
      {
        name: 'cuda',
        ok: false,
        required: false,
        detail: 'not looked at: no Python',
        fix: 'Install Python first.',
      },
    ];
  }
  const { devices, cuda, error } = python.gpus;
  if (devices.length === 0) {
    const fix =
      'Nothing to do for small models: they train on the CPU. For larger ones use a machine with an NVIDIA GPU and the CUDA build of torch.';
    return [{ name: 'cuda', ok: false, required: false, detail: error ?? 'no GPU', fix }];
  }
  const list = devices.map(
    ({ name, freeBytes, totalBytes }) => `${name}, ${gibibytes(freeBytes)} of ${gibibytes(totalBytes)} free`,
  );
  return [
    { name: 'cuda', ok: true, required: false, detail: `CUDA ${cuda ?? ''}: ${list.join('; ')}`, fix: '' },
  ];
};
