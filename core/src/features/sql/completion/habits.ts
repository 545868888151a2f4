import { foldedName } from '../../../sqlSchema/index.ts';
import { unquoted } from '../../../sql/index.ts';
import type { SqlDocument, SqlStatement, SqlToken, SqlTree } from '../../../sql/index.ts';
import { partsOf } from '../walk.ts';

/** What the statements of a document tell of the habits of their author. */
export interface Habits {
  /** The alias that a table has last been given, as it is written; by the table's folded name. */
  readonly aliases: ReadonlyMap<string, string>;
  /** What stands before the numbers where tables are mostly numbered: of `T1`, `T2` it is `T`. */
  readonly numbered: string | undefined;
  /** How often the other statements write a name, folded. */
  count(name: string): number;
}

/** An alias that numbers a table and says nothing else of it: `T1`, `tab_2`. */
const numberedAlias = /^(\p{L}{1,3}_?)(\d{1,2})$/u;

/** The parts of a numbered alias; undefined of any other. */
export function numberOf(alias: string): { readonly prefix: string; readonly number: number } | undefined {
  const [, prefix, digits] = numberedAlias.exec(alias) ?? [];
  return prefix === undefined ? undefined : { prefix, number: Number(digits) };
}

/** The habits that a document shows. @param own the statement at the place, which says nothing of how often others write a name */
export function habitsOf({ statements }: SqlDocument, own: SqlStatement | undefined): Habits {
  const aliases = new Map<string, string>();
  const prefixes = new Map<string, number>();
  let given = 0;
  for (const statement of statements)
    for (const { table, alias } of aliasesIn(statement.tree)) {
      given++;
      const numbered = numberOf(alias);
      if (numbered === undefined) aliases.set(table, alias);
      else prefixes.set(numbered.prefix, (prefixes.get(numbered.prefix) ?? 0) + 1);
    }
  const [prefix] = [...prefixes].sort(([, a], [, b]) => b - a)[0] ?? [];
  let counts: Map<string, number> | undefined;
  return {
    aliases,
    numbered: prefix !== undefined && (prefixes.get(prefix) ?? 0) > given / 2 ? prefix : undefined,
    count: (name) => (counts ??= countsOf(statements, own)).get(name) ?? 0,
  };
}

function countsOf(statements: readonly SqlStatement[], own: SqlStatement | undefined): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { index, tokens } of statements)
    if (index !== own?.index)
      for (const [name, count] of namesIn(tokens)) counts.set(name, (counts.get(name) ?? 0) + count);
  return counts;
}

interface GivenAlias {
  /** Folded. */
  readonly table: string;
  readonly alias: string;
}

const knownAliases = new WeakMap<SqlTree, readonly GivenAlias[]>();

/** Aliases that a statement gives to tables, in its order. Found once a tree. */
function aliasesIn(tree: SqlTree): readonly GivenAlias[] {
  let found = knownAliases.get(tree);
  if (found === undefined) {
    found = partsOf(tree).sources.flatMap((source) =>
      source.kind === 'table' && source.name !== undefined && source.alias !== undefined
        ? [{ table: foldedName(source.name.text), alias: source.alias.text }]
        : [],
    );
    knownAliases.set(tree, found);
  }
  return found;
}

const knownNames = new WeakMap<readonly SqlToken[], ReadonlyMap<string, number>>();

/** Names of a statement, folded, and how often each stands in it. Found once. */
function namesIn(tokens: readonly SqlToken[]): ReadonlyMap<string, number> {
  let names = knownNames.get(tokens);
  if (names === undefined) {
    const found = new Map<string, number>();
    for (const token of tokens)
      if (token.kind === 'word' || token.kind === 'quoted') {
        const name = foldedName(unquoted(token));
        found.set(name, (found.get(name) ?? 0) + 1);
      }
    knownNames.set(tokens, (names = found));
  }
  return names;
}
