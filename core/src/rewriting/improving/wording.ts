import { formatCount } from '../../text/index.ts';

/** `1 seed`, `1,200 seeds`. */
export function plural(number: number, noun: string): string {
  return `${formatCount(number)} ${noun}${number === 1 ? '' : 's'}`;
}

/** `1 record`, `0 records`. */
export function records(number: number): string {
  return plural(number, 'record');
}

/** `a, b and 3 more`. */
export function listed(all: readonly string[], most: number): string {
  const shown = all.slice(0, most).join(', ');
  return all.length > most ? `${shown} and ${all.length - most} more` : shown;
}
