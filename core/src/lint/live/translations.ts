import { looseName, lookUpsIn } from '../../mapping/index.ts';
import type { TranslatedTerm } from '../../mapping/index.ts';
import { printTag } from '../../pubmed/index.ts';
import type { StrategyLine } from '../../strategy/index.ts';
import { fix } from '../../text/index.ts';
import { translationOf } from './answers.ts';
import type { AnsweredLine } from './answers.ts';
import type { Answers } from './findings.ts';
import type { Term } from './places.ts';

/** What a translation shows that no warning says: stars that were dropped, and fields that were not searched. */
export function checkTranslations(answers: Answers): void {
  for (const answered of answers.lines) {
    const terms = linesToldBy(answers, answered).flatMap((line) => answers.places.termsOf(line));
    // Lines that only combine others have the longest translations, which need not be read.
    if (terms.length === 0) continue;
    const looks = translationOf(answered.measurement);
    for (const term of terms) {
      const same = looks.get(term.words);
      if (same === undefined) continue;
      if (term.node.text.includes('*')) checkStar(answers, term, same);
      checkField(answers, answered, term, same);
    }
  }
}

/** The line itself, and those that it refers to which have no answer of their own. */
function linesToldBy({ places, byLabel }: Answers, { label }: AnsweredLine): readonly StrategyLine[] {
  return places.reachedFrom(label).filter((line) => line.label === label || !byLabel.has(line.label));
}

function checkStar({ report }: Answers, { node, words, field }: Term, same: readonly TranslatedTerm[]): void {
  // A name of a field that is not PubMed's can be anything in a translation.
  if (field === undefined || same.some(({ hasStar }) => hasStar)) return;
  if (!same.some((look) => look.field === field)) return;
  const { start, end } = node.textRange;
  report(
    'truncation-dropped',
    node.range,
    `PubMed dropped the star and searched for “${words}” as it is. Write out the forms of the word.`,
    [fix('Remove the star', false, [start, end, node.text.replaceAll('*', '')])],
  );
}

/** PubMed tries a tagged term that finds nothing again in all fields ("Schema: all"). */
function checkField(
  answers: Answers,
  { label, measurement }: AnsweredLine,
  { node, words, field }: Term,
  same: readonly TranslatedTerm[],
): void {
  const { tag } = node;
  // Filters stand for searches of all kinds.
  if (tag === undefined || field === undefined || field === 'all' || field === 'filter') return;
  if (!same.every((look) => look.field === 'all')) return;
  // Another term may be what is searched for in all fields: the same words without a tag, or what mapping made of other words.
  const isAnother = answers.places
    .reachedFrom(label)
    .some((line) =>
      answers.places
        .termsOf(line)
        .some((term) => term.field === 'all' && ` ${term.words} `.includes(` ${words} `)),
    );
  const isMapped = measurement.mappings?.some(
    ({ from, to }) =>
      looseName(from.replace(/\[[^[\]]*\]\s*$/, '')) !== words &&
      lookUpsIn(to).some((look) => look.words === words),
  );
  if (isAnother || isMapped === true) return;
  const name = printTag(tag);
  answers.report(
    'all-fields-fallback',
    node.range,
    `PubMed found nothing by “${node.text.trim()}” in ${name} and searched all fields instead. Check its spelling and its field.`,
  );
}
