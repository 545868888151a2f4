import type { Provenance } from '../search/index.ts';
import { isLibrary } from './wording.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/**
 * How old a live number is, `3 d old`: where it is shown because the service cannot be reached, or was obtained a day ago or longer. Undefined for
 * numbers of now, of libraries, whose data do not change, and where the time is none.
 * @param now milliseconds since 1970
 */
export function ageOf(provenance: Provenance, now: number): string | undefined {
  if (isLibrary(provenance)) return undefined;
  const age = now - Date.parse(provenance.at);
  if (Number.isNaN(age) || (age < DAY_MS && provenance.offline === undefined)) return undefined;
  if (age < HOUR_MS) return 'less than 1 h old';
  return age < DAY_MS ? `${Math.floor(age / HOUR_MS)} h old` : `${Math.floor(age / DAY_MS)} d old`;
}
