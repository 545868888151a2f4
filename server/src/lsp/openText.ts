import { LineIndex } from '@querent/core/text';

/** The text of an open document at one version; immutable. */
export class OpenText {
  readonly uri: string;
  readonly version: number;
  readonly text: string;
  #lines: LineIndex | undefined;

  constructor(uri: string, version: number, text: string) {
    this.uri = uri;
    this.version = version;
    this.text = text;
  }

  get lines(): LineIndex {
    return (this.#lines ??= new LineIndex(this.text));
  }
}
