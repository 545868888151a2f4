import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyEdits, contains } from '../text/index.ts';
import type { Problem } from '../text/index.ts';
import { MAXIMUM_NESTING, parseQuery } from './parser.ts';
import { MAXIMUM_PROBLEMS } from './problems.ts';
import { queryText } from './testQueries.ts';
import type { QueryNode } from './tree.ts';

/** The tree as text: groups in braces, implicit operators with a tilde. */
function show(node: QueryNode | undefined): string {
  if (node === undefined) return '-';
  switch (node.kind) {
    case 'term': {
      const tag = node.tag;
      const proximity = tag?.proximity === undefined ? '' : `:~${tag.proximity}`;
      const shown =
        tag === undefined
          ? ''
          : `[${tag.field ?? `?${tag.text}`}${tag.noExplode ? ':noexp' : ''}${proximity}]`;
      return (node.quoted ? `"${node.text}"` : node.text) + shown;
    }
    case 'range':
      return `${node.from}..${node.to}[${node.tag?.field ?? ''}]`;
    case 'reference':
      return `#${node.label}`;
    case 'group':
      return `{${show(node.inner)}}`;
    case 'chain':
      return node.operands
        .map((operand, i) => {
          const operator = node.operators[i - 1];
          return (
            (operator === undefined ? '' : ` ${operator.implicit ? '~' : ''}${operator.operator} `) +
            show(operand)
          );
        })
        .join('');
  }
}

describe('tree', () => {
  it.each([
    ['heart attack[tiab] OR "a b" [Title/Abstract]', 'heart attack[tiab] OR "a b"[tiab]'],
    ['breast feed*[tiab]', 'breast feed*[tiab]'],
    ['a OR b AND c', 'a OR b AND c'],
    ['(A OR B)(C OR D)', '{A OR B} ~AND {C OR D}'],
    ['"a"[tiab] "b"[tiab]', '"a"[tiab] ~AND "b"[tiab]'],
    ['12345678 23456789 AND x', '{12345678 ~OR 23456789} AND x'],
    ['12345678[uid] 23456789[pmid]', '12345678[pmid] ~OR 23456789[pmid]'],
    ['2010:2015[dp]', '2010..2015[dp]'],
    ['("2020"[Date - Publication] : "3000"[Date - Publication])', '{2020..3000[dp]}'],
    ['2019/11/01[PDAT] : 3000/12/31[PDAT]', '2019/11/01..3000/12/31[dp]'],
    ['cancer 2010:2015[dp]', 'cancer ~AND 2010..2015[dp]'],
    ['"last 5 years"[dp]', '"last 5 years"[dp]'],
    ['Asthma[Mesh:no exp] OR x[MeSH: NoExp]', 'Asthma[mh:noexp] OR x[mh:noexp]'],
    ['"a b"[tiab:~3]', '"a b"[tiab:~3]'],
    ['"Neoplasms"/therapy[mh] OR Neoplasms/dt[majr]', '"Neoplasms/therapy"[mh] OR Neoplasms/dt[majr]'],
    ['#1 and #02', '#1 AND #2'],
    ['a // comment\nb[ti]', 'a b[ti]'],
    ['“aggress*”, OR “viol*”', '"aggress*" OR "viol*"'],
    ['a AND () OR b', 'a OR b'],
    ['a AND NOT b', 'a NOT b'],
    ['880 881 AND x', '{880 ~OR 881} AND x'],
    ['2019 2020', '2019 2020'],
    ['type 2 880', 'type 2 880'],
    ['a[UID] OR b[pid] OR c[AUCL] OR d[Extended PMID]', 'a[pmid] OR b[pid] OR c[aucl] OR d[eid]'],
    ['wounds and injuries[majr:noexp] or x', 'wounds and injuries[majr:noexp] OR x'],
    ['x or wit and humor as topic/history[mh]', 'x OR wit and humor as topic/history[mh]'],
    ['"a" AND prevention and control[sh]', '"a" AND prevention and control[sh]'],
    ['&quot;a b&quot;[ti] &amp; c', 'a b[ti] AND c'],
    [
      'Smith J[au] & 2010/01:2012[dp] | "last 90 days"[edat]',
      'Smith J[au] AND 2010/01..2012[dp] OR "last 90 days"[edat]',
    ],
    ['100:200[pg] OR "12"[vi] : "15"[vi]', '100..200[pg] OR 12..15[vi]'],
    ['"2010":2012[dp] OR 2010[dp]:2012', '2010..2012[dp] OR 2010..2012[dp]'],
    ['benzo(a)pyrene[mh]', 'benzo ~AND {a} ~AND pyrene[mh]'],
    ['"benzo(a)pyrene"[mh] OR benzo[a]pyrene[nm]', '"benzo(a)pyrene"[mh] OR benzo[a]pyrene[nm]'],
    ['\'survival"[tiab]', "'survival[tiab]"],
    ['', '-'],
    [' // only a comment', '-'],
    ['()', '-'],
  ])('%j', (text, expected) => {
    expect(show(parseQuery(text).root)).toBe(expected);
  });
});

