/** What the tests do in the proposals panel: they see its page, and press keys and buttons in it, as a person does. */
import { chromium, type Browser, type Frame, type Page } from 'playwright-core';
import * as vscode from 'vscode';
import { api, until } from './workbench.ts';

let browser: Browser | undefined;

/** The window of VS Code. */
export async function window(): Promise<Page> {
  browser ??= await chromium.connectOverCDP(`http://127.0.0.1:${process.env.QUERENT_TEST_BROWSER_PORT}`);
  const pages = browser.contexts().flatMap((context) => context.pages());
  for (const page of pages) if ((await page.locator('.monaco-workbench').count()) > 0) return page;
  throw new Error('The window of VS Code is not among the pages of the browser.');
}

/** Lets go of the window, which stays. */
export async function leaveWindow(): Promise<void> {
  await browser?.close();
  browser = undefined;
}

/** The page of the panel, once it is drawn. */
export async function panelPage(): Promise<Frame> {
  return pageWith('main .overview');
}

/** The page of a panel that holds such an element, once it is drawn. */
export async function pageWith(selector: string): Promise<Frame> {
  const page = await window();
  return until(`a page with ${selector}`, async () => {
    for (const frame of page.frames()) {
      const found = await soon(frame.locator(selector).count(), 0);
      if (found > 0) return frame;
    }
    return undefined;
  });
}

/** What a page answers, or else `otherwise`: one that is just being replaced may never answer, and nobody may wait for it. */
async function soon<T>(asked: Promise<T>, otherwise: T): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<T>((done) => (timer = setTimeout(() => done(otherwise), 3000)));
  return Promise.race([asked.catch(() => otherwise), late]).finally(() => clearTimeout(timer));
}

/** What the panel says. */
export async function panelText(): Promise<string> {
  return (await panelPage()).locator('main').innerText({ timeout: 5000 });
}

/** Waits for the panel to say something. */
export async function panelSays(what: RegExp, limitMs = 60_000): Promise<string> {
  let last = '';
  const said = async (): Promise<string | false> => {
    last = await panelText().catch(() => '');
    return what.test(last) && last;
  };
  return until(`the panel to say ${what}`, said, limitMs).catch((error: Error) => {
    throw new Error(`${error.message} It says: ${last.slice(0, 1500)}`);
  });
}

/**
 * Waits for so many elements. The page is drawn after the command has ended, from a message of its own, and the frame of a panel that was closed may
 * still be there for a moment: both are looked at anew each time.
 */
export async function panelHas(selector: string, wanted: number): Promise<void> {
  let last = -1;
  const drawn = async (): Promise<boolean> => {
    last = await (
      await panelPage()
    )
      .locator(selector)
      .count()
      .catch(() => -1);
    return last === wanted;
  };
  await until(`${wanted} of ${selector} in the panel`, drawn).catch((error: Error) => {
    throw new Error(`${error.message} There are ${last}.`);
  });
}

/** Presses a button of the panel by its words. */
export async function pressButton(name: string): Promise<void> {
  const page = await panelPage();
  await page.getByRole('button', { name, exact: true }).first().click({ timeout: 10_000 });
}

/** Unfolds a part of the panel. */
export async function unfold(title: RegExp): Promise<void> {
  const page = await panelPage();
  await page.locator('summary').filter({ hasText: title }).first().click({ timeout: 10_000 });
}

/** Asks for proposals of a strategy, and takes the first one over. */
export async function rewriteAndAccept(document: vscode.TextDocument, label?: string): Promise<void> {
  const before = document.getText();
  await vscode.commands.executeCommand('querent.rewrite', document.uri.toString(), label);
  await pressButton('Apply All');
  await until('the changed document', () => document.getText() !== before);
  const { proposals } = await api();
  await until('the panel to know that it is taken over', () => proposals()?.applied.length === 1);
}
