import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { badInput } from '@querent/server/terminal';
import { readRows, readSplit } from './readRows.ts';
import type { ReadRow } from './readRows.ts';
import { findSource, readSource } from './sources/openSource.ts';
import type { CountedTopic } from './statistics.ts';
import { splitNames } from './topic.ts';

/** The file by which a folder shows that it is a dataset. */
export const CARD = 'card.json';

/** Topics that belong together: a split of a dataset, or a file. */
export interface Part {
  readonly name: string;
  readonly topics: readonly CountedTopic[];
  /** Rows that could not be read, and why the first could not. */
  readonly excluded: number;
  readonly firstFault?: string;
}

/**
 * The topics of a dataset's folder (its three parts), of a file of rows, or of any source of topics.
 * @throws CliError (exit code 2) when it is none of these, or nothing can be read in it
 */
export async function loadParts(path: string): Promise<readonly Part[]> {
  if ((await stat(join(path, CARD)).catch(() => undefined)) !== undefined) {
    const parts: Part[] = [];
    for (const name of splitNames) {
      const rows = await readSplit(path, name);
      parts.push({ name, topics: rows.map((row) => counted(row, name)), excluded: 0 });
    }
    return parts;
  }
  const source = await findSource(path);
  if (source.kind === 'rows') {
    const rows = await readRows(source.path);
    return [{ name: source.name, topics: rows.map((row) => counted(row, source.name)), excluded: 0 }];
  }
  const topics: CountedTopic[] = [];
  let [excluded, firstFault]: [number, string | undefined] = [0, undefined];
  for await (const item of readSource(source, undefined))
    if (item.kind === 'topic') topics.push({ topic: item.topic, part: source.name });
    else {
      excluded++;
      firstFault ??= item.message;
    }
  if (topics.length === 0)
    throw badInput(`${path} holds no topic that can be read. ${firstFault ?? 'It is empty.'}`);
  return [{ name: source.name, topics, excluded, ...(firstFault === undefined ? {} : { firstFault }) }];
}

function counted({ row, topic }: ReadRow, part: string): CountedTopic {
  return { topic, part, prompt: row.prompt.map(({ content }) => content).join('\n') };
}