describe('problems', () => {
  it.each([
    ['"heart attack[tiab]', ['unclosed-quote@0-13']],
    ['survival"[tiab]', ['unopened-quote@8-9']],
    ['“a”[ti]', ['curly-quotes@0-3']],
    ['"" OR a', ['empty-phrase@0-2', 'leading-operator@3-5']],
    ['((a)', ['unclosed-parenthesis@0-1']],
    ['(( ((a))', ['unclosed-parenthesis@0-2']],
    ['((a OR (b)', ['unclosed-parenthesis@0-2']],
    ['a[mh:exp]', ['unknown-modifier@1-9']],
    ['wounds and injuries[mh]', ['operator-in-heading@0-19']],
    ['x wounds and injuries[mh]', []],
    ['methyl benzo(a)pyrene diol[mh] OR x', ['parentheses-in-name@0-26']],
    ['Fe(II)[tiab]', ['parentheses-in-name@0-6']],
    ['tumor(s)', []],
    ['cancer(lung)(skin)', []],
    ['a) OR b', ['stray-parenthesis@1-2']],
    ['OR a', ['leading-operator@0-2']],
    ['(a AND)', ['trailing-operator@3-6']],
    ['a AND OR b', ['doubled-operator@2-8']],
    ['NOT a', ['not-without-operand@0-3']],
    ['a NOT', ['not-without-operand@2-5']],
    ['a AND ()', ['empty-parentheses@6-8']],
    ['a[ab]', ['unknown-tag@1-5']],
    ['a[mh', ['unclosed-bracket@1-4']],
    ['a]', ['stray-bracket@1-2']],
    ['a[ti][tw]', ['doubled-tag@5-9']],
    ['[ti] a', ['stray-tag@0-4']],
    ['(a OR b)[tiab]', ['tag-on-group@8-14']],
    ['"a b"[mh:~2]', ['proximity-field@5-12']],
    ['a b[ti:~2]', ['proximity-quotes@3-10']],
    ['"a"[ti:~2]', ['proximity-one-word@3-10']],
    ['"a b"[ti:~x]', ['proximity-distance@5-12']],
    ['"abcd* b"[ti:~2]', ['proximity-truncation@9-16']],
    ['a[ti:noexp]', ['noexp-not-allowed@1-11']],
    ['a[ti:foo]', ['unknown-modifier@1-9']],
    ['2010:', ['incomplete-range@4-5']],
    ['a\u0000b', ['invalid-character@1-2']],
    ['"a b"[ti] AND "VLBW-I"[tiab:~1] AND (x OR y)', []],
  ])('%j', (text, expected) => {
    expect(parseQuery(text).problems.map((p) => `${p.rule}@${p.range.start}-${p.range.end}`)).toEqual(
      expected,
    );
  });

  it('distributes a tag over the terms of a group', () => {
    const text = '(a OR b[ti])[tiab]';
    const edits = parseQuery(text).problems[0]?.fixes?.[0]?.edits ?? [];
    expect(applyEdits(text, edits)).toBe('(a[tiab] OR b[ti])');
    const dates = '(2010:2015)[dp]';
    expect(applyEdits(dates, parseQuery(dates).problems[0]?.fixes?.[0]?.edits ?? [])).toBe('(2010:2015[dp])');
  });

  it('closes all open parentheses at once, as closing one closes another first', () => {
    const text = '(e((f OR (g)';
    const [problem, ...others] = parseQuery(text).problems;
    expect(others).toHaveLength(1);
    expect(parseQuery(applyEdits(text, problem?.fixes?.[0]?.edits ?? [])).problems).toEqual([]);
  });

  it('suggests up to three fields for a misspelt tag and [tiab] for [ab]', () => {
    const titles = (text: string) => parseQuery(text).problems[0]?.fixes?.map((f) => f.title);
    expect(titles('a[ab]')?.[0]).toBe('Change [ab] to [tiab]');
    expect(titles('a [all fileds]')?.[0]).toBe('Change [all fileds] to [all]');
    expect(parseQuery('a[abstract]').problems[0]?.message).toContain('no index of abstracts');
  });

  it('counts ranges from the start of the document', () => {
    const parsed = parseQuery('a[ab] OR b', 100);
    expect(parsed.problems[0]?.range).toEqual({ start: 101, end: 105 });
    expect(parsed.root?.range).toEqual({ start: 100, end: 110 });
  });
});

