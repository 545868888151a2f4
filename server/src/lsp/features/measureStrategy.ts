import { SearchError } from '@querent/core/search';
import {
  measureStrategyMethod,
  type MeasureStrategyParams,
  type MeasureStrategyResult,
} from '../../liveProtocol.ts';
import type { RunProgress, StrategyRun } from '../../measuring/index.ts';
import type { Feature } from '../services.ts';
import { openDocument } from './lineSubject.ts';
import { onLongRequest } from './longRequest.ts';

/** `querent/measureStrategy`: the numbers of all lines, now. */
export const measureStrategy: Feature = {
  register(services) {
    onLongRequest<MeasureStrategyParams, MeasureStrategyResult>(
      services,
      measureStrategyMethod,
      'Measuring the strategy',
      async ({ uri }, signal, report) => {
        const document = openDocument(services, uri);
        try {
          const run = await services.measuring.run(document, {
            signal,
            onProgress: (progress) => report(progressText(progress), percentOf(progress)),
          });
          return resultOf(run);
        } finally {
          services.refresh.numbers();
        }
      },
    );
  },
  capabilities: () => ({}),
};

/** `12 of 60 lines`; the seeds of a live database come last, for all lines together. */
function progressText({ counted, measured, total }: RunProgress): string {
  const lines = `${total} ${total === 1 ? 'line' : 'lines'}`;
  return counted === total && measured < total
    ? `${lines} counted, looking for the seeds`
    : `${counted} of ${lines}`;
}

function percentOf({ counted, measured, total }: RunProgress): number | undefined {
  return total === 0 ? undefined : ((counted + measured) / (2 * total)) * 100;
}

function resultOf({ lines }: StrategyRun): MeasureStrategyResult {
  const failed: { label: string; message: string }[] = [];
  let offline = 0;
  let measured = 0;
  let provenance: MeasureStrategyResult['provenance'];
  for (const { label, outcome } of lines) {
    if (outcome instanceof SearchError) failed.push({ label, message: outcome.message });
    else {
      if (outcome.provenance.offline === undefined) measured++;
      else offline++;
      if (provenance?.offline === undefined) provenance = outcome.provenance;
    }
  }
  return {
    lines: lines.length,
    measured,
    offline,
    failed,
    ...(provenance === undefined ? {} : { provenance }),
  };
}
