import { isPublicationType } from '../mesh/index.ts';
import type { Thesaurus } from '../mesh/index.ts';
import {
  findFilterName,
  findLanguage,
  findPublicationType,
  findSubheading,
  isPseudoTerm,
} from '../pubmed/index.ts';
import type { TermNode } from '../pubmed/index.ts';
import { formatCount, plain } from './wording.ts';

/** What a value of a vocabulary means: filters, publication types, languages, subheadings. Markdown paragraphs, none for other terms. */
export function describeValue(node: TermNode, thesaurus: Thesaurus | undefined): string[] {
  const text = node.text.trim();
  if (isPseudoTerm(node)) return filter(text);
  switch (node.tag?.field) {
    case 'filter':
      return filter(text);
    case 'pt':
      return publicationType(text, thesaurus, node.tag.noExplode);
    case 'la': {
      const language = findLanguage(text);
      return language === undefined ? [] : [`Articles in **${plain(language.name)}** (${language.code}).`];
    }
    case 'sh': {
      const subheading = findSubheading(text);
      return subheading === undefined
        ? []
        : [`The subheading **${plain(subheading.name)}** (${subheading.code}), with whatever heading.`];
    }
    default:
      return [];
  }
}

function filter(text: string): string[] {
  const found = findFilterName(text);
  return found === undefined ? [] : [`${plain(found.group)}: ${plain(found.description)}`];
}

function publicationType(text: string, thesaurus: Thesaurus | undefined, only: boolean): string[] {
  const type = findPublicationType(text);
  if (type?.retired !== undefined) return [`⚠ **${plain(type.name)}** is retired. ${plain(type.retired)}`];
  const descriptor = thesaurus?.byTerm(type?.name ?? text);
  if (descriptor === undefined || !isPublicationType(descriptor))
    return type === undefined ? [] : [`Publication type **${plain(type.name)}**.`];
  const narrower = (thesaurus?.explode(descriptor) ?? []).slice(1).map(({ name }) => plain(name));
  const list =
    narrower.length > 6
      ? `${narrower.slice(0, 6).join('; ')} and ${formatCount(narrower.length - 6)} more`
      : narrower.join('; ');
  const below = narrower.length === 0 ? '' : only ? ' Without the narrower types.' : ` Includes ${list}.`;
  return [`Publication type **${plain(descriptor.name)}**.${below}`];
}
