import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { writeNextStep, writeTrainingRun } from '../../../scripts/tour/trainingRun.mjs';
import { pageWith, window } from './panel.ts';
import { api, until } from './workbench.ts';

async function watch(folder: string): Promise<void> {
  await vscode.commands.executeCommand('querent.watchTraining', folder);
}

/** Waits for the view to say something. */
async function viewSays(what: RegExp): Promise<string> {
  let last = '';
  return until(`the training view to say ${what}`, async () => {
    last = await (
      await pageWith('main.training')
    )
      .locator('main')
      .innerText({ timeout: 5000 })
      .catch(() => '');
    return what.test(last) && last;
  }).catch((error: Error) => {
    throw new Error(`${error.message} It says: ${last.slice(0, 1500)}`);
  });
}

describe('the view of a training run', () => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'querent-run-'));
  });
  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('shows steps, curves, time by phase and samples, and goes on with the run; half a line is left for later', async () => {
    const run = join(folder, 'running');
    writeTrainingRun(run, { done: 40, steps: 50 });
    await watch(run);
    const text = await viewSays(/step 40 of 50/);
    for (const part of [
      /falls-and-strokes/,
      /Running/,
      /Supervised start/,
      /Time by phase/,
      /waiting for rewards/,
      /Last samples/,
    ])
      assert.match(text, part);
    const page = await pageWith('main.training');
    const reward = page.locator('.part-main svg, .charts svg').first();
    assert.match((await reward.getAttribute('aria-label')) ?? '', /^Reward, training: -?[\d.]+ at step 1, /);
    const rest = writeNextStep(run, 41, { steps: 50, torn: true });
    appendFileSync(join(run, 'ppo/metrics.jsonl'), rest);
    writeNextStep(run, 42, { steps: 50 });
    await viewSays(/step 42 of 50/);
    writeNextStep(run, 43, { steps: 50, torn: true });
    writeFileSync(join(run, 'state.json'), readFileSync(join(run, 'state.json')));
    const [shown] = (await api()).training();
    assert.deepEqual(shown?.unreadable, {});
    assert.equal(shown?.ppo?.steps.at(-1), 42);
  }).timeout(60_000);

  it('is read by the keys: the numbers of a step stand below its curve, in all charts', async () => {
    const run = join(folder, 'keys');
    writeTrainingRun(run, { done: 12, steps: 50 });
    await watch(run);
    await viewSays(/step 12 of 50/);
    const page = await pageWith('main.training');
    await page.locator('.charts svg').first().focus();
    const keys = (await window()).keyboard;
    await keys.press('Home');
    await keys.press('ArrowRight');
    await until('the numbers of step 2 below two charts', async () => {
      const said = await page.locator('.readout').allInnerTexts();
      return said.filter((one) => /step 2\b/.test(one)).length >= 2;
    });
  });

  it('shows the evaluation of a run that is done, and text of samples as text', async () => {
    const run = join(folder, 'done');
    writeTrainingRun(run, { done: 30, steps: 30, finished: true });
    const bad = {
      step: 31,
      id: 'x',
      prompt: '<img src=x onerror=document.title=1>',
      completion: '<b>no</b>',
      reward: null,
    };
    appendFileSync(join(run, 'ppo/samples.jsonl'), `${JSON.stringify(bad)}\n`);
    await watch(run);
    const text = await viewSays(/Evaluation/);
    assert.match(text, /deterministic\s+32\s+63\.0 %\s+54\.0–72\.0/);
    assert.match(text, /<img src=x onerror=/);
    const page = await pageWith('main.training');
    assert.equal(await page.locator('main img, main b, main script').count(), 0);
  });

  it('says so where a folder is none of a run, and shows the run when it begins', async () => {
    const run = join(folder, 'later');
    await vscode.workspace.fs.createDirectory(vscode.Uri.file(run));
    await watch(run);
    await viewSays(/nothing of a run in this folder yet/);
    writeTrainingRun(run, { done: 3, steps: 50 });
    await viewSays(/step 3 of 50/);
  });

  it('tells why a run failed', async () => {
    const run = join(folder, 'failed');
    writeTrainingRun(run, { done: 5, steps: 50 });
    const state = JSON.parse(readFileSync(join(run, 'state.json'), 'utf8')) as {
      steps: Record<string, object>;
    };
    state.steps.ppo = {
      ...state.steps.ppo,
      status: 'failed',
      message: 'The loss is NaN for the third time.',
    };
    writeFileSync(join(run, 'state.json'), JSON.stringify(state));
    await watch(run);
    await viewSays(/Failed[\s\S]*The loss is NaN for the third time/);
  });
});
