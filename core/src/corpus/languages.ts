import { nameKey } from './characters.ts';

/** Languages of citations: MEDLINE's three-letter code, the two-letter ISO 639-1 code, the English name. Source: NLM, MARC codes. */
const rows = `
afr af afrikaans|alb sq albanian|ara ar arabic|arm hy armenian|aze az azerbaijani|bos bs bosnian|bul bg bulgarian|cat ca catalan
chi zh chinese|cze cs czech|dan da danish|dut nl dutch|eng en english|epo eo esperanto|est et estonian|fin fi finnish|fre fr french
geo ka georgian|ger de german|gle ga irish|gre el greek|heb he hebrew|hin hi hindi|hrv hr croatian|hun hu hungarian|ice is icelandic
ind id indonesian|ita it italian|jpn ja japanese|kin rw kinyarwanda|kor ko korean|lat la latin|lav lv latvian|lit lt lithuanian
mac mk macedonian|mal ml malayalam|mao mi maori|may ms malay|nor no norwegian|per fa persian|pol pl polish|por pt portuguese|pus ps pushto
rum ro romanian|rus ru russian|san sa sanskrit|slo sk slovak|slv sl slovenian|spa es spanish|srp sr serbian|swe sv swedish|tha th thai
tur tr turkish|ukr uk ukrainian|urd ur urdu|vie vi vietnamese|wel cy welsh|mul . multiple languages|und . undetermined
`;

/** MEDLINE's code by each of the three forms. */
const codes = new Map<string, string>();
for (const row of rows.trim().split(/[|\n]/)) {
  const [code = '', short = '', ...name] = row.split(' ');
  for (const form of [code, short, name.join(' ')]) if (form !== '.') codes.set(form, code);
}

/** MEDLINE's code of a language given as name or code, in any case; the folded text itself when it is unknown. */
export function languageKey(text: string): string {
  const key = nameKey(text);
  return codes.get(key) ?? key;
}

/** Whether `text` names a language that MEDLINE knows. */
export function isLanguage(text: string): boolean {
  return codes.has(nameKey(text));
}
