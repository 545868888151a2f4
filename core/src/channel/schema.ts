import { z } from 'zod';
import type { Channel, ChannelSignature, Release } from './channel.ts';
import { channelLimits as most } from './limits.ts';
import { pathFault } from './paths.ts';
import { isVersion } from './versions.ts';

/** Of channel.json, as this version of Querent writes it and the highest that it reads. */
export const channelSchemaVersion = 1;

/** What would break a line, move a cursor or turn the direction of the text around. */
const unprintable = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;

/** A text for people or programs in one line. */
const line = (least = 1) =>
  z
    .string()
    .min(least)
    .max(most.lineLength)
    .refine((text) => !unprintable.test(text), {
      error: 'must be one line without control characters',
    });

const notes = z
  .string()
  .max(most.notesLength)
  .refine((text) => !unprintable.test(text.replaceAll('\n', ' ')), {
    error: 'must have no control characters but line feeds',
  });

const version = z
  .string()
  .refine(isVersion, { error: 'must be a semantic version such as 1.2.0, without `v` and `+`' });

const sha256 = z
  .string()
  .regex(/^[0-9a-f]{64}$/u, { error: 'must be a SHA-256 of 64 hexadecimal digits in lower case' });

/** Of tasks, templates, figures; some templates have a `/`. */
const id = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._/-]{0,99}$/u, {
  error: 'must be an id of letters, digits, `.`, `_`, `-` and `/`, at most 100',
});

const path = z.string().superRefine((text, context) => {
  const fault = pathFault(text);
  if (fault !== undefined) context.addIssue({ code: 'custom', message: fault, input: text });
});

const file = z
  .object({
    path,
    kind: z.enum(['model', 'lora']),
    bytes: z.int().min(1).max(most.fileBytes),
    sha256,
    quantisation: id,
    base: sha256.optional(),
  })
  .superRefine(({ kind, base }, context) => {
    if (kind === 'lora' && base === undefined)
      context.addIssue({
        code: 'custom',
        path: ['base'],
        message: 'is missing; an adapter names the SHA-256 of its model file',
      });
    if (kind === 'model' && base !== undefined)
      context.addIssue({
        code: 'custom',
        path: ['base'],
        message: 'belongs to adapters (kind lora); remove it',
      });
  });

const figure = z.object({
  name: id,
  value: z.number(),
  interval: z
    .tuple([z.number(), z.number()])
    .refine(([low, high]) => low <= high, { error: 'must be [low, high]' })
    .nullable(),
  n: z.int().min(1),
  on: line(),
});

const gate = z
  .object({
    decision: z.enum(['passed', 'forced', 'first']),
    reason: line(),
    against: line().nullable(),
    difference: z.number().nullable(),
    pValue: z.number().min(0).max(1).nullable(),
  })
  .refine(({ decision, against }) => decision !== 'passed' || against !== null, {
    path: ['against'],
    error: 'is null although the release has won; it must name what it won against',
  });

const parity = z.object({
  maxLogProbDifference: z.number().min(0),
  limit: z.number().min(0),
  positions: z.int().min(0),
  tokenIdsEqual: z.boolean(),
});

/** ISO 8601: a day, or a time in UTC. */
const date = z.union([z.iso.date(), z.iso.datetime()], {
  error: 'must be a day or a time in UTC such as 2026-11-30 or 2026-11-30T12:00:00Z',
});

export const releaseSchema: z.ZodType<Release> = z.object({
  version,
  date,
  baseModel: z.object({ name: line(), licence: line() }),
  task: id,
  template: z.object({ id, hash: sha256 }),
  step: z.int().min(0),
  files: z.array(file).min(1).max(most.filesOfRelease),
  evaluation: z.array(figure).max(most.figuresOfRelease),
  gate,
  parity: parity.nullable(),
  minimumExtension: version,
  notes,
  provenance: z
    .record(id, z.union([line(0), z.number()]))
    .refine((record) => Object.keys(record).length <= most.provenanceKeys, {
      error: `must have at most ${most.provenanceKeys} entries`,
    }),
});

export const channelSchema: z.ZodType<Channel> = z.object({
  schemaVersion: z.int().min(1),
  name: z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/u, {
    error: 'must be 1 to 64 lower-case letters, digits and hyphens, with no hyphen first or last',
  }),
  channel: z.enum(['stable', 'preview']),
  serial: z.int().min(1),
  updated: z.iso.datetime({ error: 'must be a time in UTC such as 2026-11-30T12:00:00Z' }),
  releases: z.array(releaseSchema).max(most.releases),
});

export const signatureSchema: z.ZodType<ChannelSignature> = z.object({
  algorithm: z.literal('ed25519'),
  keyId: z.string().regex(/^[0-9a-f]{16}$/u, { error: 'must be 16 hexadecimal digits in lower case' }),
  // 64 bytes are 86 characters and two of padding; the last character carries two bits only.
  signature: z.string().regex(/^[A-Za-z0-9+/]{85}[AQgw]==$/u, { error: 'must be the base64 of 64 bytes' }),
});
