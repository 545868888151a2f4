import type { SqlDatabaseStatus } from '@querent/server/sqlProtocol';

/** `3.2 MB` */
export function bytesText(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value.toFixed(unit === 0 || value >= 100 ? 0 : 1)} ${units[unit] ?? ''}`;
}

const steps: readonly (readonly [seconds: number, name: string])[] = [
  [86_400, 'day'],
  [3_600, 'hour'],
  [60, 'min'],
];

/** How long ago something was, both in milliseconds since 1970: `just now`, `2 min ago`, `3 days ago`. A clock that was set back is no reason for a time to come. */
export function agoText(then: number, now: number): string {
  const seconds = Math.max(0, (now - then) / 1000);
  for (const [length, name] of steps) {
    const count = Math.floor(seconds / length);
    if (count >= 1) return `${count} ${name}${count > 1 && name !== 'min' ? 's' : ''} ago`;
  }
  return 'just now';
}

/** `chinook.sqlite · 11 tables · read 2 min ago`; where it is not ready, the server's own words. `now`: milliseconds since 1970. */
export function databaseStatusText(
  { detail, dialect, database }: Pick<SqlDatabaseStatus, 'detail' | 'dialect' | 'database'>,
  now: number,
): string {
  const parts = database
    ? [
        database.label,
        `${database.tables.toLocaleString()} ${database.tables === 1 ? 'table' : 'tables'}`,
        `read ${agoText(database.read, now)}`,
        !database.rows && 'no rows',
      ]
    : [detail.charAt(0).toUpperCase() + detail.slice(1)];
  if (dialect === 'postgresql') parts.push('PostgreSQL');
  return parts.filter((part) => typeof part === 'string').join(' · ');
}
