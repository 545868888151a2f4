import { statSync } from 'node:fs';
import type { ResolvedQuery } from '@querent/core/pubmed';
import {
  isUnresolvable,
  parseStrategy,
  resolveLine,
  resolveStrategy,
  resolveText,
} from '@querent/core/strategy';
import type { StrategyDocument } from '@querent/core/strategy';
import { badInput } from '../terminal/index.ts';
import { readUtf8 } from './io.ts';
import { onlyPubMed } from './language.ts';
import { noteErrors } from './problems.ts';

/** A query that was named on the command line. */
export interface QueryArgument {
  readonly query: ResolvedQuery;
  /** How it is called in answers: the query, or the file and the line. */
  readonly name: string;
  /** Of a strategy in a file. */
  readonly document: StrategyDocument | undefined;
  /** Where paths of the document count from; `-` where there is no file. */
  readonly file: string;
}

/**
 * Reads an argument that is a strategy in a file (its last line, or the one that is asked for), `-` for one from standard input, or else
 * the text of a query itself.
 * @throws CliError
 */
export async function readQueryArgument(argument: string, line?: string): Promise<QueryArgument> {
  if (argument !== '-' && !isFile(argument)) {
    if (line !== undefined) throw badInput(`--line ${line}: there is no file ${argument} that has lines.`);
    // One bare word with an ending is a file whose name has a slip, and no query.
    if (/^[^\s"[\]()*]+\.[a-z]{2,8}$/i.test(argument.trim()))
      throw badInput(
        `${argument} cannot be read: there is no such file. (If it is what you search for, write it with a field: "${argument.trim()}"[tiab])`,
      );
    const query = resolveText(argument);
    if (isUnresolvable(query)) throw badInput(query.problem);
    return { query, name: argument.trim(), document: undefined, file: '-' };
  }
  const { document, name } = await readStrategy(argument);
  return { ...lineOf(document, name, line), document, file: argument };
}

/**
 * Reads a strategy; errors of its text are told on stderr.
 * @throws CliError
 */
export async function readStrategy(
  file: string,
): Promise<{ readonly document: StrategyDocument; readonly name: string }> {
  onlyPubMed(file, 'described');
  const { text, name } = await readUtf8(file);
  const document = parseStrategy(text);
  if (document.lines.length === 0) throw badInput(`${name} holds no query.`);
  noteErrors(name, document);
  return { document, name };
}

/**
 * A line of a strategy, by its number with or without `#`; the strategy itself without one.
 * @throws CliError
 */
export function lineOf(
  document: StrategyDocument,
  name: string,
  line: string | undefined,
): { readonly query: ResolvedQuery; readonly name: string } {
  const label = line?.replace(/^#/, '');
  const query = label === undefined ? resolveStrategy(document) : resolveLine(document, label);
  if (isUnresolvable(query)) throw badInput(`${name}: ${query.problem}`);
  return { query, name: label === undefined ? name : `${name}, line #${label}` };
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
