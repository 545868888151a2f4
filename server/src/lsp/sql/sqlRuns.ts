import type {
  WireCell,
  WireDatabase,
  WireExpectation,
  WireSqlFailure,
  WireSqlRows,
} from '../../sqlProtocol.ts';

/** What a statement gave when it was last run on one state of a database. */
export interface SqlRun {
  readonly database: WireDatabase;
  /** Only the first rows are kept; a failure without its place, since the statement may have moved. */
  readonly result: WireSqlRows | WireSqlFailure;
  /** How it compared with what was expected of it then; `key` tells whether that is expected still. */
  readonly expected?: { readonly key: string; readonly compared: WireExpectation };
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** Statements that are remembered, rows of each, and characters of a text in them: more than a hover shows. */
const most = 500;
const rowsKept = 20;
const textKept = 100;

/**
 * The last runs of statements, by their text and by the state of the database that they were run on: where either has changed, nothing is
 * told of what was. The least recently run go first.
 */
export class SqlRuns {
  readonly #runs = new Map<string, SqlRun>();
  /** Statements that nobody waited for to the end. */
  readonly #slow = new Set<string>();

  remember(sql: string, run: SqlRun): void {
    const key = keyOf(sql, run.database.path, run.database.changed);
    this.#slow.delete(key);
    this.#runs.delete(key);
    const { result } = run;
    this.#runs.set(
      key,
      result.kind === 'rows'
        ? {
            ...run,
            result: { ...result, rows: result.rows.slice(0, rowsKept).map((row) => row.map(briefCell)) },
          }
        : run,
    );
    const [oldest] = this.#runs.keys();
    if (this.#runs.size > most && oldest !== undefined) this.#runs.delete(oldest);
  }

  /** A statement was given up before it gave anything: it is not begun again without being asked for. */
  noteSlow(sql: string, { path, changed }: Pick<WireDatabase, 'path' | 'changed'>): void {
    this.#slow.add(keyOf(sql, path, changed));
    const [oldest] = this.#slow;
    if (this.#slow.size > most && oldest !== undefined) this.#slow.delete(oldest);
  }

  isSlow(sql: string, { path, changed }: Pick<WireDatabase, 'path' | 'changed'>): boolean {
    return this.#slow.has(keyOf(sql, path, changed));
  }

  /** @param database path, and when the file was last changed */
  last(sql: string, database: Pick<WireDatabase, 'path' | 'changed'>): SqlRun | undefined {
    return this.#runs.get(keyOf(sql, database.path, database.changed));
  }
}

/** A value without what nobody is shown again. */
function briefCell(cell: WireCell): WireCell {
  if (typeof cell !== 'string') return cell !== null && typeof cell === 'object' && cell.kind === 'text' ? { ...cell, start: detached(cell.start) } : cell;
  return cell.length <= textKept ? cell : { kind: 'text', start: detached(cell), characters: cell.length };
} // prettier-ignore

/** The beginning of a text as a text of its own: a slice keeps all of what it was cut from, which may be megabytes. */
function detached(text: string): string {
  return Buffer.from(text.slice(0, textKept), 'utf16le').toString('utf16le');
}

function keyOf(sql: string, path: string, changed: number): string {
  return `${path}\0${changed}\0${sql}`;
}
