/** Words whose plural follows no rule, `singular plural`. */
const IRREGULAR = `
child children|man men|woman women|foot feet|tooth teeth|mouse mice|goose geese|louse lice|ox oxen|die dice|life lives|wife wives
knife knives|leaf leaves|calf calves|half halves|wolf wolves|hoof hooves|self selves|shelf shelves|thief thieves|person people
datum data|medium media|bacterium bacteria|ovum ova|serum sera|atrium atria|septum septa|bronchus bronchi|nucleus nuclei|stimulus stimuli
fungus fungi|bacillus bacilli|coccus cocci|streptococcus streptococci|staphylococcus staphylococci|embolus emboli|thrombus thrombi
calculus calculi|meniscus menisci|radius radii|humerus humeri|uterus uteri|fundus fundi|locus loci|focus foci|alveolus alveoli
villus villi|glomerulus glomeruli|nevus nevi|syllabus syllabi|alumnus alumni|hippocampus hippocampi|thalamus thalami
criterion criteria|phenomenon phenomena|ganglion ganglia|mitochondrion mitochondria|spermatozoon spermatozoa|protozoon protozoa
vertebra vertebrae|larva larvae|fistula fistulae|bursa bursae|aorta aortae|areola areolae|formula formulae|papilla papillae
maxilla maxillae|axilla axillae|patella patellae|scapula scapulae|fossa fossae|lamina laminae|pleura pleurae|sequela sequelae
vena venae|alga algae|trachea tracheae|index indices|appendix appendices|cortex cortices|matrix matrices|vertex vertices|apex apices
cervix cervices|varix varices|helix helices|calyx calyces|thorax thoraces|larynx larynges|pharynx pharynges|phalanx phalanges
meninx meninges|carcinoma carcinomata|stoma stomata|stigma stigmata|genus genera|corpus corpora|viscus viscera|ulcus ulcera
femur femora|foramen foramina|lumen lumina|abdomen abdomina|epididymis epididymides|iris irides|glans glandes|virus viruses
schema schemata|enema enemata|trauma traumata|quantum quanta|spectrum spectra|curriculum curricula|equilibrium equilibria
diverticulum diverticula|epithelium epithelia|endothelium endothelia|ischium ischia|labium labia|sanatorium sanatoria|cilium cilia|axis axes
`;

const others = new Map<string, string[]>();
for (const row of IRREGULAR.trim().split(/[|\n]/)) {
  const [one = '', many = ''] = row.trim().split(' ');
  others.set(one, [...(others.get(one) ?? []), many]);
  others.set(many, [...(others.get(many) ?? []), one]);
}

/** Words that end in s and are no plurals. */
const NO_PLURAL =
  /(?:ss|us|is|ics|[^e]as|pancreas|^lens|series|species|diabetes|rabies|scabies|herpes|measles|mumps|news|has|was|does|menses|molasses)$/;
/** Words without a plural of their own. */
const NO_SINGULAR =
  /(?:ics|itis|news|series|species|diabetes|rabies|scabies|herpes|measles|mumps|menses|molasses)$/;
/** Plurals of words in -sis. */
const GREEK = /(?:gno|^the|othe|nthe|sthe|ly|sta|cri|^ba|phy|eme|axe|pty|aphe|o)ses$/;
/** Plurals in -oses of words in -ose: sugars and what they are built into, and everyday words. */
const OSE =
  /(?:gluc|lact|fruct|sucr|malt|mann|xyl|rib|fuc|cellul|amyl|dextr|levul|trehal|arabin|raffin|rhamn|sorb|agar|ald|ket|glyc|tri|tetr|pent|hex|hept|pyran|furan|varic|purp|prop|exp|supp|disp|comp|opp|o|^n|^r|^h|^p|^l|^cl|^encl|^discl|^d|overd|underd|megad|microd|adip)oses$/;
/** Plurals in -ses of words in -s, and of words in -use: viruses, lenses, gases; but causes, abuses. */
const ES_AFTER_S =
  /(?:(?<![aob]|f|exc|acc|^(?:re|mis|over|non)?)us|^bus|^lens|^(?:bio)?gas|^bias|atlas|alias|canvas|pancreas)es$/;

/**
 * Singular or plural forms of a single word, lower case, without the word as it is given: `diagnosis` gives `diagnoses`, `cells` gives
 * `cell`, `child` gives `children`. Formed by rule, so the result need not be a word that exists.
 */
export function pluralForms(word: string): readonly string[] {
  const given = word.trim().toLowerCase();
  if (!/^[\p{L}-]{3,60}$/u.test(given)) return [];
  return others.get(given) ?? [regular(given)].filter((form) => form !== '');
}

function regular(word: string): string {
  if (/(?:s|x)is$/.test(word)) return word.replace(/is$/, 'es');
  if (GREEK.test(word) && !OSE.test(word)) return word.replace(/es$/, 'is');
  if (NO_SINGULAR.test(word)) return '';
  if (/[^aeiou]ies$/.test(word)) return `${word.slice(0, -3)}y`;
  if (/(?:ch|sh|ss|x)es$/.test(word) || ES_AFTER_S.test(word)) return word.slice(0, -2);
  if (word.endsWith('s') && !NO_PLURAL.test(word)) return word.slice(0, -1);
  if (/[^aeiou]y$/.test(word)) return `${word.slice(0, -1)}ies`;
  if (/(?:s|x|z|ch|sh)$/.test(word)) return `${word}es`;
  return `${word}s`;
}
