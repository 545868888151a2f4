import type { AnswerKey } from './answer.ts';
import { shortened, withoutMarkup } from './plain.ts';
import type { Prompt, PromptTemplate, Variant } from './prompt.ts';
import { sha256 } from './sha256.ts';

/** What models are trained for, by the id of the task. */
export type TaskName = 'publication' | 'trials' | 'qa' | 'ir' | 'sql';

/** Where a wording comes from that is not ours. */
export interface TemplateSource {
  readonly repository: string;
  /** The script that writes it, and the commit of that script that was read. */
  readonly path: string;
  readonly commit: string;
  readonly licence: string;
  /** `exact`: character by character as in the script; `reconstructed`: put together from parts, see `note`. */
  readonly fidelity: 'exact' | 'reconstructed';
  /** How it was found out that a model was trained with this version, and what could not be found out. */
  readonly note: string;
}

/**
 * The wording of a prompt as one text that a model continues as it is, not through a chat template: what a checkpoint was trained on that
 * never saw turns. White space counts.
 */
export interface RawTemplate {
  readonly format: 'raw';
  /** For people and for checkpoints: `deepretrieval/pubmed-qwen`. */
  readonly id: string;
  /** SHA-256 of id, text and opened tag. */
  readonly hash: string;
  readonly task: TaskName;
  readonly variant: Variant;
  readonly answerKey: AnswerKey;
  /** With slots `{{P}}`, `{{question}}` for what is asked. */
  readonly text: string;
  /** The tag at the end of the text that belongs to the answer: answers are read with it put before. */
  readonly opened: OpenedTag;
  /** Tokens of prompt and answer that it was trained with; longer prompts lost their beginning there. */
  readonly trainedTokens: { readonly prompt: number; readonly answer: number };
  readonly source: TemplateSource;
}

/** What a prompt may leave opened. */
export type OpenedTag = '' | '<think>' | '<answer>';

/** Either kind of wording. */
export type Template = PromptTemplate | RawTemplate;

/** Whether a template is one text to be continued. */
export function isRaw(template: Template): template is RawTemplate {
  return 'format' in template && template.format === 'raw';
}

/** What a template asks for: reasoning before the answer, or the answer alone. */
export function variantOf(template: Template): Variant {
  if (isRaw(template)) return template.variant;
  return template.instruction.includes('<think>') ? 'reasoning' : 'direct';
}

/** A raw template of these words, with the hash that proves them. What it leaves opened is read off its end. */
export function rawTemplate(words: Omit<RawTemplate, 'format' | 'hash' | 'opened'>): RawTemplate {
  const opened = (['<think>', '<answer>'] as const).find((tag) => words.text.trimEnd().endsWith(tag)) ?? '';
  return {
    ...words,
    format: 'raw',
    opened,
    hash: sha256(JSON.stringify([words.id, 'raw', words.text, opened])),
  };
}

/** Most characters of what fills one slot, unless told otherwise. */
const longestValue = 400;

/**
 * The prompt of a raw template: its slots filled with plain text of one line each, without marks that structure prompts, and without the labels of
 * speakers by which such texts tell turns apart.
 * @param values by slot; one that is missing is written as `N/A`, as in the published rows
 * @param longest characters of each value
 * @param lines slots whose line breaks are kept (a schema); neutralised line by line
 */
export function rawPrompt(
  template: RawTemplate,
  values: Readonly<Record<string, string | undefined>>,
  longest: number | Readonly<Record<string, number>> = longestValue,
  lines: readonly string[] = [],
): Prompt {
  // One pass, so that what fills a slot is no slot itself.
  const text = template.text.replace(/\{\{(\w+)\}\}/gu, (_, slot: string) => {
    const most = typeof longest === 'number' ? longest : (longest[slot] ?? longestValue);
    const value = (Object.hasOwn(values, slot) ? values[slot] : undefined) ?? '';
    const plain = lines.includes(slot)
      ? value.split(/\r?\n/u).map(spokenLine).join('\n').trim().slice(0, Math.max(0, most))
      : shortened(spoken(value), most);
    return plain === '' ? 'N/A' : plain;
  });
  return {
    system: '',
    user: text,
    text,
    opened: template.opened,
    template: { id: template.id, hash: template.hash },
  };
}

/** A line of code as it is, indentation and all, or plain where it is more than code. */
function spokenLine(line: string): string {
  const plain = spoken(line);
  return plain === line.replace(/\s+/gu, ' ').trim() ? line.trimEnd() : plain;
}

/** Plain text that does not begin a turn where turns are told apart by the name of the speaker. */
function spoken(text: string): string {
  return withoutMarkup(text).replace(/\b(assistant|user|system)\s*:/giu, '$1 -');
}
