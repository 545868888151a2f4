/** What is said of checkpoints: rows, tooltips and the question before a download. Pure text, so that it can be tested without a window. */
import type {
  CheckpointEntry,
  CheckpointFigure,
  CheckpointsResult,
} from '@querent/server/checkpointProtocol';
import { bytesText } from '../features/modelWording.ts';

/** How a figure is called and written; those that are not named here are called by their own name. */
const figureKinds: Readonly<
  Record<string, { readonly name: string; readonly as: 'share' | 'score' | 'count' }>
> = {
  recall: { name: 'recall', as: 'share' },
  precision: { name: 'precision', as: 'share' },
  f3: { name: 'F3', as: 'share' },
  nnr: { name: 'number needed to read', as: 'count' },
  medianRecords: { name: 'median records', as: 'count' },
  validRate: { name: 'valid queries', as: 'share' },
};

const number = (value: number): string => value.toLocaleString('en-US', { maximumFractionDigits: 0 });
const written = {
  share: (value: number): string => `${(value * 100).toFixed(1)} %`,
  score: (value: number): string => value.toFixed(2),
  count: (value: number): string => (value < 10 ? value.toFixed(1) : number(value)),
} as const;

/** The figure's name for people, `median records`. */
export const figureName = ({ name }: CheckpointFigure): string => figureKinds[name]?.name ?? name;

/** `61.1 %` */
export function figureValue({ name, value }: Pick<CheckpointFigure, 'name' | 'value'>): string {
  return written[figureKinds[name]?.as ?? 'score'](value);
}

/** `52.0–70.4 %`; undefined where no interval was published. */
export function figureInterval({ name, interval }: CheckpointFigure): string | undefined {
  if (interval === undefined) return undefined;
  const [low, high] = interval.map((value) => figureValue({ name, value }));
  return `${low?.replace(' %', '')}–${high}`;
}

/** `recall 61.1 % (52.0–70.4 %)` */
export function figureText(figure: CheckpointFigure): string {
  const interval = figureInterval(figure);
  return `${figureName(figure)} ${figureValue(figure)}${interval === undefined ? '' : ` (${interval})`}`;
}

/** Figures by what they were measured on, in their order: `32 review topics, at most 1,500 records`. */
export function byPlace(
  figures: readonly CheckpointFigure[],
): readonly { readonly on: string; readonly figures: readonly CheckpointFigure[] }[] {
  const places = [...new Set(figures.map(({ on }) => on))];
  return places.map((on) => ({ on, figures: figures.filter((figure) => figure.on === on) }));
}

/** `acme-publication-search 1.2.0` */
export const title = ({ name, version }: CheckpointEntry): string => `${name} ${version}`;

/** Where a checkpoint stands, in few words. */
export function stateText(entry: CheckpointEntry): string {
  switch (entry.state) {
    case 'active':
      return 'active';
    case 'previous':
      return 'previous';
    case 'installed':
      return 'installed';
    case 'partial':
      return `${sharePart(entry.haveBytes ?? 0, entry.bytes)} fetched`;
    case 'offered':
      return entry.refused === undefined ? 'not fetched' : 'cannot be used here';
  }
}

/** `1.0 of 2.1 GB` */
export function sharePart(have: number, all: number): string {
  const [left, right] = [bytesText(have), bytesText(all)];
  const unit = / \w+$/.exec(right)?.[0] ?? '';
  return `${left.endsWith(unit) ? left.slice(0, -unit.length) : left} of ${right}`;
}

/** Whether it is installed. */
export const isHere = ({ state }: CheckpointEntry): boolean => state !== 'offered' && state !== 'partial';

export function isPinned({ id, version }: CheckpointEntry, pinned: string | undefined): boolean {
  return pinned !== undefined && pinned !== '' && (version === pinned || id === pinned);
}

/** What stands behind the title in a row. */
export function rowText(entry: CheckpointEntry, pinned: string | undefined): string {
  const recall = entry.figures.find(({ name }) => name === 'recall') ?? entry.figures[0];
  return [
    stateText(entry),
    isPinned(entry, pinned) ? 'pinned here' : undefined,
    recall && figureText(recall),
    entry.state === 'partial' ? undefined : bytesText(entry.bytes),
    entry.channel === 'preview' ? 'preview' : undefined,
    entry.date.slice(0, 10),
  ]
    .filter((part) => part !== undefined)
    .join(' · ');
}

/** What stands above the rows: channel, when it was asked, room on the disk; and what is wrong with it. */
export function listText(result: CheckpointsResult, now: Date): string {
  const asked =
    result.channel === ''
      ? 'No channel is set.'
      : `Channel ${result.channel}, ${result.checked === undefined ? 'not asked yet' : `asked ${agoText(result.checked, now)}`}.`;
  return [
    result.problem && `⚠ ${result.problem}`,
    `${asked} ${bytesText(result.freeBytes)} of disk are free.`,
  ]
    .filter(Boolean)
    .join('\n');
}

