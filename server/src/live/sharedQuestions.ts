import { SearchError } from '@querent/core/search';

/** Who asks, and how urgently; a part of `SearchOptions`. */
interface Asker {
  readonly signal?: AbortSignal;
  readonly priority?: number;
}

type Work<T> = (asker: { readonly signal: AbortSignal; readonly priority: number }) => Promise<T>;

interface Question {
  waiters: number;
  priority: number;
  controller: AbortController;
  readonly result: Promise<unknown>;
  readonly restart: (priority: number) => void;
}

/**
 * Questions on their way: what is asked twice at once is asked once. When all who wait have given up, so is the question; who is in more
 * of a hurry than those who wait has it asked again at its own priority, for all of them.
 */
export class SharedQuestions {
  readonly #questions = new Map<string, Question>();

  /** @throws SearchError `aborted` as soon as the asker gives up, whatever others do; what `work` throws */
  async ask<T>(key: string, asker: Asker, work: Work<T>): Promise<T> {
    const { signal, priority = 0 } = asker;
    if (signal?.aborted === true) throw cancelled();
    const question = this.#questions.get(key) ?? this.#begin(key, priority, work);
    if (priority > question.priority) question.restart(priority);
    question.waiters++;
    let onAbort = (): void => undefined;
    const aborted = new Promise<never>((_, reject) => {
      onAbort = () => reject(cancelled());
      signal?.addEventListener('abort', onAbort, { once: true });
    });
    try {
      return (await Promise.race([question.result, aborted])) as T;
    } finally {
      signal?.removeEventListener('abort', onAbort);
      question.waiters--;
      // Whoever comes now begins anew, rather than to hear that it was cancelled.
      if (question.waiters === 0 && this.#forget(key, question)) question.controller.abort();
    }
  }

  #begin<T>(key: string, priority: number, work: Work<T>): Question {
    let settle: (result: Promise<T>) => void = () => undefined;
    const result = new Promise<T>((resolve) => (settle = resolve));
    result.catch(() => undefined); // Whoever waits hears of it.
    const question: Question = {
      waiters: 0,
      priority,
      controller: new AbortController(),
      result,
      restart: (higher) => {
        question.controller.abort();
        question.controller = new AbortController();
        question.priority = higher;
        run();
      },
    };
    const run = (): void => {
      const { controller } = question;
      const answer = work({ signal: controller.signal, priority: question.priority });
      const end = (): void => {
        if (question.controller !== controller) return; // it was asked again
        this.#forget(key, question);
        settle(answer);
      };
      answer.then(end, end);
    };
    this.#questions.set(key, question);
    run();
    return question;
  }

  /** False where it is answered already. */
  #forget(key: string, question: Question): boolean {
    return this.#questions.get(key) === question && this.#questions.delete(key);
  }
}

/** What a question ends with that nobody waits for any longer. */
export function cancelled(): SearchError {
  return new SearchError('aborted', 'The search was cancelled.');
}
