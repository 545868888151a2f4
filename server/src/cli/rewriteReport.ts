import type { Proposal, RewriteResult, Share } from '@querent/core/rewriting';
import type { Measurement } from '@querent/core/search';
import { note, print } from '../terminal/index.ts';

/** What the proposals are compared with. */
export interface Original {
  readonly query: string;
  readonly measurement: Measurement;
}

/** The numbers of a measurement, with null for what cannot be said. */
export function numbersOf({ count, recall, nnr, found, missed }: Measurement) {
  return {
    count,
    recall: recall ?? null,
    nnr: nnr ?? null,
    seedsFound: found.length,
    seedsTotal: found.length + missed.length,
  };
}

/** What `querent rewrite --json` prints. */
export function rewriteJson(original: Original | undefined, result: RewriteResult): unknown {
  const { originalWhole, faults, unheldSeeds, proposals, rejected } = result;
  return {
    original: original === undefined ? null : { query: original.query, ...numbersOf(original.measurement) },
    originalWhole: originalWhole === undefined ? null : numbersOf(originalWhole),
    faults: faults.map(({ kind, text, message }) => ({ kind, text: text ?? null, message })),
    unheldSeeds,
    proposals: proposals.map(proposalJson),
    rejected,
  };
}

function proposalJson(proposal: Proposal): unknown {
  const { query, origin, source, form, reasoning, problems, measurement, flags, blocks, parents } = proposal;
  const { seedRecall, heldBackRecall, usedSeeds, isOnFront, terms, clauses, round, whole } = proposal;
  return {
    query,
    origin,
    source,
    form: form ?? null,
    ...numbersOf(measurement),
    intervals: { recall: seedRecall?.interval ?? null, heldBack: heldBackRecall?.interval ?? null },
    heldBack:
      heldBackRecall === undefined
        ? null
        : { found: heldBackRecall.found, total: heldBackRecall.total, recall: heldBackRecall.value },
    usedSeeds,
    onFront: isOnFront,
    terms,
    clauses,
    blocks,
    parents,
    round,
    whole: whole === undefined ? null : numbersOf(whole),
    estimatedWorth: proposal.estimatedWorth ?? null,
    flags,
    problems,
    reasoning,
  };
}

/** Prints a rewrite for people. */
export function printRewrite(original: Original | undefined, result: RewriteResult, label: string): void {
  const { originalWhole, faults, unheldSeeds, proposals, rejected } = result;
  if (original !== undefined) {
    print(`now: ${measurementInWords(original.measurement)}`, `  ${original.query}`);
    if (originalWhole !== undefined) print(`  the whole strategy: ${measurementInWords(originalWhole)}`);
    print(...faults.map(({ text, message }) => `  ${text === undefined ? '' : `${text}: `}${message}`), '');
  }
  if (proposals.length === 0) print('No proposal is better than what is there.');
  for (const [index, proposal] of proposals.entries()) printProposal(index + 1, proposal);
  print(`measured in ${label}`);
  if (unheldSeeds.length > 0) note(`not in ${label}, so that no query finds them: ${unheldSeeds.join(', ')}`);
  for (const { source, text, reason } of rejected)
    if (text !== '') note(`not shown (${source}): ${reason} ${text}`);
}

function printProposal(place: number, proposal: Proposal): void {
  const { query, origin, source, form, reasoning, problems, measurement, flags, whole } = proposal;
  const { seedRecall, heldBackRecall, usedSeeds, parents, round, terms, clauses, isOnFront } = proposal;
  const kind = [
    origin === 'model' ? `model ${source}` : source,
    form,
    parents.length === 0 ? undefined : parents.join(' + '),
    round === 0 ? undefined : `round ${round}`,
  ].filter((part) => part !== undefined);
  print(`${place}. ${measurementInWords(measurement, seedRecall)} (${kind.join('; ')})`, `  ${query}`);
  if (heldBackRecall !== undefined) print(`  on seeds held back: ${shareInWords(heldBackRecall)}`);
  else if (usedSeeds)
    print(
      '  The seeds helped to write it; on others it may find less. None could be held back to tell how much.',
    );
  if (whole !== undefined) print(`  the whole strategy with it: ${measurementInWords(whole)}`);
  const size = `${terms} ${terms === 1 ? 'term' : 'terms'} in ${clauses} ${clauses === 1 ? 'clause' : 'clauses'}`;
  print(`  ${size}${isOnFront ? '' : '; another finds as much in fewer records, or in fewer terms'}`);
  if (reasoning !== '') print(`  ${reasoning}`);
  print(
    ...flags.map(({ kind: flag, message }) => `  ${flag}: ${message}`),
    ...problems.map((problem) => `  ${problem.severity}: ${problem.message}`),
    '',
  );
}

/** Records, seeds with the interval of their share where it is given, and records to read for one. */
export function measurementInWords(
  { count, recall, nnr, found, missed }: Measurement,
  share?: Share,
): string {
  const records = `${count} ${count === 1 ? 'record' : 'records'}`;
  if (recall === undefined) return records;
  const perSeed = nnr === undefined ? '' : `, ${nnr.toFixed(1)} to read for one`;
  const interval = share === undefined ? '' : `, 95 % interval ${intervalInWords(share)}`;
  return `${records}, ${found.length} of ${found.length + missed.length} seeds (recall ${recall.toFixed(2)}${interval})${perSeed}`;
}

function shareInWords(share: Share): string {
  const { found, total, value } = share;
  return `${found} of ${total} (recall ${value.toFixed(2)}, 95 % interval ${intervalInWords(share)})`;
}

function intervalInWords({ interval: [low, high] }: Share): string {
  return `${low.toFixed(2)} to ${high.toFixed(2)}`;
}
