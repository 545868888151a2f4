import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { PROTOCOL_VERSION } from './hostProtocol.ts';
import type { HostMessage, HostRequest } from './hostProtocol.ts';
import { ModelError } from './modelError.ts';

export interface HostProcessOptions {
  /** The module to run: the bundled `modelHost.mjs`, or `hostMain.ts` from source. */
  readonly hostPath: string;
  /** Milliseconds without an answer to a ping after which the process counts as hung and is killed. */
  readonly heartbeatMs: number;
  readonly log: (line: string) => void;
}

/** Messages on the way to the final answer of a request. */
export interface RequestListener {
  readonly onProgress?: (fraction: number) => void;
  /** A piece of an answer: the answer's place, its text, and the tokens of the answer so far. */
  readonly onToken?: (sample: number, text: string, tokens: number) => void;
}

/** How a process ended by itself. */
export interface HostEnd {
  /** Completes "The model process ...". */
  readonly why: string;
  /** Somebody killed it, and not for want of memory: as far as can be told, nothing is wrong with the model. */
  readonly isFromOutside: boolean;
}

/** So many times longer a process may be silent while it loads. */
const LOADING_PATIENCE = 4;

/** A request as the caller writes it: the id is given here. */
type Unnumbered<T> = T extends { readonly id: number } ? Omit<T, 'id'> : never;
export type NumberedRequest = Unnumbered<Exclude<HostRequest, { type: 'cancel' | 'exit' }>>;
/** Final answers by the type of the request. */
interface Answers {
  load: Extract<HostMessage, { type: 'loaded' }>;
  generate: Extract<HostMessage, { type: 'done' }>;
  embed: Extract<HostMessage, { type: 'embedded' }>;
  tokens: Extract<HostMessage, { type: 'tokens' }>;
  memory: Extract<HostMessage, { type: 'memory' }>;
  gpu: Extract<HostMessage, { type: 'gpu' }>;
  ping: Extract<HostMessage, { type: 'pong' }>;
}

interface Pending extends RequestListener {
  readonly resolve: (message: HostMessage) => void;
  readonly reject: (error: Error) => void;
}

/** An answer `error` of the host, before it is put into words for people. */
export class HostRequestError extends Error {
  readonly code: 'unsupported' | 'load-failed' | 'too-long' | 'failed';
  constructor(code: HostRequestError['code'], message: string) {
    super(message);
    this.code = code;
  }
}

/** One life of the model host process: requests by id, a heartbeat, and one clear error for all when it ends. */
export class HostProcess {
  readonly #child: ChildProcess;
  readonly #pending = new Map<number, Pending>();
  readonly #heartbeat: NodeJS.Timeout;
  readonly #log: (line: string) => void;
  #nextId = 1;
  #lastError = '';
  #cause = '';
  #lastSign = Date.now();
  #ended = false;
  /** Before a model is loaded it may be silent for longer: drivers and large files keep it from answering. */
  #isLoading = true;
  #end: HostEnd | undefined;
  /** Resolves when the process is gone: to how it ended, or to undefined when {@link exit} had been called. */
  readonly ended: Promise<HostEnd | undefined>;

