import { shortened, withoutMarkup } from './plain.ts';
import { sha256 } from './sha256.ts';

/** The wording of a prompt. A model that was trained on one is asked with the same one, or not at all. */
export interface PromptTemplate {
  /** For people and for checkpoints: `publication-search/1`. Changes with every change of the wording. */
  readonly id: string;
  /** SHA-256 of the wording: proof that two sides mean the same by the id. */
  readonly hash: string;
  readonly system: string;
  /** The end of the user's turn: what to write and how. */
  readonly instruction: string;
}

/** A prompt as turns of a chat. A model without turns gets them one after the other. */
export interface Prompt {
  readonly system: string;
  readonly user: string;
  /** Which wording this is; goes into logs, training rows and checkpoints. */
  readonly template: { readonly id: string; readonly hash: string };
  /**
   * The whole prompt as one text to be continued as it is, marks of turns and all, never through a chat template; absent for a prompt in turns. Where
   * it is there, `system` is empty and `user` is the same text.
   */
  readonly text?: string;
  /** What the prompt leaves opened of the answer; the answer is read with it put before. Absent or empty where nothing is. */
  readonly opened?: '' | '<think>' | '<answer>';
  /**
   * Ids of the seeds that had a part in the prompt: whose texts it shows, and among which these were chosen by what a query finds. The ids themselves are
   * never in it. Absent where none is shown.
   */
  readonly shownSeeds?: readonly string[];
}

/** Whether a model is asked to reason in `<think>` before its answer (`reasoning`) or for the answer alone (`direct`). */
export type Variant = 'reasoning' | 'direct';

/** A template of these words, with the hash that proves them. */
export function promptTemplate(id: string, system: string, instruction: string): PromptTemplate {
  return { id, hash: sha256(JSON.stringify([id, system, instruction])), system, instruction };
}

/** The prompt of a question: its `lines` (empty ones left out), then the instruction of the template. */
export function promptOf(lines: readonly string[], template: PromptTemplate): Prompt {
  return {
    system: template.system,
    user: [...lines.filter((line) => line !== ''), template.instruction].join('\n'),
    template: { id: template.id, hash: template.hash },
  };
}

/** Most characters of one part: a protocol pasted into `population` must not push the question out of a small model's context. */
const longestPart = 400;

/** `label: text` on one line, shortened, without what structures prompts; empty when there is no text. */
export function promptPart(label: string, text: string | undefined, longest = longestPart): string {
  const plain = withoutMarkup(text ?? '');
  return plain === '' ? '' : `${label}: ${shortened(plain, longest)}`;
}
