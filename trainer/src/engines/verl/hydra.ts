import type { VerlOverride, VerlValue } from '../../plan/index.ts';

// The words of Hydra's command line: https://hydra.cc/docs/advanced/override_grammar/basic/

/** Texts that Hydra reads as they are; anything else is quoted. */
const plainText = /^[A-Za-z_/][\w./-]*$/u;
/** Texts that it would read as something else. */
const otherKinds = /^(?:true|false|null|nan|inf)$/iu;

/**
 * Overrides as Hydra's command line takes them, one argument each: `+reward.x='a b'`.
 * @throws RangeError for a text with `${`, which OmegaConf would look up
 */
export function hydraArguments(overrides: readonly VerlOverride[]): readonly string[] {
  return overrides.map(({ key, value, isNew }) => `${isNew ? '+' : ''}${key}=${hydraValue(value)}`);
}

/** A value in Hydra's grammar. */
function hydraValue(value: VerlValue): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return hydraText(value);
  if (typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return `[${(value as readonly VerlValue[]).map(hydraValue).join(',')}]`;
  const entries = Object.entries(value as Readonly<Record<string, VerlValue>>);
  return `{${entries.map(([key, each]) => `${hydraText(key)}:${hydraValue(each)}`).join(',')}}`;
}

function hydraText(text: string): string {
  if (plainText.test(text) && !otherKinds.test(text)) return text;
  if (text.includes('${'))
    throw new RangeError(`“${text.slice(0, 80)}” holds \${, which Hydra would replace. Use another name.`);
  // Backslashes count only before a quote, so those that stand there are doubled.
  return `'${text.replace(/(\\*)'/gu, (_, slashes: string) => `${slashes}${slashes}\\'`).replace(/(\\+)$/u, '$1$1')}'`;
}

/** A command for people to copy into a shell of POSIX, one argument a line. */
export function shellCommand(command: readonly string[]): string {
  return command.map(shellQuoted).join(' \\\n  ');
}

/** An argument as a POSIX shell reads it back. */
export function shellQuoted(argument: string): string {
  return /^[\w@%+=:,./-]+$/u.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`;
}
