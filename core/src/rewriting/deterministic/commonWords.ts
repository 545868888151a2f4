import { stopwords } from '../../pubmed/index.ts';

/** Words of research reports in general: they say how a study was done or told, not what it is about. */
const reportWords =
  'who whom whose not include included includes including inclusion exclude excluded study studies patient patients method methods ' +
  'result results trial trials review reviews reviewed systematic meta analysis analyses people participant participants objective ' +
  'objectives primary secondary whether evaluate evaluated evaluation assess assessed assessing assessment determine determined ' +
  'compare compared comparing comparative versus vs background conclusion conclusions aim aims purpose introduction discussion setting ' +
  'design data group groups significant respectively total mean median ratio confidence interval ci pvalue value values year years ' +
  'month months week weeks day days one two three four five six seven eight nine ten first second third new based ' +
  'associated association increased increase decreased decrease higher lower high low similar different difference differences ' +
  'effect effects outcome outcomes number per under over after however both well reported report case cases number numbers ' +
  'considered potential common class newer important available current various type types non ' +
  'allocated allocation assigned random randomly randomised randomized randomisation randomization controlled control controls ' +
  'placebo blind blinded baseline pilot completed received receive receiving performed observed measured measure measures measurement ' +
  'improve improved improves improvement improvements change changed changes small large rate rates usual related studied examined ' +
  'investigated investigate showed suggest suggests finding findings evidence clinical ' +
  'asked offered affect affects affected influence influences single cluster ' +
  'uncertain unclear unknown remain remains remained controversial warranted needed';

/** Words that never become a search term by themselves: PubMed's stop words and {@link reportWords}. Lower case. */
export const commonWords: ReadonlySet<string> = new Set([...stopwords, ...reportWords.split(/\s+/)]);
