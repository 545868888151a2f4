import { stat } from 'node:fs/promises';
import { Command } from 'commander';
import { openLibraryFile } from '../../engine.ts';
import { print, printJson } from '../../../terminal/index.ts';
import { megabytes } from './megabytes.ts';

/** `querent corpus info`. */
export function infoCommand(): Command {
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
