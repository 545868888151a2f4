import type { Diagnosis } from './doctor.ts';
import { checkNode } from './node.ts';
import { checkPython } from './python.ts';
import { checkPlan } from './forPlan/index.ts';
import type { PlanContext } from './forPlan/index.ts';

/** Whether this machine has what a plan needs: what every training needs, and what this one does. */
export async function diagnosePlan(context: PlanContext): Promise<Diagnosis> {
  const checks = [
    ...(await checkNode(context)),
    ...(await checkPython(context)),
    ...(await checkPlan(context)),
  ];
  return { ok: checks.every(({ ok, required }) => ok || !required), checks };
}
