/**
 * Codes of the subheadings below a subheading, all levels: what PubMed's explosion of a subheading adds. Source: NLM, "MeSH
 * Subheading Hierarchies". A subheading that is missing here has none below it.
 */
export const narrowerSubheadings: Readonly<Record<string, readonly string[]>> = {
  AE: ['PO', 'TO'],
  AH: ['BS', 'CY', 'UL', 'EM', 'AB', 'IR', 'PA'],
  AN: ['BL', 'CF', 'IP', 'UR'],
  CH: ['AG', 'AA', 'AI', 'CS'],
  CO: ['SC'],
  CY: ['UL'],
  DI: ['PA', 'DG'],
  EM: ['AB'],
  EP: ['EH', 'MO'],
  ET: ['CI', 'CO', 'SC', 'CN', 'EM', 'AB', 'GE', 'IM', 'MI', 'VI', 'PS', 'TM'],
  ME: ['BI', 'BL', 'CF', 'DF', 'EN', 'PK', 'UR'],
  MI: ['VI'],
  OG: ['EC', 'LJ', 'ST', 'SD', 'TD'],
  PD: ['AD', 'AE', 'PO', 'TO', 'AG', 'AI', 'PK'],
  PH: ['GE', 'GD', 'IM', 'ME', 'BI', 'BL', 'CF', 'DF', 'EN', 'PK', 'UR', 'PP'],
  SN: ['EP', 'EH', 'MO', 'SD'],
  SU: ['TR'],
  TH: ['DH', 'DT', 'NU', 'PC', 'RT', 'RH', 'SU', 'TR'],
  TU: ['AD', 'AE', 'PO'],
};
