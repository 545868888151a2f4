import { Command } from 'commander';
import { readSearchFile, SearchFileError, toStrategy } from '@querent/core/searchFile';
import { badInput, note } from '../../terminal/index.ts';
import { readUtf8 } from '../io.ts';
import { printOrWrite } from '../outFile.ts';

/** `querent import`. */
export function importCommand(): Command {
  return new Command('import')
    .description('Make a strategy of a JSON search history file (Haddaway et al. 2022) of PubMed.')
    .argument('<file>', 'a *_search_history.json; - for standard input')
    .option('--out <file>', 'write this strategy instead of standard output')
    .option('--force', 'replace the strategy when it is there')
    .addHelpText(
      'after',
      `
A file that Querent wrote gives its strategy back as it was. Of files of other tools the query, the authors, the search date and the
question are taken over; everything else is kept under "searchFile" in the front matter and goes along with the next export.

Examples:
  querent import falls_search_history.json --out falls.pubmed
  querent import falls_search_history.json | querent check -`,
    )
    .action(async (path: string, options: { out?: string; force?: boolean }) => {
      const { text, name } = await readUtf8(path);
      try {
        const { file, notes } = readSearchFile(text);
        const strategy = toStrategy(file);
        await printOrWrite(strategy.text, options.out, options.force === true);
        for (const each of [...notes, ...strategy.notes]) note(`${name}: ${each}`);
      } catch (error) {
        throw error instanceof SearchFileError ? badInput(`${name}: ${error.message}`, error) : error;
      }
    });
}
