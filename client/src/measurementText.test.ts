import { describe, expect, it } from 'vitest';
import type { WireMeasurement } from '@querent/server/protocol';
import { measurementText, offlineText } from './measurementText.ts';

const measured = (over: Partial<WireMeasurement> = {}, offline?: string): WireMeasurement => ({
  count: 12,
  found: ['1'],
  missed: ['2'],
  warnings: [],
  provenance: {
    engine: 'pubmed',
    label: 'PubMed (live)',
    at: '2026-11-27T08:00:00.000Z',
    ...(offline === undefined ? {} : { offline }),
  },
  ...over,
});

describe('numbers in words', () => {
  it('leave out what is not known, and never show it as zero', () => {
    expect(measurementText(measured())).toBe('1/2 seeds · 12 records');
    expect(measurementText(measured({ found: [], missed: [], count: 1 }))).toBe('1 record');
    expect(measurementText(measured({ nnr: 4.44 }))).toBe('1/2 seeds · 12 records · NNR 4.4');
  });

  it.each([
    ['2026-11-30T09:00:00.000Z', '3 days old'],
    ['2026-11-28T09:00:00.000Z', '1 day old'],
    ['2026-11-27T10:00:00.000Z', 'of an earlier day'],
  ])('say at %s how old they are while the database cannot be reached', (now, age) => {
    expect(offlineText(measured({}, 'No network.'), Date.parse(now))).toEqual([
      `⚠ Offline: these numbers are ${age}. No network.`,
    ]);
    expect(offlineText(measured(), Date.parse(now))).toEqual([]);
  });
});
