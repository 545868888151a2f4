import { describe, expect, it } from 'vitest';
import { parseStrategy } from '../strategy/index.ts';
import { codeLenses, lineLenses } from './codeLenses.ts';
import { inlayHints } from './inlayHints.ts';
import type { MeasurementView } from './measurementView.ts';
import { always, measurement } from './testing.ts';

const commands = { rewrite: 'rewrite', showRecords: 'show', measure: 'measure' };
const seeds: MeasurementView = {
  kind: 'done',
  measurement: measurement(1204, ['1', '2', '3', '4', '5'], ['6']),
};

describe('inlay hints', () => {
  it.each<[string, MeasurementView, string | undefined]>([
    ['records and seeds', seeds, '1,204 records · 5/6 seeds'],
    ['one record', { kind: 'done', measurement: measurement(1) }, '1 record'],
    ['none', { kind: 'done', measurement: measurement(0, [], ['1']) }, '0 records · 0/1 seeds'],
    ['searching', { kind: 'pending' }, '…'],
    ['a failure', { kind: 'error', message: 'why' }, '⚠ not measured'],
    ['no database', { kind: 'none', message: 'x' }, undefined],
    ['not asked', { kind: 'unasked' }, undefined],
  ])('say %s', (_, view, text) =>
    expect(inlayHints(parseStrategy('#1 a'), always(view))[0]?.text).toBe(text),
  );

  it('give the reason of a failure as tooltip', () => {
    const [hint] = inlayHints(parseStrategy('#1 a'), always({ kind: 'error', message: 'The file is gone.' }));
    expect(hint?.tooltip).toContain('The file is gone.');
  });

  it('stand at the end of the physical line, behind comments, and only for lines with a query', () => {
    const text = '#1 a OR\n  b // why\n#2\n#3 c\n// end';
    const hints = inlayHints(parseStrategy(text), always(seeds));
    expect(hints.map(({ label, offset }) => [label, text.slice(0, offset).split('\n').at(-1)])).toEqual([
      ['1', '  b // why'],
      ['3', '#3 c'],
    ]);
  });

  it('come for the lines of a range', () => {
    const document = parseStrategy('#1 a\n#2 b\n#3 c');
    expect(inlayHints(document, always(seeds), { start: 6, end: 8 }).map(({ label }) => label)).toEqual([
      '2',
    ]);
  });
});

