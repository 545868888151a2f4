import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { builtInTasks, scoreItem } from '@querent/core/tasks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readTask } from './taskDefinition.ts';
import { loadTasks } from './taskFolders.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'querent-tasks-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

let count = 0;
/** A folder of its own each time: Node keeps modules by their address. */
async function folderWith(index: string, name = 'index.mjs'): Promise<string> {
  const folder = join(root, `task-${String(++count)}`);
  await mkdir(folder);
  await writeFile(join(folder, name), index);
  return folder;
}

/** A small whole task: the answer has to be as long as the target says. */
const definition = (changes = '', id = 'length') => `
  const template = querent.prompting.promptTemplate('length/1', 'You write.', 'Write a query.');
  return {
    id: '${id}', title: 'Length', ability: 'counting', answerKey: 'query',
    templates: { reasoning: template, direct: template },
    readInput: (value) => value,
    readTarget: (value) => {
      if (typeof value !== 'number') throw new querent.tasks.RowError('The target is no number.');
      return value;
    },
    prompt: () => querent.prompting.promptOf([], template),
    run: async (query) => query.length,
    rewards: {
      exact: ({ outcome }, { budget }) => querent.rewards.rewardOf({ outcome: outcome === budget ? 1 : 0 }),
    },
    metricNames: ['length'],
    metrics: (outcome) => ({ length: outcome ?? 0 }),
    failure: () => undefined,
    ${changes}
  };`;
const maker = (changes = '', id = 'length') => `export default (querent) => {${definition(changes, id)}};`;

const run = promisify(execFile);
/** Loads each list of folders in a Node of its own, since vitest has its own way with modules: the ids, or the message. */
async function load(lists: readonly (readonly string[])[]): Promise<readonly (string | readonly string[])[]> {
  const script = `
    const { loadTasks } = await import(${JSON.stringify(new URL('taskFolders.ts', import.meta.url).href)});
    const answers = [];
    for (const list of JSON.parse(process.argv[1]))
      answers.push(await loadTasks(list).then((tasks) => [...tasks.keys()], (error) =>
        error.name === 'CliError' && error.exitCode === 2 ? error.message : 'unexpected: ' + error.stack));
    console.log(JSON.stringify(answers));`;
  const { stdout } = await run(process.execPath, [
    '--input-type=module',
    '-e',
    script,
    JSON.stringify(lists),
  ]);
  return JSON.parse(stdout) as (string | string[])[];
}

