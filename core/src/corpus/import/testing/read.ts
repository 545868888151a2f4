import fc from 'fast-check';
import { expect } from 'vitest';
import type { CitationRecord } from '../../record.ts';
import { importCitations } from '../importCitations.ts';
import type { ImportOptions } from '../importCitations.ts';
import { ImportError } from '../item.ts';

export const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

/** What a file gives: records, their ids, and what else there is as `line reason`. */
export interface Read {
  readonly records: readonly CitationRecord[];
  readonly rejected: readonly string[];
  readonly ids: readonly string[];
}

export async function readFile(
  name: string,
  chunks: Iterable<string | Uint8Array>,
  options?: ImportOptions,
): Promise<Read> {
  const records: CitationRecord[] = [];
  const rejected: string[] = [];
  for await (const item of importCitations(chunks, name, options)) {
    if (item.kind === 'record') records.push(item.record);
    else
      rejected.push(
        item.kind === 'deleted' ? `${item.line} deletes ${item.id}` : `${item.line} ${item.reason}`,
      );
  }
  return { records, rejected, ids: records.map((record) => record.id) };
}

/** Everything that a file of these chunks gives. */
export const read = (name: string, ...chunks: (string | Uint8Array)[]): Promise<Read> =>
  readFile(name, chunks);

/** A file is read the same however it is cut into chunks. */
export async function expectSameHoweverCut(
  name: string,
  text: string | Uint8Array,
  runs = 60,
): Promise<void> {
  const bytes = typeof text === 'string' ? encode(text) : text;
  const whole = await read(name, bytes);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(bytes.length), { maxLength: 30 }), async (cuts) => {
      const at = [0, ...cuts.sort((a, b) => a - b), bytes.length];
      expect(await read(name, ...at.slice(1).map((end, i) => bytes.subarray(at[i], end)))).toEqual(whole);
    }),
    { numRuns: runs },
  );
  expect(await read(name, ...Array.from(bytes, (byte) => Uint8Array.of(byte)))).toEqual(whole);
}

/** Whatever follows a good beginning, or is put into a good file, nothing is thrown but an ImportError. */
export async function expectNoOtherError(
  name: string,
  good: string,
  pieces: readonly string[],
): Promise<void> {
  const noise = fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string({ unit: 'binary', maxLength: 20 })), {
    maxLength: 12,
  });
  await fc.assert(
    fc.asyncProperty(fc.nat(good.length), noise, fc.boolean(), async (at, texts, goesOn) => {
      const text = `${good.slice(0, at)}${texts.join('')}${goesOn ? good.slice(at) : ''}`;
      try {
        const { ids } = await read(name, text);
        for (const id of ids) expect(id).not.toBe('');
      } catch (error) {
        expect(error).toBeInstanceOf(ImportError);
      }
    }),
    { numRuns: 300 },
  );
}
