import type { Topic } from '../topic.ts';
import type { SourceItem } from '../topic.ts';

/** A made-up topic. */
export function topic(id: string, relevant: readonly string[], facts: Partial<Topic> = {}): Topic {
  return {
    id,
    task: 'publication',
    input: { title: `Question ${id}` },
    target: { relevant },
    source: 'made',
    ...facts,
  };
}

/** All that a source yields, topics and messages apart. */
export async function gathered(items: AsyncIterable<SourceItem>) {
  const topics: Topic[] = [];
  const excluded: string[] = [];
  for await (const item of items)
    if (item.kind === 'topic') topics.push(item.topic);
    else excluded.push(`${item.reason}: ${item.message}`);
  return { topics, excluded };
}
