import { foldedName } from '../../sqlSchema/index.ts';
import { bindingOf, referencesOf } from '../../sql/index.ts';
import type { SqlStatement, SqlTables } from '../../sql/index.ts';

/** How names of a statement are called in its explanation. */
export interface Naming {
  /** The statement's text; ranges of its tree are in it. */
  readonly text: string;
  /**
   * A column as code. An alias is taken back to its table where that is read once; where nothing else is read the table is left out.
   * @param qualifier what stands before its last point, without quotes
   */
  column(column: string, qualifier: string | undefined, written: string): string;
  /** A source as code, with its alias where the table is read more than once. */
  source(table: string, alias: string | undefined): string;
  /** Whether what looks like a name is a text, since nothing has the name. @param at where it begins */
  isText(at: number): boolean;
}

export function namingOf(statement: SqlStatement, tables: SqlTables | undefined): Naming {
  const texts = new Set<number>();
  for (const { name, target } of referencesOf(statement, tables))
    if (target.kind === 'text') texts.add(name.range.start);
  const sources = bindingOf(statement, tables).regions.flatMap(({ selects }) =>
    selects.flatMap(({ scope }) => scope.sources),
  );
  const labels = sources.map(({ table, common, name }) => table ?? common?.table.name.text ?? name ?? '');
  const isOnce = (table: string): boolean =>
    labels.filter((label) => foldedName(label) === foldedName(table)).length <= 1;
  return {
    text: statement.text,
    isText: (at) => texts.has(at),
    source: (table, alias) =>
      alias === undefined || isOnce(table) ? code(table) : `${code(table)} as ${code(alias)}`,
    column(column, qualifier, written) {
      if (qualifier === undefined) return code(written);
      if (sources.length === 1) return code(column);
      const meant = sources.flatMap(({ name }, i) =>
        name !== undefined && foldedName(name) === foldedName(qualifier) ? [labels[i] ?? ''] : [],
      );
      const [label, ...others] = meant;
      return label === undefined || others.length > 0 || !isOnce(label)
        ? code(written)
        : code(`${label}.${column}`);
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
