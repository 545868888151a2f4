// What the smoke run does in the workbench as a person would: the places to look at and the keys to press, in one file.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './processes.mjs';

const PLACES = {
  lines: '.monaco-editor .view-lines',
  hover: '.monaco-hover:not(.hidden) .hover-contents, .monaco-resizable-hover:not(.hidden) .hover-contents',
  quickInput: '.quick-input-widget:not([style*="display: none"])',
  quickRows: '.quick-input-widget .quick-input-list .monaco-list-row',
  panelRows: '.part.panel .monaco-list-row',
  notifications: '.notifications-toasts .notification-list-item',
};

/** A window of the workbench with the sample strategy in it. */
export class WorkbenchPage {
  #page;
  #folder = join(root, 'test-results');

  constructor(page) {
    this.#page = page;
    mkdirSync(this.#folder, { recursive: true });
  }

  /** Saves what is to be seen; returns the file. */
  async picture(name) {
    const path = join(this.#folder, `${name}.png`);
    // Things fade in and out.
    await this.#page.waitForTimeout(500);
    await this.#page.screenshot({ path, timeout: 15_000 });
    return path;
  }

  /** Waits for `probe` to give something; the error says what was waited for and what notifications stood there. */
  async until(what, probe, limitMs = 30_000) {
    const end = Date.now() + limitMs;
    for (;;) {
      const answer = await probe();
      if (answer) return answer;
      const errors = await this.#page.locator(`${PLACES.notifications} .codicon-error`).count();
      if (errors > 0)
        throw new Error(`While waiting for ${what}: ${(await this.notifications()).join(' | ')}`);
      if (Date.now() > end) {
        const said = await this.notifications();
        const also = said.length > 0 ? ` Notifications: ${said.join(' | ')}` : '';
        throw new Error(`Waited ${limitMs / 1000} s in vain for ${what}.${also}`);
      }
      await this.#page.waitForTimeout(100);
    }
  }

  async notifications() {
    return (await this.#page.locator(PLACES.notifications).allInnerTexts()).map(oneLine);
  }

  /** The lines of the editor as they are drawn, inlay hints included. */
  async editorLines() {
    const lines = await this.#page.locator(`${PLACES.lines} .view-line`).evaluateAll((all) =>
      all
        .map((line) => [Number.parseInt(line.style.top, 10), line.textContent ?? ''])
        .sort(([a], [b]) => a - b)
        .map(([, text]) => text),
    );
    return lines.map((line) => line.replaceAll('\u00a0', ' '));
  }

  /** The numbered lines of the strategy as they are drawn, hints included; a line that is wrapped is one line again. */
  async numberedLines() {
    const whole = [];
    for (const line of await this.editorLines()) {
      if (/^(#\d|\/\/|---)/.test(line)) whole.push(line);
      else whole.push((whole.pop() ?? '') + line);
    }
    return whole.filter((line) => /^#\d+ /.test(line));
  }

  /** Closes the side bar on the right, which some versions open for chat. */
  async closeSecondarySideBar() {
    const bar = this.#page.locator('.part.auxiliarybar');
    if (await bar.isVisible()) {
      await this.#page.keyboard.press('Control+Alt+b');
      await this.until('the right side bar to close', async () => !(await bar.isVisible()), 5000).catch(
        () => {},
      );
    }
  }

  /** Moves the mouse over a word of the editor and returns what the hover says. */
  async hoverOver(word) {
    const target = this.#page
      .locator(`${PLACES.lines} .view-line span span`)
      .filter({ hasText: word })
      .first();
    await target.hover({ timeout: 10_000 });
    return this.until(`the hover of ${word}`, async () => {
      const texts = await this.#page.locator(PLACES.hover).allInnerTexts();
      const text = texts
        .map((part) => part.trim())
        .filter(Boolean)
        .join('\n');
      return text && !/^Loading/.test(text) && text;
    });
  }

  /** Puts the mouse where nothing is hovered over. */
  async leave() {
    await this.#page.mouse.move(640, 5);
    await this.#page.keyboard.press('Escape');
  }

  /** Puts the cursor into the line that holds `text`. */
  async clickLine(text) {
    await this.#page
      .locator(`${PLACES.lines} .view-line`)
      .filter({ hasText: text })
      .first()
      .click({ position: { x: 60, y: 8 } });
  }

  /** Runs a command by its title through the command palette. */
  async command(title) {
    await this.#page.keyboard.press('F1');
    await this.until('the command palette', () => this.#page.locator(PLACES.quickInput).isVisible());
    await this.#page.keyboard.type(title, { delay: 2 });
    await this.until(`the command "${title}"`, async () => {
      const rows = await this.#page.locator(PLACES.quickRows).allInnerTexts();
      return rows.some((row) => oneLine(row).includes(title.replace(/^>/, '')));
    });
    await this.#page.keyboard.press('Enter');
  }

  /** Title and rows of the list that is open; rows as one line each. */
  async list() {
    const rows = (await this.#page.locator(PLACES.quickRows).allInnerTexts()).map(oneLine);
    const title = oneLine(
      await this.#page
        .locator('.quick-input-widget .quick-input-title')
        .innerText()
        .catch(() => ''),
    );
    return { title, rows };
  }

  async panelRows() {
    return (await this.#page.locator(PLACES.panelRows).allInnerTexts()).map(oneLine);
  }

  /** The page of a panel, which lies within two frames: the one that holds such an element; undefined while it is not there. */
  async frameWith(selector) {
    for (const frame of this.#page.frames()) {
      const found = await frame
        .locator(selector)
        .count()
        .catch(() => 0);
      if (found > 0) return frame;
    }
    return undefined;
  }

  async proposalsFrame() {
    return this.frameWith('main .overview');
  }

  /** What the proposals panel says. */
  async proposalsText() {
    return textOf(await this.proposalsFrame());
  }

  /** What the view of a training run says. */
  async trainingText() {
    return textOf(await this.frameWith('main.training'));
  }

  /** What the view of SQL results says. */
  async sqlText() {
    return textOf(await this.frameWith('main.sql-results'));
  }

  /** Presses a button or tab of it by its text. */
  async pressInSql(text, selector = 'button') {
    const frame = await this.until('the view of SQL results', () => this.frameWith('main.sql-results'));
    await frame.locator(selector).filter({ hasText: text }).first().click({ timeout: 10_000 });
  }

  /** The rows of its table, one line each. */
  async proposalRows() {
    const frame = await this.proposalsFrame();
    return (await frame.locator('.proposals tbody tr').allInnerTexts()).map(oneLine);
  }

  /** Presses a button of the panel, or opens or closes one of its folds, by its text. */
  async pressInProposals(text, selector = 'button, summary') {
    const frame = await this.until('the proposals panel', () => this.proposalsFrame());
    await frame.locator(selector).filter({ hasText: text }).first().click({ timeout: 10_000 });
  }

  async press(keys) {
    await this.#page.keyboard.press(keys);
  }
}

const textOf = async (frame) =>
  (await frame
    ?.locator('main')
    .innerText({ timeout: 2000 })
    .catch(() => '')) ?? '';

const oneLine = (text) => text.replace(/\s+/g, ' ').trim();
