import { shortened, withoutMarkup } from './plain.ts';

/** How one text of a prompt is written. */
export interface TextRules {
  /** Most characters of the text, its label not counted. */
  readonly longest: number;
  /** Where there is room for fewer characters than this, the text is left out, unless it is that short itself. Default 0: it is always there in part. */
  readonly least?: number;
}

/**
 * The characters that are left for what people wrote in a prompt. Whoever takes first is shown; later texts are shortened at their end, then left
 * out. Instructions take no part in it: they are never cut. (The published pipeline cut prompts from their beginning and lost them.)
 */
export class PromptRoom {
  #left: number;

  /** @param characters for all texts together, >= 0 */
  constructor(characters: number) {
    this.#left = Math.max(0, Math.floor(characters));
  }

  /** Characters that nobody has taken yet. */
  get left(): number {
    return this.#left;
  }

  /** `label: text` on one line, without what structures prompts; empty when there is no text or no room. */
  part(label: string, text: string | undefined, { longest, least = 0 }: TextRules): string {
    return this.#take(`${label}: `, text, longest, least);
  }

  /** Like {@link part}, with what stands before the text as it is: `- `, `[1] `. */
  item(mark: string, text: string | undefined, { longest, least = 0 }: TextRules): string {
    return this.#take(mark, text, longest, least);
  }

  /** A line of our own, whole or not at all. */
  line(text: string): string {
    if (text.length + 1 > this.#left) return '';
    this.#left -= text.length + 1;
    return text;
  }

  #take(mark: string, text: string | undefined, longest: number, least: number): string {
    const plain = withoutMarkup(text ?? '');
    // Of the line: its mark, the sign of an omission, the line break.
    const room = this.#left - mark.length - 2;
    if (plain === '' || room < 1 || room < Math.min(least, plain.length)) return '';
    const line = `${mark}${shortened(plain, Math.min(longest, room))}`;
    this.#left -= line.length + 1;
    return line;
  }
}

/** Characters of text that surely fit into so many tokens: terms of medicine and field tags take three characters a token or more. */
export const charactersPerToken = 3;
