import type { CancellationToken } from 'vscode-languageserver/node';
import type { ActionOptions, Change, Progress, Store } from '../../checkpoints/index.ts';
import {
  checkpointActivateMethod,
  checkpointDeactivateMethod,
  checkpointImportMethod,
  checkpointPullMethod,
  checkpointRemoveMethod,
  checkpointRollBackMethod,
  checkpointsMethod,
  type CheckpointActivateParams,
  type CheckpointChange,
  type CheckpointImportParams,
  type CheckpointPullParams,
  type CheckpointRemoveParams,
  type CheckpointsParams,
  type CheckpointsResult,
} from '../../checkpointProtocol.ts';
import { channelOf, storeOf } from '../checkpoints/lspStore.ts';
import { reportTo } from '../progress.ts';
import { UserFacingError } from '../runSafe.ts';
import type { Feature, Services } from '../services.ts';

/** Checkpoints of a channel: what there is, pulling, activating, rolling back, importing, removing. */
export const checkpoints: Feature = {
  register(services) {
    const { connection } = services;
    const answer = <P, T>(
      method: string,
      act: (params: Partial<P>, signal: AbortSignal) => Promise<T>,
    ): void => {
      // A request without parameters is handed over as its token alone.
      connection.onRequest(method, (...given: unknown[]) => {
        const [params, token] = given.length > 1 ? given : [undefined, given[0]];
        const named = typeof params === 'object' && params !== null ? (params as Partial<P>) : {};
        return handled<T>(services, method, token as CancellationToken, (signal) => act(named, signal));
      });
    };
    answer<CheckpointsParams, CheckpointsResult>(checkpointsMethod, ({ ask }, signal) =>
      listed(services, ask === true, signal),
    );
    const changes = <P>(
      method: string,
      title: string,
      act: (params: Partial<P>, store: Store, options: ActionOptions) => Promise<Change>,
    ): void =>
      answer<P & { readonly workDoneToken?: string | number }, CheckpointChange>(method, (params, signal) =>
        withProgress(services, title, params.workDoneToken, signal, async (options) =>
          act(params as Partial<P>, await storeOf(services.settings()), options),
        ),
      );
    changes<CheckpointPullParams>(
      checkpointPullMethod,
      'Pulling a checkpoint',
      async (params, store, options) => {
        const { channelChoice, pull } = await import('../../checkpoints/index.ts');
        const { id, agreedBytes } = params;
        if (typeof id !== 'string' || typeof agreedBytes !== 'number' || !Number.isSafeInteger(agreedBytes))
          throw new UserFacingError('Pulling a checkpoint needs its id and the bytes that were agreed to.');
        const setting = await channelOf(services.settings(), store);
        return pull(store, channelChoice(setting ?? { source: '', key: '' }), id, {
          ...options,
          agreedBytes,
        });
      },
    );
    changes<CheckpointActivateParams>(
      checkpointActivateMethod,
      'Activating a checkpoint',
      async (params, store, options) => {
        const { activate } = await import('../../checkpoints/index.ts');
        return activate(store, textOf(params.id, 'Activating a checkpoint needs its id.'), options);
      },
    );
    changes<object>(
      checkpointRollBackMethod,
      'Going back to the previous checkpoint',
      async (_, store, options) => {
        const { rollBack } = await import('../../checkpoints/index.ts');
        return rollBack(store, options);
      },
    );
    changes<object>(checkpointDeactivateMethod, 'Switching the checkpoint off', async (_, store) => {
      const { deactivate } = await import('../../checkpoints/index.ts');
      return deactivate(store);
    });
    changes<CheckpointImportParams>(
      checkpointImportMethod,
      'Importing a checkpoint',
      async (params, store, options) => {
        const { importFrom, readKey } = await import('../../checkpoints/index.ts');
        const path = textOf(params.path, 'Importing a checkpoint needs the folder of its channel.');
        const settings = services.settings();
        const own = settings.model.channelKey.trim();
        const key = own === '' ? ((await channelOf(settings, store))?.key ?? '') : own;
        const { active, previous, message } = await importFrom(
          store,
          path,
          key === '' ? undefined : readKey(key),
          undefined,
          options,
        );
        return {
          message,
          ...(active === undefined ? {} : { active }),
          ...(previous === undefined ? {} : { previous }),
        };
      },
    );
    answer<CheckpointRemoveParams, { readonly message: string }>(
      checkpointRemoveMethod,
      async (params, signal) => {
        const { remove } = await import('../../checkpoints/index.ts');
        const id = textOf(params.id, 'Removing a checkpoint needs its id.');
        const removed = await remove(await storeOf(services.settings()), id, signal);
        await services.model.update();
        return removed;
      },
    );
  },
  capabilities: () => ({}),
};

