import type { SqlDocument, SqlStatement } from './documentTypes.ts';

/**
 * The statement that a person at an offset means: the one there, or whose line it is; in a comment that is about a statement (`-- Q:`), that
 * one; else the next one below, and behind the last one, with nothing but space between, that one.
 */
export function statementMeant(document: SqlDocument, offset: number): SqlStatement | undefined {
  const { statements, directives, text } = document;
  const inside = statements.find(({ start, end }) => start <= offset && offset < end);
  if (inside !== undefined) return inside;
  const directive = directives.find(({ range }) => range.start <= offset && offset <= range.end);
  // What is said about no statement yet is about none: the one above is somebody else's.
  if (directive !== undefined && directive.kind !== 'database')
    return directive.statement === undefined ? undefined : statements[directive.statement];
  const before = statements.findLast(({ end }) => end <= offset);
  if (before !== undefined && !text.slice(before.end, offset).includes('\n')) return before;
  const next = statements.find(({ start }) => start >= offset);
  if (next !== undefined) return next;
  return before !== undefined && text.slice(before.end, offset).trim() === '' ? before : undefined;
}
