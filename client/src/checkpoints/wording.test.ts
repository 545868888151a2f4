import { describe, expect, it } from 'vitest';
import type { CheckpointEntry, CheckpointsResult } from '@querent/server/checkpointProtocol';
import { looksLikeChannel, looksLikeKey } from './channelText.ts';
import { dueAt, isQuiet } from './dailyRule.ts';
import {
  agoText,
  consentTo,
  escaped,
  figureText,
  isPinned,
  listText,
  pageOf,
  rowText,
  sharePart,
} from './wording.ts';

const on = '32 review topics, at most 1,500 records';
const entry = (changes: Partial<CheckpointEntry> = {}): CheckpointEntry => ({
  id: 'acme@1.2.0',
  name: 'acme',
  version: '1.2.0',
  channel: 'stable',
  date: '2026-11-20T10:00:00Z',
  task: 'publication',
  template: 'querent-direct',
  baseModel: 'Qwen2.5-3B',
  licence: 'Apache-2.0',
  step: 1400,
  quantisation: 'Q8_0',
  bytes: 3.4e9,
  figures: [
    { name: 'recall', value: 0.611, interval: [0.52, 0.704], n: 32, on },
    { name: 'f3', value: 0.413, n: 32, on },
  ],
  notes: 'Trained on more topics.',
  gate: 'Recall higher by 0.06 than 1.1.0 (p = 0.01)',
  state: 'offered',
  ...changes,
});
const result = (changes: Partial<CheckpointsResult> = {}): CheckpointsResult => ({
  channel: 'https://models.example.org/search/',
  entries: [],
  folder: '/data/checkpoints',
  freeBytes: 40e9,
  ...changes,
});

describe('figures', () => {
  it.each([
    [{ name: 'recall', value: 0.611, interval: [0.52, 0.704] as const }, 'recall 61.1 % (52.0–70.4 %)'],
    [{ name: 'f3', value: 0.413 }, 'F3 41.3 %'],
    [
      { name: 'medianRecords', value: 1204, interval: [900, 1500.4] as const },
      'median records 1,204 (900–1,500)',
    ],
    [{ name: 'nnr', value: 8.25 }, 'number needed to read 8.3'],
    [{ name: 'validRate', value: 1 }, 'valid queries 100.0 %'],
    [{ name: 'somethingNew', value: 0.5 }, 'somethingNew 0.50'],
  ])('%j', (figure, text) => expect(figureText({ n: 32, on, ...figure })).toBe(text));
});

describe('a row', () => {
  it.each([
    [{}, undefined, 'not fetched · recall 61.1 % (52.0–70.4 %) · 3.4 GB · 2026-11-20'],
    [
      { state: 'active' as const },
      '1.2.0',
      'active · pinned here · recall 61.1 % (52.0–70.4 %) · 3.4 GB · 2026-11-20',
    ],
    [
      { state: 'partial' as const, haveBytes: 1.2e9, channel: 'preview' as const },
      undefined,
      '1.2 of 3.4 GB fetched · recall 61.1 % (52.0–70.4 %) · preview · 2026-11-20',
    ],
    [{ refused: 'Needs Querent 9.', figures: [] }, undefined, 'cannot be used here · 3.4 GB · 2026-11-20'],
  ])('%j, pinned: %s', (changes, pinned, text) => expect(rowText(entry(changes), pinned)).toBe(text));
  it('shares units only where they are the same', () => {
    expect(sharePart(300e6, 3.4e9)).toBe('300 MB of 3.4 GB');
    expect(sharePart(0, 3.4e9)).toBe('0 kB of 3.4 GB');
  });
  it('is pinned by version or by id', () => {
    expect([
      isPinned(entry(), '1.2.0'),
      isPinned(entry(), 'acme@1.2.0'),
      isPinned(entry(), '1.2'),
      isPinned(entry(), ''),
    ]).toEqual([true, true, false, false]);
  });
});

