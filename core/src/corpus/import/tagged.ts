import { cleanText } from './normalise.ts';

/** The fields of one record of a tagged format (MEDLINE, RIS): tags with their values in the order of the file. */
export class TaggedFields {
  readonly #values = new Map<string, string[]>();
  #last: string[] | undefined;

  get isEmpty(): boolean {
    return this.#values.size === 0;
  }

  has(tag: string): boolean {
    return this.#values.has(tag);
  }

  add(tag: string, value: string): void {
    let values = this.#values.get(tag);
    if (values === undefined) this.#values.set(tag, (values = []));
    values.push(value);
    this.#last = values;
  }

  /** Continues the field before on another line. Returns whether there is one. */
  continue(text: string): boolean {
    if (this.#last === undefined) return false;
    const at = this.#last.length - 1;
    this.#last[at] = `${this.#last[at] ?? ''} ${text.trim()}`;
    return true;
  }

  /** Values of these tags that are not empty, those of the first tag first. */
  all(...tags: readonly string[]): readonly string[] {
    return tags
      .flatMap((tag) => (this.#values.get(tag) ?? []).map(cleanText))
      .filter((value) => value !== '');
  }

  /** Values of the first of these tags that has any. */
  either(...tags: readonly string[]): readonly string[] {
    return tags.map((tag) => this.all(tag)).find((values) => values.length > 0) ?? [];
  }

  first(...tags: readonly string[]): string | undefined {
    return this.either(...tags)[0];
  }
}
