import { explainGrouping, impliedGroups, operatorOf } from '../pubmed/index.ts';
import type { ChainNode, ParsedQuery, Token } from '../pubmed/index.ts';
import { fix } from '../text/index.ts';
import type { Fix, Range } from '../text/index.ts';
import { Joins } from './facts.ts';
import type { QueryFacts } from './facts.ts';
import { PRESS, textOf } from './family.ts';
import type { Report, RuleFamily } from './family.ts';

/** A mixture that changes sides more often than this gets no fix: that many parentheses help nobody. */
const MAXIMUM_GROUPS = 20;
/** Tokens on each side of `&` that are looked at for a name. */
const LONGEST_NAME = 20;
/** Longest explanation that a message quotes, in characters. */
const MAXIMUM_QUOTE = 240;

/** How operators are written, and how they combine. */
export const operatorRules = {
  rules: [
    {
      id: 'lowercase-operator',
      level: 'information',
      category: 'operators',
      press: PRESS.operators,
      reason: 'PubMed recommends capitals; in lower case an operator is easily taken for a word of a phrase.',
    },
    {
      id: 'symbol-operator',
      level: 'information',
      category: 'operators',
      press: PRESS.operators,
      reason: 'PubMed reads & and | as AND and OR; other databases and most readers do not.',
    },
    {
      id: 'mixed-operators',
      level: 'warning',
      category: 'operators',
      press: PRESS.operators,
      reason:
        'PubMed evaluates from left to right: no operator binds tighter, so a mixture without parentheses is often misread.',
    },
    {
      id: 'implicit-and',
      level: 'hint',
      category: 'operators',
      press: PRESS.operators,
      reason: 'PubMed puts AND between terms that stand side by side; often an OR was forgotten.',
    },
    {
      id: 'quoted-query',
      level: 'error',
      category: 'operators',
      press: PRESS.syntax,
      reason: 'Quotes around a whole query make it one phrase, which no record contains.',
    },
  ],
  checkQuery,
} satisfies RuleFamily;

function checkQuery({ query, chains }: QueryFacts, report: Report): void {
  const { tokens } = query;
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at];
    if (token?.kind === 'operator' && !isCapital(query, token)) checkWriting(query, token, at, report);
  }
  for (const { chain, joins } of chains) {
    if ((joins & Joins.or) !== 0 && (joins & (Joins.and | Joins.not)) !== 0)
      checkMixture(query, chain, report);
    if ((joins & Joins.implicit) === 0) continue;
    for (const operator of chain.operators) {
      if (!operator.implicit || operator.operator !== 'AND') continue;
      const { start, end } = operator.range;
      const gap = textOf(query, { start, end: end + 1 });
      // `Fe(II)`: the parentheses are part of a name. Above `#1` the line would run on.
      const isName = gap === '(' && !/[)\]"]/.test(textOf(query, { start: start - 1, end: start }));
      const isDoubtful = isName || /[\n\r]\s*#$/.test(gap);
      // Behind characters that mean nothing, `#6. #3`: in front of them AND would be a word.
      const at = start + (/^[^\s/]+/.exec(textOf(query, { start, end }))?.[0].length ?? 0);
      const write = (word: string): Fix =>
        fix(`Write ${word}`, false, [at, at, at === end ? ` ${word} ` : ` ${word}`]);
      const place = { start, end: Math.max(end, start + 1) };
      report(
        'implicit-and',
        place,
        'No operator stands here: PubMed reads AND. Write it, or OR if that was meant.',
        isDoubtful ? [] : [write('AND'), write('OR')],
      );
    }
  }
  checkQuotedQuery(query, report);
}

/** Whether an operator is written as most are, told without cutting it out of the text. */
function isCapital({ text, offset }: ParsedQuery, { start, end }: Token): boolean {
  for (let at = start - offset; at < end - offset; at++) {
    const code = text.charCodeAt(at);
    if (code < 65 || code > 90) return false;
  }
  return true;
}

function checkWriting(query: ParsedQuery, token: Token, at: number, report: Report): void {
  const written = textOf(query, token);
  // `&amp;` has a rule of its own.
  if (written.length > 1 && written.startsWith('&')) return;
  const operator = operatorOf(written);
  const range = { start: token.start, end: token.end };
  if (written === '&' || written === '|') {
    const before = query.text.charAt(token.start - query.offset - 1);
    const after = query.text.charAt(token.end - query.offset);
    const name = written === '&' ? nameAround(query, token, at) : undefined;
    const padded = `${/\S/.test(before) ? ' ' : ''}${operator}${/\S/.test(after) ? ' ' : ''}`;
    const title = `Change "${written}" to ${operator}`;
    if (name === undefined)
      report('symbol-operator', range, `PubMed reads "${written}" as ${operator}. Write the word.`, [
        fix(title, true, [token.start, token.end, padded]),
      ]);
    else {
      const quoted = `"${textOf(query, name)}"`;
      report(
        'symbol-operator',
        range,
        `PubMed reads "${written}" as ${operator} and searches the parts of ${quoted.slice(0, 80)} apart. Put the name in quotes, or write the word if ${operator} is meant.`,
        [
          fix(`Put ${quoted} in quotes`, false, [name.start, name.end, quoted]),
          fix(title, false, [token.start, token.end, padded]),
        ],
      );
    }
  } else if (written !== operator) {
    const change = fix(`Change "${written}" to ${operator}`, true, [token.start, token.end, operator]);
    report(
      'lowercase-operator',
      range,
      `"${written}" works as the operator ${operator} here. Write it in capitals, or quote the phrase if it is a word.`,
      [change],
    );
  }
}

