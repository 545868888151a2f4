import type { SqlQuery, SqlSelect, SqlSource } from '../../sql/index.ts';
import { foldedName, joinsOf } from '../../sqlSchema/index.ts';
import type { SqlSchema } from '../../sqlSchema/index.ts';
import { conditionsInWords } from './expression.ts';
import type { Brief } from './expression.ts';
import { code, listed } from './naming.ts';
import type { Naming } from './naming.ts';

/** What a select takes its rows from, one sentence a source. */
export function sourcesInWords(
  { sources, where: condition }: SqlSelect,
  naming: Naming,
  brief: Brief,
  schema: SqlSchema | undefined,
): readonly string[] {
  return sources.map((source, i) => {
    const name = sourceName(source, naming, brief);
    if (i === 0) return `Reads ${name}.`;
    const join = source.join ?? ',';
    const conditions = joinConditions(source, naming, brief);
    const key = keyBetween(source, sources.slice(0, i), schema);
    const where = conditions.length > 0 ? ` where ${listed(conditions)}${key}` : '';
    if (join.startsWith('NATURAL'))
      return `Each row is combined with the rows of ${name} that have the same values in columns of the same name.`;
    if (where === '')
      return `Every row is combined with every row of ${name}${condition === undefined ? '' : ', as far as the conditions below let it'}.`;
    const keeps = join.includes('LEFT')
      ? ' Rows without any stay, with NULL in its columns.'
      : join.includes('RIGHT')
        ? ` Rows of ${name} that no row is combined with stay, too.`
        : join.includes('FULL')
          ? ' Rows of either side without any stay, with NULL in the columns of the other.'
          : '';
    return `Each row is combined with the rows of ${name}${where}.${keeps}`;
  });
}

/** The sources in short: `A`, joined with `B` and `C`. */
export function sourcesInShort({ sources }: SqlSelect, naming: Naming, brief: Brief): string {
  const [first, ...others] = sources.map((source) => sourceName(source, naming, brief));
  if (first === undefined) return '';
  return others.length === 0 ? first : `${first} with ${listed(others)}`;
}

function sourceName(source: SqlSource, naming: Naming, brief: Brief): string {
  if (source.kind === 'query') {
    const called = source.alias === undefined ? '' : `, called ${code(source.alias.text)}`;
    // In parentheses: what follows is said of its rows, not in it.
    return `(${brief(source.query)})${called}`;
  }
  if (source.kind === 'function')
    return `what ${code(naming.text.slice(source.range.start, source.range.end))} gives`;
  return source.name === undefined ? 'nothing yet' : naming.source(source.name.text, source.alias?.text);
}

function joinConditions(source: SqlSource, naming: Naming, brief: Brief): readonly string[] {
  if (source.using !== undefined) return source.using.map(({ text }) => `${code(text)} is the same in both`);
  return source.on === undefined ? [] : conditionsInWords(source.on, naming, brief);
}

/** Says whether a key of the schema is behind a join: what is joined otherwise is worth a look. */
function keyBetween(source: SqlSource, before: readonly SqlSource[], schema: SqlSchema | undefined): string {
  if (schema === undefined || source.kind !== 'table' || source.name === undefined) return '';
  const own = foldedName(source.name.text);
  for (const other of before) {
    if (other.kind !== 'table' || other.name === undefined) continue;
    const written = [...(source.on?.columns ?? []).map(({ column }) => column), ...(source.using ?? [])];
    const names = new Set(written.map(({ text }) => foldedName(text)));
    const join = joinsOf(schema, other.name.text).find(
      ({ to, kind, on }) =>
        kind === 'key' &&
        foldedName(to) === own &&
        on.every((pair) => names.has(foldedName(pair.from)) && names.has(foldedName(pair.to))),
    );
    if (join !== undefined)
      return ` (a key of the database; ${join.isToOne ? 'one row at most' : 'any number of rows'})`;
  }
  return '';
}

/** Names of the tables that a query reads itself, not in its subqueries. */
export function tablesRead({ selects }: SqlQuery): readonly string[] {
  return selects.flatMap(({ sources }) =>
    sources.flatMap((source) =>
      source.kind === 'table' && source.name !== undefined ? [source.name.text] : [],
    ),
  );
}
