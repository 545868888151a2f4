import { foldedName } from '../../../sqlSchema/index.ts';
import type { SqlSchema } from '../../../sqlSchema/index.ts';
import { scopeAt } from '../../../sql/index.ts';
import type { SqlDialect, SqlDocument } from '../../../sql/index.ts';
import { tablesIn } from '../locate.ts';
import { bareColumnItems, columnItems, memberItems } from './columns.ts';
import { conditionItems } from './conditionItems.ts';
import { functionItems } from './functionItems.ts';
import { mostItems } from './item.ts';
import type { Candidate, SqlCompletionItem, SqlCompletions } from './item.ts';
import { keywordItems } from './keywordItems.ts';
import { outputItems } from './outputItems.ts';
import { placeAt } from './place.ts';
import type { SqlPlace } from './place.ts';
import { indexOf } from './schema.ts';
import { styleOf } from './style.ts';
import { surroundingsOf } from './surroundings.ts';
import type { Surroundings } from './surroundings.ts';
import { tableItems } from './tables.ts';
import { valueItems } from './valueItems.ts';

const nothing: SqlCompletions = { items: [], isIncomplete: false };
const noSchema: SqlSchema = { statements: [], tables: [] };

/**
 * What can stand at an offset of a document, best first: tables, columns, aliases, join conditions, values, functions, keywords, each written
 * as the document writes its own. The name that stands at the offset is replaced as a whole. Nothing in comments, texts and numbers, and
 * where a new name is given. Pure; takes a few milliseconds.
 * @param schema without one there are only keywords, functions and what the statement itself defines
 * @param dialect whose functions are offered
 */
export function sqlCompletion(
  document: SqlDocument,
  offset: number,
  schema: SqlSchema = noSchema,
  dialect: SqlDialect = 'sqlite',
): SqlCompletions {
  const index = indexOf(schema);
  const scope = scopeAt(document, offset, tablesIn(schema));
  const place = placeAt(document, offset, scope, dialect);
  if (place.expected === 'nothing' || place.expected === 'newName') return nothing;
  const around = surroundingsOf(document, place, index, styleOf(document, index));
  const fitting = candidates(around).flatMap((candidate) => {
    const bonus = fit(candidate.name ?? candidate.label, candidate.label, place.typed);
    return bonus === undefined ? [] : [{ candidate, score: candidate.score + bonus }];
  });
  // The sort is stable: of equals the order of the schema holds.
  fitting.sort((a, b) => b.score - a.score);
  const items = fitting.slice(0, mostItems).map(({ candidate }, i) => itemOf(candidate, place, i));
  return { items, isIncomplete: fitting.length > mostItems };
}

/**
 * Whether a list that opens by itself, because a character was typed that is no part of a name, helps at an offset: where a table, a column or a
 * value must follow, not where a finished item may go on with any keyword, and not behind the quote that ends a name.
 */
export function sqlOpensByItself(document: SqlDocument, offset: number): boolean {
  const { expected, scope, typed, opening } = placeAt(document, offset, scopeAt(document, offset));
  if (expected === 'member' || expected === 'text') return true;
  if (expected !== 'table' && expected !== 'operand') return false;
  const isBehindQuote = opening !== '' && scope.word.end === offset && scope.word.end - scope.word.start > 1;
  return typed === '' && !isBehindQuote;
}

function candidates(around: Surroundings): readonly Candidate[] {
  switch (around.place.expected) {
    case 'table':
      return [...tableItems(around), ...keywordItems(around)];
    case 'text':
      return valueItems(around).filter(({ label }) => label.startsWith("'"));
    case 'member':
      return isSchemaName(around) ? tableItems(around) : memberItems(around);
    case 'operand':
      if (around.place.scope.clause === 'limit') return [];
      if (isNameList(around)) return bareColumnItems(around);
      if (around.place.opening !== '') return columnItems(around);
      return [
        ...conditionItems(around),
        ...(around.place.after[0]?.text === '('
          ? []
          : [...columnItems(around), ...outputItems(around), ...valueItems(around)]),
        ...(around.place.after[0]?.text === '.' ? [] : functionItems(around)),
        ...keywordItems(around),
      ];
    default:
      return keywordItems(around);
  }
}

/** Databases of a connection: what stands behind their point is a table. */
function isSchemaName({ place: { scope }, relations }: Surroundings): boolean {
  const [own, ...others] = scope.qualifiers.map(foldedName);
  return (
    others.length === 0 &&
    (own === 'main' || own === 'temp') &&
    !relations.some(({ source }) => source.name !== undefined && foldedName(source.name) === own)
  );
}

/** Where columns are named and no expression stands: `USING (`, `INSERT INTO t (`, before the `=` of `SET`. */
function isNameList({ place: { scope, before } }: Surroundings): boolean {
  const last = before.at(-1)?.text.toUpperCase();
  if (scope.clause === 'set') return last === 'SET' || last === ',';
  return scope.clause === 'using' || scope.clause === 'into';
}

/** How well a name fits what was typed; undefined: not at all. */
function fit(name: string, label: string, typed: string): number | undefined {
  if (typed === '') return 0;
  const wanted = typed.toLowerCase();
  const low = name.toLowerCase();
  if (low.startsWith(wanted) || label.toLowerCase().startsWith(wanted)) return 20;
  const words = name
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u);
  if (words.some((word) => word.startsWith(wanted))) return 10;
  if (
    wanted.length > 1 &&
    words
      .map((word) => word.charAt(0))
      .join('')
      .startsWith(wanted)
  )
    return 8;
  return wanted.length > 2 && low.includes(wanted) ? 0 : undefined;
}

function itemOf(
  { label, kind, detail, subject, newText, caret, name }: Candidate,
  place: SqlPlace,
  order: number,
): SqlCompletionItem {
  // Editors compare with all that is in the range up to the cursor, an opening quote included.
  const isAsShown = label.toLowerCase().startsWith(place.typed.toLowerCase());
  const filterText =
    kind === 'value' && place.opening !== '' ? label : place.opening + (isAsShown ? label : (name ?? label));
  return {
    label,
    kind,
    ...(detail === undefined ? {} : { detail }),
    ...(subject === undefined ? {} : { subject }),
    newText,
    ...(caret === undefined ? {} : { caret }),
    range: place.range,
    filterText,
    sortText: String(order).padStart(3, '0'),
  };
}
