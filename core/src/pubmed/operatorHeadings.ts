import { findField } from './fieldTable.ts';
import { findSubheading } from './subheadings.ts';

/**
 * The 328 headings of MeSH 2024 with an operator's word in their name. Searchers write them without quotes, as NLM's own filters do
 * (`sensitivity and specificity[mh]`, `aged, 80 and over[mh]`), and PubMed then finds the heading.
 */
const HEADINGS = new Set(
  `abstracting and indexing | academies and institutes | acceptance and commitment therapy | accounts payable and
receivable | aerosolized particles and droplets | aged, 80 and over | alkyl and aryl transferases | allergy and
immunology | alligators and crocodiles | american indian or alaska native | american recovery and reinvestment act |
amino acids, peptides, and proteins | anesthesia and analgesia | angucyclines and angucyclinones | anniversaries and
special events | anonyms and pseudonyms | antigenic drift and shift | antigua and barbuda | aphorisms and proverbs |
aphorisms and proverbs as topic | appointments and schedules | asian american native hawaiian and pacific islander |
attention deficit and disruptive behavior disorders | australian aboriginal and torres strait islander peoples |
awards and prizes | bacterial infections and mycoses | bedding and linens | behavior and behavior mechanisms |
behavioral disciplines and activities | bile acids and salts | biomedical and dental materials | bipolar and related
disorders | bites and stings | black or african american | blood grouping and crossmatching | bloodless medical and
surgical procedures | body weights and measures | bone and bones | bosnia and herzegovina | calcium-regulating
hormones and agents | carboxyl and carbamoyl transferases | casp8 and fadd-like apoptosis regulating protein | caspase
activation and recruitment domain | cell- and tissue-based therapy | centers for disease control and prevention, u.s.
| centers for medicare and medicaid services, u.s. | chemical actions and uses | chemical and drug induced liver
injury | chemical and drug induced liver injury, chronic | cholagogues and choleretics | chondroitinases and
chondroitin lyases | chromatin assembly and disassembly | chromosomes, human, 21-22 and y | chromosomes, human, 6-12
and x | chronic kidney disease-mineral and bone disorder | circadian rhythm signaling peptides and proteins |
circulatory and respiratory physiological phenomena | classical lissencephalies and subcortical band heterotopias |
cleavage and polyadenylation specificity factor | cold shock proteins and peptides | college fraternities and
sororities | comb and wattles | commission on professional and hospital activities | compensation and redress |
congenital, hereditary, and neonatal diseases and abnormalities | constitution and bylaws | cooking and eating
utensils | coroners and medical examiners | corrected and republished article | costimulatory and inhibitory t-cell
receptors | costs and cost analysis | coxsackie and adenovirus receptor-like membrane protein | deductibles and
coinsurance | diagnostic and statistical manual of mental disorders | diagnostic techniques and procedures |
diagnostic techniques, obstetrical and gynecological | diet, food, and nutrition | digestive system and oral
physiological phenomena | dilatation and curettage | dioxins and dioxin-like compounds | dipeptidyl-peptidases and
tripeptidyl-peptidases | direct-to-consumer screening and testing | disruptive, impulse control, and conduct disorders
| dissent and disputes | dna-(apurinic or apyrimidinic site) lyase | documentaries and factual films | dopamine and
camp-regulated phosphoprotein 32 | drug and narcotic control | drug-related side effects and adverse reactions |
ecological and environmental phenomena | education, biological and biomedical sciences, graduate | electrical
equipment and supplies | elevators and escalators | emblems and insignia | embolism and thrombosis | embryonic and
fetal development | emigrants and immigrants | emigration and immigration | engraving and engravings | environment and
public health | environmental restoration and remediation | enzymes and coenzymes | equipment and supplies | equipment
and supplies utilization | equipment and supplies, hospital | esophageal and gastric varices | ethnic and racial
minorities | extraction and processing industry | extravasation of diagnostic and therapeutic materials | exudates and
transudates | facilities and services utilization | facility design and construction | facility regulation and control
| feeding and eating disorders | feeding and eating disorders of childhood | fees and charges | fellowships and
scholarships | female urogenital diseases and pregnancy complications | floors and floorcoverings | fluids and
secretions | food and beverages | food loss and waste | forms and records control | fruit and vegetable juices | gamma
secretase inhibitors and modulators | genealogy and heraldry | gram-negative aerobic rods and cocci | gram-negative
anaerobic straight, curved, and helical rods | growth and development | hand, foot and mouth disease | hazard analysis
and critical control points | head and neck neoplasms | health care economics and organizations | health care
facilities, manpower, and services | health care quality, access, and evaluation | health disparate minority and
vulnerable populations | health insurance portability and accountability act | health services needs and demand |
healthcare failure mode and effect analysis | hemic and immune systems | hemic and lymphatic diseases | hereditary
angioedema types i and ii | hereditary breast and ovarian cancer syndrome | hereditary sensory and autonomic
neuropathies | hereditary sensory and motor neuropathy | heterocyclic compounds, 4 or more rings | hispanic or latino
| hoof and claw | hormones, hormone substitutes, and hormone antagonists | hospice and palliative care nursing |
hospital bed capacity, 500 and over | hospital design and construction | hydrophobic and hydrophilic interactions |
hydroxymethyl and formyl transferases | hypnotics and sedatives | indicators and reagents | information storage and
retrieval | insect bites and stings | instructional film and video | intercellular signaling peptides and proteins |
interior design and furnishings | international classification of functioning, disability and health | internship and
residency | intracellular signaling peptides and proteins | intracranial embolism and thrombosis | lipoid proteinosis
of urbach and wiethe | location directories and signs | logical observation identifiers names and codes | maintenance
and engineering, hospital | manufacturing and industrial facilities | mds1 and evi1 complex locus protein | medicare
access and chip reauthorization act of 2015 | memory and learning tests | mental status and dementia tests | metabolic
networks and pathways | metabolic side effects of drugs and substances | mi-2 nucleosome remodeling and deacetylase
complex | middle eastern and north africans | monoterpene aldehydes and ketones | morphological and microscopic
findings | moving and lifting patients | mrna cleavage and polyadenylation factors | multi-ingredient cold, flu, and
allergy medications | musculoskeletal and neural physiological phenomena | myelin and lymphocyte-associated
proteolipid proteins | nad (+) and nadp (+) dependent alcohol oxidoreductases | national academies of science,
engineering, and medicine, u.s., health and medicine division | national center for complementary and integrative
health (u.s.) | national heart, lung, and blood institute (u.s.) | national institute for occupational safety and
health, u.s. | national institute of allergy and infectious diseases (u.s.) | national institute of arthritis and
musculoskeletal and skin diseases (u.s.) | national institute of biomedical imaging and bioengineering (u.s.) |
national institute of child health and human development (u.s.) | national institute of dental and craniofacial
research (u.s.) | national institute of diabetes and digestive and kidney diseases (u.s.) | national institute of
neurological disorders and stroke (u.s.) | national institute on alcohol abuse and alcoholism (u.s.) | national
institute on deafness and other communication disorders (u.s.) | native hawaiian or other pacific islander |
nebulizers and vaporizers | neoplasms, adnexal and skin appendage | neoplasms, complex and mixed | neoplasms,
connective and soft tissue | neoplasms, cystic, mucinous, and serous | neoplasms, ductal, lobular, and medullary |
neoplasms, germ cell and embryonal | neoplasms, glandular and epithelial | nephelometry and turbidimetry | nevi and
melanomas | nevus, epithelioid and spindle cell | newfoundland and labrador | non-medical public and private
facilities | nucleic acids, nucleotides, and nucleosides | nucleobase, nucleoside, nucleotide, and nucleic acid
transport proteins | nut and peanut hypersensitivity | nutritional and metabolic diseases | obstetrics and gynecology
department, hospital | oceans and seas | oil and gas fields | oil and gas industry | optics and photonics | oral and
maxillofacial surgeons | organisation for economic co-operation and development | organization and administration |
outcome and process assessment, health care | oxidoreductases acting on aldehyde or oxo group donors | pathological
conditions, signs and symptoms | patient credit and collection | patient protection and affordable care act |
personnel staffing and scheduling | personnel staffing and scheduling information systems | pharmacological and
toxicological phenomena | pharmacy and therapeutics committee | physical and rehabilitation medicine | physical
education and training | pit and fissure sealants | plant necrosis and chlorosis | play and playthings | porcine
reproductive and respiratory syndrome | porcine respiratory and reproductive syndrome virus | post and core technique
| postoperative nausea and vomiting | practice valuation and purchase | pradimicins and benanomicins | problems and
exercises | procedures and techniques utilization | product recalls and withdrawals | prostheses and implants |
protein interaction domains and motifs | pulp capping and pulpectomy agents | racemases and epimerases | rad52 dna
repair and recombination protein | radial head and neck fractures | radiation equipment and supplies | radiologic and
imaging nursing | rapid sequence induction and intubation | rate setting and review | receptors, cytoplasmic and
nuclear | referral and consultation | rehabilitation of speech and language disorders | religion and medicine |
religion and psychology | religion and science | religion and sex | reproductive and urinary physiological phenomena |
research support, american recovery and reinvestment act | respiratory aerosols and droplets | risk evaluation and
mitigation | saccule and utricle | saint kitts and nevis | saint vincent and the grenadines | salaries and fringe
benefits | salivary proteins and peptides | sam domain and hd domain-containing protein 1 | sao tome and principe |
scandinavian and nordic countries | scandinavians and nordic people | schizophrenia spectrum and other psychotic
disorders | sensitivity and specificity | serotonin and noradrenaline reuptake inhibitors | sexual and gender
disorders | sexual and gender minorities | signs and symptoms | signs and symptoms, digestive | signs and symptoms,
respiratory | sin3 histone deacetylase and corepressor complex | single-strand specific dna and rna endonucleases |
skin and connective tissue diseases | sleep initiation and maintenance disorders | sports and recreational facilities
| sprains and strains | squamous cell carcinoma of head and neck | staining and labeling | state health planning and
development agencies | streptodornase and streptokinase | surveys and questionnaires | t-lymphoma invasion and
metastasis-inducing protein 1 | task performance and analysis | tax equity and fiscal responsibility act | technology,
industry, and agriculture | time and motion studies | tissue and organ harvesting | tissue and organ procurement |
track and field | transendothelial and transepithelial migration | transients and migrants | transmembrane activator
and caml interactor protein | trauma and stressor related disorders | treatment adherence and compliance | trinidad
and tobago | tumor necrosis factor receptor-associated peptides and proteins | united states agency for healthcare
research and quality | united states dept. of health and human services | united states food and drug administration |
united states health resources and services administration | united states national aeronautics and space
administration | united states occupational safety and health administration | united states substance abuse and
mental health services administration | vaginal creams, foams, and jellies | video-assisted techniques and procedures
| viral regulatory and accessory proteins | warfare and armed conflicts | weights and measures | wit and humor | wit
and humor as topic | wounds and injuries | xenotropic and polytropic retrovirus receptor`
    .split('|')
    .map((name) => name.trim().replace(/\s+/g, ' ')),
);

/** More words than this no such heading has. */
export const MAXIMUM_HEADING_WORDS = 12;

/** Whether the field of `tag` (text between brackets) holds headings with an operator's word. */
export function hasOperatorHeadings(tag: string): boolean {
  const field = findField(tag)?.tag;
  return field === 'mh' || field === 'majr' || field === 'sh';
}

/** Whether `text` in the field of `tag` (text between brackets) is one heading, its operator words included. */
export function isOperatorHeading(text: string, tag: string): boolean {
  const field = findField(tag)?.tag;
  const name = text.toLowerCase();
  if (field === 'sh') return findSubheading(name) !== undefined;
  if (field !== 'mh' && field !== 'majr') return false;
  const slash = name.lastIndexOf('/');
  const heading =
    slash > 0 && findSubheading(name.slice(slash + 1)) !== undefined ? name.slice(0, slash) : name;
  return HEADINGS.has(heading);
}
