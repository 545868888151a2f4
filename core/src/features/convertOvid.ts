import type { Thesaurus } from '../mesh/index.ts';
import { convertOvid } from '../ovid/index.ts';
import type { OvidConversion } from '../ovid/index.ts';
import type { StrategyDocument } from '../strategy/index.ts';
import type { Problem, Range } from '../text/index.ts';
import type { Action } from './codeActions.ts';

/** The part of a document that may be an Ovid strategy: everything behind the front matter. */
function bodyOf({ text, frontMatter }: StrategyDocument): Range {
  let start = frontMatter?.range.end ?? 0;
  while (start < text.length && /[\s\ufeff]/.test(text.charAt(start))) start++;
  return { start, end: text.length };
}

/** Converts a document's body from Ovid to PubMed: what it becomes, and the span that it replaces. */
export function convertOvidDocument(
  document: StrategyDocument,
  thesaurus: Thesaurus | undefined,
): { readonly range: Range; readonly conversion: OvidConversion } {
  const range = bodyOf(document);
  return { range, conversion: convertOvid(document.text.slice(range.start, range.end), { thesaurus }) };
}

/** Offers to convert a document in which the rule `ovid-strategy` found an Ovid strategy at `range`. */
export function ovidActions(
  document: StrategyDocument,
  range: Range,
  problems: readonly Problem[],
  thesaurus: Thesaurus | undefined,
): Action[] {
  const problem = problems.find(
    (one) => one.rule === 'ovid-strategy' && one.range.start <= range.end && one.range.end >= range.start,
  );
  if (problem === undefined) return [];
  return [
    {
      title: 'Convert the Ovid strategy to PubMed',
      kind: 'quickfix',
      // Menus ask with every move of the cursor, and a conversion costs more than any other fix.
      compute: () => {
        const { range: body, conversion } = convertOvidDocument(document, thesaurus);
        return [{ range: body, newText: conversion.text }];
      },
      problem,
      preferred: true,
    },
  ];
}
