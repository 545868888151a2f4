import { fix } from '../text/index.ts';
import type { Range } from '../text/index.ts';
import type { Findings } from './findings.ts';
import type { ContextNode, ContextOperator, ExpressionNode, ExpressionTerm, SourceNode } from './tree.ts';

/** A term from its token; `text` as written. */
export function readTerm(text: string, { start, end }: Range, findings: Findings): ExpressionTerm {
  const range = { start, end };
  const quoted = /^["“”„‟″＂]/.test(text);
  if (!quoted) return { kind: 'term', range, text: unescaped(text), quoted };
  const isClosed = text.length > 1 && /["“”‟″＂]$/.test(text) && !/(?:^|[^\\])(?:\\\\)*\\"$/.test(text);
  if (!isClosed)
    findings.add('trials-unclosed', range, 'This quote is never closed. Add the missing quote.', [
      fix('Add the missing quote', true, [end, end, '"']),
    ]);
  const inner = text.slice(1, isClosed ? -1 : undefined).trim();
  if (inner === '' && isClosed)
    findings.add(
      'trials-empty',
      range,
      'These quotes hold nothing to search for. Remove them, or fill them.',
      [fix('Remove the quotes', true, [start, end, ''])],
    );
  return { kind: 'term', range, text: unescaped(inner), quoted };
}

/** A backslash lets an operator be searched as a word: `\MISSING`. */
function unescaped(text: string): string {
  return text.replace(/\\(\S)/g, '$1');
}

interface Bracketed {
  readonly name: string;
  readonly parameter: string;
  readonly parameterRange: Range;
}

/** Takes `NAME[parameter]` apart and reports what is wrong with its form. */
function bracketed(text: string, { start, end }: Range, findings: Findings): Bracketed {
  const open = text.indexOf('[');
  const name = text.slice(0, open).trim();
  const isClosed = text.endsWith(']');
  const inner = text.slice(open + 1, isClosed ? -1 : undefined);
  const range = { start, end };
  if (!isClosed)
    findings.add('trials-unclosed', range, `The bracket of ${name} is not closed. Add "]".`, [
      fix('Add "]"', true, [end, end, ']']),
    ]);
  const upper = name.toUpperCase();
  if (name !== upper)
    findings.add(
      'trials-operator-case',
      { start, end: start + name.length },
      `Operators are written in capitals: ${upper}.`,
      [fix(`Write ${upper}`, true, [start, start + name.length, upper])],
    );
  if (open > name.length)
    findings.add('trials-space', range, `The bracket follows ${upper} without a space.`, [
      fix('Remove the space', true, [start + name.length, start + open, '']),
    ]);
  if (inner.trim() === '' && isClosed)
    findings.add('trials-empty', range, `The brackets of ${upper} are empty. ${EMPTY[upper] ?? ''}`);
  return {
    name: upper,
    parameter: inner.trim(),
    parameterRange: { start: start + open + 1, end: isClosed ? end - 1 : end },
  };
}

const EMPTY: Readonly<Record<string, string>> = {
  AREA: 'Name an area: AREA[ConditionSearch].',
  SEARCH: 'Name a part of the record: SEARCH[Location].',
  EXPANSION: 'Write None, Term, Concept, Relaxation or Lossy.',
  COVERAGE: 'Write FullMatch, StartsWith, EndsWith or Contains.',
  TILT: 'Name a field with ordered values: TILT[StudyFirstPostDate].',
  RANGE: 'Write both ends: RANGE[2015-01-01, MAX].',
  DISTANCE: 'Write latitude, longitude and radius: DISTANCE[39.0, -77.1, 25mi].',
};

/** An operator such as `AREA[Phase]` with its operand. */
export function readContext(
  text: string,
  token: Range,
  range: Range,
  operand: ExpressionNode | undefined,
  findings: Findings,
): ContextNode {
  const { name, parameter, parameterRange } = bracketed(text, token, findings);
  const operatorRange = { start: token.start, end: token.end };
  if (operand === undefined)
    findings.add('trials-operator', operatorRange, `Nothing follows ${text}. Write what it should search.`);
  else if (operand.range.start > token.end && text.endsWith(']'))
    findings.add(
      'trials-space',
      { start: token.end, end: operand.range.start },
      `What ${name}[…] applies to follows its bracket without a space.`,
      spaceFix(token.end, operand.range.start),
    );
  return {
    kind: 'context',
    range,
    operator: name as ContextOperator,
    parameter,
    operatorRange,
    parameterRange,
    operand,
  };
}

/** Longer gaps hold line breaks or comments, which stay. */
function spaceFix(start: number, end: number): ReturnType<typeof fix>[] {
  return end - start === 1 ? [fix('Remove the space', true, [start, end, ''])] : [];
}

/** `RANGE[...]`, `DISTANCE[...]`, `MISSING`, `ALL`. */
export function readSource(text: string, { start, end }: Range, findings: Findings): SourceNode {
  const range = { start, end };
  if (!text.includes('['))
    return {
      kind: 'source',
      range,
      operator: text === 'ALL' ? 'ALL' : 'MISSING',
      parameters: [],
      parameterRange: { start: end, end },
    };
  const { name, parameter, parameterRange } = bracketed(text, range, findings);
  return {
    kind: 'source',
    range,
    operator: name === 'RANGE' ? 'RANGE' : 'DISTANCE',
    parameters: parameter === '' ? [] : parameter.split(',').map((part) => part.trim()),
    parameterRange,
  };
}
