import { findField } from '../pubmed/index.ts';
import { looseName } from './findHeading.ts';

/** A piece of a query in PubMed's words, taken apart. */
export interface Subject {
  /** Without tag and quotes. */
  readonly text: string;
  /** Lower case, without punctuation. */
  readonly words: string;
  /** The text of the tag; undefined where there is none. */
  readonly tag: string | undefined;
  /** Canonical short tag; undefined without a tag and for one that PubMed does not have. */
  readonly field: string | undefined;
}

/** `"Work Meaning"[Title/Abstract]`, `work meaning[tiab]`, `work meaning`: PubMed writes all three. */
const SUBJECT = /^\s*["“”]?(.*?)["“”]?\s*(?:\[([^[\]]*)\])?\s*$/s;

/** Reads what PubMed calls a piece of a query. */
export function readSubject(subject: string): Subject {
  const [, text = '', tag] = SUBJECT.exec(subject) ?? [undefined, subject];
  return { text, words: looseName(text), tag, field: tag === undefined ? undefined : findField(tag)?.tag };
}
