import type { Finding, Place } from '../problem.ts';

/** What makes a plan unusable, at a place such as `ppo.kl.target`. */
export function error(place: string, message: string): Finding {
  return { severity: 'error', place: split(place), message };
}

/** What is likely not what was meant. */
export function warning(place: string, message: string): Finding {
  return { severity: 'warning', place: split(place), message };
}

function split(place: string): Place {
  return place === '' ? [] : place.split('.');
}
