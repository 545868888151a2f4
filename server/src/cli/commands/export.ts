import { Command, Option } from 'commander';
import { printSearchFile, SearchFileError, toSearchFile } from '@querent/core/searchFile';
import { parseStrategy } from '@querent/core/strategy';
import { badInput } from '../../terminal/index.ts';
import { readUtf8 } from '../io.ts';
import { onlyPubMed } from '../language.ts';
import { printOrWrite } from '../outFile.ts';

/** `querent export`. */
export function exportCommand(): Command {
  return new Command('export')
    .description('Write a strategy for other tools.')
    .argument('<file>', 'a strategy; - for standard input')
    .addOption(
      new Option('--to <format>', 'search-file: JSON search history file (Haddaway et al. 2022)')
        .choices(['search-file'])
        .makeOptionMandatory(),
    )
    .option('--out <file>', 'write this file instead of standard output')
    .option('--force', 'replace the file when it is there')
    .addHelpText(
      'after',
      `
Line references are written out, because other tools know no lines; the strategy itself, with comments, goes along under the key
"querent" and comes back with: querent import.

Examples:
  querent export strategy.pubmed --to search-file --out strategy_search_history.json
  querent export strategy.pubmed --to search-file | jq -r .search_string`,
    )
    .action(async (path: string, options: { out?: string; force?: boolean }) => {
      onlyPubMed(path, 'exported');
      const { text, name } = await readUtf8(path, { keepBom: true });
      try {
        const file = toSearchFile(parseStrategy(text), new Date().toISOString().slice(0, 10));
        await printOrWrite(printSearchFile(file), options.out, options.force === true);
      } catch (error) {
        throw error instanceof SearchFileError ? badInput(`${name}: ${error.message}`, error) : error;
      }
    });
}
