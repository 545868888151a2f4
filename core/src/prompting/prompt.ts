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

/** One line without the marks that structure prompts and answers, so that a title cannot speak for the model. */
export function withoutMarkup(text: string): string {
  return text
    .replace(markup, ' ')
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim();
}

/** Our own tags, and the marks of turns of ChatML and Llama 3, DeepSeek (with wide bars), Mistral and Llama 2, Gemma. */
const markup =
  /<\/?\s*(?:think|answer)\s*>|<[|｜][^|｜<>]{0,40}[|｜]>|\[\/?INST\]|<<\/?SYS>>|<\/?s>|<(?:start|end)_of_turn>/giu;

function shortened(text: string, longest: number): string {
  if (text.length <= longest) return text;
  const cut = text.slice(0, longest);
  const space = cut.lastIndexOf(' ');
  return `${(space > longest / 2 ? cut.slice(0, space) : cut).replace(/\p{Surrogate}/gu, '')}…`;
}
