import type { Clause, LookUp } from '../mapping/index.ts';
import { searchAuthor } from './authorSearch.ts';
import { DocSet } from './docSet.ts';
import type { Evaluation } from './evaluation.ts';
import { searchAction, searchHeading, searchPublicationType, searchSubheading } from './meshSearch.ts';
import { searchWords } from './tokenize.ts';
import { docsOfIds, docsOfJournal } from './valueSearch.ts';

/** The records that a clause of term mapping stands for. Shared: do not change it. */
export function searchClause(run: Evaluation, clause: Clause): DocSet {
  return search(run, clause) ?? new DocSet(run.index.documentCount);
}

/** Undefined where a clause holds no letter or digit, so that it says nothing. */
function search(run: Evaluation, clause: Clause): DocSet | undefined {
  if (clause.kind === 'lookUp') return lookUp(run, clause);
  let docs: DocSet | undefined;
  let isOwn = false;
  for (const part of clause.clauses) {
    const found = search(run, part);
    if (found === undefined) continue;
    if (docs === undefined) docs = found;
    else {
      if (!isOwn) docs = docs.clone();
      isOwn = true;
      if (clause.kind === 'or') docs.addAll(found);
      else docs.keepAll(found);
    }
  }
  return docs;
}

function lookUp(run: Evaluation, { text, field, modifier, value }: LookUp): DocSet | undefined {
  const { index, options } = run;
  const { thesaurus } = options;
  const explode = modifier !== ':noexp';
  switch (field) {
    case 'all': {
      const { slots } = searchWords(text);
      return slots.length === 0 ? undefined : index.docsWithWords('all', slots, run.checkAborted);
    }
    case 'mh':
    case 'majr':
      return searchHeading(index, value ?? text, {
        thesaurus,
        major: field === 'majr',
        explode,
        headingsAsText: options.headingsAsText === true,
        check: run.checkAborted,
      });
    case 'sh':
      return searchSubheading(index, value ?? text, explode);
    case 'pt':
      return searchPublicationType(index, value ?? text, explode, thesaurus);
    case 'pa': {
      const action = thesaurus?.byName(value ?? text);
      return action === undefined || thesaurus === undefined
        ? undefined
        : searchAction(index, action, thesaurus);
    }
    case 'ta':
      return docsOfJournal(index, text);
    case 'au':
      return searchAuthor(index, text, 'au', false);
    case 'pmid':
      return docsOfIds(index, [text]);
    default:
      return undefined;
  }
}
