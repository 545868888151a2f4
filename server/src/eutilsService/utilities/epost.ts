import { errorElement, xmlAnswer } from '../answers.ts';
import type { Context } from '../context.ts';
import { databaseOf } from '../databases.ts';
import type { ServiceAnswer } from '../protocol.ts';
import { element } from '../xml.ts';

/** The largest number that NCBI takes for an id: 2^64 - 1. */
const LARGEST = '18446744073709551615';

/** EPost (E-utilities In-Depth, "EPost"), in XML, the only form that it has. Ids need not be held; what is no number is left out. */
export function epost({ parameters, slot, citations }: Context): ServiceAnswer {
  const db = databaseOf(parameters.text('db'), citations.engine.thesaurus !== undefined);
  if (typeof db === 'object') return xmlAnswer('ePostResult', errorElement(db.error));
  const given = parameters.ids();
  const ids = [...new Set(given.filter(isId))];
  const isOmitted = given.some((id) => !isId(id));
  const omitted = isOmitted
    ? [errorElement(`Some IDs have invalid value and were omitted. Maximum ID value ${LARGEST}`)]
    : [];
  if (ids.length === 0 || slot === undefined)
    return xmlAnswer('ePostResult', [errorElement('Empty ID list; Nothing to store'), ...omitted]);
  return xmlAnswer(
    'ePostResult',
    [element('QueryKey', slot.queryKey), element('WebEnv', slot.webEnv), ...omitted],
    { keep: { kind: 'ids', db, ids } },
  );
}

function isId(text: string): boolean {
  return /^\d{1,20}$/.test(text) && BigInt(text) <= BigInt(LARGEST) && BigInt(text) > 0n;
}
