import { MarkupKind, type CompletionItem } from 'vscode-languageserver/node';
import { describeSqlItem, type SqlSubject } from '@querent/core/features';
import type { Services } from '../services.ts';

/** What a suggestion of SQL carries until it is looked at. */
export interface SqlItemData {
  readonly uri: string;
  readonly sql: SqlSubject;
}

/** A suggestion with what can be told of it; undefined for one that is not of a document of SQL that is still open. */
export function resolvedSqlItem(services: Services, item: CompletionItem): CompletionItem | undefined {
  const { uri, sql } = (item.data ?? {}) as Partial<SqlItemData>;
  const document = typeof uri === 'string' ? services.documents.getSql(uri) : undefined;
  if (document === undefined) return undefined;
  if (!isSubject(sql)) return item;
  const value = describeSqlItem(document.parsed, sql, services.sql.databases.schema(document));
  return value === undefined ? item : { ...item, documentation: { kind: MarkupKind.Markdown, value } };
}

/** Whether what came back with an item is what was sent with it. */
function isSubject(subject: unknown): subject is SqlSubject {
  const { kind, table, column, name } = (subject ?? {}) as Record<string, unknown>;
  const isText = (value: unknown): boolean => typeof value === 'string';
  if (kind === 'function') return isText(name);
  return isText(table) && (kind === 'table' || (kind === 'column' && isText(column)));
}