/** `3 minutes ago`, `2 days ago` */
export function agoText(iso: string, now: Date): string {
  const minutes = Math.floor((now.getTime() - new Date(iso).getTime()) / 60_000);
  const said = (count: number, unit: string): string => `${count} ${unit}${count === 1 ? '' : 's'} ago`;
  if (minutes < 1) return 'just now';
  if (minutes < 60) return said(minutes, 'minute');
  if (minutes < 48 * 60) return said(Math.floor(minutes / 60), 'hour');
  return said(Math.floor(minutes / 60 / 24), 'day');
}

/** `Qwen2.5-3B, Apache-2.0` and the like: what a checkpoint is made from and under which licence it may be used. */
export function madeFrom({ baseModel, licence, step, quantisation }: CheckpointEntry): string {
  return `${baseModel}, ${number(step)} training step${step === 1 ? '' : 's'}, ${quantisation}; licence ${licence}`;
}

/** The question before anything is fetched. `isPossible` is false where the disk has no room. */
export interface Consent {
  readonly message: string;
  readonly detail: string;
  readonly isPossible: boolean;
}

/** Room that a download leaves on the disk, in bytes: with less the machine itself runs into trouble. */
const spareBytes = 100e6;

export function consentTo(
  entry: CheckpointEntry,
  { freeBytes, folder, channel }: CheckpointsResult,
): Consent {
  const have = entry.state === 'partial' ? (entry.haveBytes ?? 0) : 0;
  const wanted = entry.bytes - have;
  // 0 where the system does not tell: then the download itself says when the disk is full.
  const isPossible = freeBytes === 0 || wanted + spareBytes <= freeBytes;
  const size =
    have > 0
      ? `${bytesText(wanted)} are fetched now: of ${bytesText(entry.bytes)}, ${bytesText(have)} are here already.`
      : `${bytesText(entry.bytes)} are fetched.`;
  const room =
    freeBytes === 0
      ? `How much is free on the disk of ${folder} is not known.`
      : isPossible
        ? `${bytesText(freeBytes)} are free on the disk of ${folder}.`
        : `Only ${bytesText(freeBytes)} are free on the disk of ${folder}: make room for ${bytesText(wanted + spareBytes)}, then try again.`;
  return {
    isPossible,
    message: have > 0 ? `Go on with the download of ${title(entry)}?` : `Download and use ${title(entry)}?`,
    detail: [
      `${size} ${room}`,
      `From ${channel}. The signature of the channel, the size and the SHA-256 of the file are checked, and the model is tried once before it is used; the one in use now is kept.`,
      figuresParagraph(entry),
      `How it was released: ${sentence(entry.gate)}`,
      `Made from ${madeFrom(entry)}.`,
      entry.channel === 'preview' ? 'This is a preview release.' : undefined,
    ]
      .filter((part) => part !== undefined)
      .join('\n\n'),
  };
}

function figuresParagraph({ figures }: CheckpointEntry): string {
  if (figures.length === 0)
    return 'No evaluation was published with it: nothing is known of how well it searches.';
  return byPlace(figures)
    .map(
      (group) =>
        `Measured on ${group.on}, with 95 % intervals:\n${group.figures.map((figure) => `•  ${figureText(figure)}`).join('\n')}`,
    )
    .join('\n');
}

/** Ends with one full stop. */
export function sentence(text: string): string {
  const trimmed = text.trim();
  return /[.!?]$/.test(trimmed) || trimmed === '' ? trimmed : `${trimmed}.`;
}

/** Text of a channel within Markdown: nothing in it may become a link, an image or a heading. */
export function escaped(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-.!|<>~&$]/g, '\\$&').replace(/\r?\n/g, '  \n');
}

/** All that is known of a checkpoint, as a page. */
export function pageOf(entry: CheckpointEntry, pinned: string | undefined): string {
  const row = (name: string, value: string): string =>
    `| ${name} | ${escaped(value).replaceAll('  \n', ' ')} |`;
  const state = `${stateText(entry)}${isPinned(entry, pinned) ? ', pinned in this workspace' : ''}`;
  return [
    `# ${escaped(title(entry))}`,
    entry.refused === undefined ? '' : `**Cannot be used here.** ${escaped(entry.refused)}`,
    entry.notes.trim() === '' ? '_No release notes were published._' : escaped(entry.notes.trim()),
    '## What it was measured to do',
    entry.figures.length === 0
      ? 'No evaluation was published with it: nothing is known of how well it searches.'
      : [
          '| | Value | 95 % interval | Topics | Measured on |',
          '| --- | ---: | --- | ---: | --- |',
          ...entry.figures.map(
            (figure) =>
              `| ${escaped(figureName(figure))} | ${figureValue(figure)} | ${figureInterval(figure) ?? 'not published'} | ${figure.n} | ${escaped(figure.on)} |`,
          ),
        ].join('\n'),
    '## How it was released',
    escaped(sentence(entry.gate)),
    '## What it is',
    [
      '| | |',
      '| --- | --- |',
      row('State', state),
      row('Date', entry.date.slice(0, 10)),
      row('Channel', entry.channel),
      row('Size', `${bytesText(entry.bytes)}, ${entry.quantisation}`),
      row('Made from', entry.baseModel),
      row('Licence', entry.licence),
      row('Training steps', number(entry.step)),
      row('Task', entry.task),
      row('Wording of its prompts', entry.template),
    ].join('\n'),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}
