import type { Thesaurus } from '../mesh/index.ts';
import { findSubheading, splitHeading } from '../pubmed/index.ts';
import type { TermNode } from '../pubmed/index.ts';
import type { Clause } from './clause.ts';
import { join, lookUp } from './clause.ts';
import { americanSpelling } from './spelling.ts';
import { findHeading } from './findHeading.ts';
import type { FoundHeading } from './findHeading.ts';
import type { MappingFacts, TranslationNote } from './translation.ts';
import { headingText, indexText } from './words.ts';
import type { Draft } from './untagged.ts';

/** Most words of a heading that is not found and taken apart. */
const MOST_WORDS = 20;

/**
 * A value as PubMed prints it: as written where it is the name itself in quotes, else the name in lower case without hyphens.
 */
function valueText(node: TermNode, written: string, name: string): string {
  return node.quoted && written.toLowerCase() === name.toLowerCase() ? written : headingText(name);
}

/** `[mh]` and `[majr]`, and a heading with a subheading without a tag: entry terms lead to their heading. */
export function translateHeading(node: TermNode, field: string, { thesaurus }: MappingFacts): Draft {
  const { heading, subheading } = splitHeading(node.text.replace(/\s+/g, ' '));
  const modifier = node.tag?.noExplode === true ? ':noexp' : '';
  const slash = subheading === undefined ? '' : `/${subheading.name.toLowerCase()}`;
  const asWritten = (): Clause => {
    const text = subheading === undefined ? node.text.replace(/\s+/g, ' ').trim() : `${heading}${slash}`;
    return lookUp(node.quoted ? text : text.toLowerCase(), field, modifier);
  };
  if (node.text.includes('*'))
    return {
      clause: asWritten(),
      notes: [
        {
          kind: 'truncated',
          message: 'The star stands for any ending. It switches off entry terms and the narrower headings.',
        },
      ],
      certainty: 'certain',
    };
  if (thesaurus === undefined) return { clause: asWritten(), notes: [], certainty: 'likely' };
  const found = findHeading(thesaurus, heading);
  if (found !== undefined) {
    const name = valueText(node, heading, found.descriptor.name);
    const written = subheading === undefined ? name : `${name}${slash}`;
    return {
      clause: lookUp(
        written,
        field,
        modifier,
        false,
        [found.descriptor.name, ...(subheading === undefined ? [] : [subheading.name])].join('/'),
      ),
      notes: [...mappedNote(heading, found), ...subheadingNote(subheading?.code, node)],
      certainty: 'certain',
    };
  }
  if (!node.quoted && heading.includes(' ')) return fragments(heading, field, modifier, thesaurus);
  return {
    clause: asWritten(),
    notes: [
      {
        kind: 'not-found',
        message: `${inYear(thesaurus)} has no heading "${heading}", so this finds nothing unless PubMed knows the heading from elsewhere.`,
      },
    ],
    certainty: 'likely',
  };
}

function mappedNote(written: string, { descriptor, variant }: FoundHeading): TranslationNote[] {
  if (variant !== undefined)
    return [
      {
        kind: 'variant',
        message: `"${written}" is read as "${variant}", which leads to the heading ${descriptor.name}.`,
      },
    ];
  return indexText(descriptor.name) === indexText(written)
    ? []
    : [
        {
          kind: 'entry-term',
          message: `"${written}" is an entry term; PubMed searches its heading, ${descriptor.name}.`,
        },
      ];
}

function subheadingNote(code: string | undefined, node: TermNode): TranslationNote[] {
  const written = node.text.slice(node.text.lastIndexOf('/') + 1).trim();
  const name = findSubheading(written)?.name;
  return code !== undefined && written.toUpperCase() === code && name !== undefined
    ? [{ kind: 'subheading', message: `${code} stands for the subheading ${name}.` }]
    : [];
}

/** An unquoted heading that MeSH does not have is taken apart silently; parts that are no headings are dropped. */
function fragments(heading: string, field: string, modifier: string, thesaurus: Thesaurus): Draft {
  const words = heading
    .split(/[\s,]+/)
    .filter((word) => word !== '')
    .slice(0, MOST_WORDS);
  const american = words.map(americanSpelling);
  const parts: Clause[] = [];
  const dropped: string[] = [];
  for (let at = 0; at < words.length;) {
    let length = words.length - at;
    const find = (): FoundHeading | undefined =>
      findHeading(
        thesaurus,
        words.slice(at, at + length).join(' '),
        american.slice(at, at + length).join(' '),
      );
    let found = find();
    while (found === undefined && --length > 0) found = find();
    if (found === undefined) dropped.push(words[at] ?? '');
    else
      parts.push(lookUp(headingText(found.descriptor.name), field, modifier, false, found.descriptor.name));
    at += Math.max(1, length);
  }
  const lost =
    dropped.length === 0 ? '' : ` Not found and dropped: ${dropped.map((word) => `"${word}"`).join(', ')}.`;
  const result =
    parts.length === 0
      ? 'and none of its words is one, so this finds nothing.'
      : `so PubMed takes it apart and searches what it finds.${lost} In quotes it would be kept whole.`;
  return {
    clause: parts.length === 0 ? lookUp(headingText(heading), field, modifier) : join('and', parts),
    notes: [{ kind: 'not-found', message: `${inYear(thesaurus)} has no heading "${heading}", ${result}` }],
    certainty: 'likely',
  };
}

function inYear({ version }: Thesaurus): string {
  return version === undefined ? 'MeSH' : `MeSH ${version}`;
}

/** `[sh]`: a subheading by name or code. */
export function translateSubheading(node: TermNode): Draft {
  const written = node.text.trim();
  const found = findSubheading(written);
  const modifier = node.tag?.noExplode === true ? ':noexp' : '';
  if (found === undefined)
    return {
      clause: lookUp(written, 'sh', modifier),
      notes: written.includes('*')
        ? []
        : [{ kind: 'not-found', message: `MeSH has no subheading "${written}", so this finds nothing.` }],
      certainty: 'likely',
    };
  return {
    clause: lookUp(valueText(node, written, found.name), 'sh', modifier),
    notes:
      written.toUpperCase() === found.code
        ? [{ kind: 'subheading', message: `${found.code} stands for the subheading ${found.name}.` }]
        : [],
    certainty: 'certain',
  };
}

/** `[pa]` and `[nm]`: names lead to the heading that MeSH has for them. */
export function translateSubstance(node: TermNode, field: string, { thesaurus }: MappingFacts): Draft {
  const written = node.text.replace(/\s+/g, ' ').trim();
  const found =
    thesaurus === undefined || written.includes('*') ? undefined : findHeading(thesaurus, written);
  return {
    clause:
      found === undefined
        ? lookUp(written, field)
        : lookUp(valueText(node, written, found.descriptor.name), field, '', false, found.descriptor.name),
    notes:
      found === undefined
        ? [
            {
              kind: 'not-found',
              message:
                'Names of substances are in a file of their own (supplementary concepts), so only PubMed can tell what this name leads to.',
            },
          ]
        : mappedNote(written, found),
    certainty: found === undefined ? 'unknown' : 'likely',
  };
}
