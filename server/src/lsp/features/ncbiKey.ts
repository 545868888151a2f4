import type { CancellationToken } from 'vscode-languageserver/node';
import type { KeyTest, PubMedServices } from '@querent/core/connectors';
import { SearchError } from '@querent/core/search';
import { testNcbiKeyMethod, type TestNcbiKeyResult } from '../../liveProtocol.ts';
import type { Feature, Services } from '../services.ts';

/** What became of a key, in the words of the protocol. */
const verdicts: Readonly<Record<KeyTest['state'], TestNcbiKeyResult['verdict']>> = {
  accepted: 'accepted',
  refused: 'rejected',
  none: 'none',
};

/** `querent/testNcbiKey`: whether NCBI takes the key in use. The notification that tells the key is the server's own (`server.ts`). */
export const ncbiKey: Feature = {
  register(services) {
    services.connection.onRequest(testNcbiKeyMethod, async (_params: unknown, token: CancellationToken) =>
      services.safely<TestNcbiKeyResult | null>(testNcbiKeyMethod, '', token, null, (signal) =>
        tested(services, signal()),
      ),
    );
  },
  capabilities: () => ({}),
};

async function tested(services: Services, signal: AbortSignal): Promise<TestNcbiKeyResult> {
  const inUse = services.ncbiKey.inUse();
  if (inUse === undefined)
    return {
      verdict: 'none',
      message:
        'There is no NCBI API key: PubMed is asked at most 3 times a second. Get one in the settings of your NCBI account, and keep it with “Set NCBI API Key”.',
    };
  const { origin } = inUse;
  const from = origin === 'environment' ? 'NCBI_API_KEY of the environment' : 'the key that you set';
  try {
    const { engine, giveBack } = await services.measuring.lend({ kind: 'pubmed' });
    try {
      const { services: pubmed } = engine as { services?: PubMedServices };
      if (pubmed === undefined)
        return { verdict: 'unknown', origin, message: `${engine.label} takes no keys.` };
      const { state, message } = await pubmed.testKey(inUse.key, { signal, priority: 1 });
      return { verdict: verdicts[state], origin, message: `${message} (${from})` };
    } finally {
      giveBack();
    }
  } catch (error) {
    if (signal.aborted || !(error instanceof SearchError)) throw error;
    return {
      verdict: 'unknown',
      origin,
      message: `Whether NCBI takes the key is not known: ${error.message}`,
    };
  }
}