describe('code lenses', () => {
  it.each<[MeasurementView, string[]]>([
    [
      seeds,
      [
        'Strategy: 1,204 records · 5 of 6 seeds · NNR 241',
        'Rewrite…',
        'Show records',
        'Measured in citation library a.sqlite, 300 records',
      ],
    ],
    [{ kind: 'pending' }, ['Strategy: searching…', 'Rewrite…']],
    [{ kind: 'unasked' }, ['Strategy: not measured yet', 'Measure', 'Rewrite…']],
    [
      {
        kind: 'error',
        message: `There is no file "a.sqlite" (looked for ${'/very/long/path'.repeat(9)}/a.sqlite). Correct it. Or not.`,
      },
      ['Strategy: not measured: There is no file "a.sqlite".', 'Try again', 'Rewrite…'],
    ],
    [
      { kind: 'error', message: 'x'.repeat(500) },
      [`Strategy: not measured: ${'x'.repeat(90)}…`, 'Try again', 'Rewrite…'],
    ],
    [{ kind: 'error', message: 'Broken.' }, ['Strategy: not measured: Broken.', 'Try again', 'Rewrite…']],
  ])('show %j', (view, titles) => {
    const lenses = codeLenses(parseStrategy('#1 a\n#2 b\n#3 #1 AND #2'), view, commands);
    expect(lenses.map(({ title }) => title)).toEqual(titles);
    expect(lenses.map(({ range }) => range.start)).toEqual(titles.map(() => 10));
    for (const { command } of lenses.filter((lens) => lens.command !== undefined))
      expect(command?.arguments).toEqual(['3']);
    expect(lenses.filter((lens) => lens.command !== undefined).map(({ title }) => title)).toEqual(
      titles.filter((title) => !/^(?:Strategy|Measured)/.test(title)),
    );
  });

  it('describe what a library finds, and do not offer it of PubMed itself', () => {
    const offers = (view: MeasurementView): boolean =>
      codeLenses(parseStrategy('#1 a'), view, { ...commands, describe: 'd' }).some(
        ({ title, command }) => title === 'Describe' && command?.id === 'd',
      );
    expect(offers(seeds)).toBe(true);
    if (seeds.kind !== 'done') throw new Error('The seeds are not measured.');
    const provenance = { engine: 'pubmed', label: 'PubMed', at: '2026-01-01T00:00:00Z' };
    expect(offers({ kind: 'done', measurement: { ...seeds.measurement, provenance } })).toBe(false);
  });

  const live = (found: string[], missed: string[], offline?: string): MeasurementView => ({
    kind: 'done',
    measurement: {
      ...measurement(12, found, missed),
      provenance: {
        engine: 'pubmed',
        label: 'PubMed (live)',
        at: new Date().toISOString(),
        ...(offline === undefined ? {} : { offline }),
      },
    },
  });
  const all = {
    ...commands,
    ...{ measureStrategy: 'all', exportRecords: 'export', diagnoseMissedSeeds: 'why' },
    estimateCompleteness: 'estimate',
  };
  it.each<[string, MeasurementView, string[]]>([
    ['never asked', { kind: 'unasked' }, ['Measure all']],
    ['that failed', { kind: 'error', message: 'x' }, ['Try again measure']],
    ['with missed seeds', live(['1'], ['2', '3']), ['Why 2 seeds are missed why']],
    ['with a missed seed', live(['1'], ['2']), ['Why a seed is missed why']],
    ['with all seeds', live(['1'], []), []],
    ['without seeds', live([], []), ['Estimate what is missed estimate']],
    ['offline', live(['1'], [], 'No network.'), ['Measure again measure']],
    ['of a library', { kind: 'done', measurement: measurement(5, [], ['1']) }, []],
  ])('offer of a live database, %s', (_, view, expected) => {
    const offered = codeLenses(parseStrategy('#1 a'), view, all)
      .filter(({ command }) => command && !['rewrite', 'show'].includes(command.id))
      .map(({ title, command }) => `${title} ${command?.id ?? ''}`);
    expect(offered).toEqual(expected);
  });

  it('say of single lines what can be done, and leave the strategy its own', () => {
    const views: Record<string, MeasurementView> = {
      1: live(['1'], ['2']),
      2: { kind: 'error', message: 'x' },
      3: { kind: 'unasked' },
      4: { kind: 'done', measurement: measurement(0) },
      5: live([], [], 'No network.'),
    };
    const text = '#1 a\n#2 b\n#3 c\n#4 d\n#5 e\n#6\n#7 #1 AND #2 AND #3 AND #4 AND #5';
    const lenses = lineLenses(parseStrategy(text), (label) => views[label] ?? { kind: 'pending' }, all);
    expect(
      lenses.map(
        ({ range, title, command }) => `${text.slice(range.start, range.end)}: ${title} ${command?.id ?? ''}`,
      ),
    ).toEqual([
      '#1 a: Show 12 records show',
      '#1 a: Why a seed is missed why',
      '#1 a: Export… export',
      '#2 b: Try again measure',
      '#5 e: Measure again measure',
      '#5 e: Show 12 records show',
      '#5 e: Export… export',
    ]);
    expect(lenses[0]?.command?.arguments).toEqual(['1']);
  });

  it.each(['', '// nothing', '#1 a\n#2'])('have no place in %j', (text) =>
    expect(codeLenses(parseStrategy(text), seeds, commands)).toEqual([]),
  );
});
