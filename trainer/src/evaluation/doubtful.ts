/**
 * Review topics of the development data whose labels are partly wrong: studies of epilepsy and dystonia count as relevant to muscle relaxants
 * for musculoskeletal pain. They are near-duplicates. Figures are given with and without them.
 */
export const doubtfulTopics: readonly string[] = ['cohen2006/SkeletalMuscleRelaxants', 'synergy/Chou_2004'];
