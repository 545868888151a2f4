import type { EngineChoice } from '../../engines/verl/chooseEngine.ts';
import type { Plan, PlanEstimate } from '../../plan/index.ts';
import type { Check, DoctorContext } from '../check.ts';

/** What a plan is checked against. */
export interface PlanContext extends DoctorContext {
  readonly plan: Plan;
  readonly estimate: PlanEstimate;
  readonly choice: EngineChoice;
}

/** Looks at one thing that a plan needs, and never throws. */
export type PlanProbe = (context: PlanContext) => Promise<readonly Check[]> | readonly Check[];

/** Something that is as the plan needs it. */
export function good(name: string, detail: string): Check {
  return { name, ok: true, required: true, detail, fix: '' };
}

/** Something that is not, and the way out. */
export function bad(name: string, detail: string, fix: string, required = true): Check {
  return { name, ok: false, required, detail, fix };
}
