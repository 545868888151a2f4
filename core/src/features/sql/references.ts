import { referencesOf } from '../../sql/index.ts';
import type { SqlDocument } from '../../sql/index.ts';
import { foldedName } from '../../sqlSchema/index.ts';
import type { SqlSchema } from '../../sqlSchema/index.ts';
import type { Range } from '../../text/index.ts';
import { sqlDefinition } from './definition.ts';
import { inDocument, nameAt, tablesIn } from './locate.ts';

/** The places of one name in a document. */
export interface SqlPlaces {
  /** Where it is given; absent for what is given elsewhere. */
  readonly definition?: Range;
  /** Where it is used, in the order of the text, the definition not among them. */
  readonly uses: readonly Range[];
}

/**
 * All places that mean the same as the name at an offset: tables and columns in all statements, and where this document creates them; other names
 * in their statement. Undefined where no name stands.
 */
export function sqlPlaces(document: SqlDocument, offset: number, schema?: SqlSchema): SqlPlaces | undefined {
  const found = nameAt(document, offset, schema);
  if (found === undefined) return undefined;
  const { target, places } = found.symbol;
  const all = target.kind === 'created' ? usesOf(document, target.definition.text, schema) : places;
  const given = sqlDefinition(document, offset, schema);
  if (given?.in !== 'document') return { uses: all };
  const definition = given.targetSelection;
  return { definition, uses: all.filter(({ start }) => start !== definition.start) };
}

/** The places that `sqlPlaces` finds, in the order of the text. @param includeDeclaration whether the definition is one of them */
export function sqlReferences(
  document: SqlDocument,
  offset: number,
  includeDeclaration: boolean,
  schema?: SqlSchema,
): readonly Range[] {
  const { definition, uses } = sqlPlaces(document, offset, schema) ?? { uses: [] };
  if (!includeDeclaration || definition === undefined) return uses;
  return [...uses, definition].sort((a, b) => a.start - b.start);
}

/** Where a table that the document creates is read and written. */
function usesOf({ statements }: SqlDocument, name: string, schema: SqlSchema | undefined): readonly Range[] {
  const wanted = foldedName(name);
  return statements.flatMap((statement) =>
    referencesOf(statement, tablesIn(schema))
      .filter(({ target }) => target.kind === 'table' && foldedName(target.table) === wanted)
      .map((reference) => inDocument(reference.name.range, statement)),
  );
}
