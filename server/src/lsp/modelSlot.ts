import type { Chosen } from '../checkpoints/index.ts';
import { checkpointsFolder } from '../checkpoints/storeFolder.ts';
import type { MachineMemory, TextModel } from '../models/index.ts';
import type { Settings, StatusParams } from '../protocol.ts';
import { aboutCheckpoint, checkpointFor, openCheckpoint } from './checkpoints/checkpointModel.ts';
import { watchState } from './checkpoints/stateWatch.ts';
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
    'Choose a GGUF file (querent.model.path), a model server (querent.model.endpoint) or a checkpoint of a channel (querent.model.channel) to let a language model propose queries. Everything else works without one.',
};
const restricted: Status = {
  state: 'none',
  detail: 'No model in Restricted Mode',
  explanation: 'Trust this workspace to let the language model run. Everything else works without it.',
};

/** What the settings name: a file, or a server; where they name neither, a checkpoint. */
interface Wanted {
  readonly kind: 'file' | 'endpoint';
  readonly model: Settings['model'];
  /** Of a server; empty without one. */
  readonly apiKey: string;
  /** The checkpoint whose file it is. */
  readonly chosen?: Chosen;
}

interface Held {
  readonly model: TextModel;
  state(): Status;
  /** Frees its memory until it is asked again. */
  unload(): Promise<void>;
  dispose(): Promise<void>;
}

