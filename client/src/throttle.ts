/** Does something at once or soon; however often it is asked for soon, it is done once in a pause. */
export class Throttle {
  readonly #work: () => void;
  readonly #pauseMs: number;
  #timer: NodeJS.Timeout | undefined;

  /** @param pauseMs milliseconds from the first wish to when it is done */
  constructor(work: () => void, pauseMs: number) {
    this.#work = work;
    this.#pauseMs = pauseMs;
  }

  /** Also what was to be done soon, which is done by it. */
  now(): void {
    this.dispose();
    this.#work();
  }

  soon(): void {
    this.#timer ??= setTimeout(() => this.now(), this.#pauseMs);
  }

  /** What was to be done soon is not done any more. */
  dispose(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