describe('the question before a download', () => {
  it('names version, size, room, licence, figures with intervals, what they were measured on, and the gate', () => {
    const { message, detail, isPossible } = consentTo(entry(), result());
    expect(isPossible).toBe(true);
    expect(message).toBe('Download and use acme 1.2.0?');
    for (const part of [
      '3.4 GB are fetched',
      '40 GB are free',
      'Apache-2.0',
      'recall 61.1 % (52.0–70.4 %)',
      on,
      'Recall higher by 0.06 than 1.1.0 (p = 0.01).',
      'https://models.example.org/search/',
    ])
      expect(detail).toContain(part);
  });
  it('names what is still to be fetched', () => {
    const { message, detail } = consentTo(entry({ state: 'partial', haveBytes: 1.4e9 }), result());
    expect(message).toBe('Go on with the download of acme 1.2.0?');
    expect(detail).toContain('2.0 GB are fetched now: of 3.4 GB, 1.4 GB are here already');
  });
  it('is no question where the disk has no room; what is here already counts', () => {
    expect(consentTo(entry(), result({ freeBytes: 3e9 }))).toMatchObject({ isPossible: false });
    expect(
      consentTo(entry({ state: 'partial', haveBytes: 1.4e9 }), result({ freeBytes: 3e9 })).isPossible,
    ).toBe(true);
  });
  it('is asked where the system does not tell how much is free', () => {
    const { isPossible, detail } = consentTo(entry(), result({ freeBytes: 0 }));
    expect([isPossible, /is not known/.test(detail)]).toEqual([true, true]);
  });
  it('hides neither a preview nor that there is no evaluation', () => {
    const { detail } = consentTo(entry({ channel: 'preview', figures: [] }), result());
    expect(detail).toMatch(/preview release/);
    expect(detail).toMatch(/No evaluation was published/);
  });
});

describe('the text above the list', () => {
  const now = new Date('2026-11-30T12:00:00Z');
  it.each([
    [
      { checked: '2026-11-30T11:57:00Z' },
      'Channel https://models.example.org/search/, asked 3 minutes ago. 40 GB of disk are free.',
    ],
    [{}, 'Channel https://models.example.org/search/, not asked yet. 40 GB of disk are free.'],
    [{ channel: '' }, 'No channel is set. 40 GB of disk are free.'],
  ])('%j', (changes, text) => expect(listText(result(changes), now)).toBe(text));
  it('begins with what is wrong', () => {
    expect(listText(result({ problem: 'The signature does not fit.' }), now)).toMatch(
      /^⚠ The signature does not fit\./,
    );
  });
  it.each([
    ['2026-11-30T11:59:40Z', 'just now'],
    ['2026-11-30T11:00:00Z', '1 hour ago'],
    ['2026-11-26T12:00:00Z', '4 days ago'],
  ])('%s is %s', (iso, text) => expect(agoText(iso, now)).toBe(text));
});

describe('the page of a checkpoint', () => {
  it('shows texts of a channel as text, never as Markdown', () => {
    const page = pageOf(
      entry({ notes: '[click](command:evil) <img src=x>\n# Big', gate: 'won | lost `x`', name: '*acme*' }),
      undefined,
    );
    expect(page).not.toMatch(/(?<!\\)\[click/);
    expect(page).not.toMatch(/(?<!\\)<img/);
    expect(page).not.toMatch(/^# Big/m);
    expect(page).toContain('won \\| lost \\`x\\`');
    expect(escaped('a_b $(zap)')).toBe('a\\_b \\$\\(zap\\)');
  });
});

describe('the daily check', () => {
  it('is due a day after the channel was asked or tried last, whichever was later', () => {
    expect(dueAt([undefined, undefined])).toBe(0);
    expect(dueAt(['2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z'])).toBe(Date.parse('2026-01-03T00:00:00Z'));
    expect(dueAt(['nonsense'])).toBe(0);
    expect(dueAt([new Date(Date.now() + 400 * 86_400_000).toISOString()])).toBe(0);
  });
  it('says nothing of what is dismissed, active or cannot be used', () => {
    expect(isQuiet(entry(), [])).toBe(false);
    expect(isQuiet(entry(), ['acme@1.2.0'])).toBe(true);
    expect(isQuiet(entry({ state: 'active' }), [])).toBe(true);
    expect(isQuiet(entry({ refused: 'Needs Querent 9.' }), [])).toBe(true);
  });
});

describe('what people write', () => {
  it.each([
    ['https://models.example.org/search/', true],
    ['http://localhost:8080', true],
    ['hf:acme/search-models', true],
    ['/mnt/models', true],
    ['C:\\models', true],
    ['\\\\server\\models', true],
    ['models', false],
    ['ftp://models.example.org', false],
    ['hf:acme', false],
    ['', false],
  ])('%s as a channel: %s', (text, expected) => expect(looksLikeChannel(text)).toBe(expected));
  it.each([
    ['ed25519:11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=', true],
    ['ed25519:11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo', false],
    ['11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=', false],
    ['ed25519:11qYAYKxCrfVS', false],
  ])('%s as a key: %s', (text, expected) => expect(looksLikeKey(text)).toBe(expected));
});
