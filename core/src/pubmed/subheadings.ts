/** MeSH's subheadings (qualifiers): two-letter code and name. Source: NLM, PubMed User Guide. */
const ROWS = `
AB Abnormalities | AD Administration and Dosage | AE Adverse Effects | AG Agonists | AA Analogs and
Derivatives | AN Analysis | AH Anatomy and Histology | AI Antagonists and Inhibitors | BI Biosynthesis |
BS Blood Supply | BL Blood | CF Cerebrospinal Fluid | CS Chemical Synthesis | CI Chemically Induced | CH
Chemistry | CL Classification | CO Complications | CN Congenital | CY Cytology | DF Deficiency | DI
Diagnosis | DH Diet Therapy | DG Diagnostic Imaging | DE Drug Effects | DT Drug Therapy | EC Economics |
ED Education | EM Embryology | EN Enzymology | EP Epidemiology | ES Ethics | EH Ethnology | ET Etiology
| GE Genetics | GD Growth and Development | HI History | IM Immunology | IN Injuries | IR Innervation |
IS Instrumentation | IP Isolation and Purification | LJ Legislation and Jurisprudence | ME Metabolism |
MT Methods | MI Microbiology | MO Mortality | NU Nursing | OG Organization and Administration | PS
Parasitology | PY Pathogenicity | PA Pathology | PK Pharmacokinetics | PD Pharmacology | PH Physiology |
PP Physiopathology | PO Poisoning | PC Prevention and Control | PX Psychology | RE Radiation Effects |
RT Radiotherapy | RH Rehabilitation | SC Secondary | ST Standards | SN Statistics and Numerical Data |
SD Supply and Distribution | SU Surgery | TU Therapeutic Use | TH Therapy | TO Toxicity | TM
Transmission | TR Transplantation | TD Trends | UL Ultrastructure | UR Urine | VE Veterinary | VI
Virology
`;

/** A MeSH subheading. */
export interface Subheading {
  /** Two capitals, `DT`. */
  readonly code: string;
  /** `Drug Therapy`. */
  readonly name: string;
}

/** All subheadings, in the order of the User Guide. */
export const subheadings: readonly Subheading[] = ROWS.split('|').map((row) => {
  const text = row.trim().replace(/\s+/g, ' ');
  return { code: text.slice(0, 2), name: text.slice(3) };
});

/** `Administration & Dosage`, `administration and dosage` and `AD` are one subheading. */
function normalise(text: string): string {
  return text.trim().toLowerCase().replace(/&/g, ' and ').replace(/\s+/g, ' ');
}

const bySpelling = new Map(
  subheadings.flatMap((s) => [[normalise(s.code), s] as const, [normalise(s.name), s] as const]),
);

/** The subheading that `text` names by code or name in any case; undefined when there is none. */
export function findSubheading(text: string): Subheading | undefined {
  return bySpelling.get(normalise(text));
}

/** A heading with at most one subheading, as in `Neoplasms/drug therapy[mh]`. */
export interface HeadingText {
  readonly heading: string;
  readonly subheading: Subheading | undefined;
}

/**
 * Takes `heading/subheading` apart. Text behind a slash that is no subheading stays part of the heading, so that the
 * heading is then not found and can be reported.
 */
export function splitHeading(text: string): HeadingText {
  const slash = text.lastIndexOf('/');
  const subheading = slash < 0 ? undefined : findSubheading(text.slice(slash + 1));
  if (subheading === undefined) return { heading: text.trim(), subheading: undefined };
  return { heading: text.slice(0, slash).trim(), subheading };
}
