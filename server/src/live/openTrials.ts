import { join } from 'node:path';
import { createTrialsEngine } from '@querent/core/connectors';
import type { TrialsEngine } from '@querent/core/connectors';
import type { ResolvedExpression } from '@querent/core/ctgov';
import { answerStore } from './answerStore.ts';
import { httpFor } from './httpFor.ts';
import { machineGate } from './machineGate.ts';
import { liveFolder } from './openLive.ts';
import type { LiveOptions } from './openLive.ts';
import { noProxySettings, proxyFor } from './proxies.ts';
import { rememberedEngine } from './rememberedEngine.ts';
import type { AsksAgain } from './rememberedEngine.ts';

/** How ClinicalTrials.gov is asked. Everything has a default. */
export interface LiveTrialsOptions extends Pick<
  LiveOptions,
  'address' | 'proxies' | 'environment' | 'folder' | 'warn'
> {
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
  const { address = REGISTRY, folder = liveFolder(), requestsPerMinute: limit = 50, warn } = options;
  const { proxies = noProxySettings, environment = process.env } = options;
  // Said now, in its own words, rather than by every question.
  if (URL.canParse(address)) proxyFor(new URL(address), proxies, environment);
  const engine = createTrialsEngine({
    baseUrl: address,
    http: httpFor(proxies, environment),
    gate: machineGate({
      service: URL.canParse(address) ? new URL(address).origin : address,
      limit,
      windowMs: WINDOW_MS,
      folder: join(folder, 'gates'),
      warn,
    }),
  });
  return rememberedEngine<TrialsEngine, ResolvedExpression>(
    engine,
    answerStore(join(folder, 'answers'), { warn }),
  );
}
