import { describe, expect, it } from 'vitest';
import { compareTranslations, lookUpsIn } from './index.ts';

describe('translations compared', () => {
  it.each<[string, string, string[], string[]]>([
    ['"a b"[Title]', '("A-B"[ti])', [], []],
    ['"a"[Title] AND "b"[Title]', '"b"[Title] OR "a"[Title]', [], []],
    ['"a*"[Title]', '"a"[Title]', ['"a*"[Title]'], ['"a"[Title]']],
    ['"a"[All Fields]', '"a"[Title]', ['"a"[All Fields]'], ['"a"[Title]']],
    ['"x"[MeSH Terms] OR "x"[MeSH Terms]', '', ['"x"[MeSH Terms]'], []],
    ['', '"x"[MeSH Terms]', [], ['"x"[MeSH Terms]']],
    ['2020/01/01:2020/12/31[Date - Entry]', '', [], []],
    ['"Proc Natl Acad Sci U S A"[Journal:__jid7505876]', '"proc natl acad sci u s a"[Journal]', [], []],
    ['"x"[MeSH Terms:noexp]', '"x"[MeSH Terms]', ['"x"[MeSH Terms:noexp]'], ['"x"[MeSH Terms]']],
    ['"x y"[Title:~2]', '"x y"[Title:~2]', [], []],
    ['', '', [], []],
  ])('%s, %s', (own, simulated, added, missing) =>
    expect(compareTranslations(own, simulated)).toEqual({ added, missing }),
  );

  it('reads look-ups as PubMed prints them', () =>
    expect(
      lookUpsIn('("physician*"[Title/Abstract] AND hasabstract[All Fields]) NOT "x y"[zzz] OR plain'),
    ).toEqual([
      {
        ...{ printed: '"physician*"[Title/Abstract]', words: 'physician', text: 'physician*' },
        ...{ field: 'tiab', modifier: '', hasStar: true },
      },
      {
        ...{ printed: 'hasabstract[All Fields]', words: 'hasabstract', text: 'hasabstract' },
        ...{ field: 'all', modifier: '', hasStar: false },
      },
      {
        ...{ printed: '"x y"[zzz]', words: 'x y', text: 'x y' },
        ...{ field: undefined, modifier: '', hasStar: false },
      },
      {
        ...{ printed: 'plain', words: 'plain', text: 'plain' },
        ...{ field: undefined, modifier: '', hasStar: false },
      },
    ]));
});
