import { describe, expect, it } from 'vitest';
import {
  byteText,
  describeFigure,
  describeFile,
  describeGate,
  describeParity,
  keyIdOf,
  readPublicKey,
  signedBytes,
  writePublicKey,
} from './index.ts';
import type { EvaluationFigure, GateRecord } from './index.ts';
import { aFile } from './testing/madeChannels.ts';

describe('words for people', () => {
  const figure = {
    name: 'recall',
    value: 0.6214,
    interval: [0.54, 0.7],
    n: 32,
    on: 'review topics',
  } as const;
  it.each<[Partial<EvaluationFigure>, string]>([
    [{}, 'Recall 62.1 % [54.0, 70.0] (32 topics; review topics)'],
    [{ interval: null, n: 1 }, 'Recall 62.1 % (1 topic; review topics)'],
    [{ name: 'medianRecords', value: 1204, interval: [890.4, 1500] }, 'Median records 1,204 [890, 1,500] (32 topics; review topics)'],
    [{ name: 'nnr', value: 12.345, interval: null }, 'Number needed to read 12.35 (32 topics; review topics)'],
    [{ name: 'ownFigure', value: 0.5, interval: null }, 'ownFigure 0.50 (32 topics; review topics)'],
  ])('%j', (change, text) => expect(describeFigure({ ...figure, ...change })).toBe(text)); // prettier-ignore

  const gate: GateRecord = {
    decision: 'passed',
    reason: 'On 32 topics',
    against: 'version 1.0.0',
    difference: 0.042,
    pValue: 0.0123,
  };
  it.each<[Partial<GateRecord>, string]>([
    [{}, 'Better than version 1.0.0 on the held-out topics (difference +0.042, one-sided p 0.012). On 32 topics.'],
    [{ pValue: 0.00001 }, 'Better than version 1.0.0 on the held-out topics (difference +0.042, one-sided p < 0.001). On 32 topics.'],
    [{ decision: 'forced', reason: 'For a test.', difference: -0.01, pValue: 0.8 }, 'Published although it did not pass the gate against version 1.0.0 (difference −0.010, one-sided p 0.800). Reason given: For a test.'],
    [{ decision: 'first', against: null, difference: null, pValue: null, reason: 'Nothing to beat' }, 'First release, not compared with another. Nothing to beat.'],
    [{ decision: 'first', against: 'zero-shot' }, 'First release, compared with zero-shot (difference +0.042, one-sided p 0.012). On 32 topics.'],
  ])('%j', (change, text) => expect(describeGate({ ...gate, ...change })).toBe(text)); // prettier-ignore

  it('tells files and how well they agree', () => {
    expect(describeFile(aFile())).toBe('Q8_0, 145 MB');
    expect(describeFile(aFile({ kind: 'lora', bytes: 1_900_000_000, quantisation: 'F16' }))).toBe(
      'adapter, F16, 1.9 GB',
    );
    expect(
      describeParity({ maxLogProbDifference: 0.01234, limit: 0.05, positions: 1200, tokenIdsEqual: true }),
    ).toBe(
      'Token ids agree; log-probabilities differ by at most 0.012 nats (limit 0.05) at 1,200 positions.',
    );
  });

  it.each([
    [0, '0 bytes'],
    [999, '999 bytes'],
    [1000, '1.0 kB'],
    [99_949, '99.9 kB'],
    [99_950, '100 kB'],
    [999_499, '999 kB'],
    [999_500, '1.0 MB'],
    [3.2e12, '3.2 TB'],
    [5e15, '5000 TB'],
  ])('%d bytes are %s', (bytes, text) => expect(byteText(bytes)).toBe(text));
});

describe('keys and what is signed', () => {
  const raw = Uint8Array.from({ length: 32 }, (_, i) => i * 8);

  it('are read as they were written', () => {
    const text = writePublicKey(raw);
    expect(text).toBe('ed25519:AAgQGCAoMDhASFBYYGhweICIkJigqLC4wMjQ2ODo8Pg=');
    expect(readPublicKey(text)).toEqual(raw);
    expect(readPublicKey(` ${text}\n`)).toEqual(raw);
  });

  it.each(['', 'ed25519:', 'AAgQGCAoMDhASFBYYGhweICIkJigqLC4wMjQ2ODo8Pg=', 'rsa:AAgQGCAoMDhASFBYYGhweICIkJigqLC4wMjQ2ODo8Pg=', 'ed25519:AAgQGCAoMDhASFBYYGhweICIkJigqLC4wMjQ2ODo8Ph=', 'ed25519:AAAA', '-----BEGIN PUBLIC KEY-----'])(
    '%j is none',
    (text) => expect(readPublicKey(text)).toBeUndefined(),
  ); // prettier-ignore

  it('have 32 bytes, and names of their digest', () => {
    expect(() => writePublicKey(raw.subarray(1))).toThrow(/32 bytes, not 31/u);
    expect(keyIdOf(raw)).toBe('0008101820283038');
  });

  it('sign the bytes as they are, with whatever line ends they have', () => {
    const bytes = Uint8Array.of(0xef, 0xbb, 0xbf, 0x7b, 0x0d, 0x0a, 0x7d);
    expect(signedBytes(bytes)).toBe(bytes);
    expect(signedBytes('{"ü"}\r\n')).toEqual(new TextEncoder().encode('{"ü"}\r\n'));
  });
});
