import { describe, expect, it } from 'vitest';
import { agoText, bytesText, databaseStatusText } from './statusText.ts';

describe('the language status of SQL', () => {
  it.each([
    [0, 'just now'],
    [59_000, 'just now'],
    [60_000, '1 min ago'],
    [150_000, '2 min ago'],
    [3_600_000, '1 hour ago'],
    [7_300_000, '2 hours ago'],
    [3 * 86_400_000, '3 days ago'],
    [-5_000, 'just now'],
  ])('%d ms are %s', (ms, text) => {
    expect(agoText(1_000_000, 1_000_000 + ms)).toBe(text);
  });

  it.each([
    [0, '0 bytes'],
    [999, '999 bytes'],
    [1_234, '1.2 kB'],
    [984_064, '984 kB'],
    [2_000_000_000, '2.0 GB'],
  ])('%d bytes are %s', (bytes, text) => {
    expect(bytesText(bytes)).toBe(text);
  });

  it('names database, tables and age, or says what the server says', () => {
    const database = {
      label: 'chinook.sqlite',
      path: '/d/chinook.sqlite',
      changed: 0,
      read: 1_000,
      tables: 11,
      rows: true,
    };
    const ready = { detail: 'chinook.sqlite, 11 tables', dialect: 'sqlite' as const, database };
    expect(databaseStatusText(ready, 121_000)).toBe('chinook.sqlite · 11 tables · read 2 min ago');
    const ddl = { ...ready, database: { ...database, label: 'schema.sql', tables: 1, rows: false } };
    expect(databaseStatusText(ddl, 1_000)).toBe('schema.sql · 1 table · read just now · no rows');
    expect(databaseStatusText({ detail: 'no database', dialect: 'postgresql' }, 0)).toBe(
      'No database · PostgreSQL',
    );
  });
});
