import { createTrialsEngine } from '@querent/core/connectors';
import type { TrialsEngine } from '@querent/core/connectors';
import type { ResolvedExpression } from '@querent/core/ctgov';
import { openShared } from './openLive.ts';
import type { LiveOptions } from './openLive.ts';
import { rememberedEngine } from './rememberedEngine.ts';
import type { AsksAgain } from './rememberedEngine.ts';

/** How ClinicalTrials.gov is asked. Everything has a default. */
export interface LiveTrialsOptions extends LiveOptions {
  /** Most requests in a minute, of all processes of this machine together. Default 50. `Infinity` for a service of one's own. */
  readonly requestsPerMinute?: number;
}

const REGISTRY = 'https://clinicaltrials.gov';
/** A little more than a minute: requests that left in time may arrive closer together. */
const WINDOW_MS = 61_000;

/**
 * ClinicalTrials.gov, within one limit for all windows and commands of the machine, through the person's proxy, and not twice on a day for the
 * same. Nothing is sent before the first question.
 * @throws SearchError `network` when the settings name a proxy that cannot be used
 */
export function openLiveTrials(options: LiveTrialsOptions = {}): TrialsEngine & AsksAgain {
  const { requestsPerMinute: limit = 50, onOlder } = options;
  const address = options.address?.trim() || REGISTRY;
  const { store, shared } = openShared(options, address, { limit, windowMs: WINDOW_MS });
  const engine = createTrialsEngine({ ...shared, baseUrl: address });
  return rememberedEngine<TrialsEngine, ResolvedExpression>(engine, store, { onOlder });
}
