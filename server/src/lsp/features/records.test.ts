import type { CountResult, Measurement } from '@querent/core/search';
import { describe, expect, it } from 'vitest';
import type { RecordsResult } from '../../protocol.ts';
import { OpenDocument } from '../documents.ts';
import type { Services } from '../services.ts';
import { records } from './records.ts';

const uri = 'file:///strategy.pubmed';
const fresh = { engine: 'pubmed', label: 'PubMed (live)', at: '2026-03-02T08:00:00.000Z' };
const older = { ...fresh, at: '2026-03-01T08:00:00.000Z', offline: 'PubMed cannot be reached.' };

/** What is listed where the numbers and the list come from these times. */
async function listed(
  measured: CountResult['provenance'],
  page: CountResult['provenance'],
): Promise<RecordsResult> {
  let handler: ((params: object, token: object) => Promise<RecordsResult>) | undefined;
  const document = new OpenDocument(uri, 1, 'falls[tiab]', 'pubmed');
  const measurement = { count: 2, found: [], missed: [], warnings: [], provenance: measured };
  const engine = {
    search: async () => ({ count: 2, ids: ['1', '2'], warnings: [], provenance: page }),
    summaries: async () => [],
  };
  records.register({
    connection: { onRequest: (_: string, own: typeof handler) => (handler = own) },
    safely: async (...all: readonly unknown[]) =>
      (all.at(-1) as (signal: () => AbortSignal) => unknown)(() => new AbortController().signal),
    documents: { get: () => document },
    measuring: {
      engine: async () => engine,
      measure: async () => measurement as unknown as Measurement,
      seeds: () => ({ ids: [] }),
    },
  } as unknown as Services);
  if (handler === undefined) throw new Error('no handler');
  return handler({ uri, offset: 0, limit: 10 }, {});
}

describe('the records of a line', () => {
  it('say so where the list is older than the numbers above it', async () => {
    expect((await listed(fresh, older)).measurement.warnings).toEqual([
      {
        code: 'older-list',
        message: 'These records are those of 2026-03-01. PubMed cannot be reached.',
      },
    ]);
    expect((await listed(fresh, fresh)).measurement.warnings).toEqual([]);
    // The numbers say it themselves.
    expect((await listed(older, older)).measurement.warnings).toEqual([]);
  });
});
