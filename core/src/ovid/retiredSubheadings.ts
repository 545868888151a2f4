/**
 * Subheadings that older strategies use and MeSH gave up, with the subheading that NLM moved their articles to, if any.
 * That NLM's present list lacks them is from the User Guide; the successors are general knowledge and have not been checked against MeSH's
 * history of qualifiers.
 */
const ROWS = `
RA | Radiography | diagnostic imaging
RI | Radionuclide Imaging | diagnostic imaging
US | Ultrasonography | diagnostic imaging
DU | Diagnostic Use |
CT | Contraindications |
SE | Secretion |
UT | Utilization | statistics and numerical data
MA | Manpower |
`;

/** A subheading of the past. */
export interface RetiredSubheading {
  readonly name: string;
  /** Its present name; undefined where there is none. */
  readonly now: string | undefined;
}

const bySpelling = new Map(
  ROWS.trim()
    .split('\n')
    .flatMap((row) => {
      const [code = '', name = '', now = ''] = row.split('|').map((part) => part.trim());
      const retired: RetiredSubheading = { name, now: now === '' ? undefined : now };
      return [[code.toLowerCase(), retired] as const, [name.toLowerCase(), retired] as const];
    }),
);

/** The subheading of the past that `text` names by code or name in any case. */
export function findRetiredSubheading(text: string): RetiredSubheading | undefined {
  return bySpelling.get(text.trim().toLowerCase());
}
