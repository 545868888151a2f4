/** Where and why PostgreSQL's parser stops. */
export interface PostgresFault {
  /** PostgreSQL's own words. */
  readonly message: string;
  /** Offset in UTF-16 units; the text's length where the end came too early. */
  readonly at: number;
}

/** Why nothing can be said of a text: it is nested deeper than the parser's stack reaches. */
type Unparsed = 'too deep';

/** PostgreSQL's parser for one statement, or several: undefined for a text that it takes. NUL characters must not be in it. */
export type ParsePostgres = (text: string) => PostgresFault | Unparsed | undefined;

let loading: Promise<ParsePostgres> | undefined;

/**
 * PostgreSQL 18's own parser as WebAssembly (libpg_query), loaded on first use, once a process. Its `.wasm` lies beside the bundle; in
 * development in node_modules.
 * @throws Error when it is in neither place: the installation is incomplete.
 */
export function loadPostgresParser(): Promise<ParsePostgres> {
  loading ??= load();
  // What failed is tried again by the next one who asks.
  loading.catch(() => (loading = undefined));
  return loading;
}

async function load(): Promise<ParsePostgres> {
  const { loadModule, parseSync, hasSqlDetails } = await import('libpg-query');
  await loadModule();
  return (text) => {
    // An empty text is refused by the wrapper, not by PostgreSQL; halves of characters cannot be written in UTF-8.
    const whole = text.replace(
      /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/gu,
      '\ufffd',
    );
    if (whole.trim() === '') return undefined;
    try {
      parseSync(whole);
      return undefined;
    } catch (error) {
      if (hasSqlDetails(error)) {
        const place = error.sqlDetails?.cursorPosition ?? 0;
        return { message: error.message, at: offsetOf(whole, place) };
      }
      if (error instanceof RangeError || (error as Error).name === 'RuntimeError') return 'too deep';
      throw error;
    }
  };
}

/** PostgreSQL counts characters where JavaScript counts UTF-16 units. */
function offsetOf(text: string, characters: number): number {
  let offset = 0;
  for (let left = characters; left > 0 && offset < text.length; left--)
    offset += (text.codePointAt(offset) ?? 0) > 0xffff ? 2 : 1;
  return offset;
}
