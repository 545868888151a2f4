import { read } from './knob.ts';
import type { Knob } from './knob.ts';

const knob = (key: string, unit: string, meaning: string): Knob => ({
  key: `data.${key}`,
  meaning,
  unit,
  embedded: read.data,
  verl: read.data,
});

/** What is learnt from. Both engines read the rows that come out. */
export const dataKnobs: readonly Knob[] = [
  knob('dataset', '', 'A dataset’s folder that was built before; then nothing is built.'),
  knob('sources', '', 'Files, folders and libraries from which topics are taken or made (docs/datasets.md).'),
  knob('train', '', 'Sources whose topics are all for training.'),
  knob('validation', '', 'Sources whose topics are all for validation.'),
  knob('corpus', '', 'Citation library in which publication search, rankings and questions are measured.'),
  knob('trials', '', 'Library of trial registrations in which trial search is measured.'),
  knob('databases', '', 'Folder of SQLite databases that SQL is run on.'),
  knob('headingsAsText', '', 'Headings are also found by their terms in the text of records without MeSH.'),
  knob(
    'heldOut',
    '',
    'Topics of evaluation and gate. What shares a relevant record with them is trained on by nobody.',
  ),
  knob('made', 'topics', 'Topics to make from each citation library that is a source.'),
  knob('relevant', 'records', 'Least and most relevant records of a topic that is made.'),
  knob(
    'maxOverlap',
    'share',
    'Part of the smaller set of relevant records that a topic may share with a held-out one.',
  ),
  knob('minKnown', 'share', 'Topics of which less is in the library are left out.'),
  knob(
    'difficulty',
    'recall',
    'Keeps topics of which the three rarest words of the title find so much; null: all.',
  ),
  knob(
    'shares',
    'share',
    'Of train, validation and test; null: 0.8, 0.1 and 0.1, and no test where topics are held out.',
  ),
  knob(
    'split',
    '',
    'overlap: by shared relevant records. time: the newest are held back. given: as the sources say.',
  ),
  knob('minimum.train', 'topics', 'With fewer, the run stops before it trains.'),
  knob('minimum.validation', 'topics', 'With fewer, the run stops before it trains.'),
  knob('limit.train', 'topics', 'Most topics of train that are used; null: all.'),
  knob('limit.validation', 'topics', 'Most topics of validation that are used; null: all.'),
  knob('licence', '', 'What the data card says of the licence.'),
];
