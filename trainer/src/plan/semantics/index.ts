import { dataKnobs } from './data.ts';
import { generalKnobs } from './general.ts';
import type { Knob } from './knob.ts';
import { ppoKnobs } from './ppo.ts';
import { releaseKnobs } from './release.ts';
import { sftKnobs } from './sft.ts';
import { verlKnobs } from './verl.ts';

export { repository } from './general.ts';
export { fixedOverrides } from './verl.ts';
export type { Knob, StageKind, StagePaths, VerlPaths, VerlValue } from './knob.ts';

/** Every knob of a plan, in the order of its schema: the one place that says what it means and how each engine is told. */
export const knobs: readonly Knob[] = [
  ...generalKnobs,
  ...dataKnobs,
  ...sftKnobs,
  ...ppoKnobs,
  ...verlKnobs,
  ...releaseKnobs,
];
