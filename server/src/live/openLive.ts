import { join } from 'node:path';
import { createPubMedEngine } from '@querent/core/connectors';
import type { PubMedEngine, PubMedOptions } from '@querent/core/connectors';
import { SearchError } from '@querent/core/search';
import { cacheFolder } from '../library/cacheFolder.ts';
import { answerStore } from './answerStore.ts';
import type { AnswerStore } from './answerStore.ts';
import { httpFor } from './httpFor.ts';
import { machineGate } from './machineGate.ts';
import { noProxySettings, proxyFor } from './proxies.ts';
import type { ProxySettings } from './proxies.ts';
import { rememberedEngine } from './rememberedEngine.ts';
import type { AsksAgain } from './rememberedEngine.ts';
import { seedRecordStore } from './seedRecords.ts';

/** How a live database is asked. Everything has a default. */
export interface LiveOptions {
  /** Another address than that of the service itself, for one that answers alike; empty means the service itself. */
  readonly address?: string;
  readonly proxies?: ProxySettings;
  /** For proxies. Default: that of this process. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Where answers, gates and histories lie. Default {@link liveFolder}. */
  readonly folder?: string;
  /** Told what keeps answers or the gate from being shared. */
  readonly warn?: (message: string) => void;
  /** See `RememberOptions.onOlder`. */
  readonly onOlder?: (message: string) => void;
}

/** How PubMed is asked. */
export interface LivePubMedOptions extends LiveOptions {
  /** Name of the program, which NCBI asks for. Default `querent`. */
  readonly tool?: string;
  /** Address of the person or institution, which NCBI asks for. */
  readonly email?: string;
  /** NCBI API key: 10 requests a second instead of 3. Written nowhere, but for a hash in the name of the gate. */
  readonly key?: string;
  /** Most requests in a second, of all processes of this machine together. Default: what NCBI allows. `Infinity` for a service of one's own. */
  readonly requestsPerSecond?: number;
  /** See `PubMedOptions.thesaurus`. */
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
 * @throws SearchError `network` when the settings name an address, or a proxy, that cannot be used
 */
export function openLivePubMed(options: LivePubMedOptions = {}): PubMedEngine & AsksAgain {
  const { tool, email, key = '', thesaurus, requestsPerSecond } = options;
  const address = options.address?.trim() || NCBI;
  const { store, shared } = openShared(options, address, {
    key,
    limit: requestsPerSecond ?? (key === '' ? 3 : 10),
  });
  const engine = createPubMedEngine({
    ...shared,
    ...(address === NCBI ? {} : { baseUrl: address }),
    ...(tool === undefined ? {} : { tool }),
    ...(email === undefined || email === '' ? {} : { email }),
    ...(key === '' ? {} : { apiKey: key }),
    ...(thesaurus === undefined ? {} : { thesaurus }),
    seedRecords: seedRecordStore(store, `pubmed ${address.replace(/\/+$/, '')}`),
  });
  return rememberedEngine(engine, store, { onOlder: options.onOlder });
}

/** An address names its engine, and stands beside every number, in histories and exports: what is secret must not be in it. */
function checkedAddress(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw new SearchError(
      'network',
      `“${address.replace(/^.*@/, '…@')}” is no address of a service. Write it like https://eutils.example.org/entrez/eutils/.`,
    );
  if (url.username !== '' || url.password !== '')
    throw new SearchError(
      'network',
      `The address of ${url.host} holds a user name or a password. Take it out: addresses are shown beside the numbers.`,
    );
  return url;
}

/**
 * What engines of all services have from this machine.
 * @throws SearchError `network` for an address, or a proxy, that cannot be used
 */
export function openShared(
  { folder = liveFolder(), proxies = noProxySettings, environment = process.env, warn }: LiveOptions,
  address: string,
  limit: { readonly key?: string; readonly limit: number; readonly windowMs?: number },
): { readonly store: AnswerStore; readonly shared: Pick<PubMedOptions, 'http' | 'gate'> } {
  const url = checkedAddress(address);
  // Said now, in its own words, rather than by every question.
  proxyFor(url, proxies, environment);
  return {
    store: answerStore(join(folder, 'answers'), { warn }),
    shared: {
      http: httpFor(proxies, environment),
      gate: machineGate({
        // Services count what comes to their machine, whatever the path.
        service: url.origin,
        folder: join(folder, 'gates'),
        warn,
        ...limit,
      }),
    },
  };
}
