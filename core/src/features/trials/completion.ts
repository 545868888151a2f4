import {
  areas,
  expressionOf,
  expressionOperators,
  findArea,
  findOperator,
  valuesOf,
} from '../../ctgov/index.ts';
import type { Area } from '../../ctgov/index.ts';
import type { StrategyDocument } from '../../strategy/index.ts';
import type { Range } from '../../text/index.ts';
import { completeFrontMatter } from '../completion/frontMatter.ts';
import { fitting, listOf, NOTHING } from '../completion/item.ts';
import type { Completions, Draft } from '../completion/item.ts';
import { completeReferences } from '../completion/lines.ts';
import { lineAt, physicalEnd, physicalStart } from '../locate.ts';
import { describeArea } from './hover.ts';
import { expressionTokenAt } from './expressions.ts';

/** The operator whose bracket is open at the cursor, and what is typed in it. */
const IN_BRACKET = /(AREA|TILT|SEARCH|EXPANSION|COVERAGE)\s?\[([A-Za-z]*)$/i;
/** A field with a closed list of values, and what is typed of one. */
const BEHIND_AREA = /AREA\[([A-Za-z]+)\]\s?\(?\s*(?:[A-Z_0-9]+ OR )*([A-Za-z_0-9]*)$/;

/** So much of the line before the cursor is looked at, in characters: a list of values is no longer, and a pasted page must not be felt. */
const LONGEST_LOOK = 1000;

/** What can stand at `offset` of a `*.ctgov` document, best first: areas, values, operators, other lines. Nothing within comments. */
export function trialsCompletion(document: StrategyDocument, offset: number): Completions {
  const { frontMatter, text } = document;
  if (frontMatter && offset >= frontMatter.range.start && offset <= frontMatter.range.end)
    return completeFrontMatter(document, offset);
  if (document.comments.some(({ range }) => range.start < offset && offset <= range.end)) return NOTHING;
  const line = lineAt(document, offset);
  if (line?.numbered === true && offset <= line.labelRange.end) return NOTHING;
  const token = line && expressionTokenAt(expressionOf(document, line), offset);
  if (token?.kind === 'phrase' && token.start < offset && offset < token.end) return NOTHING;
  const before = text.slice(Math.max(physicalStart(text, offset), offset - LONGEST_LOOK), offset);
  const bracket = IN_BRACKET.exec(before);
  if (bracket !== null) return listOf(inBracket(document, offset, bracket[1] ?? '', bracket[2] ?? ''));
  const reference = /#\d*$/.exec(before);
  if (reference !== null && line !== undefined)
    return listOf(
      completeReferences(document, line, { start: offset - reference[0].length, end: offset }, offset),
    );
  const area = BEHIND_AREA.exec(before);
  const values = area === null ? [] : valuesOf(findArea(area[1] ?? '')?.type ?? '');
  const typed = /[A-Za-z_0-9]*$/.exec(before)?.[0] ?? '';
  const range = { start: offset - typed.length, end: offset };
  if (values.length > 0) {
    const fits = fitting(values, typed, (value) => [value, value.replaceAll('_', ' ')]);
    return listOf(fits.map((value) => draft(value, 'value', range, value, area?.[1] ?? '')));
  }
  return listOf([...operators(range, typed), ...wholeAreas(range, typed)]);
}

function draft(
  label: string,
  kind: Draft['kind'],
  range: Range,
  newText: string,
  detail: string,
  documentation?: string,
): Draft {
  const item = { label, kind, insert: range, replace: range, filterText: label, newText, detail };
  return documentation === undefined ? item : { ...item, documentation };
}

function inBracket(document: StrategyDocument, offset: number, operator: string, typed: string): Draft[] {
  const { text } = document;
  const rest = /^[A-Za-z]*/.exec(text.slice(offset, physicalEnd(text, offset)))?.[0] ?? '';
  const insert = { start: offset - typed.length, end: offset };
  const replace = { start: insert.start, end: offset + rest.length };
  const close = text.charAt(replace.end) === ']' ? '' : ']';
  const known = findOperator(operator);
  const values = known?.values;
  if (values !== undefined)
    return fitting(values, typed, ({ name }) => [name]).map(({ name, description }) => ({
      ...draft(name, 'value', insert, name + close, description),
      replace,
    }));
  const ordered = operator.toUpperCase() === 'TILT';
  const fitted = areas.filter(
    ({ type }) => !ordered || type === 'date' || type === 'number' || type === 'age',
  );
  return fitting(fitted, typed, namesOf).map((area) => ({
    ...draft(area.name, 'tag', insert, area.name + close, kindOf(area), describeArea(area)),
    replace,
  }));
}

/** An area is found by its name and by the words of its name: `city` finds LocationCity. */
function namesOf({ name }: Area): readonly string[] {
  return [name, name.replace(/([a-z])([A-Z])/g, '$1 $2')];
}

function kindOf({ kind }: Area): string {
  return kind === 'field' ? 'field of the study record' : 'search area';
}

/** Operators by the beginning of their names; all of them where nothing is typed. */
function operators(range: Range, typed: string): Draft[] {
  return expressionOperators
    .filter(({ name }) => name.startsWith(typed.toUpperCase()))
    .map(({ name, kind, description, example }) => {
      const hasBracket = example.includes(`${name}[`);
      const newText = hasBracket ? `${name}[` : kind === 'boolean' ? `${name} ` : name;
      return draft(name, 'operator', range, newText, description, `Example: \`${example}\``);
    });
}

/** `AREA[Phase]` by typing `phase`; a few letters say enough. */
function wholeAreas(range: Range, typed: string): Draft[] {
  if (typed.length < 3) return [];
  return fitting(areas, typed, namesOf, true)
    .slice(0, 12)
    .map((area) => ({
      ...draft(`AREA[${area.name}]`, 'tag', range, `AREA[${area.name}]`, kindOf(area), describeArea(area)),
      filterText: typed,
    }));
}
