import type { Check } from '../check.ts';
import { good } from './context.ts';
import type { PlanContext, PlanProbe } from './context.ts';
import { files } from './files.ts';
import { gpus, packages } from './packages.ts';
import { rewards, secrets } from './rewards.ts';
import { disk, memory } from './room.ts';

export type { PlanContext } from './context.ts';

const probes: readonly PlanProbe[] = [files, engine, packages, gpus, memory, disk, rewards, secrets];

/** Everything of this machine that a plan needs, each with what to do where it is missing. Looks, and changes nothing. */
export async function checkPlan(context: PlanContext): Promise<readonly Check[]> {
  return (await Promise.all(probes.map(async (probe) => probe(context)))).flat();
}

function engine({ choice }: PlanContext): readonly Check[] {
  return [good('engine', `${choice.engine}. ${choice.why}`)];
}
