import type { MachineMemory, TextModel } from '../models/index.ts';
import type { Settings, StatusParams } from '../protocol.ts';
import type { EndpointModel } from './endpointModel.ts';
import { describe } from './runSafe.ts';

/** What the slot needs of the server. */
export interface ModelSlotParts {
  settings(): Settings;
  /** Whether a model that the settings name may be run. */
  trusted(): boolean;
  onStatus(status: StatusParams['model']): void;
  log(message: string): void;
}

type Status = StatusParams['model'];
type GpuMemory = NonNullable<MachineMemory['gpu']>;

/** How it stands before a model is named. */
export const noModel: Status = {
  state: 'none',
  detail: 'No model',
  explanation:
    'Choose a GGUF file (querent.model.path) or a model server (querent.model.endpoint) to let a language model propose queries. Everything else works without one.',
};
const restricted: Status = {
  state: 'none',
  detail: 'No model in Restricted Mode',
  explanation: 'Trust this workspace to let the language model run. Everything else works without it.',
};

/** What the settings name: a file, or a server. */
interface Wanted {
  readonly kind: 'file' | 'endpoint';
  readonly model: Settings['model'];
  /** Of a server; empty without one. */
  readonly apiKey: string;
}

interface Held {
  readonly model: TextModel;
  state(): Status;
  dispose(): Promise<void>;
}

/**
 * Holds the model that the settings name, a file or a server, and replaces it when they change. A file is not loaded before it is asked; of a
 * server it is found out at once whether it answers.
 */
export class ModelSlot {
  readonly #parts: ModelSlotParts;
  /** What is held: equal for equal settings. Never logged, since it holds the key of a server. */
  #wanted = '';
  #apiKey = process.env['QUERENT_MODEL_KEY'] ?? '';
  #held: Promise<Held | undefined> = Promise.resolve(undefined);
  /** The same as far as it is there. */
  #now: Held | undefined;
  #gpu: Promise<GpuMemory | undefined> | undefined;

  constructor(parts: ModelSlotParts) {
    this.#parts = parts;
  }

  /** The model, or undefined when there is none to be used. Never rejects. */
  get model(): Promise<TextModel | undefined> {
    return this.#held.then((held) => held?.model);
  }

  /** The model if it is loaded and has nothing to do: asking it then costs nobody else time or memory. */
  get idle(): TextModel | undefined {
    return this.#now?.state().state === 'ready' ? this.#now.model : undefined;
  }

  /** Whether the model is in memory, at work or not. */
  get isLoaded(): boolean {
    const state = this.#now?.state().state;
    return state === 'ready' || state === 'busy';
  }

  /** The key of the model server; for whoever asks it, never for people. Empty without one. */
  get apiKey(): string {
    return this.#apiKey;
  }

  /** Takes another key; empty goes back to the one of the environment. */
  async setKey(key: string): Promise<void> {
    this.#apiKey = key === '' ? (process.env['QUERENT_MODEL_KEY'] ?? '') : key;
    await this.update();
  }

  /** What graphics memory there is, asked once of a short-lived process; undefined where there is none. Never rejects. */
  gpu(): Promise<GpuMemory | undefined> {
    return (this.#gpu ??= this.#askGpu());
  }

  /** Looks at settings, trust and key anew. */
  async update(): Promise<void> {
    const { model } = this.#parts.settings();
    const kind = model.endpoint.trim() === '' ? 'file' : 'endpoint';
    const isNamed = kind === 'endpoint' || model.path.trim() !== '';
    const wanted: Wanted | undefined =
      isNamed && this.#parts.trusted()
        ? { kind, model, apiKey: kind === 'endpoint' ? this.#apiKey : '' }
        : undefined;
    if (wanted === undefined) this.#parts.onStatus(isNamed ? restricted : noModel);
    const key = wanted === undefined ? '' : JSON.stringify(wanted);
    if (key === this.#wanted) return;
    this.#wanted = key;
    this.#now = undefined;
    const before = this.#held;
    this.#held = wanted === undefined ? Promise.resolve(undefined) : this.#open(wanted, key);
    await (await before)?.dispose();
    await this.#held;
  }

  async dispose(): Promise<void> {
    const before = this.#held;
    this.#wanted = '';
    this.#now = undefined;
    this.#held = Promise.resolve(undefined);
    await (await before)?.dispose();
  }

  async #askGpu(): Promise<GpuMemory | undefined> {
    try {
      const { defaultHostPath, probeGpu } = await import('../models/index.ts');
      return await probeGpu(defaultHostPath(), (line) => this.#parts.log(`Model: ${line}`));
    } catch (error) {
      this.#parts.log(`The GPU could not be looked at: ${describe(error)}`);
      return undefined;
    }
  }

  async #open(wanted: Wanted, key: string): Promise<Held | undefined> {
    const tell = (status: Status): void => {
      if (this.#wanted === key) this.#parts.onStatus(status);
    };
    try {
      const held =
        wanted.kind === 'endpoint' ? await openEndpoint(wanted, tell) : await this.#openFile(wanted, tell);
      if (this.#wanted === key) this.#now = held;
      return held;
    } catch (error) {
      const explanation = error instanceof Error ? error.message : String(error);
      // Nothing that a wrong address says is worth a stack.
      this.#parts.log(
        `The model cannot be used: ${wanted.kind === 'endpoint' ? explanation : describe(error)}`,
      );
      tell({ state: 'error', detail: 'The model cannot be used', explanation });
      return undefined;
    }
  }

  async #openFile({ model }: Wanted, tell: (status: Status) => void): Promise<Held> {
    // Loaded on first use: most people have no model.
    const { createModelHost, defaultHostPath } = await import('../models/index.ts');
    const host = createModelHost({
      hostPath: defaultHostPath(),
      modelPath: model.path.trim(),
      gpu: model.gpu,
      threads: model.threads,
      idleMinutes: model.idleMinutes,
      gpuLayers: model.gpuLayers,
      contextTokens: model.contextTokens,
      samples: model.samples,
      log: (line) => this.#parts.log(`Model: ${line}`),
    });
    host.onState(tell);
    tell(host.state);
    // A wrong path is told now, not at the first rewrite.
    host.describe().catch((error: unknown) => {
      const explanation = error instanceof Error ? error.message : String(error);
      tell({ state: 'error', detail: 'The model cannot be used', explanation });
    });
    return { model: host, state: () => host.state, dispose: () => host.dispose() };
  }
}

async function openEndpoint({ model, apiKey }: Wanted, tell: (status: Status) => void): Promise<Held> {
  const { EndpointModel } = await import('./endpointModel.ts');
  const { endpoint: url, endpointModel } = model;
  const held: EndpointModel = new EndpointModel({ url: url.trim(), apiKey, model: endpointModel }, tell);
  tell(held.state);
  void held.look();
  return { model: held, state: () => held.state, dispose: () => Promise.resolve() };
}
