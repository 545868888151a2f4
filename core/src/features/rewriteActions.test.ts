import { describe, expect, it } from 'vitest';
import type { Problem } from '../text/index.ts';
import { codeActions, codeLenses } from './index.ts';
import { always, marked, measurement } from './testing.ts';

const commands = {
  rewrite: 'r',
  rewriteBlock: 'b',
  catchMissedSeeds: 'c',
  narrow: 'n',
  explain: 'e',
  showRecords: 's',
};
const offered = (text: string, view: Parameters<typeof always>[0], only?: readonly string[]) => {
  const { document, selection } = marked(text);
  return codeActions(document, selection, [], commands, { measurements: always(view), only })
    .filter(({ command }) => command !== undefined)
    .map(({ title, kind, command }) => `${kind} ${title} ${command?.id} ${command?.arguments[0]}`);
};
const done = { kind: 'done', measurement: measurement(4210, ['1'], ['2', '3']) } as const;

describe('what the assistant offers', () => {
  it('for a line with numbers, and the block in it', () => {
    expect(offered('#1 x[ti]\n#2 #1 AND (a[ti] OR ¦b[ti])', done)).toEqual([
      'refactor.rewrite Rewrite line #2… r 2',
      'refactor.rewrite Rewrite this block… b 29',
      'refactor.rewrite Find what catches the 2 missed seeds… c 2',
      'refactor.rewrite Make line #2 narrower… (4,210 records) n 2',
      'refactor.explain Explain line #2 e 2',
    ]);
  });

  it('without numbers, without a block, and for a kind', () => {
    expect(offered('a[ti] AND ¦b[ti]', { kind: 'pending' })).toEqual([
      'refactor.rewrite Rewrite this query… r 1',
      'refactor.rewrite Make this query narrower… n 1',
      'refactor.explain Explain this query e 1',
    ]);
    expect(offered('a[ti] AND ¦b[ti]', done, ['refactor.explain'])).toEqual([
      'refactor.explain Explain this query e 1',
    ]);
    expect(offered('a[ti] AND ¦b[ti]', done, ['quickfix'])).toEqual([]);
    expect(offered('¦', done)).toEqual([]);
  });

  it('as fixes of a block that loses seeds', () => {
    const { document, selection } = marked('#1 ¦a[ti]\n#2 #1 AND b[ti]');
    const problem: Problem = {
      rule: 'block-loses-seeds',
      severity: 'warning',
      message: '',
      range: { start: 3, end: 8 },
    };
    const fixes = codeActions(document, selection, [problem], commands, { only: ['quickfix'] });
    expect(fixes.flatMap(({ command }) => (command === undefined ? [] : [command.id]))).toEqual(['s', 'c']);
  });

  it('above the strategy: what its numbers call for', () => {
    const { document } = marked('a[ti] AND b[ti]');
    const titles = (view: Parameters<typeof codeLenses>[1], budget?: number): string[] =>
      codeLenses(document, view, { ...commands, describe: 'd', measure: 'm' }, budget)
        .map(({ title }) => title)
        .slice(1, 4);
    expect(titles(done, 1500)).toEqual(['Rewrite…', 'Catch missed seeds…', 'Explain']);
    expect(titles({ kind: 'done', measurement: measurement(4210, ['1']) }, 1500)).toEqual([
      'Rewrite…',
      'Narrow…',
      'Explain',
    ]);
    expect(titles({ kind: 'done', measurement: measurement(10) }, 1500)).toEqual([
      'Rewrite…',
      'Explain',
      'Show records',
    ]);
    expect(titles({ kind: 'pending' }, 1500)).toEqual(['Rewrite…']);
  });
});
