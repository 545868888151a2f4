/** Lists of an article in PubMed's XML that a library keeps in a shorter form: substances, databank numbers, links to other records. */
import { element, listElement, textElement } from '../xml.ts';

/** A number of NLM's registry: of an enzyme, of CAS, or a UNII. */
const REGISTRY = /^(?:EC [\d.-]+|\d{2,7}-\d{2}-\d|[A-Z0-9]{10})$/;

/** Names with the number that stands behind them. */
export function chemicals(substances: readonly string[]): readonly string[] {
  const written: string[] = [];
  for (let i = 0; i < substances.length; i++) {
    const name = substances[i] ?? '';
    const next = substances[i + 1] ?? '';
    const hasNumber = REGISTRY.test(next) && !REGISTRY.test(name);
    if (hasNumber) i++;
    written.push(
      element('Chemical', [
        ...textElement('RegistryNumber', hasNumber ? next : '0'),
        ...textElement('NameOfSubstance', name, { UI: '' }),
      ]),
    );
  }
  return written;
}

/** `NAME/NUMBER`, those of a databank side by side in one element. */
export function databanks(ids: readonly string[]): readonly string[] {
  const groups: { name: string; numbers: string[] }[] = [];
  for (const id of ids) {
    const slash = id.indexOf('/');
    const name = slash < 0 ? id : id.slice(0, slash);
    const last = groups.at(-1);
    if (slash < 0 || last?.name !== name || last.numbers.length === 0) groups.push({ name, numbers: [] });
    if (slash >= 0) groups.at(-1)?.numbers.push(id.slice(slash + 1));
  }
  return groups.map(({ name, numbers }) =>
    element('DataBank', [
      ...textElement('DataBankName', name),
      ...listElement(
        'AccessionNumberList',
        numbers.flatMap((number) => textElement('AccessionNumber', number)),
      ),
    ]),
  );
}

/** Tags of MEDLINE for links between records, and the kinds that PubMed's XML has for them. */
const LINKS: Readonly<Record<string, string>> = {
  CIN: 'CommentIn',
  CON: 'CommentOn',
  CRI: 'CorrectedandRepublishedIn',
  CRF: 'CorrectedandRepublishedFrom',
  EIN: 'ErratumIn',
  EFR: 'ErratumFor',
  ECI: 'ExpressionOfConcernIn',
  ECF: 'ExpressionOfConcernFor',
  ORI: 'OriginalReportIn',
  PRIN: 'PartialRetractionIn',
  PROF: 'PartialRetractionOf',
  RPI: 'RepublishedIn',
  RPF: 'RepublishedFrom',
  RIN: 'RetractionIn',
  ROF: 'RetractionOf',
  UIN: 'UpdateIn',
  UOF: 'UpdateOf',
  SPIN: 'SummaryForPatientsIn',
  DDIN: 'AssociatedDataset',
  DRIN: 'AssociatedPublication',
  RRI: 'RetractedandRepublishedIn',
  RRF: 'RetractedandRepublishedFrom',
};

/** The other record is not kept, its kind of link is. */
export function linkXml(tag: string): readonly string[] {
  const kind = LINKS[tag];
  return kind === undefined
    ? []
    : [element('CommentsCorrections', element('RefSource', ''), { RefType: kind })];
}
