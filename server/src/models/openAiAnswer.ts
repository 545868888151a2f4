import type { Generation, ModelPrompt, SamplingOptions } from './hostProtocol.ts';
import { list, object } from './openAiServer.ts';
import type { Json } from './openAiServer.ts';

/** A server that sends more than so many times the tokens that were asked for does not keep to the limit. */
const SLACK = 1.5;
const SLACK_TOKENS = 32;
/** Characters. A piece is a token with honest servers; where it is a flood, their number alone would not keep the memory. */
const MAX_TEXT = 1024 * 1024;

/** Puts an answer together from the events of its stream, or from a whole answer, and says when to stop listening. */
export class AnswerReader {
  readonly #kind: ModelPrompt['kind'];
  readonly #sampling: SamplingOptions;
  readonly #started = performance.now();
  readonly #onText: (text: string, tokens: number) => void;
  readonly #stops: readonly string[];
  #pieces = 0;
  #thinks = false;
  #usage: Json | undefined;
  #timings: Json | undefined;
  #finish: string | undefined;
  #stopped: string | undefined;
  #firstTokenMs: number | undefined;
  /** Undefined until there was anything that could be an answer. */
  text: string | undefined;
  /** Why to listen no longer. */
  end: 'stop' | 'time' | 'maxTokens' | undefined;

  constructor(
    kind: ModelPrompt['kind'],
    sampling: SamplingOptions,
    onText: (text: string, tokens: number) => void,
  ) {
    this.#kind = kind;
    this.#sampling = sampling;
    this.#onText = onText;
    this.#stops = (sampling.stop ?? []).filter((stop) => stop !== '');
  }

  /** Pieces that came: as good as tokens while the server has not counted them. */
  get pieces(): number {
    return this.#pieces;
  }

  /** Takes an event. */
  take(event: Json): void {
    this.#usage = object(event['usage']) ?? this.#usage;
    this.#timings = object(event['timings']) ?? this.#timings;
    const [choice] = list(event['choices']);
    if (choice === undefined) return;
    const message = this.#kind === 'raw' ? undefined : (object(choice['delta']) ?? object(choice['message']));
    const thought = message?.['reasoning_content'] ?? message?.['reasoning'];
    if (typeof thought === 'string' && thought !== '') this.#think(thought);
    const text = this.#kind === 'raw' ? choice['text'] : message?.['content'];
    if (typeof text === 'string') this.#add(text);
    if (typeof choice['finish_reason'] === 'string') this.#finish = choice['finish_reason'];
    // vLLM: the string that ended it, or the number of the token.
    if (typeof choice['stop_reason'] === 'string') this.#stopped = choice['stop_reason'];
  }

  /** Reasoning that the server took out of the answer is put back where models write it. */
  #think(thought: string): void {
    if (!this.#thinks) this.#put('<think>');
    this.#thinks = true;
    this.#put(thought);
  }

  #add(text: string): void {
    if (this.#thinks && text !== '') {
      this.#thinks = false;
      this.#put('</think>');
    }
    this.#put(text);
  }

  #put(piece: string): void {
    const before = this.text ?? '';
    if (piece === '') {
      this.text = before;
      return;
    }
    this.#firstTokenMs ??= performance.now() - this.#started;
    this.#pieces += 1;
    const longest = Math.max(0, ...this.#stops.map((stop) => stop.length));
    const all = before + piece.slice(0, MAX_TEXT - before.length);
    const ends = this.#stops
      .map((stop) => ({ at: all.indexOf(stop, Math.max(0, before.length - longest)), length: stop.length }))
      .filter(({ at }) => at >= 0)
      .map(({ at, length }) => at + length);
    this.text = ends.length === 0 ? all : all.slice(0, Math.min(...ends));
    const shown = this.text.slice(before.length);
    if (shown !== '') this.#onText(shown, this.#pieces);
    const { maxTokens = Infinity, maxMs = 300_000 } = this.#sampling;
    this.end =
      ends.length > 0
        ? 'stop'
        : this.#pieces > SLACK * maxTokens + SLACK_TOKENS || all.length >= MAX_TEXT
          ? 'maxTokens'
          : performance.now() - this.#started > maxMs
            ? 'time'
            : undefined;
  }

  /** The answer as it is now. @param before what was written before the stream began */
  finish(before: string): Generation {
    this.#closeStop();
    const text = before + (this.text ?? '');
    const usage = this.#usage;
    const cached = object(usage?.['prompt_tokens_details'])?.['cached_tokens'] ?? this.#timings?.['cache_n'];
    const stopReason =
      this.end ??
      (this.#finish === 'length'
        ? 'maxTokens'
        : this.#stops.some((stop) => text.endsWith(stop))
          ? 'stop'
          : 'end');
    return {
      text,
      stopReason,
      promptTokens: count(usage?.['prompt_tokens']),
      ...(typeof cached === 'number' ? { cachedTokens: cached } : {}),
      tokens: usage === undefined ? this.#pieces : count(usage['completion_tokens']),
      firstTokenMs: this.#firstTokenMs ?? performance.now() - this.#started,
      totalMs: performance.now() - this.#started,
    };
  }

  /**
   * Servers leave the stop string out of the text. It is put back where the server says which one it was, or where the text opens what it
   * closes: `<answer>` without `</answer>`.
   */
  #closeStop(): void {
    const text = this.text ?? '';
    if (this.#finish !== 'stop' || this.#stops.some((stop) => text.endsWith(stop))) return;
    const known = this.#stops.find((stop) => stop === this.#stopped);
    const open = this.#stops.find((stop) => {
      const tag = /^<\/([\w-]+)>$/.exec(stop)?.[1];
      return tag !== undefined && text.includes(`<${tag}>`) && !text.includes(stop);
    });
    const stop = known ?? open;
    if (stop === undefined) return;
    this.text = text + stop;
    this.#onText(stop, this.#pieces);
  }
}

function count(value: unknown): number {
  return typeof value === 'number' && value >= 0 ? value : 0;
}
