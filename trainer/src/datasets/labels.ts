import type { Topic } from './topic.ts';

type LabelledTopic = Pick<Topic, 'task' | 'source' | 'target'>;

/**
 * The records known to be relevant to a topic, as keys that mean the same record in every topic. PMIDs and NCT ids do so by themselves;
 * the documents of a collection (`ir`) only within it, so its source stands before them. Empty where a task knows no records (`qa`, `sql`).
 */
export function labelsOf({ task, source, target }: LabelledTopic): readonly string[] {
  const { relevant } = target;
  if (Array.isArray(relevant))
    return [...new Set(relevant.map((id) => inCollection(task, source, String(id))))];
  if (typeof relevant !== 'object' || relevant === null) return [];
  return Object.entries(relevant)
    .filter(([, grade]) => Number(grade) > 0)
    .map(([id]) => inCollection(task, source, id));
}

function inCollection(task: string, source: string, id: string): string {
  return task === 'ir' ? `${source}\u0000${id}` : id;
}

/**
 * One key for all that is known to be right: of two topics with the same key each gives the other's answer away. Records as a set, SQL by
 * database and statement but for white space and case; undefined for answers in words, which two questions may share by chance.
 */
export function labelSetOf(topic: LabelledTopic): string | undefined {
  const labels = labelsOf(topic);
  if (labels.length > 0) return [...labels].sort().join('\u0001');
  const { db, gold: sql } = topic.target;
  if (typeof sql !== 'string') return undefined;
  const plain = sql.replace(/\s+/g, ' ').replace(/;\s*$/, '').trim().toLowerCase();
  return `${String(db)}\u0000${plain}`;
}
