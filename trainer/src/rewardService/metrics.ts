import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** What the gauges look at when somebody asks. */
export interface Gauged {
  readonly waiting: number;
  readonly running: number;
  readonly cached: number;
  readonly workers: number;
}

/** Figures of a service for Prometheus; the names are listed in docs/reward-service.md. */
export class ServiceMetrics {
  readonly #registry = new Registry();
  readonly #own = { registers: [this.#registry] };
  readonly requests = new Counter({
    name: 'querent_rewards_requests_total',
    help: 'Requests that were answered, by path and status.',
    labelNames: ['path', 'status'] as const,
    ...this.#own,
  });
  readonly items = new Counter({
    name: 'querent_rewards_items_total',
    help: 'Items that were answered, by task and outcome: paid, problem (paid, something is wrong with the completion), error (no reward).',
    labelNames: ['task', 'outcome'] as const,
    ...this.#own,
  });
  readonly cacheHits = new Counter({
    name: 'querent_rewards_cache_hits_total',
    help: 'Items whose result was known.',
    ...this.#own,
  });
  readonly duplicates = new Counter({
    name: 'querent_rewards_duplicates_total',
    help: 'Items that were equal to another one of their request, and scored with it.',
    ...this.#own,
  });
  readonly refused = new Counter({
    name: 'querent_rewards_refused_total',
    help: 'Requests that were refused, by reason.',
    labelNames: ['code'] as const,
    ...this.#own,
  });
  readonly workerRestarts = new Counter({
    name: 'querent_rewards_worker_restarts_total',
    help: 'Workers that were replaced: stuck, or crashed.',
    labelNames: ['reason'] as const,
    ...this.#own,
  });
  readonly logLinesLost = new Counter({
    name: 'querent_rewards_log_lines_lost_total',
    help: 'Lines of the log that could not be written.',
    ...this.#own,
  });
  readonly requestSeconds = new Histogram({
    name: 'querent_rewards_request_seconds',
    help: 'Time from the end of a request to its answer.',
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    ...this.#own,
  });
  readonly itemSeconds = new Histogram({
    name: 'querent_rewards_item_seconds',
    help: 'Time that a worker took to score an item, by task.',
    labelNames: ['task'] as const,
    buckets: [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 2.5, 10, 30],
    ...this.#own,
  });

  constructor(look: () => Gauged) {
    const gauge = (name: string, help: string, value: (gauged: Gauged) => number): void => {
      new Gauge({
        name,
        help,
        ...this.#own,
        collect() {
          this.set(value(look()));
        },
      });
    };
    gauge('querent_rewards_queue_depth', 'Items that wait for a worker.', ({ waiting }) => waiting);
    gauge('querent_rewards_in_flight', 'Items that are being scored.', ({ running }) => running);
    gauge('querent_rewards_cache_entries', 'Results that are remembered.', ({ cached }) => cached);
    gauge('querent_rewards_workers', 'Workers that are open.', ({ workers }) => workers);
    // process_resident_memory_bytes, nodejs_heap_size_used_bytes, nodejs_eventloop_lag_seconds and their like.
    collectDefaultMetrics({ register: this.#registry });
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** In Prometheus' text format. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }
}
