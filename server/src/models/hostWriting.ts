import type {
  Llama,
  LlamaContext,
  LlamaContextSequence,
  LlamaGrammar,
  LlamaModel,
  Token,
} from 'node-llama-cpp';
import { writeAnswer } from './hostAnswer.ts';
import { PromptReader } from './hostPrompt.ts';
import type { ReadPrompt } from './hostPrompt.ts';
import type {
  Generation,
  HostAnswer,
  ModelPrompt,
  SamplingOptions,
  TextTokens,
  TokensRequest,
} from './hostProtocol.ts';
import { logProbsOf } from './hostTokens.ts';

/** A prompt that leaves no room for an answer. */
export class TooLongError extends Error {}

/** What is asked of {@link Writing}. */
export interface WritingRequest {
  readonly prompt: ModelPrompt;
  readonly samples: readonly SamplingOptions[];
  readonly signal: AbortSignal;
  readonly onText: (sample: number, text: string, tokens: number) => void;
}

/** Tokens that are read at once, where nothing is known of the machine yet. */
const FIRST_CHUNK = 8;
/** A cancellation waits for the tokens being read: this many milliseconds of them, and at least so many tokens. */
const CHUNK_MS = 60;
const LEAST_CHUNK = 4;
/** How fast it is forgotten that a chunk was slow. */
const SLOW_DECAY = 0.8;
const DEFAULT_MAX_MS = 300_000;
/** Grammars that are kept, compiled. */
const KEPT_GRAMMARS = 32;

/** One warm sequence: its state stays, and a prompt that starts like it needs only the rest to be read. */
interface Warm {
  readonly sequence: LlamaContextSequence;
  /** Number of the request that used it last. */
  used: number;
}

/** Copies what another sequence of the same context has evaluated: within node-llama-cpp 3.22 for its own use, undocumented. */
interface Copying {
  _copyStateFromOtherSequence?(other: LlamaContextSequence, upToTokenIndex: number): Promise<boolean>;
}

/** Writes answers with one loaded model: several side by side, each in a sequence of its own. */
export class Writing {
  readonly #llama: Llama;
  readonly #model: LlamaModel;
  readonly #context: LlamaContext;
  readonly #reader: PromptReader;
  readonly #warm: readonly Warm[];
  /** Grammars compiled so far, by their source. */
  readonly #grammars = new Map<string, LlamaGrammar>();
  #requests = 0;
  #msPerToken: number | undefined;
  /** Tokens per second of the last request, over all its answers. */
  tokensPerSecond: number | undefined;

