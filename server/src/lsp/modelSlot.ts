import type { Settings, StatusParams } from '../protocol.ts';
import type { ModelHost } from '../models/index.ts';
import { describe } from './runSafe.ts';

/** What the slot needs of the server. */
export interface ModelSlotParts {
  settings(): Settings;
  /** Whether a model that the settings name may be run. */
  trusted(): boolean;
  onStatus(status: StatusParams['model']): void;
  log(message: string): void;
}

/** How it stands before a model is named. */
export const noModel: StatusParams['model'] = {
  state: 'none',
  detail: 'No model',
  explanation:
    'Set querent.model.path to a GGUF file to let a language model propose queries. Everything else works without one.',
};
const restricted: StatusParams['model'] = {
  state: 'none',
  detail: 'No model in Restricted Mode',
  explanation: 'Trust this workspace to let the language model run. Everything else works without it.',
};

/** Holds the model that the settings name, and replaces it when they change. Nothing is loaded before it is asked. */
export class ModelSlot {
  readonly #parts: ModelSlotParts;
  #key = '';
  #host: Promise<ModelHost | undefined> = Promise.resolve(undefined);

  constructor(parts: ModelSlotParts) {
    this.#parts = parts;
  }

  /** The model, or undefined when there is none to be used. Never rejects. */
  get host(): Promise<ModelHost | undefined> {
    return this.#host;
  }

  /** Looks at settings and trust anew. */
  async update(): Promise<void> {
    const { model } = this.#parts.settings();
    const path = model.path.trim();
    const isUsable = path !== '' && this.#parts.trusted();
    const key = isUsable ? JSON.stringify(model) : '';
    if (!isUsable) this.#parts.onStatus(path === '' ? noModel : restricted);
    if (key === this.#key) return;
    this.#key = key;
    const before = this.#host;
    this.#host = isUsable ? this.#create(path, model, key) : Promise.resolve(undefined);
    await (await before)?.dispose();
    await this.#host;
  }

  async dispose(): Promise<void> {
    const before = this.#host;
    this.#key = '';
    this.#host = Promise.resolve(undefined);
    await (await before)?.dispose();
  }

  async #create(path: string, model: Settings['model'], key: string): Promise<ModelHost | undefined> {
    try {
      // Loaded on first use: most people have no model.
      const { createModelHost, defaultHostPath } = await import('../models/index.ts');
      const host = createModelHost({
        hostPath: defaultHostPath(),
        modelPath: path,
        gpu: model.gpu,
        threads: model.threads,
        idleMinutes: model.idleMinutes,
        log: (line) => this.#parts.log(`Model: ${line}`),
      });
      host.onState((state) => {
        if (this.#key === key) this.#parts.onStatus(state);
      });
      this.#parts.onStatus(host.state);
      // A wrong path is told now, not at the first rewrite.
      host.describe().then(
        () => {},
        (error: unknown) => {
          const explanation = error instanceof Error ? error.message : String(error);
          if (this.#key === key)
            this.#parts.onStatus({ state: 'error', detail: 'The model cannot be used', explanation });
        },
      );
      return host;
    } catch (error) {
      this.#parts.log(`The model host cannot be started: ${describe(error)}`);
      this.#parts.onStatus({
        state: 'error',
        detail: 'The model host cannot be started',
        explanation: error instanceof Error ? error.message : String(error),
      });
      return undefined;
    }
  }
}
