import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { moveQuery, parseQueryAgain } from './parseCache.ts';
import { parseQuery } from './parser.ts';

const piece = fc.constantFrom(
  'falls[tiab]',
  '"tai chi"[ti:~2]',
  '#3',
  ' OR ',
  ' and ',
  ' NOT ',
  '(',
  ')',
  '2010:2015[dp]',
  'x[zzz]',
  '“a b”',
  '"open',
  '// note\n',
  '[mh:noexp]',
  ' ',
  'preven*[tw]',
);
const query = fc.oneof(
  fc.array(piece, { maxLength: 14 }).map((pieces) => pieces.join('')),
  fc.string(),
);

describe('moved queries', () => {
  it('are what parsing in the new place gives', () => {
    fc.assert(
      fc.property(query, fc.nat(5_000), fc.nat(5_000), (text, from, to) => {
        expect(moveQuery(parseQuery(text, from), to - from)).toEqual(parseQuery(text, to));
      }),
    );
  });

  it('come out of the memory as out of the parser, wherever they were before', () => {
    fc.assert(
      fc.property(query, fc.array(fc.nat(5_000), { minLength: 1, maxLength: 4 }), (text, offsets) => {
        for (const offset of offsets) expect(parseQueryAgain(text, offset)).toEqual(parseQuery(text, offset));
      }),
    );
  });

  it('are shared where nothing moved', () => {
    expect(parseQueryAgain('falls[tiab] OR a', 7)).toBe(parseQueryAgain('falls[tiab] OR a', 7));
  });
});
