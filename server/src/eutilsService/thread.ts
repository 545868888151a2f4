/**
 * A thread of the service: holds the citations open and answers requests, one after the other, so that the thread that talks HTTP never waits
 * for a search. Started by `threads.ts`; see `protocol.ts` for what is said.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { SearchError } from '@querent/core/search';
import type { WireError } from '../library/workerProtocol.ts';
import { sharedSignal } from '../library/sharedSignal.ts';
import { answerTo } from './answer.ts';
import { Collection, KINDS } from './collection.ts';
import { Parameters } from './parameters.ts';
import { isSlow } from './protocol.ts';
import type { OpenedData, SharedIndexes, ThreadJob, ThreadMessage, ThreadSettings } from './protocol.ts';

/** What is searched. Trials of the same file are a second view of it. */
interface Opened {
  readonly citations: Collection;
  readonly trials: Collection;
}

async function open({ corpus, mesh, trials, cachePath, shared }: ThreadSettings): Promise<Opened> {
  const options = {
    ...(mesh === undefined ? {} : { mesh }),
    ...(cachePath === undefined ? {} : { cachePath }),
  };
  const citations = await Collection.open(corpus, KINDS.pubmed, {
    ...options,
    ...(shared?.corpus === undefined ? {} : { shared: shared.corpus }),
  });
  if (trials === undefined)
    return { citations, trials: new Collection(citations.engine, corpus, KINDS.trials, cachePath) };
  const registrations = await Collection.open(trials, KINDS.trials, {
    ...(cachePath === undefined ? {} : { cachePath }),
    ...(shared?.trials === undefined ? {} : { shared: shared.trials }),
  });
  return { citations, trials: registrations };
}

function dataOf({ citations, trials }: Opened): OpenedData {
  const sharedOf = ({ engine }: Collection): SharedIndexes['corpus'] =>
    engine.indexBytes === undefined ? undefined : { bytes: engine.indexBytes, engineId: engine.id };
  const corpus = sharedOf(citations);
  const own = trials.engine === citations.engine ? undefined : sharedOf(trials);
  return {
    label: citations.engine.label,
    records: citations.size,
    shared: {
      ...(corpus === undefined ? {} : { corpus }),
      ...(own === undefined ? {} : { trials: own }),
    },
  };
}

function wireError(error: unknown): WireError {
  if (error instanceof SearchError)
    return { code: error.code, message: error.message, retryable: error.retryable };
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { code: 'internal', message, retryable: false };
}

async function answer(opened: Opened, { id, request, cancel }: ThreadJob): Promise<void> {
  const signal = sharedSignal(cancel);
  try {
    if (signal.aborted) throw new SearchError('aborted', 'The client went away.');
    const given = await answerTo({
      ...opened,
      request,
      signal,
      parameters: new Parameters(request.parameters),
      history: request.history,
      slot: request.slot,
      today: new Date().toISOString().slice(0, 10),
    });
    send({ kind: 'answer', id, answer: given });
  } catch (error) {
    send({ kind: 'fault', id, error: wireError(error) });
  }
}

const port = parentPort;
const send = (message: ThreadMessage): void => port?.postMessage(message);
if (port !== null)
  open(workerData as ThreadSettings).then(
    (opened) => {
      send({ kind: 'ready', data: dataOf(opened) });
      let queue: Promise<void> = Promise.resolve();
      port.on('message', (job: ThreadJob) => {
        // What waits for the index for ranking lets others go ahead.
        if (isSlow(job.request)) void answer(opened, job);
        else queue = queue.then(() => answer(opened, job));
      });
    },
    (error: unknown) => send({ kind: 'failed', error: wireError(error) }),
  );
