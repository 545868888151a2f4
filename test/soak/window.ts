/** A window: a language server over LSP, and a person who edits strategies, measures them, and looks at numbers meanwhile. */
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import type { LinesResult, MeasureAgainParams, WireMeasurement } from '@querent/server/protocol';
import { measureStrategyMethod } from '@querent/server/liveProtocol';
import type { MeasureStrategyParams, MeasureStrategyResult } from '@querent/server/liveProtocol';
import { documentOf, withEdit } from '../live/strategies.ts';
import type { MadeStrategy } from '../live/strategies.ts';
import type { TestServer } from '../lsp/harness.ts';
import { MemoryWatch } from './memory.ts';

/** What a line ended with: its numbers, or the reason why there are none. */
export type LineEnd = { readonly label: string } & (
  { readonly measurement: WireMeasurement } | { readonly message: string }
);

/** What a window did. */
export interface Deeds {
  readonly edits: number;
  readonly again: number;
  readonly runs: number;
  /** Milliseconds from asking for the numbers at the ends of lines to having them, while more were on their way. */
  readonly looks: readonly number[];
}

const LINES = 'querent/lines';
const AGAIN = 'querent/measureAgain';
const CHOICES: readonly ('edit' | 'again')[] = ['edit', 'edit', 'again'];
const EVERYTHING = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };
/** How often a person looks. */
const LOOK_MS = 300;

export class Window {
  readonly memory: MemoryWatch;
  readonly #server: TestServer;
  readonly #folder: string;
  readonly #random: () => number;
  readonly #strategies: MadeStrategy[];
  readonly #looks: number[] = [];
  #edits = 0;
  #again = 0;
  #runs = 0;

  /** @param random 0..1 */
  constructor(server: TestServer, folder: string, strategies: readonly MadeStrategy[], random: () => number) {
    this.#server = server;
    this.#folder = folder;
    this.#random = random;
    this.#strategies = [...strategies];
    this.memory = new MemoryWatch(server.process.pid);
  }

  /** As they are now. */
  get strategies(): readonly MadeStrategy[] {
    return this.#strategies;
  }

  get deeds(): Deeds {
    return { edits: this.#edits, again: this.#again, runs: this.#runs, looks: this.#looks };
  }

  async open(): Promise<void> {
    for (const [at, strategy] of this.#strategies.entries())
      await this.#server.open(this.#uri(at), documentOf(strategy));
  }

  /** Measures everything once, then edits and measures again until the time is over. `edition` makes edits that no other window makes. */
  async work(until: number, edition: number): Promise<void> {
    for (const at of this.#strategies.keys()) await this.#measure(at);
    while (performance.now() < until) {
      const at = Math.floor(this.#random() * this.#strategies.length);
      if (CHOICES[Math.floor(this.#random() * CHOICES.length)] === 'edit') await this.#edit(at, edition);
      else await this.#measureAgain(at);
      await this.#measure(at);
    }
  }

  /** How all lines of all strategies end. Where lines have failed and `anew` is wanted, their strategy is measured again, as a person would. */
  async ends(anew = false): Promise<readonly (readonly LineEnd[])[]> {
    const ends: (readonly LineEnd[])[] = [];
    for (const at of this.#strategies.keys()) {
      let { failed } = await this.#measure(at);
      if (anew && failed.length > 0) {
        await this.#measureAgain(at);
        ({ failed } = await this.#measure(at));
      }
      const { lines } = await this.#server.request<LinesResult>(LINES, { uri: this.#uri(at) });
      const faults = new Map(failed.map(({ label, message }) => [label, message]));
      ends.push(
        lines.map(({ label, measurement }): LineEnd => {
          const message = faults.get(label);
          if (message !== undefined) return { label, message };
          return measurement === undefined ? { label, message: '' } : { label, measurement };
        }),
      );
    }
    return ends;
  }

  async #edit(at: number, edition: number): Promise<void> {
    this.#edits++;
    const strategy = withEdit(this.#strategies[at] as MadeStrategy, this.#edits * 10 + edition);
    this.#strategies[at] = strategy;
    await this.#server.change(this.#uri(at), [{ text: documentOf(strategy) }]);
  }

  async #measureAgain(at: number): Promise<void> {
    this.#again++;
    const params: MeasureAgainParams = { uri: this.#uri(at) };
    await this.#server.connection.sendNotification(AGAIN, params);
  }

  /** The numbers of all lines; looks at some while they come. */
  async #measure(at: number): Promise<MeasureStrategyResult> {
    this.#runs++;
    const uri = this.#uri(at);
    const textDocument = { uri };
    let isThere = false;
    const params: MeasureStrategyParams = { uri };
    const result = this.#server
      .request<MeasureStrategyResult>(measureStrategyMethod, params)
      .finally(() => (isThere = true));
    // Heard of below, where it is waited for.
    result.catch(() => undefined);
    while (!isThere) {
      const began = performance.now();
      await this.#server.request('textDocument/inlayHint', { textDocument, range: EVERYTHING });
      this.#looks.push(performance.now() - began);
      // Waits a while for a number that is not there yet: not timed, but it must come.
      const line = 5 + Math.floor(this.#random() * (this.#strategies[at]?.lines.length ?? 1));
      await this.#server.request('textDocument/hover', { textDocument, position: { line, character: 5 } });
      await Promise.race([result.catch(() => undefined), new Promise((next) => setTimeout(next, LOOK_MS))]);
    }
    return result;
  }

  #uri(at: number): string {
    return pathToFileURL(join(this.#folder, `strategy-${at + 1}.pubmed`)).href;
  }
}
