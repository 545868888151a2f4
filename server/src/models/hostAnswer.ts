import type {
  LlamaContextSequence,
  LlamaGrammar,
  LlamaModel,
  SequenceEvaluateOptions,
  Token,
  TokenBias,
} from 'node-llama-cpp';
import type { Generation, SamplingOptions } from './hostProtocol.ts';
import type { ReadPrompt } from './hostPrompt.ts';

/** What one answer is written with. */
export interface AnswerParts {
  readonly model: LlamaModel;
  /** Holds the prompt but for its last token. */
  readonly sequence: LlamaContextSequence;
  readonly prompt: ReadPrompt;
  readonly sampling: SamplingOptions;
  readonly grammar: LlamaGrammar | undefined;
  /** Most tokens that the context has room for. */
  readonly room: number;
  readonly signal: AbortSignal;
  /** When the request began, and when it must have ended, on the clock of `performance.now()`. */
  readonly started: number;
  readonly deadline: number;
  readonly onText: (text: string, tokens: number) => void;
}

const THINK_OPEN = '<think>';
const THINK_CLOSE = '</think>';
/** What a token's text ends with while a character of several tokens is not complete; no character has more than so many. */
const INCOMPLETE = '\uFFFD';
const MOST_TOKENS_OF_A_CHARACTER = 8;
/** How far back repetition is looked at, tokens. */
const REPETITION_WINDOW = 64;
/** Weight that leaves a token no rival but what a grammar forbids. */
const FORCED = { logit: 10_000 };

/** Writes one answer into its sequence, token by token. @throws Error of the runtime; never for an abort */
export async function writeAnswer(parts: AnswerParts): Promise<Omit<Generation, 'cachedTokens'>> {
  const { model, sequence, prompt, sampling, signal, started, deadline, room } = parts;
  const most = Math.min(sampling.maxTokens ?? room, room);
  const written: Token[] = [];
  const thinking = new Thinking(parts);
  const text = new AnswerText(model, sampling.stop ?? []);
  let firstTokenMs = 0;
  let stopReason: Generation['stopReason'] = 'end';
  const options = await evaluateOptions(parts, written, thinking);
  const last = prompt.tokens.slice(-1);
  for await (const token of sequence.evaluate(last, options)) {
    if (signal.aborted) {
      stopReason = 'abort';
      break;
    }
    written.push(token);
    if (written.length === 1) firstTokenMs = performance.now() - started;
    if (prompt.stops.some((stop) => endsWith(written, stop))) break;
    const piece = text.add(token);
    thinking.note(text.value, written.length, text.isWhole, token);
    if (piece !== '') parts.onText(piece, written.length);
    if (text.isStopped) {
      stopReason = 'stop';
      break;
    }
    if (written.length >= most || performance.now() > deadline) {
      stopReason = written.length >= most ? 'maxTokens' : 'time';
      break;
    }
  }
  return {
    text: text.value,
    stopReason: signal.aborted ? 'abort' : stopReason,
    promptTokens: prompt.tokens.length,
    tokens: written.length,
    ...(thinking.isCut ? { thinkingCut: true } : {}),
    firstTokenMs,
    totalMs: performance.now() - started,
  };
}

async function evaluateOptions(
  { model, sampling, grammar }: AnswerParts,
  written: readonly Token[],
  thinking: Thinking,
): Promise<SequenceEvaluateOptions> {
  const { LlamaGrammarEvaluationState } = await import('node-llama-cpp');
  const { temperature = 0, topP = 0.95, topK = 40, minP = 0.1, repeatPenalty = 1.1, seed } = sampling;
  await thinking.prepare();
  const { nl } = model.tokens;
  return {
    temperature,
    topP,
    topK,
    minP,
    ...(seed === undefined ? {} : { seed }),
    ...(grammar === undefined
      ? {}
      : { grammarEvaluationState: new LlamaGrammarEvaluationState({ model, grammar }) }),
    ...(repeatPenalty === 1
      ? {}
      : {
          repeatPenalty: {
            punishTokens: () => written.slice(-REPETITION_WINDOW).filter((token) => token !== nl),
            maxPunishTokens: REPETITION_WINDOW,
            penalty: repeatPenalty,
          },
        }),
    ...(thinking.isLimited ? { tokenBias: () => thinking.bias } : {}),
  };
}

