import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { queryText } from '../../pubmed/testQueries.ts';
import { translateQuery } from '../../mapping/index.ts';
import { parseStrategy } from '../../strategy/index.ts';
import { applyEdits } from '../../text/index.ts';
import { judgeStrategy } from '../index.ts';
import { exampleThesaurus } from '../testing/exampleThesaurus.ts';
import { answeredProblems } from './index.ts';
import { answered } from './testing.ts';

const thesaurus = exampleThesaurus();
const piece = fc.oneof(
  queryText,
  fc.string({ maxLength: 20 }),
  fc.constantFrom('', '[tiab]', '"', 'a*[ti]', 'heart attack'),
);
const answer = fc.record(
  {
    count: fc.nat(10_000),
    found: fc.subarray(['1', '2', '3']),
    missed: fc.subarray(['1', '2', '3', '4']),
    translation: fc.oneof(queryText, fc.string({ maxLength: 60 })),
    mappings: fc.array(fc.record({ from: piece, to: piece }), { maxLength: 3 }),
    warnings: fc.array(
      fc.record({
        code: fc.constantFrom('phrase-not-found', 'field-not-found', 'ignored', 'x'),
        subject: piece,
      }),
      { maxLength: 4 },
    ),
    at: fc.constantFrom('2026-01-01T00:00:00Z', 'nonsense', ''),
    previous: fc.record({ count: fc.nat(10_000), at: fc.constantFrom('2025-01-01T00:00:00Z', 'x') }),
  },
  { requiredKeys: [] },
);
const label = fc.constantFrom('1', '2', '3', '4', '9');
const strategy = fc
  .array(queryText, { maxLength: 4 })
  .map((lines) => lines.map((line, i) => `#${i + 1} ${line}`).join('\n'));

describe('any text with any answer', () => {
  it('gives problems within the text, each once, whose fixes can be applied', () => {
    fc.assert(
      fc.property(strategy, fc.array(fc.tuple(label, answer), { maxLength: 5 }), (text, answers) => {
        const document = parseStrategy(text);
        const lines = answers.map(([name, said]) => answered(name, said));
        const problems = answeredProblems(document, lines, { thesaurus });
        const places = problems.map(({ rule, range }) => `${rule} ${range.start} ${range.end}`);
        expect(new Set(places).size).toBe(places.length);
        for (const { range, message, fixes = [] } of problems) {
          expect(range.start).toBeGreaterThanOrEqual(0);
          expect(range.end).toBeGreaterThanOrEqual(range.start);
          expect(range.end).toBeLessThanOrEqual(text.length);
          expect(message).not.toBe('');
          for (const { edits } of fixes) expect(applyEdits(text, edits)).not.toBe(text);
        }
        judgeStrategy(document, { thesaurus, answered: { problems, isAll: true } });
      }),
      { numRuns: 300 },
    );
  });

  it('is told nothing when PubMed does what is simulated, but for stars that it cannot use, acronyms and names', () => {
    fc.assert(
      fc.property(queryText, (text) => {
        const document = parseStrategy(text);
        const lines = document.lines.flatMap(({ label: name, query: { root } }) =>
          root === undefined ? [] : answered(name, { translation: translateQuery(root, { thesaurus }) }),
        );
        const rules = answeredProblems(document, lines, { thesaurus }).map(({ rule }) => rule);
        expect(rules.filter((rule) => rule !== 'truncation-dropped')).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});
