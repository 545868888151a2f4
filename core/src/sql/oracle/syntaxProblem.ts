import { fix } from '../../text/index.ts';
import type { Problem } from '../../text/index.ts';
import { isWord } from '../scanner.ts';
import type { Asking } from './asking.ts';
import { isIncomplete, isSyntax } from './culprits.ts';
import { stoppedAt } from './parsed.ts';
import { incompleteAt } from './places.ts';
import { quoteRepair } from './quotes.ts';
import { repairAt, reservedName, unendedCase } from './syntaxRepairs.ts';
import { ruleOf } from './rules.ts';
import type { Repair } from './syntaxRepairs.ts';

/** The error of a statement that the engine cannot read: one, since what stands behind it has no certain meaning. */
export function syntaxProblem(asking: Asking, message: string): Problem {
  return (
    quoteProblem(asking, message) ??
    (isIncomplete(message) ? incompleteProblem(asking) : stoppedProblem(asking, message))
  );
}

/** A change of the statement as a problem with its fix. */
export function repairProblem(asking: Asking, { at, cause, title, replacement }: Repair): Problem {
  const token = asking.tokens[at];
  const [start, end] = [token?.start ?? 0, token?.end ?? asking.end];
  const from = asking.tokens[replacement.from]?.start ?? asking.end;
  const isInsertion = replacement.to < replacement.from;
  const to = isInsertion ? from : (asking.tokens[replacement.to]?.end ?? from);
  const isComma = isInsertion && replacement.text === ',';
  // A comma stands behind what is before it, not before what follows.
  const place = isComma ? (asking.tokens[replacement.from - 1]?.end ?? from) : from;
  const newText = isInsertion && /\w/u.test(replacement.text) ? `${replacement.text} ` : replacement.text;
  return {
    rule: 'sql-syntax',
    severity: 'error',
    message: `${cause}. ${title}.`,
    range: { start, end },
    fixes: [fix(title, true, [place, isComma ? place : to, newText])],
  };
}

function quoteProblem(asking: Asking, message: string): Problem | undefined {
  const open = asking.tokens.find(({ isClosed }) => !isClosed);
  if (open === undefined) return undefined;
  const stopped = stoppedAt(asking, message) ?? asking.tokens.indexOf(open);
  const repair = quoteRepair(asking, stopped);
  if (repair === undefined)
    return {
      rule: 'sql-unclosed-quote',
      severity: 'error',
      message: `This quote is never closed, or an earlier one lacks its partner. Write ${open.text.startsWith('[') ? ']' : open.text.charAt(0)} where it ends.`,
      range: { start: open.start, end: Math.min(open.end, lineEnd(asking.text, open.start)) },
    };
  const { start, insertAt, mark, isOpening } = repair;
  const end = isOpening ? wordEnd(asking.text, start) : insertAt;
  return {
    rule: 'sql-unclosed-quote',
    severity: 'error',
    message: isOpening
      ? `A quote ${mark} seems to be missing before this. Write it, or remove the one behind it.`
      : `This quote seems to be closed nowhere. Write ${mark} where the text ends.`,
    range: { start, end },
    fixes: [fix(`Insert ${mark}`, true, [insertAt, insertAt, mark])],
  };
}

function incompleteProblem(asking: Asking): Problem {
  const { at, isOpen } = incompleteAt(asking);
  const token = asking.tokens[at];
  const range = { start: token?.start ?? 0, end: token?.end ?? 0 };
  const rule = 'sql-incomplete';
  if (isOpen)
    return {
      rule: 'sql-unclosed-parenthesis',
      severity: 'error',
      message: 'This parenthesis is never closed. Write ) where it ends.',
      range,
      fixes: isSyntax(asking.with({ from: asking.tokens.length, to: asking.tokens.length - 1, text: ')' }))
        ? []
        : [fix('Insert ) at the end', true, [asking.end, asking.end, ')'])],
    };
  const open = unendedCase(asking.tokens);
  if (open !== undefined) {
    const place = asking.tokens[open];
    return {
      rule,
      severity: 'error',
      message: 'This CASE has no END. Write END where it ends.',
      range: { start: place?.start ?? 0, end: place?.end ?? 0 },
    };
  }
  return {
    rule,
    severity: 'error',
    message: `The statement ends too early: ${lacking(asking)}. Write it, or remove \`${token?.text ?? ''}\`.`,
    range,
  };
}

