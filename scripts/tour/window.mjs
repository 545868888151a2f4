// What a scene of the tour does in the window, in a person's words; and what stands where in it.
import { WorkbenchPage } from '../lib/workbenchPage.mjs';

/** Where things are to be seen. */
const PLACES = {
  lines: '.editor-instance .view-lines .view-line',
  hover:
    '.monaco-hover:not(.hidden) .hover-contents, .monaco-resizable-hover:not(.hidden) .hover-contents, .workbench-hover .hover-contents',
  suggestions: '.suggest-widget.visible .monaco-list-row',
  details: '.suggest-details-container .suggest-details',
  menu: '.action-widget',
  rename: '.rename-box',
  problems: '.markers-panel-container .monaco-list-row',
  outline: '.outline-pane .monaco-list-row',
  quickInput: '.quick-input-widget:not([style*="display: none"])',
  notification: '.notifications-toasts .notification-list-item',
  links: '.view-lines .detected-link, .view-lines .detected-link-active',
  pasteControl: '.post-edit-widget',
  dialog: '.monaco-dialog-box',
  checkpoints:
    '.part.panel .monaco-list-row, .part.panel .tree-explorer-viewlet-tree-view, .part.panel .message',
};

/** What of a place belongs in its picture, where that is more than the place itself. */
const FRAMES = {
  hover: '.monaco-hover:not(.hidden), .monaco-resizable-hover:not(.hidden), .workbench-hover',
  suggestions: '.suggest-widget.visible',
  problems: '.part.panel',
  outline: '.part.sidebar',
};

/** The window, as a scene uses it. */
export class TourWindow {
  #page;
  #bench;

  #setMachine;

  constructor(page, bench = new WorkbenchPage(page), setMachine = () => {}) {
    this.#page = page;
    this.#bench = bench;
    this.#setMachine = setMachine;
  }

  /** Settings of this machine, beside none: the only ones that may name a model or a channel. */
  setMachine(settings) {
    this.#setMachine(settings);
  }

  get page() {
    return this.#page;
  }

  get bench() {
    return this.#bench;
  }

  async resize([width, height]) {
    await this.#page.setViewportSize({ width, height });
  }

  async press(...keys) {
    for (const key of keys) await this.#page.keyboard.press(key);
  }

  async type(text) {
    await this.#page.keyboard.type(text, { delay: 15 });
  }

  async command(title) {
    await this.#bench.command(title);
  }

