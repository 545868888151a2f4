import { describe, expect, it } from 'vitest';
import type { Problem } from '../text/index.ts';
import { codeActions } from './codeActions.ts';
import { spellingActions } from './spellingActions.ts';
import { marked } from './testing.ts';

const problem = (start: number, end: number, rule = 'phrase-not-found'): Problem => ({
  rule,
  severity: 'warning',
  message: 'x',
  range: { start, end },
});

describe('the spelling of words that are not found', () => {
  it.each<[string, string, string | undefined]>([
    ['a word with a tag', 'a OR ¦exercize[ti]¦', 'exercize'],
    ['a phrase without its quotes', 'a OR ¦"exercize programs"[ti]¦', 'exercize programs'],
    ['the piece that is meant', 'the ¦exercize¦ program', 'exercize'],
    ['a word without a tag', '¦exercize¦', 'exercize'],
    ['no star', '¦exerciz*[ti]¦', undefined],
    ['no whole line', '¦exercize[ti] OR b¦', undefined],
    ['in a second line', '#1 a\n#2 ¦exercize[ti]¦', 'exercize'],
  ])('can be asked for: %s', (_, source, words) => {
    const { document, text, selection } = marked(source);
    const found = spellingActions(document, selection, [problem(selection.start, selection.end)]);
    expect(found.map((one) => text.slice(one.words.start, one.words.end))).toEqual(
      words === undefined ? [] : [words],
    );
  });

  it('of other problems and other places is not offered', () => {
    const { document, selection } = marked('¦exercize[ti]¦ OR b');
    const { start, end } = selection;
    expect(spellingActions(document, selection, [problem(start, end, 'count-jumped')])).toEqual([]);
    expect(spellingActions(document, { start: end + 2, end: end + 2 }, [problem(start, end)])).toEqual([]);
  });

  it('is offered where the database can be asked, and asks nothing itself', () => {
    const { document, selection } = marked('¦exercize[ti]¦ OR b');
    const problems = [problem(selection.start, selection.end)];
    const offered = (canSpell?: boolean): (string | undefined)[] =>
      codeActions(document, selection, problems, { rewrite: 'r' }, { canSpell })
        .filter(({ spelling }) => spelling !== undefined)
        .map(({ title }) => title);
    expect(offered(true)).toEqual(['Ask PubMed for its spelling']);
    expect(offered(false)).toEqual([]);
    expect(offered()).toEqual([]);
  });

  it('beside it, counts that jumped are held against those before, and lost seeds are explained', () => {
    const { document, selection } = marked('#1 aa\n#2 ¦#1¦ AND bb');
    const { start, end } = selection;
    const problems = [problem(start, end, 'count-jumped'), problem(start, end, 'block-loses-seeds')];
    const commands = { rewrite: 'r', diagnoseMissedSeeds: 'why', showCountHistory: 'history' };
    const offered = codeActions(document, selection, problems, commands).flatMap(({ command }) =>
      command === undefined || command.id === 'r' ? [] : `${command.id} ${command.arguments[0]}`,
    );
    expect(offered).toEqual(['why 2', 'history 2']);
    expect(
      codeActions(document, { start: 0, end: 1 }, problems, commands).map(({ command }) => command?.id),
    ).not.toContain('history');
  });
});
