import { describe, expect, it } from 'vitest';
import { parseStrategy } from '../strategy/index.ts';
import { applyEdits } from '../text/index.ts';
import { definition } from './definition.ts';
import { documentHighlights } from './documentHighlights.ts';
import { references } from './references.ts';
import { prepareRename, rename } from './rename.ts';
import { marked, show } from './testing.ts';

describe('definition', () => {
  it.each([
    ['#1 a\n#2 b\n#3 #¦1 AND #2', '⟦#1⟧ a\n#2 b\n#3 #1 AND #2'],
    ['#1 a\n2. b\n#3 #1 AND #2¦', '#1 a\n⟦2.⟧ b\n#3 #1 AND #2'],
    ['a OR b\n\n¦#1 AND c', '⟦a OR b⟧\n\n#1 AND c'],
    ['#1¦ a', '⟦#1⟧ a'],
  ])('%j leads to %j', (source, expected) => {
    const { document, text, offset } = marked(source);
    const target = definition(document, offset);
    expect(target && show(text, [target.targetSelection])).toBe(expected);
  });

  it.each(['#1 a¦b\n#2 c', '#1 a\n#2 #¦7', '#1 "#1¦"', '#1 a // #1¦', '¦', '¦---\ntitle: #1\n---\n#1 a'])(
    '%j leads nowhere',
    (source) => {
      const { document, offset } = marked(source);
      expect(definition(document, offset)).toBeUndefined();
    },
  );
});

describe('references', () => {
  it.each([
    ['#1¦ a\n#2 b\n#3 #1 AND #2 OR #01', true, '⟦#1⟧ a\n#2 b\n#3 ⟦#1⟧ AND #2 OR ⟦#01⟧'],
    ['#1 a\n#2 b\n#3 ¦#1 AND #2', false, '#1 a\n#2 b\n#3 ⟦#1⟧ AND #2'],
    ['#1 a¦b\n#2 #1', false, '#1 ab\n#2 ⟦#1⟧'],
  ])('of %j', (source, declaration, expected) => {
    const { document, text, offset } = marked(source);
    expect(show(text, references(document, offset, declaration))).toBe(expected);
  });
});

describe('highlights', () => {
  it.each([
    ['#1¦ a\n#2 #1 OR #1', 'write read read', '⟦#1⟧ a\n#2 ⟦#1⟧ OR ⟦#1⟧'],
    ['#1 A¦a[tiab] OR b\n#2 aa[TIAB] OR aa[ti]', 'text text', '#1 ⟦Aa[tiab]⟧ OR b\n#2 ⟦aa[TIAB]⟧ OR aa[ti]'],
  ])('of %j', (source, kinds, expected) => {
    const { document, text, offset } = marked(source);
    const found = documentHighlights(document, offset);
    expect(found.map(({ kind }) => kind).join(' ')).toBe(kinds);
    expect(
      show(
        text,
        found.map(({ range }) => range),
      ),
    ).toBe(expected);
  });
});

describe('rename', () => {
  it.each([
    ['#1 a\n#2¦ b\n#3 #1 AND #2', '#7', '#1 a\n#7 b\n#3 #1 AND #7'],
    ['#1 a\n2. b\n#3 #1 AND #¦2 OR "#2" // #2', '7', '#1 a\n7. b\n#3 #1 AND #7 OR "#2" // #2'],
    ['1)¦ a\n#2 #1', '123456', '#123456 a\n#2 #123456'],
    ['#1¦ a', '1', '#1 a'],
    ['1. a\n2.¦ b\n3. 1 OR 2', '7', '1. a\n7. b\n3. 1 OR 7'],
    ['1. a\n2.¦ b\n3. c\n4. or/1-3', '7', '1. a\n7. b\n3. c\n4. or/1,7,3'],
    ['1 a\n2¦ b\n3 1 OR 2', '7', '#1 a\n#7 b\n#3 #1 OR #7'],
    ['S1 a\nS2¦ b\nS3 #1 AND S2\nS4 S3 NOT #2', '7', '#1 a\n#7 b\n#3 #1 AND #7\n#4 #3 NOT #7'],
  ])('%j to %s', (source, name, expected) => {
    const { document, text, offset } = marked(source);
    const edits = rename(document, offset, name);
    if ('problem' in edits) throw new Error(edits.problem);
    expect(applyEdits(text, edits)).toBe(expected);
    expect(parseStrategy(expected).problems).toEqual([]);
  });

  it.each([
    ['#1¦ a\n#2 b', '2', 'already'],
    ['#1¦ a', 'x', 'no line number'],
    ['#1¦ a\n#2 #1', '#00', 'Clipboard'],
    ['#1 a¦b', '2', 'Only line numbers'],
    ['#1 a\n#2 #9¦', '3', 'no line #9'],
    ['a\n\n#1¦ AND b', '3', 'no written number'],
  ])('%j to %s is refused', (source, name, why) => {
    const { document, offset } = marked(source);
    expect(rename(document, offset, name)).toHaveProperty('problem', expect.stringContaining(why));
  });

  it('starts from the written number', () => {
    const { document, offset } = marked('2.¦ a');
    expect(prepareRename(document, offset)).toEqual({ range: { start: 0, end: 2 }, placeholder: '#2' });
  });
});
