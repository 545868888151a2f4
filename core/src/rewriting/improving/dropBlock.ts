import type { DocSet } from '../../corpus/index.ts';
import type { CitationSource } from '../deterministic/analysis.ts';
import { loopholesOf } from '../loopholes.ts';
import { roleOf } from './blame.ts';
import type { BlockRole } from './blame.ts';
import { edited } from './edits.ts';
import type { MeasuredQuery } from './measuredQuery.ts';
import { measureQuery } from './measuredQuery.ts';

/** A query without one of the blocks that it joins by AND, or takes away by NOT. */
export interface WithoutBlock {
  /** The block, in the query that is there. */
  readonly at: number;
  readonly isNot: boolean;
  readonly role: BlockRole;
  readonly after: MeasuredQuery;
  /** What is found in addition. */
  readonly gained: DocSet;
}

/** Each way to drop one block; the query finds at least what it found. Parts of a chain within parentheses count as well. */
export function* blocksToDrop(query: MeasuredQuery, source: CitationSource): Generator<WithoutBlock> {
  for (const [at, part] of query.parts.entries()) {
    const isNot = part.role === 'NOT';
    if ((part.role !== 'AND' && !isNot) || query.isPositive[part.parent] !== true) continue;
    // Whatever depends on the part and is not found is what it keeps out.
    if (query.sets[at] === undefined || query.decisive[at]?.isWithin(query.docs) !== false) continue;
    const text = edited(query, [{ kind: 'remove', at }]);
    const after = text === undefined ? undefined : measureQuery(text, source);
    if (after === undefined || !query.docs.isWithin(after.docs)) continue;
    // What is left must still be about something.
    if (loopholesOf(after.root).length > loopholesOf(query.root).length) continue;
    const gained = after.docs.andNot(query.docs);
    if (!gained.isEmpty()) yield { at, isNot, role: roleOf(query, at), after, gained };
  }
}
