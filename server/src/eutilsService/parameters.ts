/** More than anything here has of anything. */
const largest = 999_999_999;

/** The parameters of a request. Names count as they are written, but for `WebEnv` and `query_key`, which NCBI takes in any case. */
export class Parameters {
  readonly #values: readonly (readonly [name: string, value: string])[];

  constructor(values: readonly (readonly [name: string, value: string])[]) {
    this.#values = values.map(([name, value]) => [name.toLowerCase(), value] as const);
  }

  /** The first value of that name, without blanks around it; undefined when there is none or it is empty. */
  text(name: string): string | undefined {
    const value = this.#values.find(([key, text]) => key === name.toLowerCase() && text.trim() !== '')?.[1];
    return value?.trim();
  }

  /** All values of that name. */
  all(name: string): readonly string[] {
    return this.#values.filter(([key]) => key === name.toLowerCase()).map(([, value]) => value);
  }

  /** A whole number, 0 to {@link largest}, as which larger ones count; `fallback` for what is none. */
  number(name: string, fallback: number): number {
    const text = this.text(name);
    return text !== undefined && /^\d+$/.test(text) ? Math.min(Number(text), largest) : fallback;
  }

  /** Ids of the first or of all parameters `id`, separated by commas or blanks. */
  ids(): readonly string[] {
    return this.all('id').flatMap((value) => value.split(/[\s,]+/).filter((id) => id !== ''));
  }
}