describe('task folders', () => {
  it('without any there are the built-in tasks', async () => {
    expect([...(await loadTasks([])).keys()]).toEqual([...builtInTasks.keys()]);
  });

  it('a definition, a function that makes one, and one that is awaited are tasks', async () => {
    const made = await folderWith(maker('', 'made'));
    const ready = await folderWith(
      `export default async (querent) => querent.tasks.defineTask((() => {${definition('', 'ready')}})());`,
    );
    const template = `{ id: 'a', hash: '', system: '', instruction: '' }`;
    const plain = await folderWith(
      `import { createHash } from 'node:crypto';
       const template = ${template};
       template.hash = createHash('sha256').update(JSON.stringify(['a', '', ''])).digest('hex');
       const querent = { prompting: { promptTemplate: () => template } };
       export default (() => {${definition('', 'plain')}})();`,
    );
    const tasks = await loadTasks([made, ready, plain]);
    expect([...tasks.keys()]).toEqual([...builtInTasks.keys(), 'made', 'ready', 'plain']);
    const item = { id: '1', completion: '<answer>{"query": "falls"}</answer>', target: 5 };
    for (const task of ['made', 'ready']) {
      const scored = await scoreItem({ ...item, task, context: { budget: 5 } }, tasks, {});
      expect(scored).toMatchObject({ reward: 1, query: 'falls', measured: { length: 5 }, error: null });
    }
    // RowError is the trainer's own, so its message stands alone.
    const refused = await scoreItem({ ...item, task: 'made', target: 'x' }, tasks, {});
    expect(refused).toMatchObject({ reward: null, error: 'The target is no number.' });
  });

  it('a task that is ready is taken as it is, so the built-in ones hold what is asked of others', () => {
    for (const [id, task] of builtInTasks) expect(readTask(task, id)).toBe(task);
  });

  it('index.ts runs as it is, its types taken away; what is no task folder is refused', async () => {
    const typed = await folderWith(
      `import type { TaskKit } from '@querent/trainer/taskKit';
       export default (querent: TaskKit) => {${definition('', 'typed')}};`,
      'index.ts',
    );
    const untypable = await folderWith('enum A { B }\nexport default A;', 'index.ts');
    const nowhere = join(root, 'nowhere');
    const without = await folderWith('', 'readme.md');
    const file = join(without, 'readme.md');
    const answers = await load([[typed], [untypable], [nowhere], [without], [file]]);
    expect(answers).toEqual([
      [...builtInTasks.keys(), 'typed'],
      expect.stringMatching(/index\.ts could not be loaded: .*enum.*Node takes types away and does no more/),
      `There is no task folder ${nowhere}. Name a folder that holds an index.ts or index.mjs.`,
      expect.stringMatching(/holds no index\.ts, index\.mts, index\.mjs or index\.js\. Write/),
      `${file} is a file. Name the folder of the task, which holds an index.ts or index.mjs.`,
    ]);
  });

  const cases: readonly [what: string, index: string, message: RegExp][] = [
    [
      'without a default export',
      'export const task = 1, other = 2;',
      /no default export, only other, task\. Write "export/,
    ],
    ['that exports nothing', 'const task = 1;', /has no default export\. Write "export default"/],
    ['that throws', 'throw new Error("no luck\\nat all");', /could not be loaded: Error: no luck$/],
    ['that throws no error', 'throw 7;', /could not be loaded: it threw 7\.$/],
    [
      'whose function throws',
      'export default (q) => q.nothing.x;',
      /the function that makes the task failed: TypeError/,
    ],
    ['that is not JavaScript', 'export default {', /could not be loaded: SyntaxError/],
    [
      'that imports what is not there',
      "import 'nowhere-to-be-found';",
      /could not be loaded: Cannot find package.*is given to the function/,
    ],
    ['that is a number', 'export default 7;', /the default export is of type number\. Export the definition/],
    ['that is null', 'export default null;', /the default export is null\./],
    ['that is empty', 'export default {};', /it lacks id, title, ability, answerKey, templates, metricNames, readInput, readTarget, prompt, run, rewards, metrics, failure\. docs/], // prettier-ignore
    [
      'with a field of the wrong kind',
      maker('run: 7, title: ""'),
      /title must be a text; run must be a function/,
    ],
    ['without a reward', maker('rewards: {}'), /it has no reward: name at least one/],
    ['with a reward that is none', maker('rewards: { none: 0 }'), /the reward none must be a function/],
    ['without a figure', maker('metricNames: []'), /metricNames is empty/],
    ['with a figure twice', maker('metricNames: ["a", "a"]'), /names a figure twice/],
    ['with a strange id', maker('', 'My Task'), /its id “My Task” is not made of lower-case/],
    ['with a strange answer', maker('answerKey: "text"'), /answerKey is neither "query" nor "sql"/],
    [
      'without a prompt of one kind',
      maker('templates: { direct: template }'),
      /templates\.reasoning is missing/,
    ],
    [
      'whose prompt was changed behind its hash',
      maker('templates: { reasoning: template, direct: { ...template, system: "Else." } }'),
      /the hash of templates\.direct is not that of its words; make it with prompting\.promptTemplate/,
    ],
  ];
  it('says of a module what is wrong with it', async () => {
    const folders = await Promise.all(cases.map(([, index]) => folderWith(index)));
    const answers = await load(folders.map((folder) => [folder]));
    cases.forEach(([what, , message], i) => {
      expect(answers[i], what).toMatch(message);
      expect(answers[i], what).toContain(join(folders[i] ?? '', 'index.mjs'));
      expect(answers[i], what).not.toContain('\n');
    });
  });

  it('refuses an id that is taken, and says by whom', async () => {
    const first = await folderWith(maker('', 'same'));
    const second = await folderWith(maker('', 'same'));
    const third = await folderWith(maker('', 'publication'));
    expect(await load([[first, second], [first, first], [third]])).toEqual([
      `${join(second, 'index.mjs')}: the task of ${join(first, 'index.mjs')} has the id same already. Give one of them another id.`,
      `The task folder ${first} is named twice. Name it once.`,
      `${join(third, 'index.mjs')}: there is a built-in task publication already. Give this one another id.`,
    ]);
  });
});
