import type { PythonReport } from '../../doctor/pythonProbe.ts';
import { verlObstacles } from '../../plan/index.ts';
import type { Plan } from '../../plan/index.ts';
import { missingForVerl } from './requirements.ts';

/** Which engine does the reinforcement learning of a plan, and why. */
export interface EngineChoice {
  readonly engine: 'embedded' | 'verl';
  /** One sentence for people. */
  readonly why: string;
}

/**
 * The engine that a plan names. `auto`: verl where everything that it needs is installed, with CUDA, and it can be told the plan; else the embedded
 * engine. What a named engine lacks is for the doctor to tell.
 */
export function chooseEngine(plan: Plan, python: PythonReport | { readonly failure: string }): EngineChoice {
  if (plan.ppo === null)
    return { engine: 'embedded', why: 'The cold start is trained by the embedded engine.' };
  if (plan.engine !== 'auto') return { engine: plan.engine, why: 'The plan names it.' };
  const [obstacle] = verlObstacles(plan);
  if (obstacle !== undefined)
    return {
      engine: 'embedded',
      why: `verl cannot be told this plan (${obstacle.place.join('.')}: ${obstacle.message})`,
    };
  const missing = missingForVerl(python, plan.verl.rollout);
  return missing.length === 0
    ? { engine: 'verl', why: 'verl, ray, its rollout engine and CUDA are there.' }
    : { engine: 'embedded', why: `For verl something is missing: ${missing.join(', ')}.` };
}
