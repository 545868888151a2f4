/**
 * Languages of articles in PubMed with NLM's three-letter codes (MARC). Source: NLM, "MEDLINE/PubMed Data Element (Field)
 * Descriptions", Language table, and the MARC code list.
 */
const ROWS = `
eng English | afr Afrikaans | alb Albanian | amh Amharic | ara Arabic | arm Armenian | aze Azerbaijani | bel Belarusian
| ben Bengali | bos Bosnian | bul Bulgarian | cat Catalan | chi Chinese | hrv Croatian | cze Czech | dan Danish | dut Dutch
| epo Esperanto | est Estonian | fao Faroese | fin Finnish | fre French | geo Georgian | ger German | gre Greek, Modern
| heb Hebrew | hin Hindi | hun Hungarian | ice Icelandic | ind Indonesian | gle Irish | ita Italian | jpn Japanese
| kaz Kazakh | kin Kinyarwanda | kir Kirghiz | kor Korean | lat Latin | lav Latvian | lit Lithuanian | mac Macedonian
| may Malay | mal Malayalam | mao Maori | mon Mongolian | mul Multiple Languages | nor Norwegian | per Persian | pol Polish
| por Portuguese | pus Pushto | rum Romanian | rus Russian | san Sanskrit | gla Scottish Gaelic | srp Serbian | slo Slovak
| slv Slovenian | spa Spanish | swa Swahili | swe Swedish | tam Tamil | tha Thai | tur Turkish | ukr Ukrainian
| und Undetermined | urd Urdu | uzb Uzbek | vie Vietnamese | wel Welsh
`;

/** Other names and codes in use: former MARC codes, ISO codes, names without their addition. */
const OTHERS: Readonly<Record<string, string>> = {
  scr: 'hrv',
  scc: 'srp',
  greek: 'gre',
  iranian: 'per',
  farsi: 'per',
  moldovan: 'rum',
  rumanian: 'rum',
  flemish: 'dut',
  castilian: 'spa',
  gaelic: 'gla',
  pashto: 'pus',
  multilingual: 'mul',
};

/** A language of articles, for `[la]`. */
export interface Language {
  /** `English`. */
  readonly name: string;
  /** Three letters, `eng`. Most are the first of the name; Japanese is `jpn`. */
  readonly code: string;
}

/** Languages that occur in PubMed, English first, then by name. */
export const languages: readonly Language[] = ROWS.split('|').map((row) => {
  const text = row.trim();
  return { code: text.slice(0, 3), name: text.slice(4) };
});

const bySpelling = new Map(
  languages.flatMap((language) => [
    [language.code, language] as const,
    [language.name.toLowerCase(), language] as const,
  ]),
);
for (const [other, code] of Object.entries(OTHERS)) {
  const language = bySpelling.get(code);
  if (language !== undefined) bySpelling.set(other, language);
}

/** The language that `text` names by name or code in any case; undefined when there is none. */
export function findLanguage(text: string): Language | undefined {
  return bySpelling.get(text.trim().toLowerCase());
}
