/**
 * Text of people, files or models for messages and status items. VS Code makes links of `[text](command:...)` in both, also of
 * commands that run programs, so a title or a file name must not look like one.
 */
export function plainText(text: string): string {
  return text.replaceAll('](', '] (');
}

/** The same in fewer letters, for a row: of a file its name without the folders, which the list of models tells. */
export function inShort(text: string): string {
  return text
    .replace(/(^|\s)(?:~|[a-z]:)?[\\/]\S*[\\/](?=[^\\/\s])/gi, '$1')
    .replace(/\.gguf\b/gi, '')
    .replaceAll(' tokens per second', ' tokens/s')
    .replace(/, \d+ threads?\b/, '')
    .replace(/ of memory\b/, '');
}
