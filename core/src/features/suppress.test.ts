import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeStrategy } from '../lint/index.ts';
import { printQuery } from '../pubmed/index.ts';
import { queryText } from '../pubmed/testQueries.ts';
import { parseStrategy } from '../strategy/index.ts';
import { applyEdits } from '../text/index.ts';
import { suppressions } from './suppress.ts';

/** The text after the rule has been switched off where it was first reported. */
function disabled(text: string, rule: string): string {
  const document = parseStrategy(text);
  const problem = judgeStrategy(document).find((one) => one.rule === rule);
  if (problem === undefined) return 'not reported';
  const [fix] = suppressions(document, problem.range, [problem]);
  return fix === undefined ? 'nothing offered' : applyEdits(text, fix.edits);
}

describe('switches a rule off for its line', () => {
  it.each([
    ['asthma or cough', 'asthma or cough // querent-disable-line lowercase-operator'],
    ['asthma or cough \r\n', 'asthma or cough // querent-disable-line lowercase-operator\r\n'],
    [
      'asthma or cough // querent-disable-line missing-tag',
      'asthma or cough // querent-disable-line missing-tag, lowercase-operator',
    ],
    [
      'asthma or cough // as in 2019',
      '// querent-disable-next-line lowercase-operator\nasthma or cough // as in 2019',
    ],
    [
      '// querent-disable-next-line missing-tag\nasthma or cough // as in 2019',
      '// querent-disable-next-line missing-tag, lowercase-operator\nasthma or cough // as in 2019',
    ],
    [
      '---\nuntil: 2020-01-01\n---\n\n#1 asthma[ti]\n#2 #1 and fever[ti]\n',
      '---\nuntil: 2020-01-01\n---\n\n#1 asthma[ti]\n#2 #1 and fever[ti] // querent-disable-line lowercase-operator\n',
    ],
  ])('%j', (before, after) => {
    expect(disabled(before, 'lowercase-operator')).toBe(after);
  });

  it('offers nothing in front matter', () => {
    expect(disabled('---\nunti: 2020-01-01\n---\nasthma[ti]', 'front-matter-unknown-key')).toBe(
      'nothing offered',
    );
  });

  it('offers each rule once', () => {
    const document = parseStrategy('asthma or cough or fever');
    const problems = judgeStrategy(document);
    const offered = suppressions(document, { start: 0, end: document.text.length }, problems);
    expect(new Set(offered.map(({ title }) => title)).size).toBe(offered.length);
  });
});

it('makes the problem disappear and changes no query', () => {
  fc.assert(
    fc.property(queryText, (text) => {
      const document = parseStrategy(text);
      for (const problem of judgeStrategy(document).slice(0, 5)) {
        const [fix] = suppressions(document, problem.range, [problem]);
        if (fix === undefined) continue;
        const after = parseStrategy(applyEdits(text, fix.edits));
        const line = (offset: number): number => text.slice(0, offset).split(/\r\n|\r|\n/).length;
        const added = fix.edits[0]?.newText.includes('next-line') === true ? 1 : 0;
        const left = judgeStrategy(after).filter(
          ({ rule, message, range }) =>
            rule === problem.rule &&
            message === problem.message &&
            after.text.slice(0, range.start).split(/\r\n|\r|\n/).length - added === line(problem.range.start),
        );
        expect(left, JSON.stringify([text, after.text])).toEqual([]);
        const printed = (one: typeof document): string[] =>
          one.lines.map(({ query }) => (query.root === undefined ? '' : printQuery(query.root)));
        expect(printed(after), JSON.stringify([text, after.text])).toEqual(printed(document));
      }
    }),
    { numRuns: 500 },
  );
});
