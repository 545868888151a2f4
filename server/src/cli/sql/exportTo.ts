import { extname, resolve } from 'node:path';
import { formatCount } from '@querent/core/text';
import type { OpenedDatabase } from '../../databases/index.ts';
import { ExportError, exportRows } from '../../exporting/index.ts';
import { isSameFile } from '../../exporting/sameFile.ts';
import { badInput, note } from '../../terminal/index.ts';

/**
 * Writes all rows of a statement into a file, as CSV or JSON by its ending.
 * @throws CliError when the file cannot be written, or the statement gives no rows; SearchError as the database does
 */
export async function exportTo(
  out: string,
  sql: string,
  database: OpenedDatabase,
  options: { readonly force: boolean; readonly rows: number | undefined; readonly signal: AbortSignal },
): Promise<void> {
  const format = extname(out).slice(1).toLowerCase();
  if (format !== 'csv' && format !== 'json')
    throw badInput(`--out ${out}: rows are written as CSV or JSON. Let its name end in .csv or .json.`);
  const path = resolve(out);
  if (await isSameFile(path, database.path))
    throw badInput(`--out ${out} is the database itself. Choose another name.`);
  const { force, rows: most, signal } = options;
  try {
    const { rows, bytes, notes } = await exportRows(database.stream(sql, { signal }), {
      ...{ format, path, signal, replace: force },
      ...(most === undefined ? {} : { rows: most }),
    });
    note(`${out} written: ${formatCount(rows)} ${rows === 1 ? 'row' : 'rows'}, ${formatCount(bytes)} bytes`);
    notes.forEach(note);
  } catch (error) {
    if (error instanceof ExportError)
      throw badInput(error.message.replace('say that it is to be replaced', 'add --force'), error);
    throw error;
  }
}
