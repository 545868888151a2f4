import type { MeasurementView } from '@querent/core/features';
import { describe, expect, it } from 'vitest';
import { previousCount } from '../live/index.ts';
import type { CountHistory, CountRecord } from '../live/index.ts';
import type { StrategyMeasuring } from '../measuring/index.ts';
import { CountKeeper } from './countKeeper.ts';
import { OpenDocument } from './documents.ts';

const uri = 'file:///strategy.pubmed';

/** A live database that answers as it is told, and a history in memory. */
function keeper(views: Record<string, MeasurementView>, isLive = true) {
  const noted: CountRecord[] = [];
  const known: string[] = [];
  const history: CountHistory = {
    read: () => Promise.resolve([...noted]),
    add: (_, records) => Promise.resolve(void noted.push(...records)),
  };
  const measuring = {
    engineState: () => ({ kind: 'ready', live: isLive }),
    view: () => ({ line: (label: string) => views[label] ?? { kind: 'pending' } }),
  } as unknown as StrategyMeasuring;
  const counts = new CountKeeper(
    measuring,
    () => Promise.resolve({ history, previousCount }),
    (one) => void known.push(one),
  );
  return { counts, noted, known, views };
}

function done(count: number, at: string, offline?: string): MeasurementView {
  return {
    kind: 'done',
    measurement: {
      count,
      found: ['1'],
      missed: ['2', '3'],
      recall: undefined,
      precision: undefined,
      nnr: undefined,
      warnings: [],
      provenance: { engine: 'pubmed', label: 'PubMed', at, ...(offline === undefined ? {} : { offline }) },
    },
  };
}
/** Notes what is answered, as judging a document does. */
async function note(counts: CountKeeper, document: OpenDocument): Promise<void> {
  const answered = counts.answered(document);
  if (answered !== undefined) await counts.note(document.uri, answered);
}
const open = (text: string): OpenDocument => new OpenDocument(uri, 1, text, 'pubmed');

describe('counts that are kept', () => {
  it('are noted once, with their seeds, and compared with those before', async () => {
    const { counts, noted, known, views } = keeper({ 1: done(5, '2026-01-01T00:00:00Z') });
    const document = open('#1 a\n#2 b');
    await note(counts, document);
    await note(counts, document);
    expect(noted).toMatchObject([{ label: '1', engine: 'pubmed', count: 5, seedsFound: 1, seeds: 3 }]);
    expect(known).toEqual([]);
    expect(counts.answered(document)).toMatchObject({ isAll: false, lines: [{ label: '1' }] });
    expect(counts.answered(document)?.lines[0]).not.toHaveProperty('previous');

    views['1'] = done(9, '2026-02-01T00:00:00Z');
    views['2'] = done(1, '2026-02-01T00:00:00Z');
    await note(counts, document);
    expect(noted.map(({ count }) => count)).toEqual([5, 9, 1]);
    expect(known).toEqual([uri]);
    const answered = counts.answered(document);
    expect(answered?.isAll).toBe(true);
    expect(answered?.lines.map(({ previous }) => previous)).toEqual([
      { count: 5, at: '2026-01-01T00:00:00Z' },
      undefined,
    ]);
  });

  it('of a line that is copied are noted for both, though the answer is one', async () => {
    const { counts, noted, views } = keeper({ 1: done(5, '2026-01-01T00:00:00Z') });
    await note(counts, open('#1 a'));
    views['2'] = views['1'] ?? { kind: 'pending' };
    const copied = open('#1 a\n#2 a');
    await note(counts, copied);
    await note(counts, copied);
    expect(noted.map(({ label, count }) => [label, count])).toEqual([
      ['1', 5],
      ['2', 5],
    ]);
  });

  it('of another search date are of another question', async () => {
    const { counts, views } = keeper({ 1: done(5, '2026-01-01T00:00:00Z') });
    await note(counts, open('#1 a'));
    views['1'] = done(2, '2026-02-01T00:00:00Z');
    const limited = open('---\nuntil: 2016-01-01\n---\n#1 a');
    await note(counts, limited);
    expect(counts.answered(limited)?.lines[0]).not.toHaveProperty('previous');
  });

  it('of an earlier day, shown offline, are not noted again', async () => {
    const { counts, noted } = keeper({ 1: done(5, '2026-01-01T00:00:00Z', 'No network.') });
    await note(counts, open('#1 a'));
    expect(noted).toEqual([]);
  });

  it('of a document that was never saved are not noted: the next one has the same name', async () => {
    const { counts, noted } = keeper({ 1: done(5, '2026-01-01T00:00:00Z') });
    await note(counts, new OpenDocument('untitled:Untitled-1', 1, '#1 a', 'pubmed'));
    expect(noted).toEqual([]);
  });

  it('are none of a library, and none where nothing is answered', async () => {
    const library = keeper({ 1: done(5, '2026-01-01T00:00:00Z') }, false);
    await note(library.counts, open('#1 a'));
    expect(library.noted).toEqual([]);
    expect(library.counts.answered(open('#1 a'))).toBeUndefined();
    expect(keeper({}).counts.answered(open('#1 a'))).toBeUndefined();
    // Lines without a query are not waited for; what cannot be resolved is.
    const { counts } = keeper({ 1: done(5, '2026-01-01T00:00:00Z') });
    expect(counts.answered(open('#1 a\n#2'))?.isAll).toBe(true);
    expect(counts.answered(open('#1 a\n#2 #9'))?.isAll).toBe(false);
  });
});
