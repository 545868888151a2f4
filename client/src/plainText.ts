/**
 * Text of people, files or models for messages and status items. VS Code makes links of `[text](command:...)` in both, also of
 * commands that run programs, so a title or a file name must not look like one.
 */
export function plainText(text: string): string {
  return text.replaceAll('](', '] (');
}
