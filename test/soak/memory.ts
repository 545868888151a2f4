/** How much memory processes hold over time. */
import { readFileSync } from 'node:fs';

/** What a process held, in MiB. */
export interface MemoryFigures {
  readonly samples: number;
  /** Medians of the second and of the last quarter of the time: the first one is for warming up. */
  readonly early: number;
  readonly late: number;
  readonly most: number;
}

/** Looks at the resident memory of a process, as often as it is asked to. */
export class MemoryWatch {
  readonly #pid: number | undefined;
  readonly #samples: number[] = [];

  constructor(pid: number | undefined) {
    this.#pid = pid;
  }

  /** Linux tells it in /proc; elsewhere there are no samples. */
  look(): void {
    try {
      const status = readFileSync(`/proc/${this.#pid}/status`, 'utf8');
      const kib = Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]);
      if (kib > 0) this.#samples.push(kib / 1024);
    } catch {
      // The process has ended, or this is another system.
    }
  }

  get figures(): MemoryFigures {
    const { length } = this.#samples;
    const quarter = (at: number): number =>
      median(this.#samples.slice(Math.floor((length * at) / 4), Math.ceil((length * (at + 1)) / 4)));
    return {
      samples: length,
      early: quarter(1),
      late: quarter(3),
      most: Math.round(Math.max(0, ...this.#samples)),
    };
  }
}

/** Whether memory stays: what is late is no more than a quarter above what was early, or than the 32 MiB that a garbage collector takes or leaves. */
export function isFlat({ early, late }: MemoryFigures): boolean {
  return late <= Math.max(early * 1.25, early + 32);
}

function median(samples: readonly number[]): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return Math.round(sorted[Math.floor(sorted.length / 2)] ?? 0);
}
