import type { Plan } from './schema.ts';
import { fixedOverrides, knobs, repository } from './semantics/index.ts';
import type { VerlPaths, VerlValue } from './semantics/index.ts';

/** One override of verl's configuration. */
export interface VerlOverride {
  /** With dots, without `+`. */
  readonly key: string;
  readonly value: VerlValue;
  /** The key is not among verl's defaults, so Hydra wants a `+` before it. */
  readonly isNew: boolean;
  /** The knob that it comes from; null: every run has it. */
  readonly from: string | null;
}

/** Everything that verl is told, made from the semantics table; the plan's own overrides last. @throws RangeError when the plan has no ppo */
export function verlOverrides(plan: Plan, paths: VerlPaths): readonly VerlOverride[] {
  if (plan.ppo === null) throw new RangeError('the plan has no ppo');
  const inVerl: VerlPaths = { ...paths, start: paths.start === null ? null : repository(paths.start) };
  const found = new Map<string, VerlOverride>();
  const add = (written: string, value: VerlValue | undefined, from: string | null): void => {
    if (value === undefined) return;
    const isNew = written.startsWith('+');
    const key = written.replace(/^\++/u, '');
    found.delete(key); // A later one stands where it was written.
    found.set(key, { key, value, isNew, from });
  };
  for (const { key, value } of fixedOverrides) add(key, value(inVerl), null);
  for (const knob of knobs) {
    if (!Array.isArray(knob.verl)) continue;
    for (const { keys, value } of knob.verl) for (const key of keys) add(key, value(plan, inVerl), knob.key);
  }
  for (const [key, value] of Object.entries(plan.verl.overrides)) add(key, value, 'verl.overrides');
  return [...found.values()];
}
