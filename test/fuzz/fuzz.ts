import type { Check, Setting } from './promises.ts';
import { mutant } from './mutate.ts';
import { Random } from './random.ts';
import { shrink } from './shrink.ts';
import type { Thesaurus } from '@querent/core/mesh';

/** A text on which a promise is broken. */
export interface Failure {
  readonly check: string;
  readonly message: string;
  /** The text as it was found, and the least of it that fails in the same way. */
  readonly text: string;
  readonly shrunk: string;
}

/** How a run went. */
export interface FuzzResult {
  readonly mutants: number;
  /** One for each kind of failure. */
  readonly failures: readonly Failure[];
  /** Longest that one check took on one text. */
  readonly slowestMs: number;
}

export interface FuzzOptions {
  readonly texts: readonly string[];
  readonly checks: readonly Check[];
  /** What else is put into the texts; of searches by default. */
  readonly pieces?: readonly string[];
  readonly thesaurus?: Thesaurus | undefined;
  readonly seed: number;
  /** The run ends after so many milliseconds, or so many mutants, whichever comes first. */
  readonly forMs: number;
  readonly mutants?: number;
  /** Time for making one failure smaller. */
  readonly shrinkMs?: number;
  readonly onProgress?: (mutants: number, failures: number) => void;
  readonly onFailure?: (failure: Failure) => void;
}

/** Longer than this for one step is felt as a hang. */
const LONGEST_STEP_MS = 1000;
/** More kinds of failure than this are not looked for: the first ones want mending. */
const MOST_FAILURES = 20;

/** Spoils the texts at random and holds every promise against each result. */
export function fuzz(options: FuzzOptions): FuzzResult {
  const { texts, checks, pieces, thesaurus, seed, forMs, shrinkMs = 6_000 } = options;
  const random = new Random(seed);
  const failures = new Map<string, Failure>();
  const end = performance.now() + forMs;
  let mutants = 0;
  let slowestMs = 0;
  let told = performance.now();
  while (
    performance.now() < end &&
    mutants < (options.mutants ?? Infinity) &&
    failures.size < MOST_FAILURES
  ) {
    const text = mutant(texts, random, pieces);
    mutants++;
    const setting: Setting = { thesaurus, seed: seed + mutants };
    for (const check of checks) {
      const { message, ms } = outcome(check, text, setting);
      slowestMs = Math.max(slowestMs, ms);
      if (message === undefined) continue;
      const kind = kindOf(check, message);
      if (failures.has(kind)) continue;
      const fails = (smaller: string): boolean => {
        const again = outcome(check, smaller, setting).message;
        return again !== undefined && kindOf(check, again) === kind;
      };
      const shrunk = shrink(text, fails, shrinkMs);
      const failure: Failure = {
        check: check.name,
        message: outcome(check, shrunk, setting).message ?? message,
        text,
        shrunk,
      };
      failures.set(kind, failure);
      options.onFailure?.(failure);
    }
    if (performance.now() - told > 10_000) {
      told = performance.now();
      options.onProgress?.(mutants, failures.size);
    }
  }
  return { mutants, failures: [...failures.values()], slowestMs };
}

function outcome(check: Check, text: string, setting: Setting): { message: string | undefined; ms: number } {
  const first = timed(check, text, setting);
  if (first.message !== undefined || first.ms <= LONGEST_STEP_MS) return first;
  // A collection of garbage is no fault of the text: it has to be slow twice.
  const again = timed(check, text, setting);
  if (again.message !== undefined || again.ms <= LONGEST_STEP_MS) return again;
  return { ...again, message: `slow: more than ${LONGEST_STEP_MS} ms` };
}

/** Runs a check; its time is what this process worked, since a machine that is busy with others is no fault of the text either. */
function timed(check: Check, text: string, setting: Setting): { message: string | undefined; ms: number } {
  const from = performance.now();
  const work = process.cpuUsage();
  let message: string | undefined;
  try {
    check.run(text, setting);
  } catch (error) {
    message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
  const { user, system } = process.cpuUsage(work);
  // Threads that collect garbage work beside this one, so that work alone may be more than the time that passed.
  return { message, ms: Math.min(performance.now() - from, (user + system) / 1000) };
}

/** Failures that differ in places and quoted text only are of one kind. */
function kindOf({ name }: Check, message: string): string {
  const words = message.replace(/"(?:[^"\\]|\\.)*"/g, '"..."').replace(/\d+/g, '0');
  return `${name}: ${words.slice(0, 80)}`;
}