  constructor(llama: Llama, model: LlamaModel, context: LlamaContext) {
    this.#llama = llama;
    this.#model = model;
    this.#context = context;
    this.#reader = new PromptReader(model);
    this.#warm = Array.from({ length: context.totalSequences }, () => ({
      sequence: context.getSequence(),
      used: 0,
    }));
  }

  /** One answer an entry of `samples`. @throws TooLongError; Error of the runtime where none could be begun */
  async write(request: WritingRequest): Promise<readonly HostAnswer[]> {
    const { samples, signal } = request;
    const started = performance.now();
    const maxMs = Math.max(...samples.map(({ maxMs: one = DEFAULT_MAX_MS }) => one));
    const prompt = await this.#reader.read(request.prompt);
    const room = this.#context.contextSize - prompt.tokens.length - 1;
    if (room < 1) {
      throw new TooLongError(
        `the prompt has ${prompt.tokens.length} tokens and the model's context ${this.#context.contextSize}; shorten the query`,
      );
    }
    const grammars = await Promise.all(samples.map(async (sampling) => this.#grammar(sampling)));
    const { sequences, cachedTokens } = await this.#prepare(prompt, samples.length, started + maxMs, signal);
    const answers = new Map<number, HostAnswer>();
    const written = performance.now();
    let next = 0;
    const work = async (sequence: LlamaContextSequence): Promise<void> => {
      for (let i = next++; i < samples.length && !signal.aborted; i = next++) {
        const sampling = samples[i] ?? {};
        const deadline = started + (sampling.maxMs ?? DEFAULT_MAX_MS);
        try {
          if (!(await this.#evaluate(sequence, prompt.tokens, deadline, signal))) continue;
          const answer = await writeAnswer({
            model: this.#model,
            sequence,
            prompt,
            sampling,
            grammar: grammars[i],
            room,
            signal,
            started,
            deadline,
            onText: (text, tokens) => request.onText(i, text, tokens),
          });
          answers.set(i, { ...answer, cachedTokens });
        } catch (error) {
          answers.set(i, { failure: error instanceof Error ? error.message : String(error) });
        }
      }
    };
    await Promise.all(sequences.map(work));
    let tokens = 0;
    for (const answer of answers.values()) tokens += 'failure' in answer ? 0 : answer.tokens;
    if (tokens > 1) this.tokensPerSecond = (1000 * tokens) / (performance.now() - written);
    return samples.map((_, i) => answers.get(i) ?? unbegun(prompt, started, signal));
  }

  /**
   * Reads a prompt and what comes behind it, writing nothing.
   * @throws TooLongError; the reason of `signal` when it fires
   */
  async readTokens(
    { prompt, continuation, logProbs }: Pick<TokensRequest, 'prompt' | 'continuation' | 'logProbs'>,
    signal: AbortSignal,
  ): Promise<TextTokens> {
    const { tokens } = await this.#reader.read(prompt);
    const behind = continuation as readonly Token[];
    const all = [...tokens, ...behind];
    const read = { tokens, continuationText: this.#model.detokenize(behind, false) };
    if (!logProbs) return { ...read, logProbs: [], likeliest: [] };
    if (all.length >= this.#context.contextSize) {
      throw new TooLongError(
        `the text has ${all.length} tokens and the model's context ${this.#context.contextSize}`,
      );
    }
    const [warm] = this.#warm;
    if (warm === undefined) throw new Error('the context has no sequence');
    return { ...read, ...(await logProbsOf(warm.sequence, all, signal)) };
  }

  /**
   * Chooses the sequences of a request and reads the prompt into them. The one that holds the longest beginning of it leads; the prompt's
   * rest is read there once and copied to the others, those that were not used for longest.
   */
  async #prepare(
    { tokens }: ReadPrompt,
    samples: number,
    deadline: number,
    signal: AbortSignal,
  ): Promise<{ readonly sequences: readonly LlamaContextSequence[]; readonly cachedTokens: number }> {
    const all = this.#warm
      .map((warm) => ({ warm, shared: shared(warm.sequence, tokens) }))
      .sort((a, b) => b.shared - a.shared || a.warm.used - b.warm.used);
    const [best, ...rest] = all;
    if (best === undefined) throw new Error('the context has no sequence');
    const oldest = rest.sort((a, b) => a.warm.used - b.warm.used);
    const chosen = [best, ...oldest.slice(0, samples - 1)].map(({ warm }) => warm);
    const used = ++this.#requests;
    for (const warm of chosen) warm.used = used;
    const sequences = chosen.map(({ sequence }) => sequence);
    const lead = best.warm.sequence;
    await lead.adaptStateToTokens([...tokens.slice(0, -1)], false);
    const cachedTokens = lead.nextTokenIndex;
    if (await this.#evaluate(lead, tokens, deadline, signal)) {
      for (const sequence of sequences.slice(1)) await copy(lead, sequence, tokens);
    }
    return { sequences, cachedTokens };
  }

  /** Reads the prompt but for its last token, as far as the sequence does not hold it; false when that was stopped. */
  async #evaluate(
    sequence: LlamaContextSequence,
    tokens: readonly Token[],
    deadline: number,
    signal: AbortSignal,
  ): Promise<boolean> {
    const wanted = tokens.slice(0, -1);
    await sequence.adaptStateToTokens(wanted, false);
    const from = sequence.nextTokenIndex;
    while (sequence.nextTokenIndex < wanted.length) {
      if (signal.aborted || performance.now() > deadline) return false;
      const at = sequence.nextTokenIndex;
      const chunk = wanted.slice(at, at + this.#chunk());
      const started = performance.now();
      await sequence.evaluateWithoutGeneratingNewTokens(chunk);
      // The slowest of late counts: on a busy machine a chunk that was quick says little of the next.
      const measured = (performance.now() - started) / chunk.length;
      if (chunk.length >= LEAST_CHUNK)
        this.#msPerToken = Math.max(measured, SLOW_DECAY * (this.#msPerToken ?? 0));
    }
    if (from < wanted.length) await sequence.takeCheckpoint();
    return !signal.aborted;
  }

  #chunk(): number {
    const wanted =
      this.#msPerToken === undefined ? FIRST_CHUNK : Math.floor(CHUNK_MS / Math.max(0.001, this.#msPerToken));
    return Math.max(LEAST_CHUNK, Math.min(wanted, this.#context.batchSize));
  }

  async #grammar({ grammar, jsonSchema }: SamplingOptions): Promise<LlamaGrammar | undefined> {
    if (grammar === undefined && jsonSchema === undefined) return undefined;
    const key = grammar ?? JSON.stringify(jsonSchema);
    const known = this.#grammars.get(key);
    if (known !== undefined) return known;
    type Schema = Parameters<Llama['createGrammarForJsonSchema']>[0];
    const compiled =
      grammar === undefined
        ? await this.#llama.createGrammarForJsonSchema(jsonSchema as Schema)
        : await this.#llama.createGrammar({ grammar });
    if (this.#grammars.size >= KEPT_GRAMMARS) this.#grammars.clear();
    this.#grammars.set(key, compiled);
    return compiled;
  }
}

/** How many tokens of the prompt's beginning a sequence holds. */
function shared(sequence: LlamaContextSequence, tokens: readonly Token[]): number {
  return Math.min(sequence.compareContextTokens([...tokens]).firstDifferentIndex, tokens.length - 1);
}

/** Copies the prompt but for its last token. Where that is not possible it is read anew, before the answer is written. */
async function copy(
  from: LlamaContextSequence,
  to: LlamaContextSequence,
  tokens: readonly Token[],
): Promise<void> {
  if (shared(to, tokens) === tokens.length - 1) return;
  const copying = to as LlamaContextSequence & Copying;
  if (typeof copying._copyStateFromOtherSequence !== 'function') return;
  if (!(await copying._copyStateFromOtherSequence(from, tokens.length - 1))) await to.clearHistory();
}

/** Of an answer that was not begun, because the request was cancelled or its time over before. */
function unbegun({ tokens }: ReadPrompt, started: number, signal: AbortSignal): Generation {
  return {
    text: '',
    stopReason: signal.aborted ? 'abort' : 'time',
    promptTokens: tokens.length,
    tokens: 0,
    firstTokenMs: 0,
    totalMs: performance.now() - started,
  };
}
