import type { ClientCapabilities, Connection, WorkDoneProgressReporter } from 'vscode-languageserver/node';

/** Work that is over sooner is not worth a flicker. */
const patienceMs = 1_000;

/** Tells how far the work is; `percent` 0..100. */
export type Report = (message: string, percent?: number) => void;

/** Work-done progress that the server starts by itself. */
export class ProgressReporter {
  readonly #connection: Connection;
  readonly #client: () => ClientCapabilities;

  constructor(connection: Connection, client: () => ClientCapabilities) {
    this.#connection = connection;
    this.#client = client;
  }

  /**
   * Runs `work` and shows its progress once it takes longer than a second, where the client can show it. The person may
   * cancel it: then `signal` fires.
   */
  async run<T>(title: string, work: (report: Report, signal: AbortSignal) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    let shown: (WorkDoneProgressReporter & { done(): void }) | undefined;
    let finished = false;
    let last: { message: string; percent?: number } | undefined;
    const show = async (): Promise<void> => {
      const progress = await this.#connection.window.createWorkDoneProgress();
      if (finished) return;
      shown = progress;
      progress.begin(title, last?.percent ?? 0, last?.message, true);
      progress.token.onCancellationRequested(() => controller.abort());
    };
    const timer = setTimeout(() => void show().catch(() => {}), patienceMs);
    if (this.#client().window?.workDoneProgress !== true) clearTimeout(timer);
    try {
      return await work((message, percent) => {
        last = { message, ...(percent === undefined ? {} : { percent }) };
        reportTo(shown, message, percent);
      }, controller.signal);
    } finally {
      finished = true;
      clearTimeout(timer);
      shown?.done();
    }
  }
}

/** Reports to a progress that may not be there. */
export function reportTo(
  progress: WorkDoneProgressReporter | undefined,
  message: string,
  percent?: number,
): void {
  if (percent === undefined) progress?.report(message);
  else progress?.report(Math.round(percent), message);
}
