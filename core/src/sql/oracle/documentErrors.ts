import { detached, hash128, TextMemory } from '../../text/index.ts';
import type { Problem } from '../../text/index.ts';
import { isWord, meaningful, scanSql, unquoted } from '../scanner.ts';
import type { SqlToken } from '../scanner.ts';
import { checkStatement } from './checkStatement.ts';
import { firstWord, isDefinition } from './scratchEngine.ts';
import type { KnownNames, SqlEngine } from './types.ts';

/** A statement and where it begins in its document. */
export interface PlacedStatement {
  readonly start: number;
  readonly text: string;
}

/** Characters of statements whose errors are remembered. */
const remembered = 2_000_000;

/**
 * Definitions of a document that are made: each takes the engine longer than the one before, and all are made again after an edit behind them. 1,000 tables
 * take some 100 ms. Of what is defined beyond that only what cannot be read is told.
 */
const mostDefinitions = 1_000;

/** Characters from which a statement is remembered by its hash: rows to insert, mostly. */
const long = 2_000;

/**
 * The engine's errors of documents over one schema. Remembers them by statement and by what is defined before it, so that an edit costs one
 * statement, and the statements behind it only where a definition was edited. For another schema make another.
 */
export class SqlDocumentErrors {
  readonly #engine: SqlEngine;
  readonly #known: KnownNames;
  readonly #unsure: readonly string[];
  readonly #memory = new TextMemory<readonly Problem[]>(remembered);

  /** @param unsure names of tables that are there and that the engine does not have: of statements that name them only what cannot be read is told */
  constructor(engine: SqlEngine, known: KnownNames, unsure: readonly string[] = []) {
    this.#engine = engine;
    this.#known = known;
    this.#unsure = unsure.map((name) => name.toLowerCase());
  }

  /** Errors of the statements in their order, offsets in the document. A table that a statement creates is known behind it. Nothing is run but definitions, in the scratch copy. */
  check(statements: readonly PlacedStatement[]): readonly Problem[] {
    const definitions = new Definitions(this.#engine, this.#unsure);
    try {
      return statements.flatMap(({ start, text }) => {
        const key = `${definitions.key}\0${text.length > long ? hash128(text) : text}`;
        let problems = this.#memory.get(key);
        if (problems === undefined) {
          definitions.apply();
          problems = this.#problemsOf(detached(text), definitions);
          this.#memory.set(key, problems);
        }
        definitions.add(text);
        return problems.map((problem) => moved(problem, start));
      });
    } finally {
      this.#engine.forget();
    }
  }

  #problemsOf(text: string, definitions: Definitions): readonly Problem[] {
    const isUnsure = definitions.isUnsure(text);
    // Nobody is told what a name may be a slip of where names are not judged.
    const known = isUnsure ? nothing : definitions.withTheirs(this.#known);
    const problems = checkStatement(text, this.#engine.prepare, known).filter(
      // A script that once made the database is no mistake.
      ({ rule }) => rule !== 'sql-exists' || definitions.hasMade(text),
    );
    // What stands in a table or database that could not be made here is not known: only what cannot be read is an error for certain.
    return isUnsure ? problems.filter(isUnreadable) : problems;
  }
}

const nothing: KnownNames = { tables: [], functions: [] };

const unreadable: ReadonlySet<string> = new Set([
  'sql-syntax',
  'sql-incomplete',
  'sql-unclosed-quote',
  'sql-unclosed-parenthesis',
  'sql-unclosed-comment',
  'sql-unknown-token',
  'sql-nul',
]);

/** Whether an error is that a statement cannot be read: what it is whatever tables there are. */
export function isUnreadable({ rule }: Problem): boolean {
  return unreadable.has(rule);
}

/** What the statements of a document define, made known only when a statement must be asked about. */
class Definitions {
  /** Changes with every definition. */
  key = '';
  readonly #engine: SqlEngine;
  readonly #pending: string[] = [];
  readonly #unsure: Set<string>;
  readonly #made = new Set<string>();
  #defined = 0;
  /** What was known when so many names had been made: asked of every statement that is judged. */
  #withTheirs: { readonly known: KnownNames; readonly made: number; readonly all: KnownNames } | undefined;

