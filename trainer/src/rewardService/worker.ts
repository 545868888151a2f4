/** Scores completions on a thread of its own: the world is opened once, then chunks of items come. */
import { parentPort, workerData } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';
import { failed, figureNames, scoreItem } from '@querent/core/tasks';
import type { ScoredItem, Task } from '@querent/core/tasks';
import { SearchError } from '@querent/core/search';
import { CliError } from '@querent/server/terminal';
import { loadTasks } from '../taskFolders.ts';
import { openWorld } from '../world/openWorld.ts';
import type { OpenedWorld } from '../world/openWorld.ts';
import { itemSignal } from './itemSignal.ts';
import type { ItemSignal } from './itemSignal.ts';
import type { TaskInfo } from './protocol.ts';
import { asUsualResults, ResultCache } from './resultCache.ts';
import { progress, withoutId } from './workerProtocol.ts';
import type {
  CancelChunk,
  Chunk,
  OpenFault,
  RewardWorkerSettings,
  WorkerMessage,
  WorkerResult,
  WrittenItem,
} from './workerProtocol.ts';

/** Results are sent together, but none is kept back longer than so many milliseconds. */
const sendEveryMs = 20;
/** Targets that are remembered, long ones counted as several: the prompts of some steps of training. */
const mostTargets = 2_000;

class RewardWorker {
  readonly #settings: RewardWorkerSettings;
  readonly #tasks: ReadonlyMap<string, Task>;
  readonly #world: OpenedWorld;
  readonly #send: (message: WorkerMessage) => void;
  /** Targets by their texts. */
  readonly #targets = new ResultCache<unknown>(mostTargets, (text) => asUsualResults(text.length));
  /** Items on their way, by chunk. */
  readonly #running = new Map<number, Set<ItemSignal>>();

  constructor(
    settings: RewardWorkerSettings,
    tasks: ReadonlyMap<string, Task>,
    world: OpenedWorld,
    send: (message: WorkerMessage) => void,
  ) {
    this.#settings = settings;
    this.#tasks = tasks;
    this.#world = world;
    this.#send = send;
  }

  receive(message: Chunk | CancelChunk): void {
    if (message.kind === 'chunk') void this.#score(message);
    else this.#running.get(message.chunk)?.forEach((item) => item.lookAtFlag());
  }

  async #score({ chunk, items, flags: shared }: Chunk): Promise<void> {
    const flags = new Int32Array(shared);
    const running = new Set<ItemSignal>();
    this.#running.set(chunk, running);
    let results: WorkerResult[] = [];
    let sentAt = performance.now();
    for (const [index, item] of items.entries()) {
      if (Atomics.load(flags, 2 * index + 1) === 1) continue;
      const startedAt = performance.now();
      const signal = itemSignal(this.#settings.itemMs, flags, 2 * index + 1);
      running.add(signal);
      Atomics.store(flags, 2 * index, progress.running);
      const scored = await this.#scoreOne(item, signal);
      Atomics.store(flags, 2 * index, progress.done);
      running.delete(signal);
      signal.end();
      const now = performance.now();
      results.push({ index, ...written(scored), seconds: (now - startedAt) / 1000 });
      if (now - sentAt < sendEveryMs) continue;
      this.#send({ kind: 'results', chunk, results, isDone: false });
      results = [];
      sentAt = now;
    }
    this.#running.delete(chunk);
    this.#send({ kind: 'results', chunk, results, isDone: true });
  }

  async #scoreOne(item: WrittenItem, own: ItemSignal): Promise<ScoredItem> {
    let scored: ScoredItem;
    try {
      const whole = { ...item, target: this.#target(item.target) };
      scored = await scoreItem(whole, this.#tasks, this.#world, own.signal);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      scored = failed(item.id, figureNames(this.#tasks.values()), message);
    }
    if (scored.error === null || !own.isLate()) return scored;
    return failed(
      item.id,
      Object.keys(scored.measured),
      `It took longer than ${this.#settings.itemMs} ms. Give items more time with --timeout-ms.`,
    );
  }

  /** The target that a text stands for: the same object for the same text, so that tasks remember what they made of it. */
  #target(text: string): unknown {
    const known = this.#targets.get(text);
    if (known !== undefined) return known;
    const target: unknown = JSON.parse(text);
    this.#targets.set(text, target);
    return target;
  }
}

function written(scored: ScoredItem): Pick<WorkerResult, 'json' | 'outcome'> {
  const outcome = scored.error !== null ? 'error' : scored.problem !== null ? 'problem' : 'paid';
  return { json: withoutId(scored), outcome };
}

function taskInfo({ id, title, rewardNames, metricNames, templates }: Task): TaskInfo {
  const named = Object.entries(templates).map(([variant, { id: template, hash }]) => [
    variant,
    { id: template, hash },
  ]);
  return {
    id,
    title,
    rewards: rewardNames,
    metrics: metricNames,
    templates: Object.fromEntries(named) as TaskInfo['templates'],
  };
}

async function open(settings: RewardWorkerSettings, port: MessagePort): Promise<void> {
  const send = (message: WorkerMessage): void => port.postMessage(message);
  try {
    const tasks = await loadTasks(settings.taskFolders);
    const world = await openWorld(settings.world);
    const worker = new RewardWorker(settings, tasks, world, send);
    port.on('message', (message: Chunk | CancelChunk) => worker.receive(message));
    const identity = {
      parts: world.describe(),
      tasks: [...tasks.values()].map(taskInfo),
      measured: figureNames(tasks.values()),
    };
    send({ kind: 'ready', identity, shared: world.shared() });
  } catch (error) {
    send({ kind: 'failed', fault: openFault(error) });
  }
}

function openFault(error: unknown): OpenFault {
  if (error instanceof SearchError) return { kind: error.code, message: error.message };
  if (error instanceof CliError) return { kind: 'input', message: error.message };
  return { kind: 'internal', message: error instanceof Error ? error.message : String(error) };
}

if (parentPort !== null) void open(workerData as RewardWorkerSettings, parentPort);