/** The text of an answer, complete characters only, cut behind a stop string. */
class AnswerText {
  readonly #model: LlamaModel;
  readonly #stops: readonly string[];
  readonly #longest: number;
  /** Tokens of a character that is not complete. */
  #pending: Token[] = [];
  /** The last tokens before those: some tokenizers write a token otherwise at the beginning. */
  #before: Token[] = [];
  value = '';
  isStopped = false;

  constructor(model: LlamaModel, stops: readonly string[]) {
    this.#model = model;
    this.#stops = stops.filter((stop) => stop !== '');
    this.#longest = Math.max(0, ...this.#stops.map((stop) => stop.length));
  }

  /** No character is begun and not complete. */
  get isWhole(): boolean {
    return this.#pending.length === 0;
  }

  /** Takes a token; returns the text that came to the answer. */
  add(token: Token): string {
    this.#pending.push(token);
    const piece = this.#model.detokenize(this.#pending, false, this.#before);
    if (piece.endsWith(INCOMPLETE) && this.#pending.length < MOST_TOKENS_OF_A_CHARACTER) return '';
    this.#before = this.#pending.splice(0);
    const from = Math.max(0, this.value.length - this.#longest);
    const length = this.value.length;
    const all = this.value + piece;
    const ends = this.#stops
      .map((stop) => ({ at: all.indexOf(stop, from), stop }))
      .filter(({ at }) => at >= 0)
      .map(({ at, stop }) => at + stop.length);
    this.isStopped = ends.length > 0;
    this.value = this.isStopped ? all.slice(0, Math.min(...ends)) : all;
    return this.value.slice(length);
  }
}

/** Holds thinking to its budget: when it is spent, the tokens of `</think>` are made the only ones, one after the other. */
class Thinking {
  readonly #model: LlamaModel;
  readonly #budget: number | undefined;
  /** Whether the prompt opened it. */
  readonly #isOpened: boolean;
  readonly #close: readonly Token[];
  #forced = 0;
  #isForcing = false;
  #biases: readonly TokenBias[] = [];
  #none: TokenBias | undefined;
  isCut = false;

  constructor({ model, prompt, sampling }: AnswerParts) {
    this.#model = model;
    this.#budget = sampling.thinkTokens;
    this.#isOpened = prompt.tail.trimEnd().endsWith(THINK_OPEN);
    this.#close = this.isLimited ? model.tokenize(THINK_CLOSE, false, 'trimLeadingSpace') : [];
  }

  get isLimited(): boolean {
    return this.#budget !== undefined;
  }

  async prepare(): Promise<void> {
    if (!this.isLimited) return;
    const { TokenBias: Bias } = await import('node-llama-cpp');
    this.#none = Bias.for(this.#model);
    this.#biases = this.#close.map((token) => Bias.for(this.#model).set(token, FORCED));
  }

  /** For the next token. */
  get bias(): TokenBias {
    const bias = (this.#isForcing ? this.#biases[this.#forced] : undefined) ?? this.#none;
    if (bias === undefined) throw new Error('the budget of thinking is not prepared');
    return bias;
  }

  /** Looks at the answer after each token. */
  note(text: string, tokens: number, isWhole: boolean, token: Token): void {
    if (this.#budget === undefined) return;
    if (this.#isForcing) {
      // A grammar may not let thinking end here: then it is tried anew at the next token.
      this.#forced = token === this.#close[this.#forced] ? this.#forced + 1 : 0;
      if (this.#forced === this.#close.length) {
        this.#isForcing = false;
        this.isCut = true;
      }
      return;
    }
    const isThinking =
      !this.isCut &&
      (this.#isOpened || text.trimStart().startsWith(THINK_OPEN)) &&
      !text.includes(THINK_CLOSE);
    this.#isForcing = isThinking && isWhole && tokens >= this.#budget;
  }
}

function endsWith(tokens: readonly Token[], end: readonly Token[]): boolean {
  const from = tokens.length - end.length;
  return from >= 0 && end.every((token, at) => tokens[from + at] === token);
}