  constructor(engine: SqlEngine, unsure: readonly string[]) {
    this.#engine = engine;
    this.#unsure = new Set(unsure);
  }

  add(text: string): void {
    if (!isDefinition(text) && !isAttaching(text)) return;
    this.key = hash128(this.key + text);
    this.#pending.push(text);
  }

  apply(): void {
    for (const text of this.#pending.splice(0)) {
      const tokens = meaningful(scanSql(text)).filter((token) => token.text !== ';');
      const name = definedName(tokens)?.toLowerCase();
      this.#defined++;
      const message =
        isAttaching(text) || this.#defined > mostDefinitions ? 'is not made' : this.#engine.define(text);
      if (name === undefined) continue;
      if (message === undefined) this.#made.add(name);
      // What the database has under the name need not be what the document says.
      else if (!leavesAsItIs(message) && (!isTaken(message) || !this.#made.has(name))) this.#unsure.add(name);
    }
  }

  /** Whether the document has made the table, view, index or trigger before that this statement makes. */
  hasMade(text: string): boolean {
    const name = definedName(meaningful(scanSql(text)));
    return name !== undefined && this.#made.has(name.toLowerCase());
  }

  isUnsure(text: string): boolean {
    return (
      this.#unsure.size > 0 &&
      meaningful(scanSql(text)).some((token) => this.#unsure.has(unquoted(token).toLowerCase()))
    );
  }

  /** Names for corrections, those of this document among them. */
  withTheirs(known: KnownNames): KnownNames {
    const made = this.#made.size;
    if (made === 0) return known;
    if (this.#withTheirs?.known !== known || this.#withTheirs.made !== made) {
      const names = this.#made;
      let tables: KnownNames['tables'] | undefined;
      // Put together where they are asked for: a script that makes thousands of tables has few errors.
      const all: KnownNames = {
        functions: known.functions,
        get tables() {
          tables ??= [...known.tables, ...[...names].map((name) => ({ name, columns: [] }))];
          return tables;
        },
      };
      this.#withTheirs = { known, made, all };
    }
    return this.#withTheirs.all;
  }
}

function isTaken(message: string): boolean {
  return message.endsWith('already exists') || message.startsWith('there is already a');
}

/** What is altered and is not there, or has the new column already: what is known of it holds. */
function leavesAsItIs(message: string): boolean {
  return /^(?:no such table|duplicate column name): /u.test(message);
}

function isAttaching(text: string): boolean {
  return firstWord(text) === 'ATTACH';
}

/** The table, view, index or trigger that is created or altered, or the name under which a database is attached. */
function definedName(tokens: readonly SqlToken[]): string | undefined {
  if (isWord(tokens[0], 'ATTACH')) return nameAt(tokens, tokens.length - 1);
  if (isWord(tokens[0], 'DROP')) return undefined;
  let at = tokens.slice(0, 4).findIndex((token) => isWord(token, 'TABLE', 'VIEW', 'INDEX', 'TRIGGER')) + 1;
  if (at === 0) return undefined;
  if (isWord(tokens[at], 'IF')) at += 3;
  return nameAt(tokens, tokens[at + 1]?.text === '.' ? at + 2 : at);
}

function nameAt(tokens: readonly SqlToken[], at: number): string | undefined {
  const token = tokens[at];
  return token === undefined ? undefined : unquoted(token);
}

function moved(problem: Problem, by: number): Problem {
  const shifted = ({ start, end }: Problem['range']): Problem['range'] => ({
    start: start + by,
    end: end + by,
  });
  return {
    ...problem,
    range: shifted(problem.range),
    ...(problem.fixes === undefined
      ? {}
      : {
          fixes: problem.fixes.map((each) => ({
            ...each,
            edits: each.edits.map(({ range, newText }) => ({ range: shifted(range), newText })),
          })),
        }),
  };
}
