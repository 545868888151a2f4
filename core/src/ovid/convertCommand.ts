import { findLanguage, findPublicationType } from '../pubmed/index.ts';
import type { Range } from '../text/index.ts';
import { draft } from './context.ts';
import type { Conversion } from './context.ts';
import { convertDate } from './convertDate.ts';
import { reference } from './convertNode.ts';
import { findFieldCode } from './fieldCodes.ts';
import { findLimit } from './limitValues.ts';
import type { Draft } from './notes.ts';
import { join, leaf } from './output.ts';
import type { Output } from './output.ts';

const LIMIT = /^limit\s+(?:[#s]\s?)?(\d{1,4})\s+to\s+(.*)$/is;
const DUPLICATES = /^remove\s+duplicates\s+from\s+(?:[#s]\s?)?(\d{1,4})$/is;
const KEEP = /^from\s+(?:[#s]\s?)?(\d{1,4})\s+keep\s+(.*)$/is;
const OTHER_COMMAND = /^\.\.|^(?:save|display|map|tree|root|sort|e|use)\s+\S+$/i;
/** Longest command that is read; no person writes a longer one. */
const LONGEST = 4000;
const DATE_TAGS = new Set(['dp', 'edat', 'crdt', 'mhda', 'lr', 'epdat']);

/** Whether a search is a command of Ovid rather than terms. */
export function isCommand(text: string): boolean {
  const head = text.slice(0, LONGEST).trim();
  return LIMIT.test(head) || DUPLICATES.test(head) || KEEP.test(head) || OTHER_COMMAND.test(head);
}

/** `limit 16 to ed="19480101-20170630"`, `remove duplicates from 7`, `from 5 keep 1-10`. */
export function convertCommand(text: string, range: Range, conversion: Conversion): Output | undefined {
  const command = text.slice(0, LONGEST).trim();
  const limit = LIMIT.exec(command);
  if (limit !== null) return convertLimit(Number(limit[1]), limit[2] ?? '', range, conversion);
  const duplicates = DUPLICATES.exec(command);
  if (duplicates !== null)
    return withNote(
      reference(Number(duplicates[1]), range, conversion),
      draft(
        'exact',
        'duplicates',
        range,
        'PubMed has every record once, so there are no duplicates to remove',
      ),
    );
  const keep = KEEP.exec(command);
  if (keep !== null)
    return withNote(
      reference(Number(keep[1]), range, conversion),
      draft(
        'refused',
        'keep',
        range,
        'records picked by hand cannot be picked by a search; all of the line were taken',
      ),
    );
  return conversion.drop(
    draft('refused', 'command', range, 'this command of Ovid is no search; it was left out'),
  );
}

function withNote(output: Output | undefined, note: Draft): Output | undefined {
  return output === undefined ? undefined : { ...output, notes: [note] };
}

function convertLimit(label: number, text: string, range: Range, conversion: Conversion): Output | undefined {
  const line = reference(label, range, conversion);
  if (line === undefined) return undefined;
  const notes: Draft[] = [];
  const value = limits(text.trim(), range, conversion, notes, 0);
  if (value === undefined) return withNotes({ ...line, notes: [] }, notes);
  const isExclusion = value.kind === 'leaf' && value.text.startsWith('NOT ');
  const limited = isExclusion
    ? join('NOT', [{ ...line, notes: [] }, leaf(value.text.slice(4))])
    : join('AND', [{ ...line, notes: [] }, value]);
  if (limited === undefined) return undefined;
  return withNotes(
    limited,
    notes.length > 0 ? notes : [draft('exact', 'limit', range, 'the same limit in PubMed')],
  );
}

function withNotes(output: Output, notes: readonly Draft[]): Output {
  return { ...output, notes: [...output.notes, ...notes] };
}

/** One limit, or several in parentheses joined by and, or, commas. */
function limits(
  text: string,
  range: Range,
  conversion: Conversion,
  notes: Draft[],
  depth: number,
): Output | undefined {
  const whole = oneLimit(text, range, conversion, notes);
  if (whole !== undefined) return whole === 'refused' ? undefined : whole;
  const inner = /^\((.*)\)$/s.exec(text)?.[1];
  const parts = split(inner !== undefined && balanced(inner) ? inner : text);
  if (depth > 3 || (parts.items.length === 1 && parts.items[0] === text)) {
    notes.push(
      draft(
        'refused',
        'limit-unknown',
        range,
        `PubMed has no counterpart of the limit ${text.slice(0, 80)}; it was left out, so that more is found`,
      ),
    );
    return undefined;
  }
  const items = parts.items.map((item) => limits(item, range, conversion, notes, depth + 1));
  const outputs: Output[] = [];
  items.forEach((item, index) => {
    const previous = outputs.at(-1);
    if (item === undefined) return;
    if (previous !== undefined && parts.operators[index - 1] === 'or')
      outputs[outputs.length - 1] = join('OR', [previous, item]) ?? item;
    else outputs.push(item);
  });
  return join('AND', outputs);
}

function balanced(text: string): boolean {
  let depth = 0;
  for (const character of text) {
    if (character === '(') depth++;
    else if (character === ')' && --depth < 0) return false;
  }
  return depth === 0;
}

/** Cuts at `and`, `or` and commas outside quotes and parentheses. */
function split(text: string): { items: string[]; operators: string[] } {
  const items: string[] = [];
  const operators: string[] = [];
  let depth = 0;
  let quoted = false;
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (/["“”]/.test(character)) quoted = !quoted;
    else if (!quoted && character === '(') depth++;
    else if (!quoted && character === ')') depth--;
    if (quoted || depth > 0 || !/[\s,)]/.test(character)) continue;
    const match = /^(?:\s+(and|or)(?=[\s(])|\s*,(?:\s*(and|or)(?=[\s(]))?)/i.exec(text.slice(at, at + 20));
    if (match === null) continue;
    items.push(text.slice(start, at).trim());
    operators.push((match[1] ?? match[2] ?? 'and').toLowerCase());
    at += match[0].length - 1;
    start = at + 1;
  }
  items.push(text.slice(start).trim());
  return { items, operators };
}

function oneLimit(
  text: string,
  range: Range,
  conversion: Conversion,
  notes: Draft[],
): Output | 'refused' | undefined {
  const bare = text.replace(/^["“”]+|["“”]+$/g, '').trim();
  const known = findLimit(bare);
  if (known !== undefined) {
    if (known.difference !== undefined)
      notes.push(draft('approximate', 'limit-differs', range, `${bare}: ${known.difference}`));
    return join(
      'OR',
      known.query.split(' OR ').map((term) => leaf(term)),
    );
  }
  const field = /^([a-z]{2})\s*=\s*(.+)$/is.exec(bare);
  if (field !== null) return fieldLimit(field[1] ?? '', field[2] ?? '', range, conversion, notes);
  const language = findLanguage(bare.replace(/\s+language$/i, ''));
  if (language !== undefined)
    return leaf(`${language.name.toLowerCase().split(',')[0] ?? language.code}[la]`);
  const type = findPublicationType(bare) ?? findPublicationType(bare.replace(/s$/i, ''));
  if (type !== undefined && type.retired === undefined) return leaf(`"${type.name.toLowerCase()}"[pt]`);
  return undefined;
}

function fieldLimit(
  code: string,
  value: string,
  range: Range,
  conversion: Conversion,
  notes: Draft[],
): Output | 'refused' | undefined {
  const field = findFieldCode(code);
  if (field === undefined || !DATE_TAGS.has(field.tag)) return undefined;
  if (field.difference !== undefined)
    notes.push(draft('approximate', field.difference.reason, range, field.difference.message));
  const before = conversion.dropped.length;
  const output = convertDate(value, field.tag, range, conversion);
  // A date that cannot be read is told once, by the date.
  if (output === undefined) notes.push(...conversion.dropped.splice(before));
  return output ?? 'refused';
}
