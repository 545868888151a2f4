import { findField } from '../pubmed/index.ts';
import type { Field, Tag } from '../pubmed/index.ts';
import { fieldExamples } from './fieldExamples.ts';
import { code, plain } from './wording.ts';

/** NLM's list of the fields. */
const USER_GUIDE = 'https://pubmed.ncbi.nlm.nih.gov/help/#search-tags';

/** What a tag means, as one Markdown paragraph. */
export function describeTag(tag: Tag): string {
  const field = tag.field === undefined ? undefined : findField(tag.field);
  if (!field) return `${code(`[${tag.text}]`)} — PubMed has no such field.`;
  const modifier = tag.noExplode ? ':noexp' : tag.proximity === undefined ? '' : `:~${tag.proximity}`;
  return describeSpelling(field, modifier);
}

/**
 * A field with one of its modifiers, as one Markdown paragraph.
 * @param modifier `:noexp`, `:~3`, or empty
 */
export function describeSpelling(field: Field, modifier: string): string {
  const details = [`**${plain(field.name)}** ${code(`[${field.tag}]`)} — ${plain(field.description)}`];
  if (modifier === ':noexp') details.push('`:noexp`: this heading only, without the narrower ones.');
  else if (modifier !== '')
    details.push(`${code(modifier)}: at most ${modifier.slice(2)} other words between, in any order.`);
  return details.join('  \n');
}

/** The other spellings of a field's tag, as a sentence; empty when it has none. */
export function otherSpellings(field: Field): string {
  const names = [...new Set([field.name.toLowerCase(), ...field.aliases])].filter(
    (name) => name !== field.tag,
  );
  return names.length === 0 ? '' : `Also written ${names.map((name) => code(`[${name}]`)).join(', ')}.`;
}

/** The field behind a tag at length: its other spellings, what it allows, an example. Markdown paragraphs, none for an unknown field. */
export function describeField(tag: Tag): string[] {
  const field = tag.field === undefined ? undefined : findField(tag.field);
  if (!field) return [];
  const spellings = otherSpellings(field);
  const example = fieldExamples[field.tag];
  return [
    abilities(field, tag)
      .map((line) => `- ${line}`)
      .join('\n'),
    [
      ...(spellings === '' ? [] : [spellings]),
      [
        ...(example === undefined ? [] : [`Example: ${code(example)}`]),
        `[PubMed User Guide](${USER_GUIDE})`,
      ].join(' · '),
    ].join('  \n'),
  ];
}

function abilities(field: Field, tag: Tag): string[] {
  const lines: string[] = [];
  if (field.explodes && !tag.noExplode)
    lines.push(`Includes everything narrower; ${code(`[${field.tag}:noexp]`)} leaves it out.`);
  if (field.proximity && tag.proximity === undefined)
    lines.push(
      `Words near each other: ${code(`"heart attack"[${field.tag}:~3]`)} allows three words between.`,
    );
  if (field.date)
    lines.push(
      `Takes days, months and years, ranges such as ${code(`2015:2024[${field.tag}]`)}, and ${code(`"last 5 years"[${field.tag}]`)}.`,
    );
  if (!field.inAllFields) lines.push('Not part of All Fields: without the tag it is not searched.');
  return lines;
}