function stoppedProblem(asking: Asking, message: string): Problem {
  const at = stoppedAt(asking, message) ?? 0;
  const token = asking.tokens[at];
  const match = ruleOf(message);
  if (match?.rule.id === 'sql-unknown-token') {
    // The engine's token may have begun before ours: `1e`.
    const name = match.groups['name'] ?? '';
    const start = (token?.end ?? asking.end) - name.length;
    const isWhole = asking.text.startsWith(name, start);
    return {
      rule: match.rule.id,
      severity: 'error',
      message: match.rule.says({ name: shortened(name) }),
      range: { start: isWhole ? start : (token?.start ?? 0), end: token?.end ?? asking.end },
    };
  }
  const repair = reservedName(asking, at) ?? repairAt(asking, at);
  if (repair !== undefined) return repairProblem(asking, repair);
  const before = asking.tokens[at - 1]?.text;
  const missing = at === 0 ? undefined : missingBefore(asking, at);
  if (missing !== undefined)
    return {
      rule: 'sql-syntax',
      severity: 'error',
      message: `Between \`${shortened(before ?? '')}\` and \`${shortened(token?.text ?? '')}\` ${missing} is missing. Write it, or remove \`${shortened(before ?? '')}\`.`,
      range: { start: token?.start ?? 0, end: token?.end ?? asking.end },
    };
  return {
    rule: 'sql-syntax',
    severity: 'error',
    message:
      `\`${shortened(token?.text ?? '')}\` cannot stand ${before === undefined ? 'at the beginning of a statement' : `behind \`${shortened(before)}\``}. ` +
      'Look for a word, comma or parenthesis too many or too few just before it.',
    range: { start: token?.start ?? 0, end: token?.end ?? asking.end },
  };
}

/** What may follow the last token, in words; by what comes nearest of the things that the engine would go on with. */
function lacking(asking: Asking): string {
  const last = asking.tokens.at(-1);
  const behind = `behind \`${shortened(last?.text ?? '')}\` `;
  if (isWord(last, 'FROM', 'JOIN', 'INTO', 'TABLE', 'UPDATE'))
    return `${behind}the name of a table is missing`;
  if (isWord(last, 'WHERE', 'HAVING', 'ON', 'AND', 'OR', 'NOT', 'WHEN'))
    return `${behind}a condition is missing`;
  if (isWord(last, 'GROUP', 'ORDER', 'PARTITION')) return `${behind}BY is missing`;
  if (isWord(last, 'UNION', 'ALL', 'INTERSECT', 'EXCEPT')) return `${behind}a SELECT is missing`;
  const end = { from: asking.tokens.length, to: asking.tokens.length - 1 };
  for (const [text, words] of continuations)
    if (!isSyntax(asking.with({ ...end, text }))) return `${behind}${words} is missing`;
  return `${behind}something is missing`;
}

/** What, in words, would let the engine read the statement before the token at which it stops. */
function missingBefore(asking: Asking, at: number): string | undefined {
  if (isWord(asking.tokens[at - 1], 'FROM', 'JOIN', 'INTO'))
    return isSyntax(asking.with({ from: at, to: at - 1, text: 'x' })) ? undefined : 'the name of a table';
  return continuations.find(([text]) => !isSyntax(asking.with({ from: at, to: at - 1, text })))?.[1];
}

const continuations = [
  ['1', 'a value or a column'],
  ['x', 'a name'],
  ['(1)', 'a list in parentheses'],
  ['SELECT 1', 'a SELECT'],
] as const;

function shortened(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}...` : text;
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}

function wordEnd(text: string, from: number): number {
  const match = /[\s(),;]/u.exec(text.slice(from));
  return match === null ? text.length : from + match.index;
}
