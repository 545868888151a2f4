/** Characters of a text that is worth remembering; a longer one is no line that somebody types in. */
const LONGEST = 50_000;
/** What an entry costs besides its text, counted as characters: keeps a million empty lines from being remembered. */
const OVERHEAD = 100;

/**
 * Values by the text that they were made from, bounded: the least recently used go first, as far as is known since the memory is
 * half full. For work that an editor asks for
 * again with every key, for hundreds of lines of which one has changed.
 */
export class TextMemory<T> {
  readonly #capacity: number;
  readonly #entries = new Map<string, T>();
  #size = 0;

  /** @param capacity characters of text, each entry counting a hundred more than its text has */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get(text: string): T | undefined {
    const value = this.#entries.get(text);
    if (value === undefined) return undefined;
    // The order matters only when something has to go, and keeping it is most of the work of looking up.
    if (this.#size * 2 > this.#capacity) {
      this.#entries.delete(text);
      this.#entries.set(text, value);
    }
    return value;
  }

  /** Remembers `value`, unless the text is too long to be a line of a strategy. */
  set(text: string, value: T): void {
    if (text.length > LONGEST) return;
    if (this.#entries.delete(text)) this.#size -= text.length + OVERHEAD;
    this.#entries.set(text, value);
    this.#size += text.length + OVERHEAD;
    for (const oldest of this.#entries.keys()) {
      if (this.#size <= this.#capacity) break;
      this.#entries.delete(oldest);
      this.#size -= oldest.length + OVERHEAD;
    }
  }

  clear(): void {
    this.#entries.clear();
    this.#size = 0;
  }
}

/**
 * The same text in memory of its own. Engines keep a part of a text as a view of the whole, so that a remembered line would
 * keep alive the document that it was cut from, one document for every key pressed.
 */
export function detached(text: string): string {
  return ` ${text}`.slice(1);
}