  /** Opens a file of the workspace by its name; asks again where the list does not know it yet, or a busy machine takes the key for nothing. */
  async open(name) {
    const isFirst = async () => ((await this.#bench.list()).rows[0] ?? '').includes(name);
    const tab = this.#page.locator('.tab.active').filter({ hasText: name });
    const isOpen = () => tab.isVisible();
    for (let left = 4; left > 0; left--) {
      await this.press('Control+p');
      await this.#bench.until('the list of files', () => this.#page.locator(PLACES.quickInput).isVisible());
      await this.#page.keyboard.type(name);
      if (await this.#bench.until(`the file ${name} in the list`, isFirst, 5000).catch(() => false)) {
        await this.press('Enter');
        if (await this.#bench.until(`the file ${name} to open`, isOpen, 8000).catch(() => false)) return;
      }
      await this.press('Escape');
    }
    await this.#bench.until(`the file ${name} to open`, isOpen);
  }

  /** Closes what is open, changed or not. */
  async close() {
    await this.press('Escape', 'Escape');
    for (let left = 8; left > 0 && (await this.#page.locator('.tab.active').count()) > 0; left--) {
      await this.#bench.command('View: Revert and Close Editor');
      await this.#page.waitForTimeout(150);
    }
  }

  /** Puts the cursor somewhere, counted from 1, and selects `length` characters from there. */
  async goTo({ line, column, length = 0 }) {
    await this.press('Control+g');
    await this.#bench.until('the box for a line number', () =>
      this.#page.locator(PLACES.quickInput).isVisible(),
    );
    await this.type(`${line}:${column}`);
    const isClosed = async () => !(await this.#page.locator(PLACES.quickInput).isVisible());
    // A box that is still being filled on a busy machine takes the key for nothing.
    for (let left = 4; left > 0; left--) {
      await this.press('Enter');
      const closed = this.#bench.until('the box to close', isClosed, 8000);
      if (await (left > 1 ? closed.catch(() => false) : closed)) break;
    }
    for (let i = 0; i < length; i++) await this.press('Shift+ArrowRight');
  }

  async hover() {
    await this.press('Control+k', 'Control+i');
  }

  /** Opens the list of completions with its documentation beside it. */
  async suggest() {
    await this.press('Control+Space');
    const details = this.#page.locator(PLACES.details);
    await this.#page
      .locator(PLACES.suggestions)
      .first()
      .waitFor({ timeout: 4000 })
      .catch(() => {});
    await this.#page.waitForTimeout(300);
    if ((await this.#page.locator(PLACES.suggestions).count()) > 0 && !(await details.isVisible()))
      await this.press('Control+Space');
  }

  async click(place, text, options = {}) {
    await this.#page
      .locator(PLACES[place] ?? place)
      .filter({ hasText: text })
      .first()
      .click(options);
  }

  /** Rests the mouse on a thing. */
  async rest(place, text) {
    await this.#page
      .locator(PLACES[place] ?? place)
      .filter({ hasText: text })
      .first()
      .hover();
  }

  /** Puts the mouse where nothing is below it. */
  async leave() {
    await this.#page.mouse.move(300, 3);
  }

  async wait(milliseconds) {
    await this.#page.waitForTimeout(milliseconds);
  }

  /** All that stands at a place, as one text. */
  async textOf(place) {
    if (place === 'lines') return (await this.#bench.editorLines()).join('\n');
    if (place === 'page') return this.#previewText();
    if (place === 'proposals') return this.#bench.proposalsText();
    if (place === 'sql') return this.#bench.sqlText();
    if (place === 'training') return this.#bench.trainingText();
    const all = await this.#page.locator(PLACES[place] ?? place).all();
    const texts = await Promise.all(
      all.map(async (one) => ((await one.isVisible()) ? (await one.innerText()).trim() : '')),
    );
    return texts.filter(Boolean).join('\n').replaceAll('\u00a0', ' ');
  }

  /** The text of a Markdown preview, which is a page within a page. */
  async #previewText() {
    const texts = await Promise.all(
      this.#page.frames().map((frame) =>
        frame
          .locator('.markdown-body')
          .innerText({ timeout: 500 })
          .catch(() => ''),
      ),
    );
    return texts.join('\n');
  }

  /** Presses a button of the proposals panel, or opens or closes one of its folds, by its text. */
  async inProposals(text, selector) {
    await this.#bench.pressInProposals(text, selector);
  }

  /** Scrolls the proposals panel so that a fold or button stands at its top. */
  async showInProposals(text) {
    const frame = await this.#bench.proposalsFrame();
    const found = frame.locator('button, summary').filter({ hasText: text }).first();
    await found.evaluate((element) => element.scrollIntoView({ block: 'start' }));
  }

  /** Writes a path into the dialog for files or folders, and takes it. */
  async choosePath(path) {
    await this.#bench.until('the dialog for files', () => this.#page.locator(PLACES.quickInput).isVisible());
    await this.#page.waitForTimeout(500);
    await this.press('Control+a');
    await this.type(path);
    await this.#page.waitForTimeout(500);
    await this.press('Enter');
    // In a dialog for folders Enter goes into the folder, and its button takes it.
    const button = this.#page.locator(
      '.quick-input-widget:not([style*="display: none"]) .quick-input-action a:not(.secondary)',
    );
    await this.#page.waitForTimeout(700);
    if (await button.first().isVisible())
      await button
        .first()
        .click({ timeout: 5000 })
        .catch(() => {});
  }

  async notifications() {
    return this.#bench.notifications();
  }

  async clearNotifications() {
    if ((await this.notifications()).length > 0)
      await this.#bench.command('Notifications: Clear All Notifications');
  }

  /** The part of the window from the top of the editors down to what must be in the picture. */
  async frameOf(places) {
    const { width, height } = this.#page.viewportSize();
    const top = (await this.#page.locator('.part.editor').boundingBox())?.y ?? 0;
    let bottom = top + 100;
    for (const place of places) {
      if (place === 'window') return { x: 0, y: 0, width, height };
      if (place === 'panel') {
        const box = await this.#page.locator('.editor-group-container.active').boundingBox();
        if (box) return box;
      }
      if (place === 'page') return { x: 0, y: top, width, height: height - top - 24 };
      for (const one of await this.#page.locator(FRAMES[place] ?? PLACES[place] ?? place).all()) {
        const box = (await one.isVisible()) ? await one.boundingBox() : undefined;
        const isBlank = place === 'lines' && (await one.innerText()).trim() === '';
        if (box && !isBlank) bottom = Math.max(bottom, box.y + box.height);
      }
    }
    return { x: 0, y: top, width, height: Math.min(height, bottom + 14) - top };
  }

  async picture(path, clip) {
    // Things fade in and out, and the cursor blinks.
    await this.#page.waitForTimeout(400);
    await this.#page.screenshot({ path, clip, caret: 'hide', animations: 'disabled', timeout: 15_000 });
  }
}
