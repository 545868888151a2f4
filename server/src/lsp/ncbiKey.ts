/** The NCBI API key: the one that the client keeps in SecretStorage, else `NCBI_API_KEY` of the environment. Never logged. */
export class NcbiKey {
  readonly #environment: Readonly<Record<string, string | undefined>>;
  #kept = '';

  constructor(environment: Readonly<Record<string, string | undefined>> = process.env) {
    this.#environment = environment;
  }

  /** Takes the client's key, empty for none; returns whether another key is in use now. */
  set(key: string): boolean {
    const before = this.inUse()?.key;
    this.#kept = key.trim();
    return this.inUse()?.key !== before;
  }

  inUse(): { readonly key: string; readonly origin: 'secret-storage' | 'environment' } | undefined {
    if (this.#kept !== '') return { key: this.#kept, origin: 'secret-storage' };
    const key = this.#environment['NCBI_API_KEY']?.trim() ?? '';
    return key === '' ? undefined : { key, origin: 'environment' };
  }
}
