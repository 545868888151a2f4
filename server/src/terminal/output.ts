/** Prints one JSON document. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

/** Prints lines on stdout. */
export function print(...lines: string[]): void {
  process.stdout.write(lines.map((line) => `${harmless(line)}\n`).join(''));
}

/** Prints a message on stderr. */
export function note(message: string): void {
  process.stderr.write(`${harmless(message)}\n`);
}

/** Without control characters: a title or a model's answer must not move the cursor or change the terminal's settings. */
function harmless(text: string): string {
  return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]|\r(?!\n)/g, '\ufffd');
}
