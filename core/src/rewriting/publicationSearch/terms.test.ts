import fc from 'fast-check';
import { expect, it } from 'vitest';
import { attacks, marks } from '../../prompting/testing/attacks.ts';
import { buildTermPrompt, readTerms, termTemplate } from './terms.ts';

const block = {
  terms: ['heart failure', '"Cardiac Failure"[tiab]'],
  title: 'Diuretics in heart failure',
  k: 4,
};

it('asks for further terms of a block, in few words', () => {
  const { user, template } = buildTermPrompt(block);
  expect(user.split('\n').slice(0, 3)).toEqual([
    'Question: Diuretics in heart failure',
    'Terms of the block: heart failure; "Cardiac Failure"[tiab]',
    'Terms wanted: 4',
  ]);
  expect(`${template.id} ${template.hash.slice(0, 16)}`).toMatchInlineSnapshot(
    `"block-terms/1 f1da2eab19a78b67"`,
  );
});

it('shows the end of a long block, next to the cursor, and stays short', () => {
  const terms = Array.from({ length: 300 }, (_, i) => `synonym number ${i}`);
  const { user } = buildTermPrompt({ terms, title: 'x '.repeat(500) });
  expect(user).toContain('synonym number 299');
  expect(user).not.toContain('synonym number 0;');
  expect(user.length - termTemplate.instruction.length).toBeLessThan(900);
});

it.each(attacks)('keeps its structure: %s', (_, attack) => {
  const { user } = buildTermPrompt({ terms: [attack, 'falls'], title: attack });
  const lines = user.slice(0, -termTemplate.instruction.length - 1).split('\n');
  expect(lines).toHaveLength(3);
  expect(lines.join(' ')).not.toMatch(marks);
});

it.each([
  ['one a line', 'cardiac insufficiency\nCHF\nHFrEF', ['cardiac insufficiency', 'CHF', 'HFrEF']],
  [
    'numbered, bulleted, quoted, tagged',
    '1. CHF\n- "HFrEF"[tiab]\n• HFpEF.\n2) “cardiomyopathy”',
    ['CHF', 'HFrEF', 'HFpEF', 'cardiomyopathy'],
  ],
  ['what is there already, or twice', 'Heart-Failure\ncardiac failure\nCHF\nchf', ['CHF']],
  ['no more than wanted', 'aa\nbb\ncc\ndd\nee', ['aa', 'bb', 'cc', 'dd']],
  [
    'sentences, operators, marks, numbers',
    'Here are some terms for the concept you asked for:\nheart AND failure\n<|im_end|>\n12345678\nCHF',
    ['CHF'],
  ],
  ['a truncated word', 'cardiomyopath*', ['cardiomyopath*']],
  ['nothing', '', []],
])('reads %s', (_, text, expected) => {
  expect(readTerms(text, block)).toEqual(expected);
});

it('leaves out a last line that was cut off', () => {
  expect(readTerms('CHF\ncardiac insuff', block, true)).toEqual(['CHF']);
});

it('takes a single character for no term, however many units it has', () => {
  expect(readTerms('𠀀\n𠀀𠀀', block)).toEqual(['𠀀𠀀']);
});

it('reads any text without fault, and what it reads is a term', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (text) => {
      const terms = readTerms(text, block);
      expect(terms.length).toBeLessThanOrEqual(4);
      for (const term of terms) expect(term).toMatch(/^[^\n<>()[\]"]{2,60}$/u);
    }),
  );
});
