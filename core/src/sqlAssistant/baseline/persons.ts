import type { SqlTable } from '../../sqlSchema/index.ts';
import { nameStems } from '../../sqlSchema/index.ts';

/** What people are called in the names of tables, by stem. */
const persons = new Set(
  (
    'person people human actor agent applicant artist athlete attendee author buyer candidate captain client coach contact creator customer director doctor donor driver ' +
    'editor employee engineer guest host instructor journalist lawyer lecturer manager member musician nurse owner participant passenger patient physician ' +
    'pilot player politician professor pupil researcher resident reviewer salesperson scientist seller sender singer speaker staff student supervisor teacher ' +
    'tenant trainer user visitor volunteer voter winner worker writer'
  ).split(' '),
);

/** Whether the rows of a table are people: `who` asks for them. */
export function isOfPersons({ name, columns }: SqlTable): boolean {
  return (
    persons.has(nameStems(name).at(-1) ?? '') ||
    columns.some(({ name: column }) => /^(?:first|last|given|family)_?name$/iu.test(column))
  );
}