/** A name such as `A&E`, with the words of the same term beside it; undefined where anything but a letter or digit is beside the sign. */
function nameAround(query: ParsedQuery, { start, end }: Token, at: number): Range | undefined {
  const { text, offset } = query;
  const isSearched = (character: string): boolean => /[\p{L}\p{N}]/u.test(character);
  if (!isSearched(text.charAt(start - offset - 1)) || !isSearched(text.charAt(end - offset)))
    return undefined;
  const isPart = (index: number): boolean => {
    const token = query.tokens[index];
    return token?.kind === 'word' || (token?.kind === 'space' && !/[\n\r]/.test(textOf(query, token)));
  };
  let first = at;
  while (at - first < LONGEST_NAME && isPart(first - 1)) first--;
  let last = at;
  while (last - at < LONGEST_NAME && isPart(last + 1)) last++;
  while (query.tokens[first]?.kind === 'space') first++;
  while (query.tokens[last]?.kind === 'space') last--;
  const range = { start: query.tokens[first]?.start ?? start, end: query.tokens[last]?.end ?? end };
  return /["“”]/.test(textOf(query, range)) ? undefined : range;
}

function checkMixture(query: ParsedQuery, chain: ChainNode, report: Report): void {
  const groups = impliedGroups(chain);
  const first = chain.operands[0];
  if (groups.length === 0 || first === undefined) return;
  const edits: (readonly [number, number, string])[] = [
    [first.range.start, first.range.start, '('.repeat(groups.length)],
  ];
  for (const size of groups) {
    const end = chain.operands[size - 1]?.range.end ?? chain.range.end;
    edits.push([end, end, ')']);
  }
  // With a parenthesis too many in the text, a new one would close it.
  // A text line that begins with #1 may be a line without its number.
  const isDoubtful =
    query.problems.some(({ rule }) => rule.endsWith('-parenthesis')) || /[\n\r]\s*#/.test(query.text);
  const fixes =
    isDoubtful || groups.length > MAXIMUM_GROUPS
      ? []
      : [fix('Write the implied parentheses', false, ...edits), ...orsInParentheses(chain, edits.length)];
  const explained = chain.operands.length <= MAXIMUM_GROUPS ? explainGrouping(chain) : undefined;
  const shown = explained !== undefined && explained.length <= MAXIMUM_QUOTE ? ` This is ${explained}.` : '';
  // The place where the reader may go wrong first: the operator that changes sides.
  const at = chain.operators[(groups[0] ?? 1) - 1]?.range ?? chain.range;
  const place = at.end > at.start ? at : chain.range;
  report(
    'mixed-operators',
    place,
    `${mixed(chain)} are mixed without parentheses, and PubMed evaluates from left to right.${shown} Say what you mean with parentheses.`,
    fixes,
  );
}

/** What people mean by `a OR b AND c OR d` who think of AND as what stands between blocks: `(a OR b) AND (c OR d)`. */
function orsInParentheses({ operands, operators }: ChainNode, implied: number): readonly Fix[] {
  const edits: (readonly [number, number, string])[] = [];
  operands.forEach(({ range }, index) => {
    const [before, after] = [operators[index - 1]?.operator === 'OR', operators[index]?.operator === 'OR'];
    if (after && !before) edits.push([range.start, range.start, '(']);
    if (before && !after) edits.push([range.end, range.end, ')']);
  });
  // `a OR b AND c`: PubMed reads it so, too.
  const isImplied = implied === 2 && edits.length === 2 && operators[0]?.operator === 'OR';
  return isImplied ? [] : [fix('Put the ORs in parentheses: this changes what is found', false, ...edits)];
}

/** `AND and OR`, `AND, OR and NOT`: the operators of a chain. */
function mixed({ operators }: ChainNode): string {
  const names = ['AND', 'OR', 'NOT'].filter((name) => operators.some(({ operator }) => operator === name));
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;
}

function checkQuotedQuery(query: ParsedQuery, report: Report): void {
  const { root } = query;
  if (root?.kind !== 'term' || !root.quoted || root.tag !== undefined) return;
  if (!/\b(?:AND|OR|NOT)\b|\[[^\]]+\]/.test(root.text)) return;
  const { start, end } = root.range;
  const fixes =
    root.textRange.start === start + 1 && root.textRange.end === end - 1
      ? [fix('Remove the quotes', true, [start, start + 1, ''], [end - 1, end, ''])]
      : [];
  report(
    'quoted-query',
    root.range,
    'The whole query is in quotes, so PubMed looks for it as one phrase. Remove the quotes.',
    fixes,
  );
}
