import type { Proposal, ProposalForm } from '../proposal.ts';

/** Without seeds nothing is known about recall, so the form says what to expect; drafts without a form stand behind the first. */
const places: Readonly<Record<ProposalForm, number>> = { recall: 0, readable: 2, precise: 3 };
const withoutForm = 1;

/**
 * Puts proposals into order, best first:
 * 1. those within the budget before those beyond it;
 * 2. with seeds: more seeds found first, then fewer records;
 * 3. without seeds: in the order of the forms wanted (recall, then drafts without a form such as a model's, readable, precise),
 *    then fewer records;
 * 4. equals: the method's before the model's, then by text, so that the order never depends on chance.
 */
export function rankProposals(
  proposals: readonly Proposal[],
  {
    budget,
    forms = [],
  }: { readonly budget?: number | undefined; readonly forms?: readonly ProposalForm[] | undefined },
): readonly Proposal[] {
  const hasSeeds = proposals.some(({ measurement }) => measurement.recall !== undefined);
  const beyond = ({ measurement }: Proposal): number => (measurement.count > (budget ?? Infinity) ? 1 : 0);
  const place = ({ form }: Proposal): number => {
    if (form === undefined) return withoutForm;
    const wanted = forms.indexOf(form);
    return wanted === 0 ? 0 : wanted > 0 ? wanted + 1 : places[form];
  };
  const byWorth = (a: Proposal, b: Proposal): number =>
    hasSeeds ? b.measurement.found.length - a.measurement.found.length : place(a) - place(b);
  return [...proposals].sort(
    (a, b) =>
      beyond(a) - beyond(b) ||
      byWorth(a, b) ||
      a.measurement.count - b.measurement.count ||
      a.origin.localeCompare(b.origin, 'en') ||
      (a.query < b.query ? -1 : 1),
  );
}
