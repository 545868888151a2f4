import type { z } from 'zod';
import { editDistance } from '@querent/core/text';
import type { Finding, Place } from './problem.ts';
import { keyOf } from './problem.ts';
import { keysAt, placesOf } from './shape.ts';

type Issue = z.core.$ZodIssue;

/** What is wrong with the form of a plan, in words: each key and each value by itself. */
export function findingsOf(issues: readonly Issue[], schema: z.ZodType): readonly Finding[] {
  return issues.flatMap((issue) => findings(issue, schema));
}

function findings(issue: Issue, schema: z.ZodType): readonly Finding[] {
  const place = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part));
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      severity: 'error',
      place: [...place, key],
      isKey: true,
      message: unknownKey(key, place, schema),
    }));
  return [{ severity: 'error', place, message: messageOf(issue) }];
}

/** The nearest keys of this level, else the same word somewhere else in the plan, else what there is. */
function unknownKey(key: string, parent: Place, schema: z.ZodType): string {
  const known = keysAt(schema, parent);
  const near = nearest(key, known);
  if (near !== undefined) return `there is no such key. Did you mean ${near}?`;
  const elsewhere = placesOf(schema).find(
    (place) => place.at(-1)?.toString().toLowerCase() === key.toLowerCase(),
  );
  if (elsewhere !== undefined) return `there is no such key here. Did you mean ${keyOf(elsewhere)}?`;
  return `there is no such key. ${parent.length === 0 ? 'A plan' : keyOf(parent)} has ${known.join(', ')}.`;
}

/** The candidate that is few letters away from `word`, the nearest first; undefined when none is near. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const plain = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/gu, '');
  const wanted = plain(word.slice(0, 100));
  const best = candidates
    .map((candidate) => ({ candidate, distance: editDistance(wanted, plain(candidate)) }))
    .sort((a, b) => a.distance - b.distance)[0];
  const allowed = Math.max(1, Math.floor(wanted.length / 3));
  return best !== undefined && best.distance <= allowed ? best.candidate : undefined;
}

function messageOf(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `${whatIs(issue.input)}. Write ${typeName(issue.expected)}.`;
    case 'too_small':
      return `${whatIs(issue.input)}. ${bound(issue.origin, 'least', Number(issue.minimum), issue.inclusive === true)}`;
    case 'too_big':
      return `${whatIs(issue.input)}. ${bound(issue.origin, 'most', Number(issue.maximum), issue.inclusive === true)}`;
    case 'invalid_value': {
      const values = issue.values.map(String);
      const near = typeof issue.input === 'string' ? nearest(issue.input, values) : undefined;
      return `${whatIs(issue.input)}. ${near === undefined ? '' : `Did you mean ${near}? `}It may be ${values.join(', ')}.`;
    }
    case 'invalid_format':
      return `${whatIs(issue.input)}. Write ${issue.message}.`;
    case 'invalid_union':
      return `${whatIs(issue.input)}. ${unionMessage(issue.errors)}`;
    default:
      return `${issue.message}.`;
  }
}

/** Of a value that may be of several kinds: what each wants. */
function unionMessage(errors: readonly (readonly Issue[])[]): string {
  const wanted = errors.flatMap((branch) =>
    branch.slice(0, 1).map((issue) => {
      switch (issue.code) {
        case 'invalid_type':
          return typeName(issue.expected);
        case 'invalid_value':
          return issue.values.map(String).join(', ');
        default:
          return issue.message;
      }
    }),
  );
  return `Write ${[...new Set(wanted)].join(', or ')}.`;
}

function bound(origin: string, side: 'least' | 'most', value: number, inclusive: boolean): string {
  const text = value.toLocaleString('en-US', { maximumFractionDigits: 10 });
  if (origin === 'string')
    return side === 'least' ? 'Write something.' : `It may have ${text} characters at most.`;
  if (origin === 'array' || origin === 'tuple')
    return `It needs ${side === 'least' ? 'at least' : 'at most'} ${text} ${value === 1 ? 'entry' : 'entries'}.`;
  if (inclusive) return `It must be at ${side} ${text}.`;
  return `It must be ${side === 'least' ? 'above' : 'below'} ${text}.`;
}

const typeNames: Readonly<Record<string, string>> = {
  number: 'a number',
  int: 'a whole number',
  string: 'a text',
  boolean: 'true or false',
  array: 'a list',
  tuple: 'a list',
  object: 'keys and values',
  record: 'keys and values',
  null: 'null',
};

function typeName(expected: string): string {
  return typeNames[expected] ?? expected;
}

/** A value for people, in short: `"1e-6" is a text`. */
function whatIs(input: unknown): string {
  if (input === undefined) return 'it is missing';
  if (input === null) return 'it has no value';
  if (Array.isArray(input)) return 'it is a list';
  switch (typeof input) {
    case 'string':
      return `“${input.length > 60 ? `${input.slice(0, 60)}…` : input}” is a text`.replace(
        / is a text$/u,
        input === '' ? ' is empty' : ' is a text',
      );
    case 'object':
      return 'it has keys of its own';
    default:
      return `it is ${JSON.stringify(input) ?? typeof input}`;
  }
}
