import { exportText } from '@querent/core/corpus';
import { errorElement, textAnswer, xmlAnswer } from '../answers.ts';
import type { Context } from '../context.ts';
import { databaseOf } from '../databases.ts';
import type { ServiceAnswer } from '../protocol.ts';
import { abstractText } from '../records/abstractText.ts';
import { articleXml } from '../records/articleXml.ts';

import { selectedIds } from '../selection.ts';
import { TermFault } from '../terms.ts';
import { element } from '../xml.ts';

/** As many records as one request may ask for (E-utilities In-Depth, "EFetch"). */
const MOST = 10_000;

/**
 * EFetch (E-utilities In-Depth, "EFetch"): XML, MEDLINE, abstracts and lists of PMIDs. Ids that are not held are left out, as NCBI leaves
 * them out; its faults come with status 400.
 */
export async function efetch(context: Context): Promise<ServiceAnswer> {
  const { parameters, citations } = context;
  const type = (parameters.text('rettype') ?? '').toLowerCase();
  const mode = (parameters.text('retmode') ?? (type === '' ? 'xml' : 'text')).toLowerCase();
  try {
    const db = databaseOf(parameters.text('db'), false);
    if (typeof db === 'object') throw new TermFault(db.error);
    const ids = [...new Set(await selectedIds(context, MOST))].filter((id) => /^\d{1,18}$/.test(id));
    if (ids.length === 0) throw new TermFault('ID list is empty! Possibly it has no correct IDs.');
    const records = citations.records(ids);
    const found = ids.flatMap((id) => records.get(id) ?? []);
    if (type === 'uilist') {
      const own = found.map(({ id }) => id);
      return mode === 'xml'
        ? { status: 200, type: 'text/xml; charset=UTF-8', body: idListXml(own) }
        : textAnswer(own.map((id) => `${id}\n`).join(''));
    }
    if (mode === 'text' && type === 'medline')
      return textAnswer(found.map((record) => exportText(record, 'nbib')).join(''));
    if (mode === 'text' && type === 'abstract') return textAnswer(found.map(abstractText).join('\n'));
    return xmlAnswer(
      'PubmedArticleSet',
      found.map((record) => articleXml(record, citations.engine.thesaurus)),
    );
  } catch (error) {
    if (!(error instanceof TermFault)) throw error;
    return xmlAnswer('eFetchResult', errorElement(error.message), { status: 400 });
  }
}

/** NCBI's list of ids names no document type that anyone has; it is written without. */
function idListXml(ids: readonly string[]): string {
  const list = element(
    'IdList',
    ids.map((id) => element('Id', id)),
  );
  return `<?xml version="1.0" encoding="UTF-8" ?>\n${list}\n`;
}
