import { SearchError } from '../../search/index.ts';
import type { SearchOptions } from '../../search/index.ts';
import { parseAnswer } from './answers/answer.ts';
import { readEsearch } from './answers/esearch.ts';
import { readDatabases, readEinfo, readElink, readEspell } from './answers/others.ts';
import { KeyRefusedError } from './eutilsClient.ts';
import type { AskOptions } from '../politeAsker.ts';
import type { EutilsClient } from './eutilsClient.ts';
import type { KeyTest, PubMedServices } from './services.ts';

/** Parts of {@link pubmedServices}. */
interface ServiceParts {
  readonly client: EutilsClient;
  /** A client that sends this key instead. */
  readonly clientFor: (apiKey: string) => EutilsClient;
  readonly apiKey: string | undefined;
  /** Adds that the engine may be closed. */
  readonly ask: <T>(options: SearchOptions, work: (options: AskOptions) => Promise<T>) => Promise<T>;
}

/** See {@link PubMedServices}. */
export function pubmedServices({ client, clientFor, apiKey, ask }: ServiceParts): PubMedServices {
  return {
    spell: (text, options = {}) =>
      ask(options, async (limits) => {
        if (text.trim() === '') return undefined;
        const better = await client.ask('espell', { term: text, retmode: 'xml' }, readEspell, limits);
        return better?.toLowerCase() === text.trim().toLowerCase() ? undefined : better;
      }),
    info: (options = {}) => ask(options, (limits) => client.ask('einfo', {}, readEinfo, limits)),
    heading: (name, options = {}) =>
      ask(options, async (limits) => {
        const term = `"${name.replaceAll('"', ' ').trim()}"[mh]`;
        const { count } = await client.ask('esearch', { db: 'mesh', term, retmax: '2' }, readEsearch, limits);
        return count === 0 ? 'unknown' : count === 1 ? 'found' : 'ambiguous';
      }),
    similar: (id, options = {}) =>
      ask(options, async (limits) => {
        const parameters = { dbfrom: 'pubmed', linkname: 'pubmed_pubmed', cmd: 'neighbor', id };
        const links = await client.ask('elink', parameters, readElink, limits);
        return links.get(id) ?? [];
      }),
    testKey: (key = apiKey, options = {}) =>
      ask(options, (limits) =>
        key === undefined || key.trim() === ''
          ? Promise.resolve<KeyTest>({ state: 'none', message: 'There is no NCBI API key to test.' })
          : testKey(clientFor(key.trim()), limits),
      ),
  };
}

/** Any request shows whether a key is accepted; EInfo's list of databases is the least. */
async function testKey(client: EutilsClient, options: AskOptions): Promise<KeyTest> {
  try {
    const limit = await client.askText(
      'einfo',
      { db: '', retmode: 'json' },
      (answer) => {
        readDatabases(parseAnswer(answer.body)); // a page where a network wants a login accepts any key
        const text = answer.header('x-ratelimit-limit') ?? '';
        return /^\d+$/.test(text) ? Number(text) : undefined;
      },
      options,
    );
    return {
      state: 'accepted',
      ...(limit === undefined ? {} : { requestsPerSecond: limit }),
      message:
        limit === undefined ? 'NCBI accepts the key.' : `NCBI accepts the key: ${limit} requests a second.`,
    };
  } catch (error) {
    if (error instanceof KeyRefusedError) return { state: 'refused', message: error.message };
    if (error instanceof SearchError) throw error;
    throw new SearchError('internal', String(error));
  }
}
