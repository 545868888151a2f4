import type { Task } from '@querent/core/tasks';
import type { OpenedWorld } from '../world/openWorld.ts';

/** What may not be concluded from figures on a task in a world; one sentence each. */
export function trapsOf({ id }: Task, { library, citations }: OpenedWorld): readonly string[] {
  const isLocal = library !== undefined && citations === library;
  if (id === 'publication' && isLocal)
    return [
      'Counts and precision in a library do not carry over to PubMed, where the same query finds many times more.',
      'Topics with few relevant records move the mean a lot: one of two is half a recall.',
    ];
  if (id === 'qa' || id === 'ir')
    return [
      'Figures of rankings depend on the records that are ranked, and compare with others only on the same ones.',
    ];
  return [];
}