async function listed(services: Services, ask: boolean, signal: AbortSignal): Promise<CheckpointsResult> {
  const { list } = await import('../../checkpoints/index.ts');
  const settings = services.settings();
  const store = await storeOf(settings);
  const pinned = settings.model.pinnedVersion.trim();
  const listing = await list(store, { channel: await channelOf(settings, store), ask, pinned, signal });
  const { entries, problem } = listing;
  return {
    ...listing,
    entries: entries.map(({ refused, ...entry }) => ({
      ...entry,
      ...(refused === undefined ? {} : { refused: inEditor(refused) }),
    })),
    ...(problem === undefined ? {} : { problem: inEditor(problem) }),
    ...(pinned === '' ? {} : { pinned }),
  };
}

/** Runs an action with work-done progress; afterwards the model is the one that is active then, however it ended. */
async function withProgress<T>(
  services: Services,
  title: string,
  workDoneToken: string | number | undefined,
  signal: AbortSignal,
  act: (options: ActionOptions) => Promise<T>,
): Promise<T> {
  const progress =
    workDoneToken === undefined
      ? undefined
      : services.connection.window.attachWorkDoneProgress(workDoneToken);
  progress?.begin(title, 0, undefined, true);
  let last = '';
  const report = (message: string, percent?: number): void => {
    const text = `${percent === undefined ? '' : Math.floor(percent)} ${message}`;
    if (text === last) return;
    last = text;
    reportTo(progress, message, percent);
  };
  try {
    return await act({
      signal,
      onProgress: (now) => report(textOfProgress(now), percentOf(now)),
      onNote: (note) => {
        report(note);
        services.connection.console.info(`Checkpoints: ${note}`);
      },
      // Two models may not fit into memory together.
      beforeTest: () => services.model.unload(),
    });
  } finally {
    progress?.done();
    await services.model.update();
  }
}

const phases: Readonly<Record<Progress['phase'], string>> = {
  reading: 'reading the channel',
  waiting: 'another window fetches it',
  checking: 'verifying what is here',
  fetching: 'fetching',
  testing: 'trying it with one question',
};

function textOfProgress({ phase, doneBytes, totalBytes }: Progress): string {
  if (totalBytes === 0 || phase === 'testing') return phases[phase];
  const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(bytes < 10e6 ? 1 : 0);
  return `${phases[phase]}: ${megabytes(doneBytes)} of ${megabytes(totalBytes)} MB`;
}

/** Fetching is nearly all of it; the self-test has the last tenth. */
function percentOf({ phase, doneBytes, totalBytes }: Progress): number | undefined {
  if (phase === 'testing') return 92;
  return totalBytes === 0 ? undefined : (90 * doneBytes) / totalBytes;
}

function textOf(value: unknown, problem: string): string {
  if (typeof value !== 'string' || value.trim() === '') throw new UserFacingError(problem);
  return value;
}

/** Without the commands of a terminal: here the same is done by other ways. */
function inEditor(message: string): string {
  return message.replace(/ \(querent models [^()]*\)/g, '');
}

/** Faults are for people: the request's error has their words. Nothing is done in a workspace that is not trusted. */
function handled<T>(
  services: Services,
  method: string,
  token: CancellationToken,
  act: (signal: AbortSignal) => Promise<T>,
): ReturnType<typeof services.safely<T | null>> {
  return services.safely<T | null>(method, '', token, null, async (signal) => {
    if (!services.client().trusted)
      throw new UserFacingError(
        'Trust this workspace to list, fetch and run checkpoints. Everything else works without them.',
      );
    try {
      return await act(signal());
    } catch (error) {
      const { CheckpointError } = await import('../../checkpoints/index.ts');
      throw error instanceof CheckpointError ? new UserFacingError(inEditor(error.message)) : error;
    }
  });
}
