import { isWord, meaningful, scanSql } from '../scanner.ts';
import type { SqlEngine } from './types.ts';

/** What is used of a database of sql.js. */
export interface ScratchDatabase {
  prepare(sql: string): { step(): boolean; getColumnNames(): string[]; free(): unknown };
}

/**
 * An engine over a database in memory, of which nobody but it makes use: it holds the schema and needs no rows. What is defined lies in a savepoint.
 */
export function scratchEngine(database: ScratchDatabase): SqlEngine {
  let isOpen = false;
  const prepare = (text: string): string | undefined => attempt(() => database.prepare(text).free());
  const step = (text: string): void => {
    const statement = database.prepare(text);
    try {
      statement.step();
    } finally {
      statement.free();
    }
  };
  return {
    prepare,
    define(text) {
      if (!isDefinition(text)) return 'not a definition';
      return attempt(() => {
        if (!isOpen) step('SAVEPOINT querent');
        isOpen = true;
        step(withoutQuery(database, text));
      });
    },
    forget() {
      if (!isOpen) return;
      isOpen = false;
      step('ROLLBACK TO querent');
      step('RELEASE querent');
    },
  };
}

/**
 * Makes a schema in an empty database, views and triggers behind the tables that they need.
 * @returns what could not be made, with the reason: tables of modules that this SQLite lacks
 */
export function makeSchema(
  database: ScratchDatabase,
  statements: readonly string[],
): readonly { readonly statement: string; readonly message: string }[] {
  return statements.flatMap((statement) => {
    const message = attempt(() => {
      const made = database.prepare(statement);
      try {
        made.step();
      } finally {
        made.free();
      }
    });
    return message === undefined ? [] : [{ statement, message }];
  });
}

/** Whether a statement only changes which tables, views, indexes and triggers there are. */
export function isDefinition(text: string): boolean {
  return ['CREATE', 'ALTER', 'DROP'].includes(firstWord(text));
}

/** The first word of a statement in capitals, without reading the rest: it is asked of every statement of a document after every key. */
export function firstWord(text: string): string {
  const piece = /\s+|--[^\n]*|\/\*[\s\S]*?\*\/|(?<word>[A-Za-z]+)/uy;
  for (let match = piece.exec(text); match !== null; match = piece.exec(text))
    if (match.groups?.['word'] !== undefined) return match.groups['word'].toUpperCase();
  return '';
}

/** `CREATE TABLE ... AS SELECT` as the table that it makes: its query is not run, which could take for ever. */
function withoutQuery(database: ScratchDatabase, text: string): string {
  const tokens = meaningful(scanSql(text));
  const table = tokens.findIndex((token) => isWord(token, 'TABLE'));
  const as = tokens.findIndex((token) => isWord(token, 'AS'));
  if (!isWord(tokens[0], 'CREATE') || table < 0 || table > 2 || as < 0) return text;
  if (tokens.slice(0, as).some((token) => token.text === '(')) return text;
  const query = database.prepare(text.slice(tokens[as]?.end));
  try {
    const columns = query.getColumnNames().map((name) => `"${name.replaceAll('"', '""')}"`);
    return `${text.slice(0, tokens[as]?.start)} (${[...new Set(columns)].join(', ')})`;
  } finally {
    query.free();
  }
}

function attempt(action: () => unknown): string | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