  constructor(options: HostProcessOptions) {
    this.#log = options.log;
    this.#child = fork(options.hostPath, {
      execArgv: [],
      env: hostEnvironment(process.env),
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      serialization: 'json',
    });
    this.#child.stdout?.on('data', () => undefined); // drained, so that the process never waits for us
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => this.#note(text));
    this.#child.on('message', (message) => this.#receive(message as HostMessage));
    const kills = outOfMemoryKills();
    this.ended = new Promise((resolve) => {
      const end = (what: string, isFromOutside = false): void => {
        if (this.#ended) {
          return;
        }
        this.#ended = true;
        clearInterval(this.#heartbeat);
        const expected = this.#cause === 'exit';
        const why = this.#cause === '' || expected ? what : this.#cause;
        const detail =
          this.#lastError === '' || this.#cause !== '' ? '' : `; its last words: ${this.#lastError}`;
        this.#end = expected
          ? undefined
          : { why: `${why}${detail}`, isFromOutside: isFromOutside && this.#cause === '' };
        for (const pending of this.#pending.values()) {
          pending.reject(
            expected
              ? new ModelError('disposed', 'The language model was unloaded.')
              : new ModelError('crashed', `${why}${detail}`),
          );
        }
        this.#pending.clear();
        resolve(this.#end);
      };
      this.#child.on('error', (error) => end(`could not be started (${error.message})`));
      this.#child.on('exit', (code, signal) => {
        if (signal === 'SIGKILL') {
          const now = outOfMemoryKills();
          const isKnown = kills !== undefined && now !== undefined;
          const isForMemory = isKnown && now > kills;
          const by = isForMemory
            ? ' by the system for want of memory'
            : isKnown
              ? ' from outside'
              : ', perhaps for want of memory';
          end(`was killed (SIGKILL)${by}`, isKnown && !isForMemory);
        } else if (signal === null) {
          end(`ended with code ${code ?? 'unknown'}`);
        } else {
          end(`crashed (${signal})`, signal === 'SIGTERM' || signal === 'SIGINT' || signal === 'SIGHUP');
        }
      });
    });
    const interval = Math.max(50, options.heartbeatMs / 4);
    this.#heartbeat = setInterval(() => this.#beat(options.heartbeatMs, interval), interval);
    this.#heartbeat.unref();
  }

  /** How it ended by itself; undefined while it runs, and after {@link exit}. */
  get end(): HostEnd | undefined {
    return this.#end;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /**
   * Sends a request; resolves to its final answer.
   * @returns the answer, and the id with which it can be cancelled.
   * @throws (rejects) HostRequestError when the host refuses, ModelError `crashed` when the process ends first.
   */
  request<T extends NumberedRequest>(
    request: T,
    listener: RequestListener = {},
  ): { readonly id: number; readonly answer: Promise<Answers[T['type']]> } {
    const id = this.#nextId++;
    const answer = new Promise<HostMessage>((resolve, reject) => {
      if (this.#ended) {
        reject(new ModelError('crashed', 'had ended'));
        return;
      }
      this.#pending.set(id, { ...listener, resolve, reject });
      this.#send({ ...request, id });
    });
    return { id, answer: answer as Promise<Answers[T['type']]> };
  }

  /** Asks the host to stop the request `id`. */
  cancel(id: number): void {
    this.#send({ type: 'cancel', id });
  }

  /** Ends the process: politely, and after `graceMs` by force. Resolves when it is gone. */
  async exit(graceMs = 3000): Promise<void> {
    if (!this.#ended) {
      this.#cause = 'exit';
      this.#send({ type: 'exit' });
      const force = setTimeout(() => this.#child.kill('SIGKILL'), graceMs);
      await this.ended;
      clearTimeout(force);
    }
  }

  /** Ends the process at once; `cause` completes "The model process ...". */
  kill(cause: string): void {
    this.#cause = cause;
    this.#child.kill('SIGKILL');
  }

  #send(message: HostRequest): void {
    if (this.#child.connected) {
      this.#child.send(message, () => undefined); // a broken channel shows as the end of the process
    }
  }

  #receive(message: HostMessage): void {
    this.#lastSign = Date.now();
    if (message.type === 'hello') {
      if (message.protocol !== PROTOCOL_VERSION) {
        this.kill(
          `speaks protocol ${message.protocol} instead of ${PROTOCOL_VERSION}; install Querent again`,
        );
      }
      return;
    }
    const pending = this.#pending.get(message.id);
    if (message.type === 'progress') {
      pending?.onProgress?.(message.fraction);
      return;
    }
    if (message.type === 'token') {
      pending?.onToken?.(message.sample, message.text, message.tokens);
      return;
    }
    this.#pending.delete(message.id);
    if (message.type === 'loaded') this.#isLoading = false;
    if (message.type === 'error') {
      pending?.reject(new HostRequestError(message.code, message.message));
    } else {
      pending?.resolve(message);
    }
  }

  #note(text: string): void {
    for (const line of text.split(/\r?\n/).filter((part) => part.trim() !== '')) {
      this.#lastError = line.trim().slice(0, 200);
      this.#log(`model host: ${line}`);
    }
  }

  #beat(limitMs: number, intervalMs: number): void {
    // A pause of this process itself (sleep of the machine, a debugger) is no fault of the host: count our own ticks.
    const silentMs = Date.now() - this.#lastSign;
    const allowedMs = this.#isLoading ? LOADING_PATIENCE * limitMs : limitMs;
    if (silentMs > allowedMs + 2 * intervalMs) {
      this.#lastSign = Date.now();
    } else if (silentMs > allowedMs) {
      this.kill(`did not answer for ${Math.round(silentMs / 100) / 10} s and was stopped`);
      return;
    }
    this.request({ type: 'ping' }).answer.catch(() => undefined);
  }
}

/** How often the system ended a process for want of memory since it started; undefined where that is not told (other systems than Linux). */
function outOfMemoryKills(): number | undefined {
  try {
    const count = /^oom_kill (\d+)$/m.exec(readFileSync('/proc/vmstat', 'utf8'))?.[1];
    return count === undefined ? undefined : Number(count);
  } catch {
    return undefined;
  }
}

/** The environment for the host: run as Node under Electron, with no debugger options, and no secrets, which it has no use for. */
function hostEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(environment).filter(
    ([name]) => !/^(NODE_OPTIONS|VSCODE_.*)$|KEY|TOKEN|SECRET|PASSWORD/i.test(name),
  );
  return { ...Object.fromEntries(kept), ELECTRON_RUN_AS_NODE: '1' };
}
