import type { z } from 'zod';
import type { Channel, ChannelSignature } from './channel.ts';
import { consistencyProblems } from './consistency.ts';
import { channelLimits } from './limits.ts';
import { channelSchema, channelSchemaVersion, signatureSchema } from './schema.ts';
import { compareVersions } from './versions.ts';

/** What keeps a channel from being used. */
export interface ChannelProblem {
  /** `newer-schema`: an update of Querent reads it. `too-large`, `not-text`, `not-json`: it is something else. `bad-value`: a value in it is wrong. */
  readonly code: 'newer-schema' | 'too-large' | 'not-text' | 'not-json' | 'bad-value';
  /** Where in the JSON, `releases[0].files[1].path`; empty for all of it. */
  readonly place: string;
  /** One or two sentences: place, cause, way out. */
  readonly message: string;
}

export type Reading<T> =
  | { readonly value: T; readonly problems: readonly [] }
  | { readonly value: undefined; readonly problems: readonly [ChannelProblem, ...ChannelProblem[]] };

/**
 * Reads channel.json. All of its problems are told (the first 50), and a channel with any is not read: half of a channel is none. Keys that are not known are passed
 * over, so that tools may add their own. Releases come newest first, whatever their order in the file. The signature is not looked at here.
 */
export function readChannel(source: string | Uint8Array): Reading<Channel> {
  const json = readJson(source, 'channel.json', channelLimits.channelBytes);
  if ('problem' in json) return failed([json.problem]);
  // Before all else: of a newer schema nothing more is known.
  const newer = newerSchema(json.value);
  if (newer !== undefined) return failed([newer]);
  const parsed = channelSchema.safeParse(json.value, { error: faultOf });
  if (!parsed.success) return failed(problemsOf(parsed.error, 'channel.json'));
  const inconsistent = consistencyProblems(parsed.data);
  if (inconsistent.length > 0) return failed(inconsistent);
  return { value: sorted(parsed.data), problems: [] };
}

/** Reads channel.json.sig. Whether the signature fits is for whoever has the key to say. */
export function readSignature(source: string | Uint8Array): Reading<ChannelSignature> {
  const json = readJson(source, 'channel.json.sig', channelLimits.signatureBytes);
  if ('problem' in json) return failed([json.problem]);
  const parsed = signatureSchema.safeParse(json.value, { error: faultOf });
  return parsed.success
    ? { value: parsed.data, problems: [] }
    : failed(problemsOf(parsed.error, 'channel.json.sig'));
}

/** Problems in a few lines for people, the first three and how many more there are. */
export function describeProblems(problems: readonly ChannelProblem[]): string {
  const shown = problems.slice(0, 3).map(({ message }) => message);
  const more = problems.length - shown.length;
  return [...shown, ...(more > 0 ? [`And ${more} more.`] : [])].join(' ');
}

function sorted(channel: Channel): Channel {
  return {
    ...channel,
    releases: [...channel.releases].sort((a, b) => compareVersions(b.version, a.version)),
  };
}

function readJson(
  source: string | Uint8Array,
  name: string,
  mostBytes: number,
): { readonly value: unknown } | { readonly problem: ChannelProblem } {
  const problem = (code: ChannelProblem['code'], message: string) => ({
    problem: { code, place: '', message },
  });
  const length = typeof source === 'string' ? source.length : source.byteLength;
  if (length > mostBytes)
    return problem(
      'too-large',
      `${name} has ${length} bytes; at most ${mostBytes} are read. This is no channel of Querent: check its address.`,
    );
  let text: string;
  try {
    text =
      typeof source === 'string'
        ? source.replace(/^\uFEFF/u, '')
        : new TextDecoder('utf-8', { fatal: true }).decode(source);
  } catch {
    return problem('not-text', `${name} is no text in UTF-8. Check the address of the channel.`);
  }
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    const cause = /^\s*</u.test(text)
      ? 'is a web page instead of JSON. The address is wrong, or a sign-in page or proxy answers for it'
      : text.trim() === ''
        ? 'is empty. Publish the channel again'
        : 'is no JSON: it may be cut off or another file. Check the address of the channel, or publish it again';
    return problem('not-json', `${name} ${cause}.`);
  }
}

function newerSchema(value: unknown): ChannelProblem | undefined {
  const version =
    typeof value === 'object' && value !== null && 'schemaVersion' in value ? value.schemaVersion : undefined;
  if (typeof version !== 'number' || !Number.isInteger(version) || version <= channelSchemaVersion)
    return undefined;
  return {
    code: 'newer-schema',
    place: 'schemaVersion',
    message: `channel.json has the schema version ${version}; this version of Querent reads up to ${channelSchemaVersion}. Update Querent to use this channel.`,
  };
}

function failed<T>(problems: readonly ChannelProblem[]): Reading<T> {
  const [first, ...others] = problems;
  if (first === undefined) throw new RangeError('A reading that failed has a problem.');
  return { value: undefined, problems: [first, ...others.slice(0, channelLimits.problems - 1)] };
}

function problemsOf(error: z.ZodError, name: string): readonly ChannelProblem[] {
  return error.issues.map(({ path, message }) => {
    const place = placeOf(path);
    return {
      code: 'bad-value',
      place,
      message: `${place === '' ? name : `${name}: ${place}`} ${message}.`,
    };
  });
}

/** `releases[0].files[1].path` */
function placeOf(path: readonly PropertyKey[]): string {
  return path
    .map((key) =>
      typeof key === 'number'
        ? `[${key}]`
        : /^[A-Za-z_]\w*$/u.test(String(key))
          ? `.${String(key)}`
          : `[${shown(String(key))}]`,
    )
    .join('')
    .replace(/^\./u, '');
}

/** What is wrong with a value whose own check has no words for it, as the end of a sentence. */
function faultOf(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined
        ? 'is missing'
        : `is ${kindOf(issue.input)}; it must be ${wanted(issue.expected)}`;
    case 'invalid_value':
      return `is ${shown(issue.input)}; it must be ${issue.values.map((each) => JSON.stringify(each)).join(' or ')}`;
    case 'too_small':
      return `is too ${sizeWord(issue.origin, 'short')}; the least is ${String(issue.minimum)}`;
    case 'too_big':
      return `is too ${sizeWord(issue.origin, 'long')}; the most is ${String(issue.maximum)}`;
    default:
      return 'has a wrong value';
  }
}

function sizeWord(origin: string, ofText: string): string {
  if (origin === 'string' || origin === 'array') return ofText;
  return ofText === 'short' ? 'small' : 'large';
}

function wanted(expected: string): string {
  const names: Readonly<Record<string, string>> = {
    string: 'text',
    number: 'a number',
    int: 'a whole number',
    boolean: 'true or false',
    object: 'an object',
    record: 'an object',
    array: 'a list',
    tuple: 'a list of two',
    null: 'null',
  };
  return names[expected] ?? expected;
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : shown(value);
}

/** A value in short, without what could break a line. */
function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  const short = text.length > 40 ? `${text.slice(0, 40)}...` : text;
  return short.replace(/[^\x20-\x7e]/gu, '?');
}
