import type { CancellationToken } from 'vscode-languageserver/node';
import { SearchError } from '@querent/core/search';
import { reportTo, type Report } from '../progress.ts';
import { UserFacingError } from '../runSafe.ts';
import type { Services } from '../services.ts';

/** What requests that take a while have in common. */
interface LongParams {
  readonly uri: string;
  readonly workDoneToken?: string | number;
}

/**
 * Registers a request that takes a while: its progress is shown where the client gave a token, cancelling it fires the signal, and errors that
 * are meant for people (SearchError, and what `isForPeople` says) are answered in their words.
 */
export function onLongRequest<P extends LongParams, R>(
  services: Services,
  method: string,
  title: string,
  work: (params: P, signal: AbortSignal, report: Report) => Promise<R>,
  isForPeople: (error: unknown) => boolean = () => false,
): void {
  services.connection.onRequest(method, async (sent: P | null | undefined, token: CancellationToken) =>
    services.safely<R | null>(method, sent?.uri ?? '', token, null, async (signal) => {
      // What is missing in what was sent is found missing by whoever needs it.
      const params = { ...sent } as P;
      const progress =
        params.workDoneToken === undefined
          ? undefined
          : services.connection.window.attachWorkDoneProgress(params.workDoneToken);
      progress?.begin(title, 0, undefined, true);
      const aborted = signal();
      try {
        return await work(params, aborted, (message, percent) => reportTo(progress, message, percent));
      } catch (error) {
        const isTold = error instanceof SearchError || isForPeople(error);
        throw isTold && !aborted.aborted && error instanceof Error
          ? new UserFacingError(error.message)
          : error;
      } finally {
        progress?.done();
      }
    }),
  );
}
