/**
 * British and American spellings in biomedical texts. Sources: NLM, PubMed User Guide (PubMed maps British to American
 * spellings); the patterns are those of the Oxford and Merriam-Webster dictionaries for the vocabulary of the field.
 */

/** `british american`, replaced wherever it stands in a word. Every American form here occurs in no unrelated word. */
export const INSIDE = `
anaemi anemi|leukaemi leukemi|leucaemi leukemi|ischaemi ischemi|glycaemi glycemi|septicaemi septicemi|bacteraemi bacteremi
fungaemi fungemi|parasitaemi parasitemi|toxaemi toxemi|hypoxaemi hypoxemi|lipidaemi lipidemi|lipaemi lipemi|cholesterolaemi cholesterolemi
triglyceridaemi triglyceridemi|natraemi natremi|kalaemi kalemi|calcaemi calcemi|uricaemi uricemi|volaemi volemi|azotaemi azotemi
thalassaemi thalassemi|galactosaemi galactosemi|tularaemi tularemi|proteinaemi proteinemi|albuminaemi albuminemi
insulinaemi insulinemi|bilirubinaemi bilirubinemi|ammonaemi ammonemi|magnesaemi magnesemi|phosphataemi phosphatemi
carotenaemi carotenemi|polycythaemi polycythemi|erythraemi erythremi|hyperaemi hyperemi
ketonaemi ketonemi|acidaemi acidemi|capnaemi capnemi|homocysteinaemi homocysteinemi|cystinaemi cystinemi|tyrosinaemi tyrosinemi
gammaglobulinaemi gammaglobulinemi|globulinaemi globulinemi|fibrinogenaemi fibrinogenemi|prothrombinaemi prothrombinemi
haemorrh hemorrh|haemat hemat|haemoglob hemoglob|haemophil hemophil|haemodial hemodial|haemodynam hemodynam|haemoly hemoly
haemosta hemosta|haemothora hemothora|haemopty hemopty|haemangio hemangio|haemofilt hemofilt|haemoperf hemoperf|haemopoie hemopoie
haemochromat hemochromat|haemagglut hemagglut|haemarthr hemarthr|haemodilut hemodilut|haemosider hemosider|haemocyt hemocyt
haemoconc hemoconc|haemoper hemoper|haemophag hemophag|haemovig hemovig|haemodiafilt hemodiafilt|haemocult hemocult
oedema edema|diarrhoe diarrhe|gonorrhoe gonorrhe|menorrhoe menorrhe|rhinorrhoe rhinorrhe|seborrhoe seborrhe
galactorrhoe galactorrhe|otorrhoe otorrhe|logorrhoe logorrhe|steatorrhoe steatorrhe|leucorrhoe leukorrhe|dyspnoe dyspne|apnoea apnea|apnoei apnei
orthopnoe orthopne|tachypnoe tachypne|hyperpnoe hyperpne|bradypnoe bradypne|eupnoe eupne|paediatr pediatr|orthopaed orthoped
anaesth anesth|paraesth paresth|dysaesth dysesth|hyperaesth hyperesth|hypoaesth hypoesth|synaesth synesth|kinaesth kinesth
gynaec gynec|aetiolog etiolog|aetiopath etiopath|coeliac celiac|caesarean cesarean|caesarian cesarian|homoeopath homeopath|homoeosta homeosta
encyclopaed encycloped|archaeolog archeolog|palaeo paleo|foetal fetal|foetus fetus|foeto feto|tumour tumor
behaviour behavior|neighbour neighbor|endeavour endeavor|haemopath hemopath|gonadotrophin gonadotropin|corticotrophin corticotropin
somatotrophin somatotropin|thyrotrophin thyrotropin|sulphon sulfon|sulphat sulfat|sulphid sulfid|sulphur sulfur|sulpha sulfa|sulphox sulfox
leucocyt leukocyt|leucopen leukopen|leucotrien leukotrien|leucoencephal leukoencephal|leucodystroph leukodystroph|leucoplak leukoplak
leucoma leukoma|aluminium aluminum|artefact artifact|pyaemi pyemi|viraemi viremi
mediaev mediev|oligaemi oligemi
`;

/** `british american`, replaced at the beginning of a word only. */
export const AT_START = `
uraemi uremi|oesophag esophag|oestrogen estrogen|oestradiol estradiol|oestrone estrone|oestriol estriol|oestrus estrus|oestrous estrous
faecal fecal|faeces feces|faeco feco|caecum cecum|caecal cecal|caeco ceco|haemocompat hemocompat
`;

/**
 * `british american suffixes`: whole words with one of these endings; `-` is the word itself. The suffixes keep colorectal, laboratory,
 * diameter, humoral and the like as they are.
 */
