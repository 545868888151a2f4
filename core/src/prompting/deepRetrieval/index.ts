import type { RawTemplate } from '../rawTemplate.ts';
import * as literature from './literature.ts';
import * as questionAnswering from './questionAnswering.ts';
import * as sql from './sql.ts';

export { publishedCheckpoints } from './checkpoints.ts';
export type { PublishedCheckpoint, PublishedFigure } from './checkpoints.ts';

/** The templates of the published checkpoints, with and without reasoning, by their id. */
export const publishedTemplates: ReadonlyMap<string, RawTemplate> = new Map(
  [literature, questionAnswering, sql]
    .flatMap((room) => Object.values(room))
    .map((template) => [template.id, template]),
);
