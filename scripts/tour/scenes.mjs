// The scenes of the tour, in the order in which a librarian works. Each one has:
//   name    of the scene and of its picture, docs/images/guide/NAME.png
//   file    of the samples that is opened, or `text` of a file of its own; `kind`: its extension, when not pubmed.
//           In the text ¦ marks the cursor, « and » a selection. `at` does the same for a file of the samples
//   act     what a person does then; tried again unless `once` is set, for what must not be done twice
//   sees    what must be to be seen, by place (see window.mjs); the scene fails without it
//   shows   places in the picture, when not the text and all places of `sees`; `size` of the window
//   leave   what to put back
//   needsModel   whether a language model is chosen meanwhile; `settings` that differ from the tour's own; `keepsMachine` leaves those of the
//           machine as the scene before, or this one itself, has set them
//   isShort marks the scenes that the smoke run plays, too; isTestOnly those whose picture the guide does not show
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkpoints } from './checkpointScenes.mjs';
import { liveSearch } from './liveScenes.mjs';
import { sql } from './sqlScenes.mjs';
import { training } from './trainingScenes.mjs';

const PROBLEMS_SIZE = [1280, 620];

const falls = `// population
#1 elderly[tiab] OR older[tiab] OR senior*[tiab]
// intervention
#2 "exercise therapy"[mh] OR "tai chi"[tiab] OR exercise*[tiab]
// outcome
#3 "accidental falls"[mh] OR falls[tiab]
`;

