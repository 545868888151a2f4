import { z } from 'zod';
import { placesOf, schemaAt } from './shape.ts';
import { planSchema } from './schema.ts';
import { fixedOverrides, knobs } from './semantics/index.ts';
import type { Knob } from './semantics/index.ts';

/** Headings of the parts of a plan, in the order of the page. */
const parts: readonly (readonly [RegExp, string])[] = [
  [/^(?!data|sft|ppo|verl|evaluation|export|publish)/u, 'Model and machine'],
  [/^data\./u, 'data'],
  [/^sft\./u, 'sft'],
  [/^ppo\./u, 'ppo'],
  [/^verl\./u, 'verl'],
  [/^evaluation\./u, 'evaluation'],
  [/^export\./u, 'export'],
  [/^publish\./u, 'publish'],
];

/** The tables of docs/training-plan.md: every knob with its range, its default, and how each engine is told. Markdown. */
export function knobTables(): string {
  const tables = parts.map(([pattern, title]) => {
    const rows = knobs.filter(({ key }) => pattern.test(key));
    const lines = rows.map(
      (knob) =>
        `| ${[`\`${knob.key}\``, meaningOf(knob), rangeOf(knob.key), embeddedOf(knob), verlOf(knob)].map(cell).join(' | ')} |`,
    );
    return `### ${title}\n\n| key | meaning | range (default) | embedded engine | verl |\n| --- | --- | --- | --- | --- |\n${lines.join('\n')}`;
  });
  const fixed = fixedOverrides.map(({ key, why }) => `| ${cell(`\`${key}\``)} | ${cell(why)} |`);
  return `${tables.join('\n\n')}\n\n### What every run of verl is told besides\n\n| override | why |\n| --- | --- |\n${fixed.join('\n')}`;
}

function meaningOf({ meaning, unit, source }: Knob): string {
  return `${meaning}${unit === '' ? '' : ` (${unit})`}${source === undefined ? '' : ` [${source}]`}`;
}

function embeddedOf({ embedded }: Knob): string {
  if (!('place' in embedded)) return embedded.says;
  return [...new Set(Object.values(embedded.place))].map((place) => `\`${place}\``).join(', ');
}

function verlOf({ verl }: Knob): string {
  if (!Array.isArray(verl)) return verl.says;
  return verl
    .map(
      ({ keys, note }) =>
        `${keys.map((key) => `\`${key}\``).join(', ')}${note === undefined ? '' : ` (${note})`}`,
    )
    .join('; ');
}

type Shape = Readonly<Record<string, unknown>>;

/** What may be written, and what stands there when nothing is: `0 to 1 (1)`. */
function rangeOf(key: string): string {
  const schema = schemaAt(planSchema, placesOf(planSchema).find((place) => place.join('.') === key) ?? []);
  if (schema === undefined) return '';
  const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Shape;
  const { default: given } = json;
  return `${kindOf(json)}${'default' in json ? ` (${JSON.stringify(given)})` : ''}`;
}

function kindOf(json: Shape): string {
  const any = json['anyOf'] as readonly Shape[] | undefined;
  if (any !== undefined) return any.map(kindOf).join(' or ');
  if (Array.isArray(json['enum'])) return (json['enum'] as readonly unknown[]).join(', ');
  if ('const' in json) return String(json['const']);
  const { minimum, maximum, exclusiveMinimum, type } = json as Record<string, number | string | undefined>;
  switch (type) {
    case 'null':
      return 'null';
    case 'boolean':
      return 'true, false';
    case 'integer':
    case 'number': {
      const least = exclusiveMinimum === undefined ? `${minimum ?? ''}` : `above ${exclusiveMinimum}`;
      const isOpen = maximum === undefined || (typeof maximum === 'number' && maximum >= 1e9);
      return isOpen ? `${least} or more` : `${least} to ${maximum}`;
    }
    case 'array':
      return 'list';
    case 'object':
      return 'keys and values';
    default:
      return 'text';
  }
}

/** Text as it may stand in a cell. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replace(/\s+/gu, ' ');
}
