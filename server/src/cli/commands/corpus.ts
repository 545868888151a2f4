import { stat } from 'node:fs/promises';
import { Command } from 'commander';
import { CitationIndex, serializeIndex } from '@querent/core/corpus';
import { buildLibrary } from '../../library/buildLibrary.ts';
import type { RejectedRecord } from '../../library/buildLibrary.ts';
import { openLibraryFile } from '../engine.ts';
import { interruptible } from '../interrupt.ts';
import { print, printJson } from '../io.ts';
import { progressReporter } from '../progress.ts';
import { version } from '../version.ts';

/** More rejections than this are counted, not printed. */
const MAX_PRINTED = 50;

/** `querent corpus build | info`. */
export function corpusCommand(): Command {
  return new Command('corpus')
    .description('Build citation libraries and look into them.')
    .addCommand(buildCommand())
    .addCommand(infoCommand());
}

function buildCommand(): Command {
  return new Command('build')
    .description(
      'Import citation files into a library: one SQLite file that holds the records, MeSH and a search index.',
    )
    .argument(
      '<input...>',
      'citation files: JSON lines (.jsonl) or MEDLINE/nbib, also gzipped; - for standard input',
    )
    .requiredOption('--out <library>', 'the library file; it is updated when it is there')
    .option(
      '--mesh <file>',
      'MeSH descriptors: JSON lines (ui, name, entry, perm, tree, pa) or NLM’s desc2026.xml or d2026.bin, also gzipped',
    )
    .option('--rebuild', 'start from nothing and replace the library that is there')
    .option('--json', 'print {records, rejected, seconds, bytes, ...} on stdout')
    .addHelpText(
      'after',
      `
Records are known by their PMID (or id), and by their DOI where they have no PMID: running the command again brings records up
to date and never duplicates them. Bad records are reported by line and left out; the exit code is 2 only when no record was
good. The old library stays as it is until the new one is complete. A library takes about 3 kB a record, and 10 MB for MeSH.

Examples:
  querent corpus build pubmed-export.nbib --out library.sqlite
  querent corpus build citations.jsonl.gz more.nbib --out library.sqlite --mesh mesh2024.jsonl.gz
  querent corpus build new.nbib --out library.sqlite          # adds to the library, MeSH inside is kept
  zcat dump.jsonl.gz | querent corpus build - --out library.sqlite --json`,
    )
    .action(
      async (
        inputs: string[],
        options: { out: string; mesh?: string; rebuild?: boolean; json?: boolean },
      ) => {
        const progress = progressReporter();
        let told = 0;
        // What is wrong with the one file as a whole is the message of the build's failure, and need not be told twice.
        let held: RejectedRecord | undefined;
        const onRejected = (rejected: RejectedRecord): void => {
          if (inputs.length === 1 && rejected.line === 0 && told === 0) held = rejected;
          else tell(rejected);
        };
        const tell = (rejected: RejectedRecord): void => {
          if (++told <= MAX_PRINTED) progress.message(describeRejected(rejected));
          else if (told === MAX_PRINTED + 1)
            progress.message('... further bad records are counted, not listed');
        };
        const summary = await interruptible(({ signal, setBlocking }) =>
          buildLibrary({
            inputs,
            output: options.out,
            mesh: options.mesh,
            rebuild: options.rebuild,
            builtWith: version(),
            indexer: (records) => serializeIndex(CitationIndex.build(records)),
            signal,
            onBlocking: setBlocking,
            onProgress: (state) => progress.update(state),
            onRejected,
          }),
        ).finally(() => progress.done());
        if (held !== undefined) tell(held);
        if (options.json === true) printJson(summary);
        else
          print(
            `${options.out}: ${summary.records} records (${summary.added} added, ${summary.updated} updated, ${summary.unchanged} unchanged, ` +
              `${summary.merged} merged by DOI), ${summary.rejected} rejected; ${megabytes(summary.bytes)} in ${summary.seconds.toFixed(1)} s`,
          );
      },
    );
}

function infoCommand(): Command {
  return new Command('info')
    .description('Say what a library holds.')
    .argument('<library>', 'a library file')
    .option('--json', 'print {records, withAbstract, withMesh, years, bytes, version, ...} on stdout')
    .addHelpText('after', '\nExample:\n  querent corpus info library.sqlite')
    .action(async (path: string, options: { json?: boolean }) => {
      const library = await openLibraryFile(path);
      const bytes = (await stat(path)).size;
      const { info } = library;
      library.close();
      if (options.json === true) {
        printJson({
          ...info,
          years: info.years ?? null,
          meshVersion: info.meshVersion ?? null,
          bytes,
        });
        return;
      }
      print(
        `records      ${info.records} (${info.withAbstract} with abstract, ${info.withMesh} with MeSH)`,
        `years        ${info.years === undefined ? 'unknown' : info.years.join(' to ')}`,
        `MeSH         ${info.meshDescriptors === 0 ? 'none' : `${info.meshDescriptors} descriptors${info.meshVersion === undefined ? '' : ` of ${info.meshVersion}`}`}`,
        `size         ${megabytes(bytes)}`,
        `built        ${info.builtAt} by Querent ${info.builtWith}, library format ${info.version}`,
        ...info.sources.map(
          ({ name, records, importedAt }) => `source       ${name}: ${records} records, ${importedAt}`,
        ),
      );
    });
}

function describeRejected({ file, line, reason }: RejectedRecord): string {
  return line > 0 ? `${file}, line ${line}: ${reason}` : reason;
}

function megabytes(bytes: number): string {
  return bytes < 1e6 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
