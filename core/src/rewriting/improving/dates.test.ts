import { beforeAll, expect, it } from 'vitest';
import { memoryEngine } from '../../connectors/index.ts';
import type { LocalEngine } from '../../connectors/index.ts';
import { citation } from '../../corpus/testing/records.ts';
import { editQuery } from '../deterministic/index.ts';
import type { RewriteRequest } from '../proposal.ts';

let engine: LocalEngine;
beforeAll(() => {
  const record = (id: number, title: string, date: string) => citation({ id: String(id), title, date });
  engine = memoryEngine([
    record(1, 'Aspirin after stroke', '2010-01-01'),
    record(2, 'Aspirin and salicylates after stroke', '2011-01-01'),
    record(3, 'Salicylates after stroke', '2012-01-01'),
    record(4, 'Willow bark after stroke', '2020-01-01'),
    ...Array.from({ length: 30 }, (_, n) => record(100 + n, `Aspirin after stroke, part ${n}`, '2021-01-01')),
    ...Array.from({ length: 30 }, (_, n) => record(200 + n, `Fever in children, part ${n}`, '2011-01-01')),
  ]);
});

const request: RewriteRequest = {
  query: '(aspirin[tiab] OR "aspirin after"[tiab]) AND stroke[tiab]',
  seeds: ['1', '3', '4'],
  until: '2015-12-31',
};

it('speaks of the records up to the search date, and of no others', () => {
  const shorter = editQuery(request, engine).find(({ source }) => source === 'without idle terms');
  expect(shorter?.query).toBe('aspirin[tiab] AND stroke[tiab]');
  expect(shorter?.reasoning).toContain('It finds the same 2 records.');
});

it('catches no seed that is younger than the search date, and says so', () => {
  const drafts = editQuery({ ...request, goal: 'catch-missed' }, engine);
  expect(drafts.length).toBeGreaterThan(0);
  for (const { query, reasoning } of drafts) {
    expect(query).not.toMatch(/willow|bark/iu);
    expect(reasoning).toContain('1 seed is younger than the search date, so that no query finds it: 4.');
    expect(reasoning).not.toContain('of 2 missed seeds');
  }
  const undated = editQuery(
    { query: request.query ?? '', seeds: ['1', '3', '4'], goal: 'catch-missed' },
    engine,
  );
  expect(undated.some(({ query }) => /willow|bark/iu.test(query))).toBe(true);
});
