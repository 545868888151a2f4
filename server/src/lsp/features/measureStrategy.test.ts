import { SearchError } from '@querent/core/search';
import { describe, expect, it } from 'vitest';
import type { MeasureStrategyResult } from '../../liveProtocol.ts';
import { OpenDocument } from '../documents.ts';
import type { Services } from '../services.ts';
import { measureStrategy } from './measureStrategy.ts';

const uri = 'file:///strategy.pubmed';
const fresh = { engine: 'pubmed', label: 'PubMed (live)', at: '2026-03-02T08:00:00.000Z' };
const older = { ...fresh, at: '2026-03-01T08:00:00.000Z', offline: 'PubMed cannot be reached.' };

/** What is told of a run with these outcomes. */
async function told(outcomes: readonly object[]): Promise<MeasureStrategyResult> {
  let handler: ((params: object, token: object) => Promise<MeasureStrategyResult>) | undefined;
  measureStrategy.register({
    connection: { onRequest: (_: string, own: typeof handler) => (handler = own) },
    safely: async (...all: readonly unknown[]) =>
      (all.at(-1) as (signal: () => AbortSignal) => unknown)(() => new AbortController().signal),
    documents: { get: () => new OpenDocument(uri, 1, 'falls[tiab]', 'pubmed') },
    measuring: {
      run: async () => ({ lines: outcomes.map((outcome, i) => ({ label: String(i + 1), outcome })) }),
    },
    refresh: { numbers: () => undefined },
  } as unknown as Services);
  if (handler === undefined) throw new Error('no handler');
  return handler({ uri }, {});
}

describe('a measured strategy', () => {
  it('tells why numbers are of an earlier day, whichever lines have them', async () => {
    const mixed = [{ provenance: fresh }, { provenance: older }, { provenance: fresh }];
    expect(await told(mixed)).toEqual({ lines: 3, measured: 2, offline: 1, failed: [], provenance: older });
    expect((await told([{ provenance: fresh }])).provenance).toEqual(fresh);
    expect(await told([new SearchError('network', 'gone', true)])).toEqual({
      lines: 1,
      measured: 0,
      offline: 0,
      failed: [{ label: '1', message: 'gone' }],
    });
  });
});
