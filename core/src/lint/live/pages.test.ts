import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseStrategy } from '../../strategy/index.ts';
import { applyEdits } from '../../text/index.ts';
import type { Problem } from '../../text/index.ts';
import { judgeStrategy } from '../index.ts';
import { exampleThesaurus } from '../testing/exampleThesaurus.ts';
import { answeredProblems, liveRules } from './index.ts';
import { JUMP } from './jumps.ts';
import { answered } from './testing.ts';
import type { Answer } from './testing.ts';

const folder = join(import.meta.dirname, '../../../../docs/rules');
const thesaurus = exampleThesaurus();

/** A query that is marked `fails` or `passes`, and the answer behind it. */
const EXAMPLE = /^```pubmed (fails|passes)\n([\s\S]*?)\n```\n\n```json answer\n([\s\S]*?)\n```$/gm;
const pageOf = (id: string): string => readFileSync(join(folder, `${id}.md`), 'utf8');
const examples = liveRules.flatMap(({ id }) =>
  [...pageOf(id).matchAll(EXAMPLE)].map(
    ({ 1: kind = '', 2: text = '', 3: answer = '' }) =>
      [id, kind, text, JSON.parse(answer) as Answer] as const,
  ),
);

function judge(text: string, answer: Answer): readonly Problem[] {
  const document = parseStrategy(text);
  const lines = [answered(document.root?.label ?? '', answer)];
  const problems = answeredProblems(document, lines, { thesaurus });
  return judgeStrategy(document, { thesaurus, answered: { problems, isAll: true } });
}

describe('the pages of the rules about answers', () => {
  it('have an example of either kind, each with its answer', () => {
    const kinds = examples.map(([id, kind]) => `${id} ${kind}`);
    expect(kinds.sort()).toEqual(liveRules.flatMap(({ id }) => [`${id} fails`, `${id} passes`]).sort());
  });

  it.each(examples)('%s %s: %s', (id, kind, text, answer) => {
    const found = judge(text, answer).filter(({ rule }) => rule === id);
    expect(found.length > 0).toBe(kind === 'fails');
    for (const { fixes = [] } of found)
      for (const { edits } of fixes) {
        const after = applyEdits(text, edits);
        const errors = judgeStrategy(parseStrategy(after), { thesaurus }).filter(
          ({ severity }) => severity === 'error',
        );
        expect(errors, after).toEqual([]);
        // The same answer says nothing of what is written now.
        const rest = judge(after, { ...answer, warnings: [] }).filter(({ rule }) => rule === id);
        expect(rest, after).toEqual([]);
      }
  });

  it('name the figures that hold', () => {
    const page = pageOf('count-jumped').replace(/\s+/g, ' ');
    expect(page).toContain(
      `at least ${JUMP.leastMore} records and ${JUMP.more * 100} % more than the last time, plus ${JUMP.moreAYear * 100} % for each year that has passed since; or at least ${JUMP.leastLess} records and ${JUMP.less * 100} % fewer`,
    );
  });
});
