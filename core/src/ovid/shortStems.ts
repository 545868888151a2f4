import { MINIMUM_STEM } from '../pubmed/index.ts';

/**
 * Words that searchers mean by stems that are too short for PubMed's star. Chosen by judgement from stems that published strategies
 * truncate; not complete.
 */
const ROWS = `
act: act acts acted acting action actions active activity activities
age: age aged ages ageing
aid: aid aids aided
arm: arm arms
art: art arts arterial artery arteries
bod: body bodies bodily
boy: boy boys boyhood
car: car cars
cat: cat cats
cut: cut cuts cutting
die: die died dies
dis: disease diseases diseased disorder disorders disability disabilities
dog: dog dogs
dry: dry dryness drying
dye: dye dyes dyed dyeing
ear: ear ears earlobe
eat: eat eats eaten eating
eye: eye eyes
fat: fat fats fatty fatness
fit: fit fits fitness
gap: gap gaps
gum: gum gums
gut: gut guts
hip: hip hips
hit: hit hits
ill: ill ills illness illnesses
jaw: jaw jaws
job: job jobs jobless
kid: kid kids
leg: leg legs
lip: lip lips
los: loss losses lose loses losing lost
low: low lower lowest
man: man men
men: men menopause menopausal menstrual menstruation
mri: mri mris
nap: nap naps napping
old: old older oldest
pen: pen pens pencil pencils
pet: pet pets
pig: pig pigs piglet piglets
rat: rat rats
sex: sex sexes sexual sexuality sexually
ski: skin skins
son: son sons
sun: sun suns sunlight sunburn
tic: tic tics
toe: toe toes
use: use uses used user users using useful usefulness
ven: vena venae venous venously venules
war: war wars warfare wartime
web: web webs website websites
wom: woman women womans womens
`;

const byStem = new Map(
  ROWS.trim()
    .split('\n')
    .map((row) => {
      const [stem = '', words = ''] = row.split(':');
      return [stem.trim(), words.trim().split(' ')] as const;
    }),
);

/** The words that a stem of fewer than four characters is known to stand for, in lower case; undefined when they are not known. */
export function wordsOfShortStem(stem: string): readonly string[] | undefined {
  return stem.length < MINIMUM_STEM ? byStem.get(stem.toLowerCase()) : undefined;
}
