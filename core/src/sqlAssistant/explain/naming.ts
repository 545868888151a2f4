import { foldedName } from '../../sqlSchema/index.ts';
import { bindingOf, referencesOf } from '../../sql/index.ts';
import type { SqlStatement, SqlTables, SqlTarget } from '../../sql/index.ts';

/** How names of a statement are called in its explanation. */
export interface Naming {
  /** The statement's text; ranges of its tree are in it. */
  readonly text: string;
  /** A column or another name as code. @param written as in the text, with what stands before its points; @param at where its last part begins */
  name(written: string, at: number): string;
  /** A source as code, with its alias where the table is read more than once. */
  source(table: string, alias: string | undefined): string;
  /** What the name at a place means. */
  target(at: number): SqlTarget | undefined;
}

/** Names of a statement: aliases of tables that are read once are taken back to the tables. */
export function namingOf(statement: SqlStatement, tables: SqlTables | undefined): Naming {
  const targets = new Map<number, SqlTarget>();
  const uses = new Map<string, number>();
  for (const { name, target } of referencesOf(statement, tables)) targets.set(name.range.start, target);
  for (const { selects } of bindingOf(statement, tables).regions)
    for (const { table } of selects.flatMap(({ scope }) => scope.sources))
      if (table !== undefined) uses.set(foldedName(table), (uses.get(foldedName(table)) ?? 0) + 1);
  return {
    text: statement.text,
    target: (at) => targets.get(at),
    source(table, alias) {
      const isOnce = (uses.get(foldedName(table)) ?? 0) <= 1;
      return alias === undefined || isOnce ? code(table) : `${code(table)} as ${code(alias)}`;
    },
    name(written, at) {
      const target = targets.get(at);
      if (target?.kind !== 'column') return code(written);
      const isOnce = (uses.get(foldedName(target.table)) ?? 0) <= 1;
      if (uses.size <= 1 && isOnce) return code(target.column);
      return code(isOnce ? `${target.table}.${target.column}` : written);
    },
  };
}

/** Text as code of Markdown, whatever stands in it. */
export function code(text: string): string {
  const line = text.replace(/\s+/gu, ' ').trim();
  const longest = Math.max(0, ...[...line.matchAll(/`+/gu)].map(([ticks]) => ticks.length));
  if (longest === 0) return `\`${line}\``;
  const ticks = '`'.repeat(longest + 1);
  return `${ticks} ${line} ${ticks}`;
}

/** `a`, `a and b`, `a, b and c`; what is left out behind the first `most` is counted. */
export function listed(all: readonly string[], word = 'and', most = 12): string {
  const parts = all.filter((part) => part !== '');
  const shown =
    parts.length > most ? [...parts.slice(0, most - 1), `${parts.length - most + 1} more`] : parts;
  const last = shown.at(-1) ?? '';
  return shown.length < 2 ? last : `${shown.slice(0, -1).join(', ')} ${word} ${last}`;
}
