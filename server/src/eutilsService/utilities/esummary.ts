import { errorElement, jsonAnswer, xmlAnswer } from '../answers.ts';
import type { Context } from '../context.ts';
import { databaseOf } from '../databases.ts';
import type { ServiceAnswer } from '../protocol.ts';
import { documentSummary } from '../records/documentSummary.ts';
import { summaryJson } from '../records/summaryJson.ts';
import { docSum, documentSummaryXml } from '../records/summaryXml.ts';
import { selectedIds } from '../selection.ts';
import { TermFault } from '../terms.ts';
import { element } from '../xml.ts';

/** NCBI's words for an id that it does not hold. */
const missing = 'cannot get document summary';

/** As many as one request may ask for: 10,000, and 500 in JSON (E-utilities In-Depth, "ESummary"). */
const MOST = { xml: 10_000, json: 500 } as const;

/** ESummary (E-utilities In-Depth, "ESummary"): JSON, and XML of versions 1 and 2. */
export async function esummary(context: Context): Promise<ServiceAnswer> {
  const { parameters, citations } = context;
  const isJson = parameters.text('retmode')?.toLowerCase() === 'json';
  const isSecond = parameters.text('version') === '2.0';
  const document = isSecond ? 'eSummaryResult2' : 'eSummaryResult';
  let ids: readonly string[];
  try {
    const db = databaseOf(parameters.text('db'), false);
    if (typeof db === 'object') throw new TermFault(db.error);
    if (isJson && parameters.ids().length > MOST.json && parameters.text('WebEnv') === undefined)
      throw new TermFault(
        `Too many UIDs in request. Maximum number of UIDs is ${MOST.json} for JSON format output.`,
      );
    ids = await selectedIds(context, isJson ? MOST.json : MOST.xml);
  } catch (error) {
    if (!(error instanceof TermFault)) throw error;
    return isJson
      ? jsonAnswer('esummary', { esummaryresult: [error.message] })
      : xmlAnswer('eSummaryResult', errorElement(error.message));
  }
  const records = citations.records(ids);
  const summaries = [...new Set(ids)].map((id) => {
    const record = records.get(id);
    return [id, record === undefined ? undefined : documentSummary(record)] as const;
  });
  if (isJson)
    return jsonAnswer('esummary', {
      result: {
        uids: summaries.map(([id]) => id),
        ...Object.fromEntries(
          summaries.map(([id, summary]) => [
            id,
            summary === undefined ? { uid: id, error: missing } : summaryJson(summary),
          ]),
        ),
      },
    });
  if (!isSecond)
    return xmlAnswer(
      document,
      summaries.map(([id, summary]) =>
        summary === undefined ? errorElement(`UID=${id}: ${missing}`) : docSum(summary),
      ),
    );
  return xmlAnswer(
    document,
    element(
      'DocumentSummarySet',
      summaries.map(([id, summary]) =>
        summary === undefined
          ? element('DocumentSummary', element('error', missing), { uid: id })
          : documentSummaryXml(summary),
      ),
      { status: 'OK' },
    ),
  );
}
