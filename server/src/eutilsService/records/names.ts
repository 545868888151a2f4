/** The parts of an author's name that MEDLINE keeps apart. */
export interface NameParts {
  readonly lastName: string;
  readonly foreName?: string;
  readonly initials?: string;
  readonly suffix?: string;
}

const SUFFIX = /^(?:Jr|Sr|\d?(?:1st|2nd|3rd|4th)|II|III|IV|[2-9](?:nd|rd|th))\.?$/;

/**
 * The parts of `Smith JA Jr` (as AU has it) with the full form beside it, `Smith, John A Jr`; also of `Smith, John` and of a name whose parts
 * cannot be told apart, which is a last name as a whole.
 */
export function nameParts(brief: string, full?: string): NameParts {
  const written = withoutSuffix(brief);
  const comma = /^([^,]+), *(.+)$/.exec(written.name);
  if (comma !== null) return parts(comma[1], { foreName: comma[2] }, written.suffix);
  const spaced = /^(.+) (\p{Lu}[\p{Lu}-]{0,5})$/u.exec(written.name);
  if (spaced === null) return parts(written.name, {}, written.suffix);
  const [, lastName = '', initials = ''] = spaced;
  const foreName = full === undefined ? undefined : foreNameOf(full, lastName, written.suffix);
  return parts(lastName, { initials, ...(foreName === undefined ? {} : { foreName }) }, written.suffix);
}

function parts(
  lastName: string | undefined,
  given: { readonly foreName?: string | undefined; readonly initials?: string },
  suffix: string | undefined,
): NameParts {
  const { foreName, initials } = given;
  return {
    lastName: lastName ?? '',
    ...(foreName === undefined ? {} : { foreName }),
    ...(initials === undefined ? {} : { initials }),
    ...(suffix === undefined ? {} : { suffix }),
  };
}

function withoutSuffix(name: string): { readonly name: string; readonly suffix: string | undefined } {
  const match = /^(.+) (\S+)$/.exec(name);
  return match !== null && SUFFIX.test(match[2] ?? '') && / /.test(match[1] ?? '')
    ? { name: match[1] ?? '', suffix: match[2] }
    : { name, suffix: undefined };
}

/** The forename in the full form, where that is of the same person. */
function foreNameOf(full: string, lastName: string, suffix: string | undefined): string | undefined {
  const start = `${lastName}, `;
  if (!full.startsWith(start)) return undefined;
  const given = full.slice(start.length);
  return suffix !== undefined && given.endsWith(` ${suffix}`) ? given.slice(0, -suffix.length - 1) : given;
}
