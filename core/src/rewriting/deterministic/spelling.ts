/**
 * British and American spelling, as data. Sources: the differences that the usual style guides list, kept to those that occur in
 * medical titles and abstracts. The American form is the key under which both are found.
 */

/** Letters inside a word: British to American. Applied from the first to the last; the patterns are anchored where loose ones would hit other words. */
export const innerSpelling: readonly (readonly [RegExp, string])[] = [
  [/haem/g, 'hem'],
  [/aemi/g, 'emi'],
  [/anaesth/g, 'anesth'],
  [/aesthe/g, 'esthe'],
  [/paed/g, 'ped'],
  [/gynaec/g, 'gynec'],
  [/aetiolog/g, 'etiolog'],
  [/caec/g, 'cec'],
  [/faec/g, 'fec'],
  [/leucocyt/g, 'leukocyt'],
  [/leucopen/g, 'leukopen'],
  [/oesoph/g, 'esoph'],
  [/oestr/g, 'estr'],
  [/oedem/g, 'edem'],
  [/foet/g, 'fet'],
  [/coeliac/g, 'celiac'],
  [/diarrhoe/g, 'diarrhe'],
  [/rrhoea/g, 'rrhea'],
  [/dyspnoe/g, 'dyspne'],
  [/apnoe/g, 'apne'],
  [/orthopaed/g, 'orthoped'],
  [/manoeuv/g, 'maneuv'],
  [/homoeo/g, 'homeo'],
  [/sulph/g, 'sulf'],
  [/tumour/g, 'tumor'],
  [/behaviour/g, 'behavior'],
  [/(col|fav|fl?av|hum|lab|od|vap|harb|neighb|rig|hon)our/g, '$1or'],
  [/fibre/g, 'fiber'],
  [/([cmp]et|lit|cent|theat|calib|goit|tit)re(s?)$/g, '$1er$2'],
  [/lys(e|ed|es|ing|er|ers)$/g, 'lyz$1'],
  [/([a-z]{4})is(ation|ations|ational)$/g, '$1iz$2'],
  [
    /((?:al|an|ar|at|er|in|on|it|et|im|or|ol|il|ag|at|ys|om|od|iv|id|as|ep|op|ot|ic)i)s(e|ed|es|ing|er|ers)$/g,
    '$1z$2',
  ],
  [/([a-z]{3}e)ll(ed|ing|er|ers)$/g, '$1l$2'],
  [/ogue(s?)$/g, 'og$1'],
  [/programme(s?)$/g, 'program$1'],
  [/^grey$/g, 'gray'],
  [/ageing/g, 'aging'],
  [/judgement/g, 'judgment'],
  [/(def|off)ence/g, '$1ense'],
  [/^practise/g, 'practice'],
  [/^(un)?skilful/g, '$1skillful'],
  [/moult/g, 'molt'],
  [/mould/g, 'mold'],
  [/plough/g, 'plow'],
  [/aluminium/g, 'aluminum'],
  [/cheque/g, 'check'],
  [/tyre(s?)$/g, 'tire$1'],
];

/** Words that the endings above must leave alone: their `-ise` or `-yse` is no British spelling. */
export const keptAsWritten: ReadonlySet<string> = new Set(
  (
    'exercise exercises exercised exercising exerciser otherwise likewise precise precision advise advised advises advising raise ' +
    'raised raises raising praise disease diseases diseased noise noises rise rises arise arises arising expertise surprise ' +
    'surprised surprises surprising comprise comprised comprises comprising compromise compromised compromises compromising ' +
    'revise revised revises revising supervise supervised supervises supervising devise devised devises devising excise excised ' +
    'incise incised premise premises promise promised promises promising treatise concise paradise televise improvise ' +
    'merchandise enterprise enterprises franchise disguise bruise bruises cruise poise tortoise turquoise porpoise ' +
    'basis bases crisis cellular cellulitis'
  ).split(' '),
);

/** Plurals that no rule gives. */
export const irregularPlurals: ReadonlyMap<string, string> = new Map([
  ['women', 'woman'],
  ['men', 'man'],
  ['children', 'child'],
  ['feet', 'foot'],
  ['teeth', 'tooth'],
  ['mice', 'mouse'],
  ['bacteria', 'bacterium'],
  ['criteria', 'criterion'],
  ['ova', 'ovum'],
  ['vertebrae', 'vertebra'],
  ['bursae', 'bursa'],
  ['fistulae', 'fistula'],
  ['bronchi', 'bronchus'],
  ['emboli', 'embolus'],
  ['thrombi', 'thrombus'],
  ['fungi', 'fungus'],
  ['stimuli', 'stimulus'],
  ['nuclei', 'nucleus'],
  ['calculi', 'calculus'],
  ['appendices', 'appendix'],
  ['indices', 'index'],
  ['matrices', 'matrix'],
  ['varices', 'varix'],
  ['cervices', 'cervix'],
  ['biopsies', 'biopsy'],
  ['doses', 'dose'],
  ['noses', 'nose'],
  ['hypotheses', 'hypothesis'],
  ['syntheses', 'synthesis'],
  ['prostheses', 'prosthesis'],
  ['crises', 'crisis'],
  ['testes', 'testis'],
  ['metastases', 'metastasis'],
  ['analyses', 'analysis'],
  ['diagnoses', 'diagnosis'],
  ['prognoses', 'prognosis'],
  ['stenoses', 'stenosis'],
  ['thromboses', 'thrombosis'],
  ['fibroses', 'fibrosis'],
  ['psychoses', 'psychosis'],
  ['neuroses', 'neurosis'],
  ['anastomoses', 'anastomosis'],
  ['scolioses', 'scoliosis'],
  ['eyes', 'eye'],
  ['ears', 'ear'],
  ['arms', 'arm'],
  ['legs', 'leg'],
  ['hips', 'hip'],
  ['ribs', 'rib'],
  ['rcts', 'rct'],
  ['viruses', 'virus'],
  ['sinuses', 'sinus'],
  ['fetuses', 'fetus'],
  ['foetuses', 'fetus'],
  ['plexuses', 'plexus'],
]);

/** Words on `-s` that are no plurals. */
export const singularOnS: ReadonlySet<string> = new Set(
  'diabetes herpes rabies scabies caries species series pus lens pancreas always perhaps besides towards afterwards whereas does has was is as its this thus versus gas bias atlas aids mumps measles yes news sars ards mers abs los cvs'.split(
    ' ',
  ),
);
