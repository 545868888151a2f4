import { completenessReport } from '@querent/core/features';
import { completenessInWords, completenessOf } from '@querent/core/rewriting';
import { completenessMethod, type CompletenessParams } from '../../liveProtocol.ts';
import type { ReportResult } from '../../protocol.ts';
import type { Report } from '../progress.ts';
import type { Feature, Services } from '../services.ts';
import { pubmedSubject } from './lineSubject.ts';
import { onLongRequest } from './longRequest.ts';

/** `querent/completeness`: what a line may miss, estimated from what its headings and its text words find. */
export const completeness: Feature = {
  register(services) {
    onLongRequest<CompletenessParams, ReportResult>(
      services,
      completenessMethod,
      'Estimating what is missed',
      (params, signal, report) => estimated(services, params, signal, report),
    );
  },
  capabilities: () => ({}),
};

async function estimated(
  services: Services,
  { uri, label }: CompletenessParams,
  signal: AbortSignal,
  report: Report,
): Promise<ReportResult> {
  const { document, line, query, name } = pubmedSubject(services, uri, label);
  const engine = await services.measuring.engine(document);
  const until = document.strategy.frontMatter?.until;
  report('counting by headings, by text words, and by both');
  const result = await completenessOf(query, engine, {
    signal,
    priority: 1,
    ...(until === undefined ? {} : { until }),
  });
  const title = `What ${name} may miss`;
  const text = document.text.slice(line.queryRange.start, line.queryRange.end);
  if (typeof result === 'string')
    return { title, markdown: completenessReport({ title, query: text, problem: result }) };
  const known = services.measuring.view(document).line(line.label);
  const seeds =
    known.kind === 'done'
      ? {
          found: known.measurement.found.length,
          total: known.measurement.found.length + known.measurement.missed.length,
        }
      : undefined;
  return {
    title,
    markdown: completenessReport({
      title,
      query: text,
      words: completenessInWords(result),
      assumptions: result.assumptions,
      headings: result.arms.headings,
      textWords: result.arms.textWords,
      provenance: result.provenance,
      ...(seeds === undefined ? {} : { seeds }),
    }),
  };
}
