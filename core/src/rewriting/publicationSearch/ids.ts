import type { RewriteRequest } from '../proposal.ts';

/** Numbers that could be ids: PMIDs of at least five digits, and NCT numbers; `PMID12345678` holds one, too. */
const candidates = /(?:NCT)?(?<!\d)\d{5,}(?!\d)/giu;

/** Takes ids of known relevant records out of texts, wherever they come from: a query that names them, an abstract that names its own. */
export function idFilter({
  seeds,
  seedRecords = [],
  faults = [],
}: RewriteRequest): (text: string | undefined) => string | undefined {
  const ids = new Set(
    [...seeds, ...seedRecords.map(({ id }) => id), ...faults.flatMap((fault) => fault.ids ?? [])].map((id) =>
      id.trim().toUpperCase(),
    ),
  );
  if (ids.size === 0) return (text) => text;
  return (text) =>
    text?.replace(candidates, (id) => (ids.has(id.toUpperCase().replace(/^0+(?=\d)/u, '')) ? '…' : id));
}
