import { printClause } from '@querent/core/mapping';
import { findField } from '@querent/core/pubmed';

/** The translation of a library's engine as PubMed writes it: fields of date ranges by their names, no parentheses around the whole. */
export function searchDetails(translation: string): string {
  return withoutParentheses(translation.replace(RANGE, named));
}

/** `2010/01/01:2016[edat]`, as it was written. */
const RANGE = /"?(\d{4}(?:\/\d{1,2}){0,2})"? ?: ?"?(\d{4}(?:\/\d{1,2}){0,2})"?\[([^\]]+)\]/g;

function named(written: string, from: string, to: string, tag: string): string {
  const field = findField(tag);
  if (field?.date !== true) return written;
  return printClause({ kind: 'lookUp', text: `${from}:${to}`, field: field.tag, modifier: '', bare: true });
}

function withoutParentheses(text: string): string {
  if (!text.startsWith('(') || !text.endsWith(')')) return text;
  let depth = 0;
  for (let at = 0; at < text.length - 1; at++) {
    // A quoted parenthesis is none.
    if (text[at] === '"') at = Math.max(at, text.indexOf('"', at + 1));
    else if (text[at] === '(') depth++;
    else if (text[at] === ')') depth--;
    if (depth === 0) return text;
  }
  return text.slice(1, -1);
}
