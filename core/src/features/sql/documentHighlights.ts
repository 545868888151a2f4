import type { SqlDocument } from '../../sql/index.ts';
import type { SqlSchema } from '../../sqlSchema/index.ts';
import type { Range } from '../../text/index.ts';
import { inDocument } from './locate.ts';
import { sqlPlaces } from './references.ts';
import { partsOf } from './walk.ts';

/** A place of the name at the cursor: `write` where it is given, or is the table or column that a statement writes; else `read`. */
export interface SqlHighlight {
  readonly range: Range;
  readonly kind: 'read' | 'write';
}

/** What `sqlPlaces` finds, in the order of the text; empty where no name stands. */
export function sqlHighlights(
  document: SqlDocument,
  offset: number,
  schema?: SqlSchema,
): readonly SqlHighlight[] {
  const places = sqlPlaces(document, offset, schema);
  if (places === undefined) return [];
  const { definition, uses } = places;
  const written = new Set(document.statements.flatMap(writtenPlaces));
  const highlights = uses.map((range): SqlHighlight => ({
    range,
    kind: written.has(range.start) ? 'write' : 'read',
  }));
  if (definition !== undefined) highlights.push({ range: definition, kind: 'write' });
  return highlights.sort((a, b) => a.range.start - b.range.start);
}

/** Where the names of tables and columns that a statement writes begin. */
function writtenPlaces(statement: SqlDocument['statements'][number]): readonly number[] {
  return partsOf(statement.tree)
    .trees.filter(({ kind }) => kind === 'insert' || kind === 'update' || kind === 'delete')
    .flatMap(({ target, columns = [] }) => [target?.name, ...columns])
    .flatMap((name) => (name === undefined ? [] : [inDocument(name.range, statement).start]));
}
