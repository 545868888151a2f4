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
const allNames = new Map<string, readonly string[]>();
for (const row of JOURNALS.trim().split('\n')) {
  const [abbreviation = '', names = ''] = row.split(' = ');
  const all = [abbreviation, ...names.split(' | ')];
  allNames.set(abbreviation, all);
  for (const name of all) abbreviations.set(key(name), abbreviation);
}

/** The abbreviation of the journal that `name` names, from the table of common journals or from `facts`. */
export function findJournal(name: string, facts: MappingFacts): string | undefined {
  return abbreviations.get(key(name)) ?? facts.journals?.find(name);
}

/** All names of the journal that `name` names, `name` among them: a source of records may know its title and not its abbreviation. */
export function journalNames(name: string): readonly string[] {
  const abbreviation = abbreviations.get(key(name));
  return [name, ...(abbreviation === undefined ? [] : (allNames.get(abbreviation) ?? []))];
}
