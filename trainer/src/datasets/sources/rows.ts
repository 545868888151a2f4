import { RowError } from '@querent/core/tasks';
import type { SourceItem, Topic } from '../topic.ts';
import { readJsonLines } from './jsonLines.ts';

/**
 * Makes a topic of a row.
 * @param line of the row in its file, from 1
 * @throws RowError that names the field
 */
export type RowReader = (row: Readonly<Record<string, unknown>>, line: number) => Omit<Topic, 'source'>;

/** Reads a JSONL file row by row; a bad row is told and costs no other. */
export async function* readRowFile(
  path: string,
  source: string,
  read: RowReader,
): AsyncGenerator<SourceItem> {
  for await (const line of readJsonLines(path)) {
    if ('fault' in line) {
      yield { kind: 'excluded', reason: 'bad-row', message: line.fault };
      continue;
    }
    const { place, row } = line;
    const number = Number(/\d+$/.exec(place)?.[0]);
    yield item(place, () => ({ ...read(row, number), source }));
  }
}

/** The topic that `make` gives, or why there is none. */
export function item(place: string, make: () => Topic): SourceItem {
  try {
    return { kind: 'topic', topic: make(), place };
  } catch (error) {
    if (!(error instanceof RowError)) throw error;
    const reason = error.code === 'no-relevant' ? 'no-relevant' : 'bad-row';
    return { kind: 'excluded', reason, message: `${place}: ${error.message}` };
  }
}
