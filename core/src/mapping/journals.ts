import { JOURNALS } from './journalTable.ts';
import type { MappingFacts } from './translation.ts';

function key(name: string): string {
  return name
    .toLowerCase()
    .replace(/&/g, ' and ')
    .replace(/[^\p{L}\p{N}-]+/gu, ' ')
    .trim();
}

const abbreviations = new Map<string, string>();
for (const row of JOURNALS.trim().split('\n')) {
  const [abbreviation = '', names = ''] = row.split(' = ');
  for (const name of [abbreviation, ...names.split(' | ')]) abbreviations.set(key(name), abbreviation);
}

/** The abbreviation of the journal that `name` names, from the table of common journals or from `facts`. */
export function findJournal(name: string, facts: MappingFacts): string | undefined {
  return abbreviations.get(key(name)) ?? facts.journals?.find(name);
}
