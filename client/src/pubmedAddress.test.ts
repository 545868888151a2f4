import { expect, it } from 'vitest';
import { searchAddress } from './pubmedAddress.ts';

it('holds the query as PubMed reads it back', () => {
  const query = '("falls/prevention & control"[mh] OR a+b[tiab]) NOT 2010:2015[dp]';
  const address = new URL(searchAddress(query) ?? '');
  expect(address.searchParams.get('term')).toBe(query);
  expect(address.hostname).toBe('pubmed.ncbi.nlm.nih.gov');
});

it('is not made for what Windows would not open', () => {
  expect(searchAddress('x'.repeat(1_900))?.length).toBeLessThanOrEqual(2_000);
  expect(searchAddress('x'.repeat(2_000))).toBeUndefined();
  expect(searchAddress('"'.repeat(700))).toBeUndefined();
});

it('is made for half an emoji, too', () => {
  const address = new URL(searchAddress('a\ud83d[tiab] OR 👵[tiab]') ?? '');
  expect(address.searchParams.get('term')).toBe('a\ufffd[tiab] OR 👵[tiab]');
});
