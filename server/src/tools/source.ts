import { extname } from 'node:path';
import { collectProblems } from '@querent/core/features';
import {
  isUnresolvable,
  parseStrategy,
  resolveLine,
  resolveStrategy,
  searchLanguage,
} from '@querent/core/strategy';
import type { StrategyDocument } from '@querent/core/strategy';
import type { ResolvedQuery } from '@querent/core/pubmed';
import { LineIndex } from '@querent/core/text';
import { documentQuery, type DocumentQuery } from '../measuring/documentQuery.ts';
import { readStrategyFile } from './files.ts';
import { ToolError } from './tool.ts';
import type { ToolContext } from './tool.ts';
import { oneLine } from './wording.ts';

/** The strategy that a call is about. */
export interface Source {
  readonly document: StrategyDocument;
  /** Absolute path; undefined for text. */
  readonly path: string | undefined;
  readonly language: 'pubmed' | 'ctgov';
  /** Errors of its text, some of them: numbers that leave out seeds or a search date must not come without a word. */
  readonly notes: readonly string[];
}

/** Errors that come with numbers; querent_check has all. */
const mostErrors = 3;

/** Arguments that name a strategy. */
interface StrategyArguments {
  readonly strategy?: string | undefined;
  readonly file?: string | undefined;
}

/**
 * Reads what the arguments name, else the strategy that is open; undefined when there is none.
 * @throws ToolError
 */
export async function sourceOf(
  { strategy, file }: StrategyArguments,
  context: ToolContext,
): Promise<Source | undefined> {
  if (strategy !== undefined && file !== undefined)
    throw new ToolError('strategy, file: give one of them, not both.');
  if (strategy !== undefined) return source(strategy, undefined);
  if (file === undefined)
    return context.current === undefined ? undefined : source(context.current.text, context.current.path);
  const { text, path } = await readStrategyFile(file, context);
  return source(text, path);
}

/**
 * Like {@link sourceOf}, where something must be there.
 * @throws ToolError
 */
export async function neededSource(given: StrategyArguments, context: ToolContext): Promise<Source> {
  const found = await sourceOf(given, context);
  if (found === undefined)
    throw new ToolError(
      'strategy, file: neither is given. Give the text of a strategy, or the path of its file.',
    );
  if (found.document.lines.length === 0)
    throw new ToolError(
      `${given.strategy === undefined ? 'file' : 'strategy'}: holds no query. Write one, such as falls[tiab] AND aged[mh].`,
    );
  return found;
}

function source(text: string, path: string | undefined): Source {
  const document = parseStrategy(text);
  const isTrials = path !== undefined && extname(path).toLowerCase() === '.ctgov';
  return {
    document,
    path,
    language: isTrials ? 'ctgov' : searchLanguage(document),
    notes: isTrials ? [] : errorsOf(document),
  };
}

function errorsOf(document: StrategyDocument): readonly string[] {
  const errors = collectProblems(document).filter(({ severity }) => severity === 'error');
  const index = new LineIndex(document.text);
  const told = errors
    .slice(0, mostErrors)
    .map(({ message, range }) => `line ${index.positionAt(range.start).line + 1}: ${oneLine(message, 300)}`);
  const more = errors.length - told.length;
  return more > 0 ? [...told, `${more} more errors: querent_check lists them.`] : told;
}

/**
 * Refuses searches of ClinicalTrials.gov where they would be taken for PubMed's.
 * @param doing `counted`
 * @throws ToolError
 */
export function onlyPubMed({ language }: Source, doing: string): void {
  if (language === 'ctgov')
    throw new ToolError(
      `strategy, file: searches of ClinicalTrials.gov cannot be ${doing} so far; querent_check, querent_count and querent_search know them.`,
    );
}

/**
 * The query of a line, by its number with or without `#`, or of the strategy.
 * @throws ToolError
 */
export function queryOf({ document }: Source, line: string | undefined): ResolvedQuery {
  const label = line?.trim().replace(/^#/, '');
  const query = label === undefined ? resolveStrategy(document) : resolveLine(document, label);
  if (!isUnresolvable(query)) return query;
  throw unresolvable(document, line, query.problem);
}

/**
 * The same in the language of the strategy.
 * @throws ToolError
 */
export function searchOf(source: Source, line: string | undefined): DocumentQuery {
  const { document, language } = source;
  if (language === 'pubmed') return queryOf(source, line);
  const label = line?.trim().replace(/^#/, '') ?? document.root?.label;
  const query =
    label === undefined
      ? { problem: 'The document holds no query yet.' }
      : documentQuery({ strategy: document, language }, label);
  if ('problem' in query) throw unresolvable(document, line, query.problem);
  return query;
}

function unresolvable(document: StrategyDocument, line: string | undefined, problem: string): ToolError {
  const label = line?.trim().replace(/^#/, '');
  const lines = document.lines.map((one) => `#${one.label}`);
  const known = lines.length > 12 ? `${lines[0]} to ${lines.at(-1)}` : lines.join(', ');
  return new ToolError(
    label !== undefined && document.line(label) === undefined
      ? `line: there is no line #${oneLine(label, 20)}. The strategy has ${known}.`
      : `${line === undefined ? 'strategy' : 'line'}: ${problem} querent_check tells more.`,
  );
}
