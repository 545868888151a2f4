import { statfs } from 'node:fs/promises';
import { gibibytes } from './check.ts';
import type { Probe } from './check.ts';

/** Checkpoints with their optimiser take 16 bytes a parameter: 135 million are 2.2 GB, and a few are kept. */
const MINIMUM_BYTES = 10 * 2 ** 30;

/** Room for checkpoints where runs are written. */
export const checkDisk: Probe = async ({ folder }) => {
  const check = { name: 'disk', required: true };
  try {
    const { bavail, bsize } = await statfs(folder);
    const free = bavail * bsize;
    const ok = free >= MINIMUM_BYTES;
    return [
      {
        ...check,
        ok,
        detail: `${gibibytes(free)} free at ${folder}`,
        fix: ok ? '' : `Free ${gibibytes(MINIMUM_BYTES - free)} more, or start in a folder on a larger disk.`,
      },
    ];
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return [
      { ...check, ok: false, detail: reason, fix: `Start in a folder that can be read; ${folder} cannot.` },
    ];
  }
};
