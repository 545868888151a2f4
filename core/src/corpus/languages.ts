import { findLanguage } from '../pubmed/index.ts';
import { nameKey } from './characters.ts';

/** Two-letter codes (ISO 639-1), which some exports write, with MEDLINE's three-letter ones. */
const rows = `
af afr|sq alb|ar ara|hy arm|az aze|bs bos|bg bul|ca cat|zh chi|cs cze|da dan|nl dut|en eng|eo epo|et est|fi fin|fr fre
ka geo|de ger|ga gle|el gre|he heb|hi hin|hr hrv|hu hun|is ice|id ind|it ita|ja jpn|rw kin|ko kor|la lat|lv lav|lt lit
mk mac|ml mal|mi mao|ms may|no nor|fa per|pl pol|pt por|ps pus|ro rum|ru rus|sa san|sk slo|sl slv|es spa|sr srp|sv swe
th tha|tr tur|uk ukr|ur urd|vi vie|cy wel
`;

const codes = new Map(
  rows
    .trim()
    .split(/[|\n]/)
    .map((row) => row.split(' ') as [string, string]),
);

/** MEDLINE's code of a language given as name or code, in any case; the folded text itself when it is unknown. */
export function languageKey(text: string): string {
  const key = nameKey(text);
  return findLanguage(text)?.code ?? codes.get(key) ?? findLanguage(key)?.code ?? key;
}

/** Whether `text` names a language that MEDLINE knows. */
export function isLanguage(text: string): boolean {
  return findLanguage(text) !== undefined;
}