/**
 * Holds the model that the settings name, a file or a server, or the checkpoint that is active, and replaces it when they change, also when another window or the command line
 * activates another. A file is not loaded before it is asked; of a server it is found out at once whether it answers.
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
  /** Counts updates: one that had to look for a checkpoint is void when another came meanwhile. */
  #turn = 0;
  /** Settles when it is known which checkpoint is meant. */
  #looking: Promise<void> = Promise.resolve();
  #checkpoint: string | undefined;
  #endWatch: (() => void) | undefined;

  constructor(parts: ModelSlotParts) {
    this.#parts = parts;
  }

  /** The model, or undefined when there is none to be used. Never rejects. */
  get model(): Promise<TextModel | undefined> {
    return this.#looking.then(() => this.#held).then((held) => held?.model);
  }

  /** Id of the checkpoint that is in use; undefined where a file, a server or nothing is. */
  get checkpoint(): string | undefined {
    return this.#checkpoint;
  }

  /** Frees the memory of a model file until it is asked again. Never rejects. */
  async unload(): Promise<void> {
    await (await this.#held)?.unload().catch(() => undefined);
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

  /** Looks at settings, trust, key and the active checkpoint anew. */
  async update(): Promise<void> {
    const { model } = this.#parts.settings();
    const turn = ++this.#turn;
    const kind = model.endpoint.trim() === '' ? 'file' : 'endpoint';
    const isNamed = kind === 'endpoint' || model.path.trim() !== '';
    if (isNamed || !this.#parts.trusted()) {
      this.#watch(false);
      const wanted: Wanted | undefined = this.#parts.trusted()
        ? { kind, model, apiKey: kind === 'endpoint' ? this.#apiKey : '' }
        : undefined;
      this.#looking = Promise.resolve();
      await this.#take(wanted, isNamed ? restricted : noModel);
      return;
    }
    this.#watch(true);
    let taken: Promise<void> = Promise.resolve();
    this.#looking = this.#lookForCheckpoint().then((found) => {
      if (turn !== this.#turn) return;
      taken = 'status' in found ? this.#take(undefined, found.status) : this.#take(found.wanted, noModel);
    });
    await this.#looking;
    await taken;
  }

  /** @param without how it stands where nothing is wanted */
  async #take(wanted: Wanted | undefined, without: Status): Promise<void> {
    if (wanted === undefined) this.#parts.onStatus(without);
    const key = wanted === undefined ? '' : keyOf(wanted);
    this.#checkpoint = wanted?.chosen?.id;
    if (key === this.#wanted) return;
    this.#wanted = key;
    this.#now = undefined;
    const before = this.#held;
    this.#held = wanted === undefined ? Promise.resolve(undefined) : this.#open(wanted, key);
    await (await before)?.dispose();
    await this.#held;
  }

  /** Never rejects. */
  async #lookForCheckpoint(): Promise<{ readonly wanted: Wanted | undefined } | { readonly status: Status }> {
    const settings = this.#parts.settings();
    try {
      const chosen = await checkpointFor(settings);
      return {
        wanted:
          chosen === undefined ? undefined : { kind: 'file', model: settings.model, apiKey: '', chosen },
      };
    } catch (error) {
      const explanation = error instanceof Error ? error.message : String(error);
      this.#parts.log(`The checkpoint cannot be used: ${explanation}`);
      return { status: { state: 'error', detail: 'The checkpoint cannot be used', explanation } };
    }
  }

  #watch(wanted: boolean): void {
    if (!wanted) {
      this.#endWatch?.();
      this.#endWatch = undefined;
    } else this.#endWatch ??= watchState(checkpointsFolder(), () => void this.update());
  }

  async dispose(): Promise<void> {
    this.#turn++;
    this.#watch(false);
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
      const held = await this.#openWanted(wanted, tell);
      if (this.#wanted === key) this.#now = held;
      return held;
    } catch (error) {
      const explanation = error instanceof Error ? error.message : String(error);
      // Nothing that a wrong address says is worth a stack.
      this.#parts.log(
        `The model cannot be used: ${wanted.kind === 'file' && wanted.chosen === undefined ? describe(error) : explanation}`,
      );
      tell({ state: 'error', detail: 'The model cannot be used', explanation });
      // What was wrong may be right the next time that it is looked at, as when a checkpoint was fetched anew.
      if (this.#wanted === key) this.#wanted = '';
      return undefined;
    }
  }

  #openWanted(wanted: Wanted, tell: (status: Status) => void): Promise<Held> {
    if (wanted.kind === 'endpoint') return openEndpoint(wanted, tell);
    return wanted.chosen === undefined
      ? this.#openFile(wanted.model, wanted.model.path.trim(), tell)
      : this.#openCheckpoint(wanted.model, wanted.chosen, tell);
  }

  async #openCheckpoint(
    model: Settings['model'],
    chosen: Chosen,
    tell: (status: Status) => void,
  ): Promise<Held> {
    const about = aboutCheckpoint(chosen);
    const told = (status: Status): void =>
      tell({
        ...status,
        explanation: status.explanation === undefined ? about : `${status.explanation} ${about}`,
      });
    told({ state: 'loading', detail: 'Verifying the checkpoint…' });
    const { path, named } = await openCheckpoint(this.#parts.settings(), chosen);
    // It is loaded later, and again after idling or a crash: what lies there then is what counts.
    const held = await this.#openFile(model, path, told, async () => {
      await openCheckpoint(this.#parts.settings(), chosen);
    });
    return {
      model: named(held.model),
      state: () => held.state(),
      unload: () => held.unload(),
      dispose: () => held.dispose(),
    };
  }

  async #openFile(
    model: Settings['model'],
    path: string,
    tell: (status: Status) => void,
    beforeLoad?: () => Promise<void>,
  ): Promise<Held> {
    // Loaded on first use: most people have no model.
    const { createModelHost, defaultHostPath } = await import('../models/index.ts');
    const host = createModelHost({
      hostPath: defaultHostPath(),
      modelPath: path,
      gpu: model.gpu,
      threads: model.threads,
      idleMinutes: model.idleMinutes,
      gpuLayers: model.gpuLayers,
      contextTokens: model.contextTokens,
      samples: model.samples,
      ...(beforeLoad === undefined ? {} : { beforeLoad }),
      log: (line) => this.#parts.log(`Model: ${line}`),
    });
    host.onState(tell);
    tell(host.state);
    // A wrong path is told now, not at the first rewrite.
    host.describe().catch((error: unknown) => {
      const explanation = error instanceof Error ? error.message : String(error);
      tell({ state: 'error', detail: 'The model cannot be used', explanation });
    });
    return {
      model: host,
      state: () => host.state,
      unload: () => host.unload(),
      dispose: () => host.dispose(),
    };
  }
}

/** Settings that tell which checkpoint is meant, not how a model is run. */
const ofChannels = new Set(['channel', 'channelKey', 'checkForUpdates', 'pinnedVersion']);

/** Equal for what is run alike. */
function keyOf({ model, ...wanted }: Wanted): string {
  const runs = Object.entries(model).filter(([key]) => !ofChannels.has(key));
  return JSON.stringify({ ...wanted, runs });
}

async function openEndpoint({ model, apiKey }: Wanted, tell: (status: Status) => void): Promise<Held> {
  const { EndpointModel } = await import('./endpointModel.ts');
  const { endpoint: url, endpointModel } = model;
  const held: EndpointModel = new EndpointModel({ url: url.trim(), apiKey, model: endpointModel }, tell);
  tell(held.state);
  void held.look();
  const nothing = (): Promise<void> => Promise.resolve();
  return { model: held, state: () => held.state, unload: nothing, dispose: nothing };
}