export const FAMILIES = `
manoeuvre maneuver - s|manoeuvred maneuvered -|manoeuvring maneuvering -|manoeuvrable maneuverable -|ageing aging -
colour color - s ed ing ful less blind|labour labor - s ed ing er ers|favour favor - s ed ing able ably ite|flavour flavor - s ed ing ings
harbour harbor - s ed ing|honour honor - s ed ing able|humour humor - s|odour odor - s less|rumour rumor - s|vapour vapor - s
vigour vigor -|rigour rigor -|savour savor - s ed ing|armour armor - ed|saviour savior - s|parlour parlor - s|fervour fervor -|clamour clamor -
fibre fiber - s|centre center - s|metre meter - s|litre liter - s|titre titer - s|calibre caliber -|goitre goiter - s|theatre theater - s
spectre specter - s|sombre somber -|lustre luster -|ochre ocher -|meagre meager -|sabre saber - s
millimetre millimeter - s|centimetre centimeter - s|kilometre kilometer - s|nanometre nanometer - s|micrometre micrometer - s
millilitre milliliter - s|decilitre deciliter - s|microlitre microliter - s|nanolitre nanoliter - s
microfibre microfiber - s|epicentre epicenter - s|multicentre multicenter -|monocentre monocenter -|nanofibre nanofiber - s
haem heme -|foetus fetus - es|faeces feces -|programme program - s|catalogue catalog - s|analogue analog - s|dialogue dialog - s
homologue homolog - s|orthologue ortholog - s|paralogue paralog - s|grey gray - s|mould mold - s|mouldy moldy -|smoulder smolder - s ing
licence license - s|defence defense - s|offence offense - s
sceptic skeptic - s al ism|moustache mustache - s|pyjama pajama - s|cosy cozy -|enrolment enrollment - s|fulfil fulfill - s ment
skilful skillful - ly|wilful willful - ly|instalment installment - s|appal appall - s|distil distill - s|instil instill - s
judgement judgment - s|acknowledgement acknowledgment - s|doughnut donut - s
speciality specialty -|specialities specialties -|preventative preventive -|dietitian dietician - s
disc disk - s|yoghurt yogurt - s|fibreoptic fiberoptic - s
gastro-oesophageal gastroesophageal -|phyto-oestrogen phytoestrogen - s ic|anti-oestrogen antiestrogen - s ic
`;

/**
 * Words that stay as they are: the letters only look like those of a part above (schematic, chemostat; not ischemia), or the word is
 * the name of a species, which is Latin everywhere (Haemophilus, Enterococcus faecalis, Neisseria gonorrhoeae).
 */
export const UNCHANGED =
  /(?:ery|exan|enan|ma|ana)themat|^thematic|(?<!is)chem|^haemophilus|haemolytic(?:us|a|um)$|^faec(?:alis|ium)$|^haematobi|^haemophilum$|^gonorrhoeae$/;

/** Verbs in -ise or -ize, without that ending. */
export const IZE = `
acclimat agon alkalin allegor anaesthet anesthet anonym antagon apolog aerosol atom author automat biotinyl brutal cannibal capital
caramel categor catheter cauter central character chem civil climat collateral colon commercial computer conceptual contextual
cretin criminal critic crystall custom decentral decolon decriminal dehuman deinstitutional demineral democrat demoral depolar
depressur desensit destabil diagonal digital digit disorgan dramat econom emphas energ epithelial equal external factor familiar
fantas fertil final fluid formal fossil fractional galvan general gelatin global hal harmon homogen hospital human hybrid
hypothes ideal immobil immortal immun individual industrial initial institutional instrumental internal international ion
ital jeopard keratin kerat lateral legal liberal lignin local lyophil macadam magnet marginal material maximal maxim mechan
medical memor mesmer metabol metastas methyl militar mineral minim minimal mobil modern monopol moral motor multimer national
natural neutral normal novel optim optimal organ ostrac oxid oxygen palatal parallel parasit passiv pasteur patron penal
personal phagocyt philosoph plagiar plastic plural polar polymer popular potential pressur priorit privat proselyt publ pulver
random rational reorgan reoptim rehospital revascular revital revolution ritual romantic sanit scrutin sensational sensit serial
sexual simonal social solubil special stabil standard steril stigmat structural styl subsid summar symbol sympath synchron synthes
systemat tantal temp theor tranquil traumat trivial tyrann unauthor unionis urban util valor vandal vapor vascular ventil verbal victim
visual vital vocal volatil vulcan western haemolyt hemolyt recategor rerandom prerandom overutil underutil
recogn legitim acetyl amort canal catabol anabol channel dimer trimer heterodimer homodimer oligomer epitom equil humid
incent lysogen moistur myelin demyelin remyelin nasal operational pharmac phenotyp phosphoryl politic polygon problemat
protocol psycholog  tabular tumor urin vectorial virtual viral weapon decarbon delegitim
`;

/** Verbs in -yse or -yze, without that ending. Analyses and the like are left alone: they are nouns too. */
export const YZE = `
anal paral catal dial haemodial electrol hydrol psychoanal reanal cryol autol plasmol photol pyrol breathal
`;

/** Stems whose final l Britain doubles before an ending. */
export const DOUBLED_L = `
model remodel label relabel mislabel travel counsel signal channel cancel fuel tunnel level total dial initial pencil quarrel marvel
spiral refuel shovel swivel yodel carol equal rival pedal panel funnel stencil bevel gravel trammel trowel victual duel grovel
`;
