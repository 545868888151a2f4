import type { LocalEngine } from '@querent/core/connectors';
import { rarestWordsQuery } from '@querent/core/rewriting';
import type { Task } from '@querent/core/tasks';
import type { Topic } from './topic.ts';

/**
 * How easy a topic is: the recall in the library, 0..1, of the three rarest words of its title (of its PICO where there is none), through the
 * task's own measurement. Undefined for a task that asks no library of citations.
 * @throws SearchError when the library cannot answer
 */
export async function baselineRecall(
  topic: Topic,
  task: Task,
  library: LocalEngine,
  signal?: AbortSignal,
): Promise<number | undefined> {
  if (topic.task !== 'publication') return undefined;
  const query = rarestWordsQuery(questionOf(topic.input), library.index);
  const { figures } = await task.measure(
    query,
    topic.target,
    { citations: library },
    {
      ...(signal === undefined ? {} : { signal }),
      ...(topic.until === undefined ? {} : { until: topic.until }),
    },
  );
  return figures['recall'];
}

function questionOf({ title, pico }: Readonly<Record<string, unknown>>): string {
  if (typeof title === 'string') return title;
  if (typeof pico !== 'object' || pico === null) return '';
  return Object.values(pico)
    .filter((part): part is string => typeof part === 'string')
    .join(' ');
}
