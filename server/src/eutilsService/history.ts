import { randomBytes } from 'node:crypto';
import type { HistoryEntry, HistorySlot } from './protocol.ts';
import { keysIn } from './terms.ts';

/** Sets of records of one client. */
interface Environment {
  readonly sets: Map<string, HistoryEntry>;
  nextKey: number;
  usedAt: number;
  /** Characters of its sets, about. */
  size: number;
}

/** NCBI forgets an environment some hours after its last use. */
const DEFAULT_LIFE_MS = 8 * 60 * 60 * 1000;
/** Environments, sets of one, and characters of all that are kept; beyond, what was not used for longest goes. */
const mostEnvironments = 1_000;
const mostSets = 500;
const mostCharacters = 64_000_000;

/** The history server: sets of records by WebEnv and query key. */
export class History {
  readonly #environments = new Map<string, Environment>();
  readonly #now: () => number;
  readonly #lifeMs: number;
  #size = 0;

  /**
   * @param options.now a clock in milliseconds that only goes forward
   * @param options.lifeMs how long an environment is kept after its last use
   */
  constructor({ now, lifeMs = DEFAULT_LIFE_MS }: { readonly now: () => number; readonly lifeMs?: number }) {
    this.#now = now;
    this.#lifeMs = lifeMs;
  }

  /**
   * A place for a new set: in the environment of that name, or in a new one where there is none (any more). Nothing stands there before
   * {@link keep}.
   */
  slot(webEnv: string | undefined): HistorySlot {
    const known = webEnv === undefined ? undefined : this.#find(webEnv);
    if (known !== undefined && webEnv !== undefined) return { webEnv, queryKey: String(known.nextKey++) };
    const name = `MCID_${randomBytes(12).toString('hex')}`;
    this.#environments.set(name, { sets: new Map(), nextKey: 2, usedAt: this.#now(), size: 0 });
    this.#forget();
    return { webEnv: name, queryKey: '1' };
  }

  /** Puts a set in its place. */
  keep({ webEnv, queryKey }: HistorySlot, entry: HistoryEntry): void {
    const environment = this.#find(webEnv);
    if (environment === undefined) return;
    environment.sets.set(queryKey, entry);
    this.#grow(environment, sizeOf(entry));
    const [oldest] = environment.sets;
    if (environment.sets.size > mostSets && oldest !== undefined) {
      environment.sets.delete(oldest[0]);
      this.#grow(environment, -sizeOf(oldest[1]));
    }
    this.#forget();
  }

  /** Sets that a request may speak of: those of `keys`, and those that these speak of. Those that are not there (any more) are absent. */
  sets(webEnv: string | undefined, keys: readonly string[]): Readonly<Record<string, HistoryEntry>> {
    const environment = webEnv === undefined ? undefined : this.#find(webEnv);
    const found: Record<string, HistoryEntry> = {};
    const work = [...keys];
    for (let key = work.pop(); key !== undefined; key = work.pop()) {
      const entry = environment?.sets.get(key);
      if (entry === undefined || key in found) continue;
      found[key] = entry;
      if (entry.kind === 'search')
        work.push(...keysIn(entry.term), ...(entry.within === undefined ? [] : [entry.within]));
    }
    return found;
  }

  /** Forgets everything: for tests of clients whose environment is gone. */
  expire(): void {
    this.#environments.clear();
    this.#size = 0;
  }

  #find(webEnv: string): Environment | undefined {
    const environment = this.#environments.get(webEnv);
    if (environment === undefined) return undefined;
    const now = this.#now();
    if (now - environment.usedAt > this.#lifeMs) {
      this.#delete(webEnv);
      return undefined;
    }
    environment.usedAt = now;
    // The map's order is that of their use.
    this.#environments.delete(webEnv);
    this.#environments.set(webEnv, environment);
    return environment;
  }

  #grow(environment: Environment, by: number): void {
    environment.size += by;
    this.#size += by;
  }

  #delete(webEnv: string): void {
    this.#size -= this.#environments.get(webEnv)?.size ?? 0;
    this.#environments.delete(webEnv);
  }

  /** The one that was used last is kept, however large. */
  #forget(): void {
    while (
      this.#environments.size > mostEnvironments ||
      (this.#size > mostCharacters && this.#environments.size > 1)
    )
      this.#delete(this.#environments.keys().next().value ?? '');
  }
}

function sizeOf(entry: HistoryEntry): number {
  return 200 + (entry.kind === 'ids' ? entry.ids.length * 60 : entry.term.length);
}
