import { join } from 'node:path';
import { createPubMedEngine } from '@querent/core/connectors';
import type { Gate, PubMedEngine, PubMedOptions } from '@querent/core/connectors';
import { cacheFolder } from '../library/cacheFolder.ts';
import { answerStore } from './answerStore.ts';
import { httpFor } from './httpFor.ts';
import { machineGate } from './machineGate.ts';
import { noProxySettings, proxyFor } from './proxies.ts';
import type { ProxySettings } from './proxies.ts';
import { rememberedEngine } from './rememberedEngine.ts';
import type { AsksAgain } from './rememberedEngine.ts';
import { seedRecordStore } from './seedRecords.ts';

/** How a live database is asked. Everything has a default. */
export interface LiveOptions {
  /** Name of the program, which services want to know. Default `querent`. */
  readonly tool?: string;
  /** Address of the person or institution, which NCBI asks for. */
  readonly email?: string;
  /** NCBI API key: 10 requests a second instead of 3. Written nowhere, but for a hash in the name of the gate. */
  readonly key?: string;
  /** Another address than NCBI's. */
  readonly address?: string;
  /** Most requests in a second, of all processes of this machine together. Default: what NCBI allows. `Infinity` for a service of one's own. */
  readonly requestsPerSecond?: number;
  readonly proxies?: ProxySettings;
  /** For proxies. Default: that of this process. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Where answers, gates and histories lie. Default {@link liveFolder}. */
  readonly folder?: string;
  /** Told what keeps answers or the gate from being shared. */
  readonly warn?: (message: string) => void;
  readonly thesaurus?: PubMedOptions['thesaurus'];
}

const NCBI = 'https://eutils.ncbi.nlm.nih.gov/entrez/eutils/';

/** The folder that all processes of this person share for live databases; below it `answers/`, `gates/` and `history/`. */
export function liveFolder(): string {
  return join(cacheFolder(), 'live');
}

/**
 * PubMed, asked as politely as NCBI wants it: within one limit for all windows and commands of the machine, through the person's proxy, and
 * not twice on a day for the same. Nothing is sent before the first question.
 * @throws SearchError `network` when the settings name a proxy that cannot be used
 */
export function openLivePubMed(options: LiveOptions = {}): PubMedEngine & AsksAgain {
  const { tool, email, key, address = NCBI, folder = liveFolder(), thesaurus } = options;
  const { proxies = noProxySettings, environment = process.env, warn } = options;
  // Said now, in its own words, rather than by every question.
  if (URL.canParse(address)) proxyFor(new URL(address), proxies, environment);
  const store = answerStore(join(folder, 'answers'), { warn });
  const engine = createPubMedEngine({
    ...(tool === undefined ? {} : { tool }),
    ...(email === undefined || email === '' ? {} : { email }),
    ...(key === undefined || key === '' ? {} : { apiKey: key }),
    ...(address === NCBI ? {} : { baseUrl: address }),
    ...(thesaurus === undefined ? {} : { thesaurus }),
    http: httpFor(proxies, environment),
    gate: gateOf({ ...options, address, folder }),
    seedRecords: seedRecordStore(store, `pubmed ${address}`),
  });
  return rememberedEngine(engine, store);
}

function gateOf({ key = '', address = '', folder = '', requestsPerSecond, warn }: LiveOptions): Gate {
  return machineGate({
    // NCBI counts what comes to its machine, whatever the path.
    service: URL.canParse(address) ? new URL(address).origin : address,
    key,
    limit: requestsPerSecond ?? (key === '' ? 3 : 10),
    folder: join(folder, 'gates'),
    warn,
  });
}
