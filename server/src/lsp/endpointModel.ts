import { createOpenAiModel, ModelError } from '../models/index.ts';
import type { Generation, TextModel } from '../models/index.ts';
import type { StatusParams } from '../protocol.ts';

type Status = StatusParams['model'];

/** Longest wait for the first answer, to find out whether the address is right. */
const lookMs = 5_000;

/** How the endpoint is named in a line: without what may be long behind the host. */
function hostOf(url: string): string {
  try {
    return new URL(url).host;
  } catch {
    return 'the model server';
  }
}

/**
 * A model behind an OpenAI-compatible address that tells how it stands, as the model host does for a file. Nothing is kept from the person: an
 * address that leads nowhere, a key that is refused, and how fast it is.
 */
export class EndpointModel implements TextModel {
  readonly #model: TextModel;
  readonly #host: string;
  readonly #onState: (state: Status) => void;
  #state: Status;
  #running = 0;
  #name = '';

  /** @throws ModelError for an address that is none. */
  constructor(
    options: { readonly url: string; readonly apiKey: string; readonly model: string },
    onState: (state: Status) => void,
  ) {
    const { url, apiKey, model } = options;
    this.#model = createOpenAiModel({
      url,
      ...(apiKey === '' ? {} : { apiKey }),
      ...(model.trim() === '' ? {} : { model: model.trim() }),
    });
    this.#host = hostOf(url);
    this.#onState = onState;
    this.#state = {
      state: 'idle',
      detail: `model server ${this.#host}`,
      explanation: 'It has not been asked yet.',
    };
  }

  get state(): Status {
    return this.#state;
  }

  /** Finds out whether there is a model at the address; its state tells. Never rejects. */
  async look(): Promise<void> {
    try {
      await this.describe(AbortSignal.timeout(lookMs));
      if (this.#running === 0) this.#set({ state: 'ready', detail: this.#title() });
    } catch (error) {
      // An address that is slow is not asked again, but a rewrite waits longer than this.
      const isSlow = error instanceof ModelError && error.code === 'aborted';
      if (isSlow)
        this.#failed(
          new ModelError('unreachable', `The model server did not answer within ${lookMs / 1_000} s.`),
        );
    }
  }

  describe(...[signal]: Parameters<TextModel['describe']>): ReturnType<TextModel['describe']> {
    return this.#watched(async () => {
      const description = await this.#model.describe(signal);
      this.#name = description.name;
      return description;
    });
  }

  generate(...params: Parameters<TextModel['generate']>): ReturnType<TextModel['generate']> {
    return this.#busy(async () => {
      const generation = await this.#model.generate(...params);
      return { value: generation, generations: [generation] };
    });
  }

  generateMany(...params: Parameters<TextModel['generateMany']>): ReturnType<TextModel['generateMany']> {
    return this.#busy(async () => {
      const value = await this.#model.generateMany(...params);
      const generations = value.flatMap(({ generation }) => (generation === undefined ? [] : [generation]));
      const [failed] = value.flatMap(({ failure }) => (failure === undefined ? [] : [failure]));
      // Where all failed alike it is the server that failed.
      if (generations.length === 0 && failed !== undefined) this.#failed(failed);
      return { value, generations };
    });
  }

  #title(): string {
    return this.#name === '' ? `model server ${this.#host}` : `${this.#name} at ${this.#host}`;
  }

  async #busy<T>(
    work: () => Promise<{ readonly value: T; readonly generations: readonly Generation[] }>,
  ): Promise<T> {
    this.#running++;
    this.#set({ state: 'busy', detail: `${this.#title()} is writing…` });
    const started = performance.now();
    let spoken = '';
    try {
      return await this.#watched(async () => {
        const { value, generations } = await work();
        spoken = speedOf(generations, performance.now() - started);
        return value;
      });
    } finally {
      this.#running--;
      if (this.#running === 0 && this.#state.state === 'busy')
        this.#set({
          state: 'ready',
          detail: this.#title(),
          ...(spoken === '' ? {} : { explanation: spoken }),
        });
    }
  }

  async #watched<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      // A prompt that is too long says nothing of the server.
      if (error instanceof ModelError && error.code !== 'aborted' && error.code !== 'too-long')
        this.#failed(error);
      throw error;
    }
  }

  #failed({ message }: ModelError): void {
    this.#set({
      state: 'error',
      detail: /HTTP 40[13]/.test(message) ? `${this.#host} refuses the key` : `${this.#host} cannot be used`,
      explanation: message,
    });
  }

  #set(state: Status): void {
    this.#state = state;
    this.#onState(state);
  }
}

function speedOf(generations: readonly Generation[], ms: number): string {
  const tokens = generations.reduce((sum, one) => sum + one.tokens, 0);
  return tokens === 0 || ms <= 0
    ? ''
    : `The last answers came at ${Number(((1_000 * tokens) / ms).toPrecision(2))} tokens per second.`;
}
