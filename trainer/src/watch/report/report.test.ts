import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { madeRun } from '../testing/madeRun.ts';
import { curvePlot } from './curvePlot.ts';
import { writeReport } from './writeReport.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'querent-report-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('the report of a run', () => {
  it('is one page without scripts that loads nothing, and has a section for everything that is known', async () => {
    await madeRun(folder);
    const page = await readFile(await writeReport(folder), 'utf8');
    expect(page).toMatch(/^<!doctype html>/u);
    expect(page).toContain("default-src 'none'");
    // What a model wrote is text.
    expect(page).not.toMatch(/<script|<link|<img|src=|url\(/iu);
    expect(page).toContain('&#60;script&#62;alert(1)');
    expect(Array.from(page.matchAll(/<h2>([^<]*)<\/h2>/gu), ([, title]) => title)).toEqual([
      'Steps',
      'Evaluation on held-out topics',
      'Main figure with its interval',
      'Compared',
      'Recall against records',
      'Before and after',
      'Reinforcement learning: time by phase',
      'Reinforcement learning: reward',
      'Reinforcement learning: recall',
      'Reinforcement learning: valid answers',
      'Reinforcement learning: distance from the reference',
      'Reinforcement learning: entropy',
      'Supervised start: time by phase',
      'Supervised start: loss',
      'Answers at the start of training',
      'Answers at the end of training',
      'Files and hashes',
      'Plan',
    ]);
    // Every picture has a name, a description and its numbers as a table.
    const pictures = page.split('<svg').length - 1;
    expect(page.split('<svg role="img"').length - 1).toBe(pictures);
    expect(page.split('<desc>').length - 1).toBe(pictures);
    expect(page.split('The same as a table').length - 1).toBe(pictures);
    expect(page).toContain('From ppo/metrics.jsonl');
    expect(page).toContain('sft-a[tiab]');
  });

  it('is refused for a folder without a run', async () => {
    await expect(writeReport(folder)).rejects.toThrow(/holds no run/u);
  });
});

describe('a picture of curves', () => {
  it('has a point a step that says its numbers, and a line a curve', () => {
    const plot = curvePlot('Reward', [
      { name: 'reward', label: 'reward (mean)', points: [[1, 0.1], [2, 0.3]] }, // prettier-ignore
      { name: 'validationReward', label: 'on validation', points: [[2, 0.2]] },
    ]);
    expect(plot?.svg.split('<polyline').length).toBe(3);
    expect(plot?.svg).toContain('<title>reward (mean), step 2: 0.3</title>');
    expect(plot?.table).toEqual({
      columns: ['step', 'reward (mean)', 'on validation'],
      rows: [
        ['1', '0.1', ''],
        ['2', '0.3', '0.2'],
      ],
    });
  });

  it('is none without points', () => {
    expect(curvePlot('Nothing', [{ name: 'x', label: 'x', points: [] }])).toBeUndefined();
  });
});