const isError = ({ severity }: Problem): boolean => severity === 'error';

function children(node: QueryNode): readonly QueryNode[] {
  if (node.kind === 'chain') return node.operands;
  return node.kind === 'group' && node.inner !== undefined ? [node.inner] : [];
}

function checkTree(node: QueryNode): void {
  let at = node.range.start;
  for (const child of children(node)) {
    expect(contains(node.range, child.range)).toBe(true);
    expect(child.range.start).toBeGreaterThanOrEqual(at);
    at = child.range.end;
    if (node.kind === 'chain') expect(child.kind).not.toBe('chain');
    checkTree(child);
  }
  if (node.kind === 'chain') {
    expect(node.operands.length).toBeGreaterThan(1);
    expect(node.operators).toHaveLength(node.operands.length - 1);
  }
}

it('nests ranges, keeps problems inside the text, every fix applies, and removes its problem when it is the only one', () => {
  fc.assert(
    fc.property(queryText, (text) => {
      const parsed = parseQuery(text);
      if (parsed.root !== undefined) checkTree(parsed.root);
      const whole = { start: 0, end: text.length };
      for (const problem of parsed.problems) {
        expect(contains(whole, problem.range)).toBe(true);
        for (const { edits, title } of problem.fixes ?? []) {
          const fixed = parseQuery(applyEdits(text, edits));
          // Two colons in a row, and slashes that begin or stop being a comment, make a second mistake appear.
          if (/:\s*:|\/\//.test(text)) continue;
          if (!parsed.problems.some(isError))
            expect(fixed.problems.filter(isError), `${title}: ${JSON.stringify(text)}`).toEqual([]);
          if (parsed.problems.length > 1) continue;
          expect(
            fixed.problems.map((p) => p.rule),
            `${title}: ${JSON.stringify(text)} -> ${JSON.stringify(fixed.text)}`,
          ).not.toContain(problem.rule);
        }
      }
    }),
    { numRuns: 2000 },
  );
});

describe('hostile input', () => {
  const million = 1_000_000;
  const bytes = Uint8Array.from(
    { length: million },
    (_, i) => (Math.imul(i ^ (i >>> 7), 0x9e3779b1) >>> 13) & 255,
  );
  it.each<[string, string]>([
    ['random bytes', new TextDecoder().decode(bytes)],
    ['random Latin-1', new TextDecoder('latin1').decode(bytes)],
    ...['(', ')', '"', '[', '“a ', 'a OR ', '(a OR ', '"a OR ', '[tiab', '1:', '#1', '"\na', 'a '].map(
      (piece): [string, string] => [
        `a megabyte of ${JSON.stringify(piece)}`,
        piece.repeat(million / piece.length),
      ],
    ),
  ])('%s parses in under two seconds', (_, text) => {
    // Time of this thread's own work, because other work on the machine is not the parser's fault.
    const before = process.threadCpuUsage();
    const parsed = parseQuery(text);
    const { user, system } = process.threadCpuUsage(before);
    expect((user + system) / 1000).toBeLessThan(2000);
    expect(parsed.problems.length).toBeLessThanOrEqual(MAXIMUM_PROBLEMS + 1);
  });

  it('caps nesting and says so once', () => {
    const text = `${'('.repeat(5000)}a${')'.repeat(5000)}`;
    const { problems } = parseQuery(text);
    expect(problems.map((p) => p.rule)).toEqual(['nesting-too-deep']);
    expect(problems[0]?.range.start).toBe(MAXIMUM_NESTING);
  });
});
