import { TextDocuments, type Connection } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { parseStrategy, searchLanguage, type StrategyDocument } from '@querent/core/strategy';
import { LineIndex } from '@querent/core/text';
import { TRIALS_LANGUAGE_ID } from '../protocol.ts';

/** An open document at one version; immutable, what is derived from it is computed on first use. */
export class OpenDocument {
  readonly uri: string;
  readonly version: number;
  readonly text: string;
  readonly #isTrials: boolean;
  #strategy: StrategyDocument | undefined;
  #lines: LineIndex | undefined;

  constructor(uri: string, version: number, text: string, languageId: string) {
    this.uri = uri;
    this.version = version;
    this.text = text;
    this.#isTrials = languageId === TRIALS_LANGUAGE_ID;
  }

  /** The search language of its lines: the file's, or what the front matter says, as the linter has it. */
  get language(): 'pubmed' | 'ctgov' {
    return this.#isTrials ? 'ctgov' : searchLanguage(this.strategy);
  }

  get strategy(): StrategyDocument {
    return (this.#strategy ??= parseStrategy(this.text));
  }

  get lines(): LineIndex {
    return (this.#lines ??= new LineIndex(this.text));
  }
}

/** The documents that the client has open, one lazily parsed {@link OpenDocument} per version. */
export class Documents {
  readonly #synced = new TextDocuments(TextDocument);
  readonly #open = new Map<string, OpenDocument>();

  /** Takes over the connection's document notifications. */
  listen(
    connection: Connection,
    onChange: (document: OpenDocument) => void,
    onClose: (uri: string) => void,
  ): void {
    this.#synced.onDidChangeContent(({ document }) => {
      const open = new OpenDocument(document.uri, document.version, document.getText(), document.languageId);
      this.#open.set(document.uri, open);
      onChange(open);
    });
    this.#synced.onDidClose(({ document }) => {
      this.#open.delete(document.uri);
      onClose(document.uri);
    });
    this.#synced.listen(connection);
  }

  /** The document at `uri`, or undefined when it is not open (any more). */
  get(uri: string): OpenDocument | undefined {
    return this.#open.get(uri);
  }

  all(): readonly OpenDocument[] {
    return [...this.#open.values()];
  }
}
