import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { ImportError, readCsvColumns } from '@querent/core/corpus';
import type { CsvColumns } from '@querent/core/corpus';
import { formatCount } from '@querent/core/text';
import { buildLibrary } from '../../../library/buildLibrary.ts';
import type { RejectedRecord } from '../../../library/buildTally.ts';
import { draftPath } from '../../../library/libraryDraft.ts';
import { badInput, note, print, printJson } from '../../../terminal/index.ts';
import { interruptible } from '../../interrupt.ts';
import { progressReporter } from '../../progress.ts';
import { version } from '../../version.ts';
import { megabytes } from './megabytes.ts';

/** More rejections than this are counted, not printed. */
const MAX_PRINTED = 50;

/** `querent corpus build`. */
export function buildCommand(): Command {
  return new Command('build')
    .description(
      'Import citation files into a library: one SQLite file that holds the records, MeSH and a search index.',
    )
    .argument(
      '<input...>',
      'citation files: PubMed XML, MEDLINE/nbib, RIS, EndNote XML, CSV, JSON lines, also gzipped; - for standard input',
    )
    .requiredOption('--out <library>', 'the library file; it is updated when it is there')
    .option(
      '--mesh <file>',
      'MeSH descriptors: JSON lines (ui, name, entry, perm, tree, pa) or NLM’s desc2026.xml or d2026.bin, also gzipped',
    )
    .option('--rebuild', 'start from nothing and replace the library that is there')
    .option(
      '--columns <mapping>',
      'which columns of a CSV file hold what: title=Titel,abstract=Zusammenfassung,...',
      columnMapping,
    )
    .option('--rejected <file>', 'write every rejected record to this file, one JSON object a line')
    .option('--json', 'print {records, rejected, seconds, bytes, ...} on stdout')
    .addHelpText(
      'after',
      `
Records are known by their PMID (or id), and by their DOI where they have no PMID: running the command again brings records up
to date and never duplicates them; deletions in PubMed's update files are carried out. Bad records are reported by line and left out;
the exit code is 2 only when no record was good. The old library stays as it is until the new one is complete. An import that was
interrupted goes on where it was when the same command is given again. A library takes about 3 kB a record, and 10 MB for MeSH.

Examples:
  querent corpus build pubmed-export.nbib --out library.sqlite
  querent corpus build citations.jsonl.gz more.nbib --out library.sqlite --mesh mesh2024.jsonl.gz
  querent corpus build new.nbib --out library.sqlite          # adds to the library, MeSH inside is kept
  querent corpus build pubmed24n*.xml.gz --out library.sqlite
  querent corpus build scopus.csv --columns title=Titel,abstract=Zusammenfassung --out library.sqlite
  zcat dump.jsonl.gz | querent corpus build - --out library.sqlite --json`,
    )
    .action(async (inputs: string[], options: BuildOptions) => {
      const progress = progressReporter();
      const { rejected: listPath, mesh = '', out } = options;
      const list =
        listPath === undefined
          ? undefined
          : await rejectedFile(listPath, [...inputs, out, draftPath(out), ...(mesh === '' ? [] : [mesh])]);
      let told = 0;
      // What is wrong with the one file as a whole is the message of the build's failure, and need not be told twice.
      let held: RejectedRecord | undefined;
      const onRejected = (rejected: RejectedRecord): void => {
        list?.write(rejected);
        if (inputs.length === 1 && rejected.line === 0 && told === 0) held = rejected;
        else tell(rejected);
      };
      const tell = (rejected: RejectedRecord): void => {
        if (++told <= MAX_PRINTED) progress.message(describeRejected(rejected));
        else if (told === MAX_PRINTED + 1)
          progress.message(
            list === undefined
              ? '... further bad records are counted, not listed; --rejected FILE lists all'
              : `... further bad records are in ${options.rejected ?? ''}`,
          );
      };
      const summary = await interruptible(({ signal, setBlocking }) =>
        buildLibrary({
          inputs,
          output: options.out,
          mesh: options.mesh,
          rebuild: options.rebuild,
          builtWith: version(),
          keepUnfinished: true,
          ...(options.columns === undefined ? {} : { csvColumns: options.columns }),
          signal,
          onBlocking: (isBlocking) => {
            // Ctrl-C ends the process at once then: nobody would put the terminal in order.
            if (isBlocking) progress.pause();
            setBlocking(isBlocking);
          },
          onProgress: (state) => progress.update(state),
          onRejected,
          onResumed: (records) =>
            progress.message(`An interrupted import goes on: ${records} records are there already.`),
        }),
      ).finally(async () => {
        progress.done();
        const fault = await list?.end();
        if (fault !== undefined) note(fault);
      });
      if (held !== undefined) tell(held);
      if (options.json === true) printJson(summary);
      else
        print(
          `${options.out}: ${counted(summary.records)} (${summary.added} added, ${summary.updated} updated, ${summary.unchanged} unchanged, ` +
            `${summary.merged} merged by DOI, ${summary.deleted} deleted), ${summary.rejected} rejected; ${megabytes(summary.bytes)} in ${summary.seconds.toFixed(1)} s`,
        );
    });
}

interface BuildOptions {
  readonly out: string;
  readonly mesh?: string;
  readonly rebuild?: boolean;
  readonly columns?: CsvColumns;
  readonly rejected?: string;
  readonly json?: boolean;
}

/** `title=Titel,abstract=Zusammenfassung`. */
function columnMapping(text: string): CsvColumns {
  try {
    return readCsvColumns(text);
  } catch (error) {
    if (error instanceof ImportError) throw badInput(error.message, error);
    throw error;
  }
}

/** The file of `--rejected`, being written. */
interface RejectedFile {
  write(rejected: RejectedRecord): void;
  /** Settles when all is written; gives what went wrong, for people. */
  end(): Promise<string | undefined>;
}

/** @throws CliError when the file cannot be made, or is one that is read or written otherwise. */
async function rejectedFile(path: string, others: readonly string[]): Promise<RejectedFile> {
  if (others.some((other) => resolve(other) === resolve(path)))
    throw badInput(`--rejected: ${path} is read or written by this import itself. Name another file.`);
  const stream = createWriteStream(path);
  try {
    await once(stream, 'open');
  } catch (error) {
    throw badInput(`--rejected: ${path} cannot be written (${(error as Error).message}).`, error);
  }
  let fault: Error | undefined;
  stream.on('error', (error) => (fault = error));
  return {
    write: (rejected) => void stream.write(`${JSON.stringify(rejected)}\n`),
    end: async () => {
      await new Promise<void>((done) => {
        stream.once('close', done);
        if (stream.closed) done();
        else stream.end();
      });
      return fault === undefined
        ? undefined
        : `The list of rejected records is not complete: ${path} cannot be written (${fault.message}).`;
    },
  };
}

function counted(records: number): string {
  return `${formatCount(records)} ${records === 1 ? 'record' : 'records'}`;
}

function describeRejected({ file, line, reason }: RejectedRecord): string {
  return line > 0 ? `${file}, line ${line}: ${reason}` : reason;
}
