import { access, constants, stat, statfs } from 'node:fs/promises';
import { freemem, totalmem } from 'node:os';
import { dirname } from 'node:path';
import { gibibytes } from '../check.ts';
import type { Check } from '../check.ts';
import { bad, good } from './context.ts';
import type { PlanContext } from './context.ts';

/** Share of a GPU's memory that an estimate may come to: it is no measurement. */
const roomFor = 0.95;

/** The estimate against what the GPUs, or the machine, have. */
export function memory({ plan, estimate, python, choice }: PlanContext): readonly Check[] {
  if (estimate.model === undefined)
    return [
      {
        ...bad(
          'memory',
          estimate.unknown ?? 'the model is not known',
          'Name a folder with a config.json, or a GGUF file, to have its memory estimated.',
          false,
        ),
      },
    ];
  const devices = 'failure' in python || plan.machine.device === 'cpu' ? [] : python.gpus.devices;
  const onCluster = choice.engine === 'verl' && plan.verl.rayAddress !== null;
  return estimate.memory.flatMap(({ stage, peakBytes, hostBytes }) => {
    const name = `memory ${stage}`;
    if (devices.length === 0 && (plan.machine.device === 'cuda' || choice.engine === 'verl'))
      return [
        bad(
          name,
          `${gibibytes(peakBytes)} on each GPU by estimate; there is no GPU to compare with`,
          'Look at it on the machine that trains.',
          false,
        ),
      ];
    const least = Math.min(...devices.map(({ totalBytes }) => totalBytes));
    const free = Math.min(...devices.map(({ freeBytes }) => freeBytes));
    const [total, now, where] =
      devices.length === 0
        ? [totalmem(), freemem(), 'of the machine’s memory']
        : [least, free, 'of a GPU’s memory'];
    const detail = `${gibibytes(peakBytes)} ${where} by estimate, of ${gibibytes(total)} (${gibibytes(now)} free now)`;
    const checks = [
      peakBytes <= total * roomFor || onCluster
        ? good(name, detail)
        : bad(
            name,
            detail,
            'Lower the micro-batches (memory, not meaning), write model.gradientCheckpointing: true, ppo.critic.kind: head, or model.lora; with verl, offload or more GPUs.',
          ),
    ];
    if (hostBytes > totalmem() * roomFor && !onCluster)
      checks.push(
        bad(
          `${name} offloaded`,
          `${gibibytes(hostBytes)} would wait in this machine’s memory of ${gibibytes(totalmem())}`,
          'Switch off a part of verl.offload.',
        ),
      );
    return checks;
  });
}

/** Room for checkpoints, models and exports. */
export async function disk({ folder, estimate }: PlanContext): Promise<readonly Check[]> {
  if (estimate.diskBytes === null) return [];
  try {
    const there = await nearestFolder(folder);
    const { bavail, bsize } = await statfs(there);
    await access(there, constants.W_OK);
    const free = bavail * bsize;
    const detail = `${gibibytes(estimate.diskBytes)} by estimate, ${gibibytes(free)} free at ${there}`;
    return [
      free >= estimate.diskBytes
        ? good('disk', detail)
        : bad(
            'disk',
            detail,
            `Free ${gibibytes(estimate.diskBytes - free)} more, keep fewer checkpoints (save.keep), or run in a folder on a larger disk.`,
          ),
    ];
  } catch (error) {
    return [
      bad(
        'disk',
        error instanceof Error ? error.message : String(error),
        `Choose a folder that can be written; ${folder} cannot.`,
      ),
    ];
  }
}

async function nearestFolder(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  return found?.isDirectory() === true || dirname(path) === path ? path : nearestFolder(dirname(path));
}
