import { frontMatterKeys } from '../../strategy/index.ts';
import type { StrategyDocument } from '../../strategy/index.ts';
import { physicalEnd, physicalStart } from '../locate.ts';
import { listOf, NOTHING } from './item.ts';
import type { Completions, Draft } from './item.ts';

const PICO: Readonly<Record<string, string>> = {
  population: 'Who the review is about.',
  intervention: 'What is done, or what they are exposed to.',
  comparison: 'What it is compared with.',
  outcome: 'What is measured.',
};
const DATABASES: Readonly<Record<string, string>> = {
  pubmed: 'PubMed itself: lines are counted when you ask for it.',
  ctgov:
    'ClinicalTrials.gov: lines are expressions of its own language, and are counted there when you ask for it.',
};

/** Keys of the front matter that are not there yet, those of `pico`, and the values that are always the same. */
export function completeFrontMatter(document: StrategyDocument, offset: number): Completions {
  const { text } = document;
  const start = physicalStart(text, offset);
  const before = text.slice(start, offset);
  const after = text.slice(offset, physicalEnd(text, offset));
  const block = document.frontMatter?.range ?? { start: 0, end: 0 };
  const key = /^([ \t]*)([A-Za-z_]*)$/.exec(before);
  if (key) {
    const [, indent = '', typed = ''] = key;
    const rest = /^([A-Za-z_]*)(\s*:)?/.exec(after);
    if (after.slice(rest?.[0].length ?? 0).trim() !== '' && rest?.[2] === undefined) return NOTHING;
    const isPico = indent !== '' && parentKey(text.slice(block.start, start)) === 'pico';
    if (indent !== '' && !isPico) return NOTHING;
    const known = isPico ? PICO : frontMatterKeys;
    const range = { start: offset - typed.length, end: offset + (rest?.[1]?.length ?? 0) };
    const others = text.slice(block.start, start) + text.slice(physicalEnd(text, offset), block.end);
    const colon = rest?.[2] === undefined ? ': ' : '';
    return listOf(
      Object.entries(known)
        .filter(
          ([name]) =>
            name.startsWith(typed.toLowerCase()) &&
            !new RegExp(`^${isPico ? '[ \\t]+' : ''}${name}[ \\t]*:`, 'm').test(others),
        )
        .map(([name, meaning]) =>
          draft(name, meaning, name === 'pico' && colon !== '' ? 'pico:' : name + colon, range, 'key'),
        ),
    );
  }
  const value = /^database:[ \t]+([a-z]*)$/.exec(before);
  if (!value || /^[\w./\\]/.test(after)) return NOTHING;
  const typed = value[1] ?? '';
  const range = { start: offset - typed.length, end: offset };
  return listOf(
    Object.entries(DATABASES)
      .filter(([name]) => name.startsWith(typed))
      .map(([name, meaning]) => draft(name, meaning, name, range, 'value')),
  );
}

/** The key without indentation that stands last in `text`. */
function parentKey(text: string): string | undefined {
  return [...text.matchAll(/^([A-Za-z_]+)[ \t]*:/gm)].at(-1)?.[1];
}

function draft(
  label: string,
  documentation: string,
  newText: string,
  range: Draft['insert'],
  kind: 'key' | 'value',
): Draft {
  return { label, documentation, kind, newText, insert: range, replace: range, filterText: label };
}
