import { SearchError, type SearchEngine, type SearchQuery } from '@querent/core/search';
import { targetKey, type EngineTarget } from './engineTarget.ts';
import { FileWatcher } from './fileWatcher.ts';

/** A target that can be opened. */
export type OpenableTarget = Exclude<EngineTarget, { kind: 'none' } | { kind: 'error' }>;

/** Opens engines; injected so that heavy modules load on first use and tests can count. */
export interface EngineOpeners {
  /** The engine takes queries of the language that the target has: expressions for ClinicalTrials.gov, PubMed's for all others. */
  open(target: OpenableTarget): Promise<SearchEngine<SearchQuery>>;
}

/** How it stands with a target's engine. */
export type EngineState =
  | { readonly kind: 'none'; readonly message: string }
  | { readonly kind: 'loading' }
  | { readonly kind: 'ready'; readonly engine: SearchEngine; readonly live: boolean }
  | { readonly kind: 'error'; readonly message: string };

interface Opened {
  readonly target: OpenableTarget;
  readonly promise: Promise<SearchEngine>;
  state: EngineState;
}

/** How long an engine stays open that no document needs. */
const lingerMs = 30_000;
/** Longest wait for engines at the end of the server. */
const closeMs = 1_000;

/**
 * Holds one engine a target, opened on first use, opened anew when its file changes. A failure is kept (and not tried
 * again with every key stroke) until the file changes or {@link retry} is called.
 */
export class EngineRegistry {
  readonly #openers: EngineOpeners;
  readonly #onChange: () => void;
  readonly #opened = new Map<string, Opened>();
  readonly #watcher = new FileWatcher((path) => this.#fileChanged(path));
  #closed = false;
  #releasing: NodeJS.Timeout | undefined;

  /** `onChange` is called whenever a state changed: then hints, lenses and diagnostics want to be computed anew. */
  constructor(openers: EngineOpeners, onChange: () => void) {
    this.#openers = openers;
    this.#onChange = onChange;
  }

  /** The state of `target`; starts opening it where that has not happened yet. Never waits. */
  state(target: EngineTarget): EngineState {
    if (target.kind === 'none') return { kind: 'none', message: target.message };
    if (target.kind === 'error') {
      for (const path of target.paths) this.#watcher.add(path);
      return { kind: 'error', message: target.message };
    }
    return this.#ensure(target).state;
  }

  /**
   * The engine of `target`, opened if need be.
   * @throws SearchError with a message for people when there is none or it cannot be opened.
   */
  async engine(target: EngineTarget): Promise<SearchEngine> {
    if (target.kind === 'none' || target.kind === 'error')
      throw new SearchError('unsupported', target.message);
    return this.#ensure(target).promise;
  }

  /** Forgets failures, so that the next use tries again. */
  retry(): void {
    for (const [key, opened] of this.#opened) if (opened.state.kind === 'error') this.#opened.delete(key);
  }

  /** Closes every engine, or those of live databases only, so that the next use opens it anew: what engines are opened with has changed. */
  reopen(which: 'all' | 'live' = 'all'): void {
    for (const [key, opened] of [...this.#opened]) {
      if (which === 'live' && 'path' in opened.target) continue;
      this.#opened.delete(key);
      void closeQuietly(opened);
    }
  }

  /**
   * Closes engines that nobody needs, after a while: a document that is closed is often opened again, and opening a library
   * costs seconds. `wanted` is asked when the time has come.
   */
  release(wanted: () => readonly EngineTarget[]): void {
    clearTimeout(this.#releasing);
    this.#releasing = setTimeout(() => void this.keepOnly(wanted()), lingerMs);
    this.#releasing.unref();
  }

  /** Closes engines that none of `targets` needs, now. */
  async keepOnly(targets: readonly EngineTarget[]): Promise<void> {
    const wanted = new Set(targets.map(targetKey));
    const unwanted = [...this.#opened.entries()].filter(([key]) => !wanted.has(key));
    for (const [key] of unwanted) this.#opened.delete(key);
    await Promise.all(unwanted.map(([, opened]) => closeQuietly(opened)));
  }

  /** Looks for changed files now. */
  checkFiles(): void {
    this.#watcher.check();
  }

  /** Tells `onChange` also when `path` changes, which is no engine's (a file of seeds). */
  watch(path: string): void {
    this.#watcher.add(path);
  }

  /** Closes everything; does not wait long for what is still being opened. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#releasing);
    this.#watcher.close();
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((done) => (timer = setTimeout(done, closeMs)));
    await Promise.race([this.keepOnly([]), patience]);
    clearTimeout(timer);
  }

  #ensure(target: OpenableTarget): Opened {
    const key = targetKey(target);
    if ('path' in target) this.#watcher.add(target.path);
    const known = this.#opened.get(key);
    if (known !== undefined) return known;
    const opened: Opened = { target, promise: this.#open(target), state: { kind: 'loading' } };
    this.#opened.set(key, opened);
    opened.promise.then(
      (engine) => this.#settle(key, opened, { kind: 'ready', engine, live: !('path' in target) }),
      (error: unknown) => this.#settle(key, opened, { kind: 'error', message: messageOf(error) }),
    );
    return opened;
  }

  async #open(target: OpenableTarget): Promise<SearchEngine> {
    if (this.#closed) throw new SearchError('aborted', 'The server is shutting down.');
    try {
      return await this.#openers.open(target);
    } catch (error) {
      if (error instanceof SearchError) throw error;
      throw new SearchError('bad-library', messageOf(error), false, error);
    }
  }

  #settle(key: string, opened: Opened, state: EngineState): void {
    opened.state = state;
    if (this.#opened.get(key) === opened) this.#onChange();
  }

  #fileChanged(path: string): void {
    for (const [key, opened] of this.#opened) {
      if (!('path' in opened.target) || opened.target.path !== path) continue;
      this.#opened.delete(key);
      void closeQuietly(opened);
    }
    this.#onChange();
  }
}

async function closeQuietly(opened: Opened): Promise<void> {
  try {
    await (await opened.promise).close();
  } catch {
    // It never opened, or is gone already: nothing is left to free.
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
