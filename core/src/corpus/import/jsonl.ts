import type { ImportItem } from './item.ts';
import { readJsonRecord } from './jsonRecord.ts';
import type { Line } from './lines.ts';

/** Reads JSON lines: one JSON object a line. Empty lines are passed over. */
export async function* readJsonl(batches: AsyncIterable<readonly Line[]>): AsyncGenerator<ImportItem> {
  for await (const lines of batches) {
    for (const line of lines) {
      if (line.problem !== undefined) yield { kind: 'rejected', line: line.number, reason: line.problem };
      else if (line.text.trim() !== '') yield readLine(line.text, line.number);
    }
  }
}

function readLine(text: string, line: number): ImportItem {
  const result = readJsonRecord(text);
  return typeof result === 'string'
    ? { kind: 'rejected', line, reason: result }
    : { kind: 'record', line, record: result };
}
