import { functionsNamed } from '../../../sql/index.ts';
import type { SqlDocument } from '../../../sql/index.ts';
import type { SqlColumn, SqlSchema } from '../../../sqlSchema/index.ts';
import { describeColumn, describeFunctions, describeTable } from '../describe.ts';
import { tableOf } from '../locate.ts';
import type { Candidate, SqlSubject } from './item.ts';
import type { Relation } from './surroundings.ts';

/** What is told of a column beside its name. */
export function columnDetail(
  { source, table }: Relation,
  fact: SqlColumn | undefined,
): Pick<Candidate, 'detail' | 'subject'> {
  const of = table?.name ?? source.commonTable ?? source.name;
  const detail = [of, fact?.type].filter((part) => part !== undefined && part !== '').join(' · ');
  return {
    ...(detail === '' ? {} : { detail }),
    ...(table === undefined || fact === undefined
      ? {}
      : { subject: { kind: 'column', table: table.name, column: fact.name } }),
  };
}

/** What a suggestion is about, in Markdown: what a hover would say of it. Undefined for what is not known (any more). */
export function describeSqlItem(
  document: SqlDocument,
  subject: SqlSubject,
  schema: SqlSchema = { statements: [], tables: [] },
): string | undefined {
  if (subject.kind === 'function') {
    const parts = describeFunctions(functionsNamed(subject.name));
    return parts.length === 0 ? undefined : parts.join('\n\n');
  }
  const table = tableOf(document, subject.table, schema);
  if (table === undefined) return undefined;
  const parts =
    subject.kind === 'table' ? describeTable(table, schema) : describeColumn(schema, table, subject.column);
  return parts.join('\n\n');
}
