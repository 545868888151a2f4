import type { ScoredItem } from '@querent/core/tasks';
import type { WorldPart } from '../world/openWorld.ts';

/** Addresses of the service. */
export const paths = { score: '/v1/score', health: '/v1/health', metrics: '/v1/metrics' } as const;

/** An answer to an item as it travels: `id` is null where the item had none. */
export interface AnsweredItem extends Omit<ScoredItem, 'id'> {
  readonly id: string | null;
}

/** What `POST /v1/score` answers with status 200: one answer an item, in the order of the request. */
export interface ScoreResponse {
  readonly items: readonly AnsweredItem[];
}

/** What every other status answers. */
export interface FaultResponse {
  readonly error: { readonly code: string; readonly message: string };
}

/** A task as the service has it. */
export interface TaskInfo {
  readonly id: string;
  readonly title: string;
  /** Names of its rewards; the first is the default. */
  readonly rewards: readonly string[];
  readonly metrics: readonly string[];
  /** Wordings of its prompts, by variant: a model that was trained on one is asked with the same one. */
  readonly templates: Readonly<Record<string, { readonly id: string; readonly hash: string }>>;
}

/** What is refused, and when. */
export interface Limits {
  /** Items of one request. */
  readonly items: number;
  /** Bytes of the body of a request. */
  readonly bodyBytes: number;
  /** UTF-16 units of one completion. */
  readonly completion: number;
  /** Items that wait for a worker. */
  readonly queue: number;
  /** Milliseconds that one item may take, from the moment that a worker takes it up. */
  readonly itemMs: number;
}

/** What `GET /v1/health` answers: with status 200 when ready, else with 503. */
export interface Health {
  readonly status: 'ready' | 'failing' | 'stopping';
  /** Why it is not ready; null when it is. */
  readonly problem: string | null;
  readonly engines: readonly WorldPart[];
  readonly tasks: readonly TaskInfo[];
  /** Keys of `measured`. */
  readonly measured: readonly string[];
  readonly versions: { readonly querent: string; readonly node: string };
  readonly uptimeSeconds: number;
  readonly workers: { readonly wanted: number; readonly alive: number; readonly restarts: number };
  /** Items that wait and items that are being scored. */
  readonly queue: { readonly waiting: number; readonly running: number };
  readonly limits: Limits;
}

/** A request that cannot be answered as it was asked. */
export class RequestFault extends Error {
  override readonly name = 'RequestFault';
  readonly status: number;
  readonly code: string;
  /** Seconds after which the same request may be taken. */
  readonly retryAfter: number | undefined;
  constructor(status: number, code: string, message: string, retryAfter?: number) {
    super(message);
    this.status = status;
    this.code = code;
    this.retryAfter = retryAfter;
  }
}
