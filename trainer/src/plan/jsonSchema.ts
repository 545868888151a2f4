import { z } from 'zod';
import { keyOf } from './problem.ts';
import { placesOf, schemaAt } from './shape.ts';
import { planSchema } from './schema.ts';
import { knobs } from './semantics/index.ts';

type JsonSchema = Readonly<Record<string, unknown>>;

/** The JSON Schema of plans, with the meaning of each key: editors complete and check by it. */
export function planJsonSchema(): JsonSchema {
  const meanings = new Map<z.core.$ZodType, string>();
  for (const place of placesOf(planSchema)) {
    const knob = knobs.find(({ key }) => key === keyOf(place));
    const schema = schemaAt(planSchema, place);
    if (knob !== undefined && schema !== undefined) meanings.set(schema, knob.meaning);
  }
  return z.toJSONSchema(planSchema, {
    io: 'input',
    override: ({ zodSchema, jsonSchema }) => {
      const meaning = meanings.get(zodSchema);
      if (meaning !== undefined) jsonSchema.description = meaning;
      delete jsonSchema['pathKind'];
    },
  });
}
