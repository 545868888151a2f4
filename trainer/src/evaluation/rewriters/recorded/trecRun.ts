import { byScore } from '@querent/core/metrics';
import { badInput } from '@querent/server/terminal';
import { Attempts } from './records.ts';
import type { Recording } from './records.ts';

/** Whether a line has the shape of a TREC run: `topic Q0 record rank score tag`. */
export function isRunLine(line: string): boolean {
  return /^\S+\s+Q0\s+\S+\s+\d+\s+\S+(?:\s+\S+)?\s*$/i.test(line);
}

/**
 * Reads a run as trec_eval does: the score decides and the rank is not looked at; equal scores go by descending record id.
 * @throws CliError naming the line
 */
export function readTrecRun(text: string, file: string): Recording {
  const topics = new Map<string, Map<string, number>>();
  text.split('\n').forEach((line, index) => {
    if (line.trim() === '') return;
    const place = `${file}, line ${index + 1}`;
    const [topic = '', , record = '', , score = ''] = line.trim().split(/\s+/);
    if (!isRunLine(line))
      throw badInput(`${place} is no line of a TREC run. Write "topic Q0 record rank score tag".`);
    if (!Number.isFinite(Number(score))) throw badInput(`${place}: the score “${score}” is no number.`);
    const hits = topics.get(topic) ?? new Map<string, number>();
    topics.set(topic, hits);
    if (hits.has(record))
      throw badInput(`${place}: the record ${record} is listed twice for the topic ${topic}.`);
    hits.set(record, Number(score));
  });
  const attempts = new Attempts();
  for (const [topic, hits] of topics)
    attempts.add(topic, {
      kind: 'ranking',
      ids: byScore(Array.from(hits, ([id, score]) => ({ id, score }))),
    });
  return attempts.recording('TREC run');
}
