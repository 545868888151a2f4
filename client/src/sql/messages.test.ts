import { describe, expect, it } from 'vitest';
import { isFromPage } from './messages.ts';

describe('messages of the page of SQL results', () => {
  it.each([
    { type: 'ready' },
    { type: 'goToFailure' },
    { type: 'export', format: 'csv' },
    { type: 'rows', rows: 1 },
    { type: 'rows', rows: 10_000 },
    { type: 'insert', answer: 3, proposal: 0 },
    { type: 'copy', text: '' },
  ])('%j is one', (message) => {
    expect(isFromPage(message)).toBe(true);
  });

  it.each([
    undefined,
    null,
    'ready',
    {},
    { type: 'export', format: 'exe' },
    { type: 'rows', rows: 0 },
    { type: 'rows', rows: 10_001 },
    { type: 'rows', rows: '10' },
    { type: 'insert', answer: 3, proposal: -1 },
    { type: 'insert', proposal: 0 },
    { type: 'copy' },
    { type: 'constructor' },
  ])('%j is none', (message) => {
    expect(isFromPage(message)).toBe(false);
  });
});
