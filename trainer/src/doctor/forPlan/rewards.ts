import { createServer } from 'node:net';
import type { Check } from '../check.ts';
import { bad, good } from './context.ts';
import type { PlanContext } from './context.ts';

/** Time in which a reward service that runs already has to answer. */
const healthMs = 5_000;

/** Where rewards come from: a service that runs, or an address on which one can be started. */
export async function rewards({ plan: { ppo, verl }, choice }: PlanContext): Promise<readonly Check[]> {
  if (ppo === null) return [];
  const { url } = ppo.reward;
  if (url === null) {
    if (choice.engine === 'verl' && (verl.nodes > 1 || verl.rayAddress !== null))
      return [
        bad(
          'rewards',
          'other machines do not reach a reward service that the run starts on 127.0.0.1',
          'Start one that they reach (querent-trainer rewards serve --host 0.0.0.0 --port 8765 ...) and write its address as ppo.reward.url.',
        ),
      ];
    const port = await freePort();
    return [
      port
        ? good('rewards', 'the run starts a reward service on a free port of 127.0.0.1')
        : bad(
            'rewards',
            'no port of 127.0.0.1 can be listened on',
            'Allow it, or name a service that runs with ppo.reward.url.',
          ),
    ];
  }
  try {
    const response = await fetch(`${url.replace(/\/$/u, '')}/v1/health`, {
      signal: AbortSignal.timeout(healthMs),
    });
    await response.body?.cancel();
    if (response.status === 200) return [good('rewards', `${url} is ready`)];
    return [
      bad(
        'rewards',
        `${url} answers with status ${response.status}`,
        'Look at its log; GET /v1/health says what is wrong.',
      ),
    ];
  } catch {
    return [
      bad(
        'rewards',
        `${url} does not answer`,
        'Start it: querent-trainer rewards serve; or leave out ppo.reward.url, and the run starts one.',
      ),
    ];
  }
}

function freePort(): Promise<boolean> {
  return new Promise((done) => {
    const server = createServer();
    server.once('error', () => done(false));
    server.listen(0, '127.0.0.1', () => server.close(() => done(true)));
  });
}

/** What the environment must hold for a release, of which nothing is shown. */
export function secrets({ plan: { publish }, environment }: PlanContext): readonly Check[] {
  if (publish === null) return [];
  const has = (name: string): boolean => (environment[name] ?? '') !== '';
  const wanted: readonly (readonly [string, boolean, string])[] = [
    [
      'QUERENT_SIGNING_KEY',
      true,
      'the key that signs a release, a PEM file; querent-trainer publish keys makes one',
    ],
    ['HF_TOKEN', publish.to.startsWith('hf:'), 'a token of Hugging Face that may write to the repository'],
    [
      'QUERENT_CHANNEL_TOKEN',
      /^https?:/u.test(publish.to),
      'what the server asks for as a bearer token, where it does',
    ],
  ];
  return wanted
    .filter(([, needed]) => needed)
    .map(([name, , what]) =>
      has(name)
        ? good(name, 'is set')
        : bad(name, 'is not set', `It is ${what}.`, name !== 'QUERENT_CHANNEL_TOKEN'),
    );
}
