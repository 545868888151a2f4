import { z } from 'zod';
import type { Place } from './problem.ts';

// What a schema holds, read off the schema itself, so that no second list of keys can differ from it.

/** A schema without what says that it may be missing or null. */
export function bare(schema: z.core.$ZodType): z.core.$ZodType {
  let inner = schema;
  for (;;) {
    const { innerType } = inner._zod.def as { innerType?: z.core.$ZodType };
    if (innerType === undefined) return inner;
    inner = innerType;
  }
}

/** The keys that a plan may have at a place; none where no keys belong. */
export function keysAt(schema: z.core.$ZodType, place: Place): readonly string[] {
  const found = schemaAt(schema, place);
  const inner = found === undefined ? undefined : bare(found);
  return inner instanceof z.ZodObject ? Object.keys(inner.shape) : [];
}

/** The schema of what stands at a place, or undefined. */
export function schemaAt(schema: z.core.$ZodType, place: Place): z.core.$ZodType | undefined {
  let at: z.core.$ZodType | undefined = schema;
  for (const part of place) {
    const inner: z.core.$ZodType | undefined = at === undefined ? undefined : bare(at);
    if (inner instanceof z.ZodObject) at = (inner.shape as Record<string, z.core.$ZodType>)[String(part)];
    else if (inner instanceof z.ZodArray) at = inner.element;
    else return undefined;
  }
  return at;
}

/** Every place that holds a value, not keys: `['ppo', 'kl', 'target']`. In the order of the schema. */
export function placesOf(
  schema: z.core.$ZodType,
  from: readonly string[] = [],
): readonly (readonly string[])[] {
  const inner = bare(schema);
  if (!(inner instanceof z.ZodObject)) return [from];
  return Object.entries(inner.shape as Record<string, z.core.$ZodType>).flatMap(([key, value]) =>
    placesOf(value, [...from, key]),
  );
}