/** Reading: what PubMed makes of a strategy. */
const reading = [
  {
    name: 'order-of-and-or',
    text: '#1 "tai chi"[tiab] OR exercise*[tiab] ¦AND falls[tiab] OR "accidental falls"[mh]\n',
    act: (window) => window.hover(),
    sees: {
      hover: [/both sides find/, /mixed-operators/],
      lines: /\(\(?"tai chi"\[tiab\] OR exercise\*\[tiab\]\) AND/,
    },
  },
  {
    name: 'term-hover',
    text: '#1 strength ¦training AND older adults\n',
    act: (window) => window.hover(),
    sees: { hover: [/PubMed will search this as/, /"resistance training"\[MeSH Terms\]/i] },
  },
  {
    name: 'ignored-truncation',
    text: '#1 VR¦*[tiab] AND stroke[tiab]\n',
    act: (window) => window.hover(),
    sees: { hover: [/"VR"\[Title\/Abstract\]/i, /4 characters/] },
  },
  {
    name: 'heading-hover',
    text: '#1 "tai ¦ji"[mh] OR "resistance training"[mh]\n',
    act: (window) => window.hover(),
    sees: {
      hover: [/MeSH heading Tai Ji/, /Exercise Movement Techniques › Tai Ji/, /Entry terms/, /martial art/],
    },
  },
  {
    name: 'links',
    isTestOnly: true,
    text: '#1 "accidental ¦falls"[mh] OR 90000001[pmid]\n',
    act: (window) => window.rest('links', 'accidental falls'),
    sees: { links: [/accidental falls/, /90000001/], hover: /in the MeSH browser|in MeSH/ },
  },
];

/** Checking and fixing. */
const checking = [
  {
    name: 'problems',
    isShort: true,
    file: 'stroke-pasted.pubmed',
    size: PROBLEMS_SIZE,
    act: (window) => window.command('View: Focus Problems'),
    sees: {
      lines: /\d+ records/,
      problems: [/is not a field/, /works as the operator OR/, /Curly quotes/, /4 characters/],
    },
    shows: ['window'],
    leave: (window) => window.press('Control+j'),
  },
  {
    name: 'quick-fixes',
    isShort: true,
    file: 'stroke-pasted.pubmed',
    at: { line: 7, column: 9 },
    settle: 800,
    act: (window) => window.press('Control+.'),
    sees: { menu: [/\[tiab\]/, /Fix all/] },
  },
  {
    name: 'rule-page',
    file: 'stroke-pasted.pubmed',
    at: { line: 7, column: 9 },
    size: [1000, 800],
    settle: 800,
    act: async (window) => {
      await window.hover();
      await window.click('hover', /unknown-tag/, { trial: true });
      await window.click('.monaco-hover a, .monaco-resizable-hover a', /unknown-tag/);
    },
    once: true,
    sees: { '.tab.active': /unknown-tag/, page: [/What PubMed does/, /How to fix/] },
    shows: ['page'],
  },
  {
    name: 'all-fixed',
    file: 'stroke-pasted.pubmed',
    settle: 800,
    act: (window) => window.command('Querent: Fix All Auto-fixable Problems'),
    once: true,
    sees: { lines: /\(stroke\[tiab\] OR hemipleg\*\[tiab\]\) AND \("virtual reality"/ },
  },
];

/** Writing: completion. */
const writing = [
  {
    name: 'complete-heading',
    text: '#1 ex¦\n',
    size: [1150, 640],
    act: (window) => window.suggest(),
    sees: { suggestions: /Exercise Therapy/, details: /MeSH heading Exercise/ },
  },
  {
    name: 'complete-tag',
    text: '#1 "accidental falls"[¦\n',
    size: [1150, 640],
    act: (window) => window.suggest(),
    sees: { suggestions: [/\bmh\b/, /tiab/], details: /MeSH/ },
  },
  {
    name: 'complete-subheading',
    isTestOnly: true,
    text: '#1 "accidental falls/prev¦"[mh]\n',
    size: [1150, 640],
    act: (window) => window.suggest(),
    sees: { suggestions: /prevention (and|&) control/i },
  },
  {
    name: 'complete-filter',
    text: `${falls}#4 #1 AND #2 AND #3 AND filt¦\n`,
    size: [1150, 640],
    act: (window) => window.suggest(),
    sees: { suggestions: /Cochrane/, details: /sensitivity/i },
  },
  {
    name: 'complete-line',
    isTestOnly: true,
    text: `${falls}#4 #1 AND #¦\n`,
    size: [1150, 640],
    act: (window) => window.suggest(),
    sees: { suggestions: [/#1/, /#2/, /#3/] },
  },
];

/** Editing: what changes a strategy as a whole. */
const editing = [
  {
    name: 'add-heading',
    isTestOnly: true,
    text: `#1 "tai ¦chi"[tiab] OR "balance training"[tiab]\n`,
    once: true,
    settle: 800,
    act: (window) => window.command('Querent: Add MeSH Heading for Text Word'),
    sees: { lines: /"Tai Ji"\[mh\]/i },
  },
  {
    name: 'rename-line',
    isTestOnly: true,
    text: `${falls}#4 #1 AND #¦2 AND #3\n`,
    once: true,
    act: async (window) => {
      await window.press('F2');
      await window.wait(500);
      await window.press('Control+a');
      await window.type('12');
    },
    sees: { '.rename-input, .rename-box input': /^/, lines: /#4/ },
    shows: ['lines', 'rename'],
  },
  {
    name: 'refactor-menu',
    text: `#1 («"tai chi"[tiab] OR exercise*[tiab] OR "balance training"[tiab]») AND falls[tiab]\n`,
    settle: 500,
    act: (window) => window.press('Control+Shift+r'),
    sees: { menu: [/Extract to line #1/, /Sort/] },
  },
  {
    name: 'extract-line',
    text: `#1 «("tai chi"[tiab] OR "balance training"[tiab] OR exercise*[tiab])» AND falls[tiab]\n`,
    once: true,
    settle: 500,
    act: (window) => window.command('Querent: Extract to a Line of Its Own'),
    sees: { lines: [/#1 "tai chi"\[tiab\] OR/, /#2 #1 AND falls\[tiab\]/] },
  },
  {
    name: 'sort-terms',
    isTestOnly: true,
    text: '#1 wheelchair*[tiab] OR falls[tiab] OR exercise*[tiab] OR ¦falls[tiab] OR balance[tiab] OR "accidental falls"[mh]\n',
    once: true,
    settle: 500,
    act: (window) => window.command('Querent: Sort Terms and Remove Duplicates'),
    sees: {
      lines:
        /"accidental falls"\[mh\] OR balance\[tiab\] OR exercise\*\[tiab\] OR falls\[tiab\] OR wheelchair/,
    },
  },
  {
    name: 'format',
    isTestOnly: true,
    text: `#1 (stroke [tiab]OR  hemipleg*[Title/Abstract] )and  "virtual reality" [tiab]\n`,
    once: true,
    settle: 500,
    act: (window) => window.command('Format Document'),
    sees: { lines: /#1 \(stroke\[tiab\] OR hemipleg\*\[Title\/Abstract\]\) AND "virtual reality"\[tiab\]/ },
  },
  {
    name: 'outline',
    file: 'falls.pubmed',
    size: [1150, 420],
    at: { line: 12, column: 1 },
    act: async (window) => {
      await window.press('Control+k', 'Control+0');
      await window.press('Control+b');
      await window.click('.part.sidebar .pane-header', 'samples');
      await window.command('Explorer: Focus on Outline View');
    },
    once: true,
    sees: { outline: [/#1/, /#4/] },
    shows: ['window'],
    leave: (window) => window.press('Control+b'),
  },
];

/** Measuring: what the records found are like, and what finds them. */
const describing = [
  {
    name: 'block-hover',
    file: 'falls.pubmed',
    size: [1150, 680],
    at: { line: 19, column: 5 },
    settle: 1500,
    act: (window) => window.hover(),
    sees: {
      hover: [
        /would find 10 records more/,
        /loses 4 seeds/,
        /[▁▂▃▄▅▆▇█]{4}/,
        /Typical headings: Aged/,
        /Measured in/,
      ],
    },
  },
  {
    name: 'records-described',
    isShort: true,
    file: 'falls.pubmed',
    at: { line: 19, column: 20 },
    size: [1400, 900],
    once: true,
    act: (window) => window.command('Querent: Describe Records Found'),
    sees: { page: [/Records of line #4/, /█/, /Typical headings/, /Accidental Falls/] },
    shows: ['window'],
    leave: (window) => window.command('View: Close Editor'),
  },
  {
    name: 'lines-compared',
    file: 'falls.pubmed',
    at: { line: 15, column: 8 },
    size: [1400, 700],
    once: true,
    act: async (window) => {
      await window.command('Querent: Compare Two Lines…');
      await window.wait(800);
      await window.type('accidental');
      await window.wait(300);
      await window.press('Enter');
    },
    sees: { page: [/#2 and #3 compared/, /both #2 and #3/, /Seeds/] },
    shows: ['window'],
    leave: (window) => window.command('View: Close Editor'),
  },
  {
    name: 'found-by-question',
    file: 'falls.pubmed',
    size: [1100, 640],
    once: true,
    act: async (window) => {
      await window.command('Querent: Find Records by Question…');
      await window.wait(800);
      await window.type('Does tai chi prevent falls in older people?');
      await window.press('Enter');
    },
    sees: { quickInput: [/The best 50 of \d+ records/, /1\. .*tai chi/i, /seed ·/] },
    shows: ['window'],
    leave: (window) => window.press('Escape'),
  },
];

const ovid = () => readFileSync(new URL('../../samples/ovid-strategy.txt', import.meta.url), 'utf8');

/** Strategies for Ovid. */
const converting = [
  {
    name: 'ovid-before',
    isTestOnly: true,
    text: ovid().replace('Ovid', 'Ov¦id'),
    settle: 1000,
    act: (window) => window.press('Control+.'),
    sees: { menu: /Convert the Ovid strategy to PubMed/ },
  },
  {
    name: 'ovid-paste',
    text: '// copied from Ovid\n¦',
    once: true,
    act: async (window) => {
      await window.open('ovid-strategy.txt');
      await window.wait(500);
      await window.press('Control+a', 'Control+c');
      await window.open('ovid-paste.pubmed');
      await window.wait(500);
      await window.press('Control+End', 'Control+v');
      await window.wait(1500);
      await window.press('Control+.');
    },
    sees: { '.action-widget, .context-view': /Paste as PubMed strategy/ },
  },
  {
    name: 'ovid-after',
    isShort: true,
    file: 'ovid-strategy.txt',
    size: [1150, 680],
    once: true,
    act: async (window) => {
      await window.command('Querent: Convert Ovid Strategy to PubMed');
      await window.bench.until('what the conversion says', async () =>
        /Converted from Ovid: \d+ parts exactly, \d+ approximately, 0 left out/.test(
          await window.textOf('notification'),
        ),
      );
      await window.clearNotifications();
      await window.command('View: Focus Problems');
    },
    sees: { lines: [/"Exercise Therapy"\[mh\]/], problems: /Approximate: PubMed ignores proximity/ },
    shows: ['window'],
    leave: (window) => window.press('Control+j'),
  },
];

/** Registered trials. */
const trials = [
  {
    name: 'trials-hover',
    isShort: true,
    file: 'asthma-trials.ctgov',
    at: { line: 7, column: 10 },
    act: (window) => window.hover(),
    sees: { hover: /Condition/ },
  },
  {
    name: 'trials-completion',
    kind: 'ctgov',
    text: '#1 AREA[Inter¦\n',
    size: [1150, 640],
    act: (window) => window.suggest(),
    sees: { suggestions: /InterventionSearch/ },
  },
];

const PANEL_SIZE = [1440, 900];

/** Asks for proposals, and waits until all are there. */
const propose = (title) => async (window) => {
  await window.command(title);
  const isDone = async () => /Rewrite Again/.test(await window.textOf('proposals'));
  await window.bench.until('the end of the rewrite', isDone, 180_000);
};

/** Rewriting: proposals beside the strategy. */
const rewriting = [
  {
    name: 'rewrite-running',
    file: 'falls.pubmed',
    needsModel: true,
    size: PANEL_SIZE,
    once: true,
    settle: 1500,
    act: async (window) => {
      await window.command('Querent: Rewrite Strategy');
      const isWriting = async () => /is writing .*\([3-9]\d+ tokens/.test(await window.textOf('proposals'));
      await window.bench.until('the model to write', isWriting, 120_000);
    },
    sees: { proposals: [/Cancel/, /tokens\/s/, /The model is writing/] },
    shows: ['window'],
    leave: (window) => window.inProposals('Cancel'),
  },
  {
    name: 'proposals',
    file: 'falls.pubmed',
    size: PANEL_SIZE,
    once: true,
    settle: 1500,
    act: propose('Querent: Rewrite Strategy'),
    sees: { proposals: [/Proposals for the whole strategy/, /of 12/, /Held back/, /Apply All/] },
    shows: ['window'],
  },
  {
    name: 'proposals-dark',
    file: 'falls.pubmed',
    isTestOnly: true,
    size: PANEL_SIZE,
    once: true,
    act: async (window) => {
      await window.command('Preferences: Toggle between Light/Dark Themes');
      await propose('Querent: Rewrite Strategy')(window);
    },
    sees: { proposals: [/Proposal 1/] },
    shows: ['window'],
    leave: (window) => window.command('Preferences: Toggle between Light/Dark Themes'),
  },
  {
    name: 'proposal-evidence',
    file: 'falls.pubmed',
    size: PANEL_SIZE,
    once: true,
    act: async (window) => {
      await propose('Querent: Find What Catches Missed Seeds')(window);
      await window.inProposals('what the missed seeds have', 'tr');
      await window.inProposals('What changes');
      await window.inProposals('What each term brings');
      const isKnown = async () => /Seeds added/.test(await window.textOf('proposals'));
      await window.bench.until('the evidence', isKnown, 60_000);
      await window.showInProposals('What changes');
    },
    sees: { proposals: [/What each term brings/, /Seeds added/] },
    shows: ['panel'],
  },
  {
    name: 'proposal-taken',
    file: 'falls.pubmed',
    size: PANEL_SIZE,
    once: true,
    act: async (window) => {
      await propose('Querent: Find What Catches Missed Seeds')(window);
      await window.inProposals('what the missed seeds have', 'tr');
      await window.inProposals('Apply Block');
    },
    sees: { proposals: [/✓ taken over/], lines: [/records · \d+\/12 seeds/] },
    shows: ['window'],
  },
  {
    name: 'proposal-compared',
    file: 'falls.pubmed',
    isTestOnly: true,
    size: PANEL_SIZE,
    once: true,
    act: async (window) => {
      await propose('Querent: Rewrite Strategy')(window);
      await window.inProposals('Compare');
    },
    sees: { '.monaco-diff-editor': [/proposal (?:by the method|put together)/] },
    shows: ['window'],
  },
  {
    name: 'block-rewritten',
    file: 'falls.pubmed',
    at: { line: 13, column: 30 },
    size: PANEL_SIZE,
    once: true,
    settle: 1000,
    act: propose('Querent: Rewrite This Block'),
    sees: { proposals: [/Proposals for the block/, /By itself the block finds/] },
    shows: ['window'],
  },
  {
    name: 'missed-seeds',
    file: 'falls.pubmed',
    isTestOnly: true,
    size: PANEL_SIZE,
    once: true,
    act: propose('Querent: Find What Catches Missed Seeds'),
    sees: { proposals: [/What catches the missed seeds of the whole strategy/, /Proposal 1/] },
    shows: ['window'],
  },
  {
    name: 'narrower',
    file: 'falls.pubmed',
    isTestOnly: true,
    size: PANEL_SIZE,
    once: true,
    act: propose('Querent: Make Strategy Narrower'),
    sees: { proposals: [/Narrower versions of the whole strategy/] },
    shows: ['window'],
  },
  {
    name: 'explained',
    file: 'falls.pubmed',
    size: [1500, 900],
    once: true,
    act: (window) => window.command('Querent: Explain Strategy'),
    sees: { page: [/seeds?/i, /elderly\[tiab\]/] },
    shows: ['window'],
  },
  {
    name: 'inline-completion',
    text: '---\ndatabase: ../citations.jsonl\n---\n#1 "accidental falls"[mh] OR ¦\n',
    settings: { 'querent.rewrite.inlineCompletion': true },
    settle: 1500,
    act: (window) => window.command('Trigger Inline Suggestion'),
    sees: { '.ghost-text, .ghost-text-decoration': /\S/, lines: /records/ },
    shows: ['lines'],
  },
  {
    name: 'model-picker',
    file: 'falls.pubmed',
    needsModel: true,
    size: [1100, 640],
    once: true,
    act: (window) => window.command('Querent: Choose Model'),
    sees: { quickInput: [/SmolLM2/, /Browse for a GGUF File/, /DeepRetrieval/i] },
    shows: ['window'],
    leave: (window) => window.press('Escape'),
  },
  {
    name: 'model-status',
    file: 'falls.pubmed',
    needsModel: true,
    size: [1440, 640],
    once: true,
    settle: 1000,
    act: async (window) => {
      await propose('Querent: Rewrite Strategy')(window);
      await window.press('Control+1');
      await window.rest('.statusbar-item', /PubMed Search Strategy/);
      await window.page.locator('#status\\.languageStatus').hover();
    },
    sees: { '.hover-language-status': [/SmolLM2/, /tokens\/s/, /Choose Model/] },
    shows: ['window'],
  },
];

/** Handing on. */
const sharing = [
  {
    name: 'export-search-file',
    isTestOnly: true,
    file: 'falls.pubmed',
    once: true,
    size: [1000, 800],
    act: async (window, samples) => {
      await window.command('Querent: Export Strategy as Search File…');
      await window.wait(1500);
      await window.press('Enter');
      const file = join(samples, 'falls_search_history.json');
      await window.bench.until('the search file on the disk', () => existsSync(file));
      await window.open('falls_search_history.json');
    },
    sees: { lines: /search_string|"database"/ },
  },
];

/** @type {readonly object[]} */
export const scenes = [
  ...reading,
  ...checking,
  ...describing,
  ...writing,
  ...editing,
  ...converting,
  ...trials,
  ...rewriting,
  ...liveSearch,
  ...sql,
  ...checkpoints,
  ...training,
  ...sharing,
];
