/** Typed arrays that grow: half the memory of number arrays, and no pauses of the garbage collector. */
export class Growing<T extends Uint16Array | Uint32Array> {
  readonly #make: (size: number) => T;
  #values: T;
  #length = 0;

  constructor(make: (size: number) => T) {
    this.#make = make;
    this.#values = make(1024);
  }

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const bigger = this.#make(this.#length * 2);
      bigger.set(this.#values);
      this.#values = bigger;
    }
    this.#values[this.#length++] = value;
  }

  /** What was pushed; a view that is good until the next push. */
  get values(): T {
    return this.#values.subarray(0, this.#length) as T;
  }
}
