import { SearchError } from '@querent/core/search';
import type { SqlSchema } from '@querent/core/sqlSchema';
import type { DatabaseAnswer, DatabaseMessage, DatabaseRequest, StatementLimits } from './protocol.ts';
import { startRunner } from './runner.ts';
import type { Runner, RunnerKind } from './runner.ts';

/** What a thread has at most for starting, and for reading a database into memory. */
const openMs = 60_000;
/** A thread that looks at its clock between rows answers by itself; this much later it is ended. */
const graceMs = 50;
/** Who describes a schema looks at its clock between two steps, and is given this time for the last one. */
const describeGraceMs = 1_000;

interface Running {
  readonly runner: Runner;
  /** Databases that it was asked for, and so has most likely open. */
  readonly known: Set<string>;
  isReady: boolean;
}

interface Pending {
  readonly request: DatabaseRequest;
  readonly resolve: (answer: DatabaseAnswer) => void;
  readonly reject: (error: SearchError) => void;
  timer: NodeJS.Timeout | undefined;
  /** What is answered when the time is over. */
  atTimeout: DatabaseAnswer;
  /** What was found out of a schema until now. */
  known?: SqlSchema;
  /** Whether the statement itself is at work, so that what happens is its doing. */
  isRunning: boolean;
}

/**
 * One thread for statements, one at a time; for databases that are read in place it is a process. A statement that takes too long, or brings the
 * engine down, costs its thread, and the next one starts another: nothing else ends a statement at any moment.
 */
export class DatabaseThread {
  readonly kind: RunnerKind;
  readonly #limits: StatementLimits;
  #running: Running | undefined;
  #pending: Pending | undefined;

  constructor(limits: StatementLimits, kind: RunnerKind) {
    this.#limits = limits;
    this.kind = kind;
  }

  get isIdle(): boolean {
    return this.#pending === undefined;
  }

  /** Whether it has most likely this database in memory. */
  knows(database: string): boolean {
    return this.#running?.known.has(database) === true;
  }

  /** Whether it runs at all; one that does not answers later by the time that a start takes. */
  get isStarted(): boolean {
    return this.#running !== undefined;
  }

  /**
   * Asks the thread, which has to be idle.
   * @throws SearchError `aborted`; `bad-library` for the file; `internal` when no thread can be started.
   */
  ask(request: DatabaseRequest, signal: AbortSignal | undefined): Promise<DatabaseAnswer> {
    const running = (this.#running ??= this.#start());
    running.runner.hold(true);
    return new Promise<DatabaseAnswer>((resolve, reject) => {
      const onAbort = (): void => {
        this.#settle(() => reject(new SearchError('aborted', 'The statement was cancelled.')));
        void this.end();
      };
      const settled = (): void => signal?.removeEventListener('abort', onAbort);
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#pending = {
        request,
        resolve: (answer) => {
          settled();
          resolve(answer);
        },
        reject: (error) => {
          settled();
          reject(error);
        },
        timer: undefined,
        atTimeout: { kind: 'timeout', ms: this.#limits.timeMs },
        isRunning: false,
      };
      this.#waitForOpening(this.#pending);
      if (running.isReady) this.#send(running, this.#pending);
    });
  }

  /** Ends the thread, whatever it does at the moment; what was asked is answered with an error. */
  async end(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    const pending = this.#pending;
    if (pending !== undefined)
      this.#settle(() => pending.reject(new SearchError('internal', 'The databases were closed.')));
    await running?.runner.end();
  }

  #start(): Running {
    const runner = startRunner(this.kind, this.#limits, {
      heard: (message) => {
        if (this.#running === running) this.#hear(running, message);
      },
      lost: (reason) => this.#lose(running, reason),
    });
    const running: Running = { runner, known: new Set(), isReady: false };
    return running;
  }

  #send(running: Running, { request }: Pending): void {
    running.known.add(request.file.name);
    running.runner.post(request);
  }

  #hear(running: Running, message: DatabaseMessage): void {
    const pending = this.#pending;
    if (message.kind === 'ready') running.isReady = true;
    if (pending === undefined) return;
    switch (message.kind) {
      case 'ready':
        return this.#send(running, pending);
      case 'begun':
        return this.#waitForStatement(pending, this.#limits.timeMs);
      case 'shown':
        // Rows that are there are not lost because counting the others does not come to an end.
        pending.atTimeout = message.preview;
        return this.#waitForStatement(pending, message.countMs);
      case 'outcome':
        this.#settle(() => pending.resolve(message.outcome));
        if (message.isBroken) void this.end();
        return;
      case 'partly':
        pending.atTimeout = message.schema;
        pending.known = message.schema;
        return this.#waitForStatement(pending, message.ms + describeGraceMs);
      case 'schema':
        return this.#settle(() => pending.resolve(message.schema));
      case 'overgrown':
        this.#lose(running, `it took more than ${Math.round(message.bytes / 2 ** 20)} MB of memory`);
        return void running.runner.end();
      case 'bad-file':
        running.known.delete(pending.request.file.name);
        return this.#settle(() => pending.reject(new SearchError('bad-library', message.message)));
    }
  }

  /** The thread is gone, though nobody ended it. */
  #lose(running: Running, reason: string): void {
    if (this.#running !== running) return;
    this.#running = undefined;
    const pending = this.#pending;
    if (pending === undefined) return;
    const { path } = pending.request.file;
    this.#settle(() => {
      if (pending.known !== undefined) pending.resolve(pending.known);
      else if (pending.isRunning)
        pending.resolve({
          kind: 'error',
          code: 'failed',
          message: `The statement brought the database engine down (${reason}). Ask for fewer or shorter values.`,
        });
      else
        pending.reject(
          new SearchError('internal', `The thread that opens ${path} stopped (${reason}). Try again.`, true),
        );
    });
  }

  #waitForOpening(pending: Pending): void {
    const { path } = pending.request.file;
    pending.timer = setTimeout(() => {
      this.#settle(() =>
        pending.reject(new SearchError('internal', `${path} was not opened within a minute.`, true)),
      );
      void this.end();
    }, openMs);
  }

  #waitForStatement(pending: Pending, timeMs: number): void {
    clearTimeout(pending.timer);
    pending.isRunning = true;
    pending.timer = setTimeout(() => {
      this.#settle(() => pending.resolve(pending.atTimeout));
      void this.end();
    }, timeMs + graceMs);
  }

  #settle(answer: () => void): void {
    clearTimeout(this.#pending?.timer);
    this.#pending = undefined;
    this.#running?.runner.hold(false);
    answer();
  }
}
