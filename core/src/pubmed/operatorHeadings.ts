import { findField } from './fieldTable.ts';
import { findSubheading } from './subheadings.ts';

/**
 * Frequent headings with an operator's word in their name. Searchers write them without quotes, as NLM's own filters do:
 * `sensitivity and specificity[mh]`, `aged, 80 and over[mh]`.
 */
const HEADINGS = new Set(
  `abstracting and indexing | aged, 80 and over | amino acids, peptides, and proteins | bacterial infections and mycoses
| behavior and behavior mechanisms | bipolar and related disorders | black or african american | costs and cost analysis
| diagnostic techniques and procedures | diet, food, and nutrition | disruptive, impulse control, and conduct disorders
| drug-related side effects and adverse reactions | embryonic and fetal development | equipment and supplies
| ethnic and racial minorities | facilities and services utilization | feeding and eating disorders | fees and charges
| female urogenital diseases and pregnancy complications | fluids and secretions | food and beverages
| growth and development | head and neck neoplasms | health services needs and demand | hemic and lymphatic diseases
| hispanic or latino | hypnotics and sedatives | information storage and retrieval | mental status and dementia tests
| neoplasms, connective and soft tissue | neoplasms, ductal, lobular, and medullary | neoplasms, germ cell and embryonal
| neoplasms, glandular and epithelial | nutritional and metabolic diseases | procedures and techniques utilization
| reproductive and urinary physiological phenomena | schizophrenia spectrum and other psychotic disorders
| sensitivity and specificity | sexual and gender minorities | signs and symptoms | signs and symptoms, digestive
| signs and symptoms, respiratory | skin and connective tissue diseases | squamous cell carcinoma of head and neck
| surveys and questionnaires | trauma and stressor related disorders | treatment adherence and compliance
| wounds and injuries`
    .split('|')
    .map((name) => name.trim()),
);

/** More words than this no such heading has. */
export const MAXIMUM_HEADING_WORDS = 8;

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
