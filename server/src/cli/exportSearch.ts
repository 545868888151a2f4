import { resolve } from 'node:path';
import type { ExportFormat } from '@querent/core/corpus';
import { exportFormats } from '@querent/core/corpus';
import type { SearchEngine, SearchQuery } from '@querent/core/search';
import { formatCount } from '@querent/core/text';
import { Option } from 'commander';
import { ExportError, exportRecords, type Exported } from '../exporting/index.ts';
import { badInput, note, printJson } from '../terminal/index.ts';
import { interruptible } from './interrupt.ts';
import { countedProgress } from './progress.ts';

/** Options of `querent search` that write records to a file. */
export interface ExportSearchOptions {
  readonly format?: ExportFormat;
  readonly out?: string;
  readonly force?: boolean;
}

/** The options as they are declared. */
export function exportSearchOptions(): readonly Option[] {
  return [
    new Option(
      '--format <format>',
      'write all records found to a file: nbib (as PubMed saves it), ris, or csv; goes with --out',
    ).choices(exportFormats),
    new Option('--out <file>', 'with --format: the file to write'),
    new Option('--force', 'with --out: replace the file when it is there'),
  ];
}

/** Whether records are to be written. @throws CliError where the options do not go together */
export function wantsExport(
  options: ExportSearchOptions & {
    readonly ids?: boolean;
    readonly limit?: number;
    readonly ranked?: boolean;
  },
): options is ExportSearchOptions & { readonly format: ExportFormat; readonly out: string } {
  const { format, out, force, ids, limit, ranked } = options;
  if (format === undefined) {
    if (out !== undefined || force === true)
      throw badInput('--out and --force go with --format: say which, nbib, ris or csv.');
    return false;
  }
  if (out === undefined || out.trim() === '')
    throw badInput(`--format ${format} writes a file: name it with --out FILE.`);
  if (ranked === true || ids === true || limit !== undefined)
    throw badInput(
      '--format writes every record that the query finds: it goes with neither --ranked, --ids nor --limit.',
    );
  return true;
}

/**
 * Writes what a query finds; progress goes to stderr. Ctrl-C leaves nothing behind.
 * @throws CliError
 */
export async function exportSearch(
  engine: SearchEngine<SearchQuery>,
  query: SearchQuery,
  options: {
    readonly format: ExportFormat;
    readonly out: string;
    readonly force?: boolean;
    readonly until?: string;
    readonly json?: boolean;
  },
): Promise<void> {
  const { format, out, force = false, until, json = false } = options;
  const progress = countedProgress('records');
  const done = await interruptible(({ signal }) =>
    exportRecords(engine, query, {
      format,
      path: resolve(out),
      replace: force,
      signal,
      onProgress: (so) => progress.update(so),
      ...(until === undefined ? {} : { until }),
    }),
  )
    .catch((error: unknown) => {
      if (error instanceof ExportError)
        throw badInput(
          error.message.replace(
            'Choose another name, or say that it is to be replaced.',
            'Choose another name; --force replaces it.',
          ),
          error,
        );
      throw error;
    })
    .finally(() => progress.done());
  tell(done, out, json);
}

function tell({ records, bytes, provenance, notes }: Exported, out: string, json: boolean): void {
  if (json) {
    printJson({ file: out, records, bytes, engine: provenance.label, at: provenance.at, notes });
    return;
  }
  for (const text of notes) note(text);
  const counted = records === 1 ? '1 record' : `${formatCount(records)} records`;
  note(`${out} written: ${counted} from ${provenance.label}`);
}
