import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { processorMs } from '../testing/processorMs.ts';
import {
  isPublicationType,
  loadThesaurus,
  loadThesaurusInSteps,
  naturalName,
  naturalOrder,
  serializeThesaurus,
} from './index.ts';
import type { Descriptor, Thesaurus } from './index.ts';
import type { DescriptorJson, DescriptorRejection } from './index.ts';

/** A made-up corner of a thesaurus with a descriptor at two places. */
const small: DescriptorJson[] = [
  { ui: 'D1', name: 'Widgets', tree: ['Z01'] },
  {
    ui: 'D2',
    name: 'Round Widgets',
    entry: ['Wheels', 'Circular  Widgets'],
    perm: ['Widgets, Round'],
    tree: ['Z01.100'],
  },
  { ui: 'D3', name: 'Square Widgets', tree: ['Z01.200'] },
  { ui: 'D4', name: 'Round Corner Widgets', tree: ['Z01.100.500', 'Z01.200.100'], pa: ['Widgets'] },
  { ui: 'D5', name: 'Gadgets', entry: ['Widgets', 'Wheels'], tree: ['Z011'] },
];

const names = (descriptors: readonly Descriptor[]) => descriptors.map((d) => d.name);

function get(thesaurus: Thesaurus, name: string): Descriptor {
  const found = thesaurus.byName(name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
}

describe('a thesaurus', () => {
  const mesh = loadThesaurus(small, '2024');

  it.each([
    ['round widgets', 'Round Widgets'],
    ['  ROUND \t WIDGETS ', 'Round Widgets'],
    ['wheels', 'Round Widgets'], // the first that has the entry term
    ['circular widgets', 'Round Widgets'],
    ['widgets, round', 'Round Widgets'],
    ['Widgets', 'Widgets'], // a preferred name goes before the entry term of another
    ['nothing', undefined],
    ['', undefined],
  ])('finds %j as %j', (term, name) => {
    expect(mesh.byTerm(term)?.name).toBe(name);
  });

  it('knows preferred names and ids apart from entry terms', () => {
    expect(mesh.byName('Wheels')).toBeUndefined();
    expect(mesh.byUi('d2')?.name).toBe('Round Widgets');
    expect([mesh.size, mesh.version]).toEqual([5, '2024']);
  });

  it('explodes along every tree, itself first, and not into a number that only begins alike', () => {
    expect(names(mesh.explode(get(mesh, 'Widgets')))).toEqual([
      'Widgets',
      'Round Widgets',
      'Round Corner Widgets',
      'Square Widgets',
    ]);
    expect(names(mesh.explode(get(mesh, 'Gadgets')))).toEqual(['Gadgets']);
  });

  it('steps up and down', () => {
    expect(names(mesh.narrower(get(mesh, 'Widgets')))).toEqual(['Round Widgets', 'Square Widgets']);
    expect(names(mesh.broader(get(mesh, 'Round Corner Widgets')))).toEqual([
      'Round Widgets',
      'Square Widgets',
    ]);
    expect(mesh.broader(get(mesh, 'Widgets'))).toEqual([]);
  });

  it('finds by pharmacological action', () => {
    expect(names(mesh.withAction(get(mesh, 'Widgets')))).toEqual(['Round Corner Widgets']);
    expect(mesh.withAction(get(mesh, 'Gadgets'))).toEqual([]);
  });

  it('is the same after writing and reading', () => {
    expect(loadThesaurus(serializeThesaurus(mesh)).descriptors).toEqual(mesh.descriptors);
  });

  it('leaves out what a source does not tell, and dates that are none', () => {
    const [bare, full] = loadThesaurus([
      { ui: 'D1', name: 'A', scope: ' ', established: '1999', previous: [], subheadings: [] },
      {
        ui: 'D2',
        name: 'B',
        scope: ' Of b. ',
        established: '1999-12-31',
        previous: ['C'],
        subheadings: ['DT'],
      },
    ]).descriptors;
    expect(Object.keys(bare ?? {})).not.toContain('scopeNote');
    expect(Object.keys(bare ?? {})).not.toContain('introduced');
    expect(full).toMatchObject({
      scopeNote: 'Of b.',
      introduced: '1999-12-31',
      previousNames: ['C'],
      allowedSubheadings: ['DT'],
    });
  });

  it('tells the way from the top of a tree', () => {
    expect(names(mesh.path('Z01.100.500'))).toEqual(['Widgets', 'Round Widgets', 'Round Corner Widgets']);
    expect(names(mesh.path('Z09.1'))).toEqual([]);
  });

  it('can be loaded and prepared in steps, which changes nothing', () => {
    const steps = loadThesaurusInSteps(small, '2024');
    let step = steps.next();
    while (step.done !== true) step = steps.next();
    const other = step.value;
    // A look-up in the middle of preparing finds as much.
    const preparing = other.prepare();
    preparing.next();
    expect(names(other.complete('widg', 9).map(({ descriptor }) => descriptor))).toEqual(
      names(mesh.complete('widg', 9).map(({ descriptor }) => descriptor)),
    );
    while (preparing.next().done !== true);
    expect(other.byTerm('wheels')?.name).toBe('Round Widgets');
    expect(names(other.similar('rond widgets', 1))).toEqual(names(mesh.similar('rond widgets', 1)));
  });

  it('leaves broken lines out and says where and why', () => {
    const rejected: DescriptorRejection[] = [];
    const lines = [
      '\ufeff{"ui":"D1","name":"A"}',
      '',
      '{"ui":"D2","na',
      '[1]',
      '{"name":"B"}',
      '{"ui":"D3"}',
      '{"ui":"D1","name":"C"}',
      '{"ui":"D4","name":"D","entry":[1,"x"],"tree":"no"}',
    ];
    const mesh2 = loadThesaurus(lines, undefined, (rejection) => rejected.push(rejection));
    expect(names(mesh2.descriptors)).toEqual(['A', 'D']);
    expect(mesh2.byTerm('x')?.name).toBe('D');
    expect(rejected).toEqual([
      { line: 3, reason: 'is not a JSON object' },
      { line: 4, reason: 'is not a JSON object' },
      { line: 5, reason: 'has no "ui"' },
      { line: 6, reason: 'descriptor D3 has no "name"' },
      { line: 7, reason: 'descriptor D1 was there before' },
    ]);
  });

  it('knows the tops of the trees where the source leaves them out, and believes the source where it does not', () => {
    const below: DescriptorJson = { ui: 'D2', name: 'Cysts', tree: ['C04.182'] };
    const left = loadThesaurus([{ ui: 'D1', name: 'Neoplasms' }, below]);
    expect(names(left.explode(get(left, 'Neoplasms')))).toEqual(['Neoplasms', 'Cysts']);
    const given = loadThesaurus([
      { ui: 'D1', name: 'Neoplasms' },
      { ui: 'D3', name: 'Tumours', tree: ['C04'] },
      below,
    ]);
    expect(names(given.explode(get(given, 'Neoplasms')))).toEqual(['Neoplasms']);
    expect(names(given.broader(get(given, 'Cysts')))).toEqual(['Tumours']);
  });

  it('takes any text for a term and any value for a line', () => {
    fc.assert(
      fc.property(fc.string(), fc.array(fc.oneof(fc.string(), fc.json())), (term, lines) => {
        const any = loadThesaurus(lines);
        expect(any.size).toBeLessThanOrEqual(lines.length);
        mesh.byTerm(term);
        expect(mesh.similar(term, 3).length).toBeLessThanOrEqual(3);
      }),
    );
  });
});

const data = resolve(process.env.QUERENT_DATA ?? '../shared/data', 'mesh/mesh2024_descriptors.jsonl.gz');
const absent = !existsSync(data);
if (absent) console.warn(`MeSH 2024 is not tested: ${data} is absent (set QUERENT_DATA)`);

describe.skipIf(absent)('MeSH 2024', () => {
  let mesh = loadThesaurus([]);
  let seconds = 0;
  beforeAll(() => {
    const text = gunzipSync(readFileSync(data)).toString('utf8');
    const start = processorMs();
    mesh = loadThesaurus(text.split('\n'), '2024');
    mesh.byTerm('x');
    seconds = (processorMs() - start) / 1000;
  });

  it('loads whole and quickly', () => {
    expect(mesh.size).toBe(30_764);
    console.log(`MeSH 2024 loaded in ${seconds.toFixed(2)} s`);
    expect(seconds).toBeLessThan(4); // 1.5 s on an idle machine
  });

  it('explodes as the trees say', () => {
    const neoplasms = get(mesh, 'Neoplasms');
    const slow = mesh.descriptors.filter((d) =>
      d.treeNumbers.some((n) => neoplasms.treeNumbers.some((top) => n === top || n.startsWith(`${top}.`))),
    );
    expect(new Set(names(mesh.explode(neoplasms)))).toEqual(new Set(names(slow)));
    expect(slow.length).toBeGreaterThan(600);
    // Only Female and Male stand in no tree.
    expect(names(mesh.descriptors.filter((d) => d.treeNumbers.length === 0))).toEqual(['Female', 'Male']);
    expect(names(mesh.withAction(get(mesh, 'Antidiuretic Agents')))).toContain(
      'Deamino Arginine Vasopressin',
    );
  });

  it.each([
    ['desmopresin', 'Deamino Arginine Vasopressin'],
    ['Neoplasm', 'Neoplasms'],
    ['surgical procedure operative', 'Surgical Procedures, Operative'],
    ['diabetis mellitus', 'Diabetes Mellitus'],
    ['hart atack', 'Myocardial Infarction'],
    ['Alzheimers disease', 'Alzheimer Disease'],
  ])('suggests for %j', (text, name) => {
    expect(names(mesh.similar(text, 5))).toContain(name);
  });

  it('suggests quickly', () => {
    mesh.similar('warm', 1);
    const times = ['hart atack', 'randomised controled trial of cancer treatment', 'acute disease'].map(
      (text) => {
        const start = processorMs();
        mesh.similar(text, 5);
        return processorMs() - start;
      },
    );
    console.log(`similar: ${times.map((t) => t.toFixed(1)).join(', ')} ms`);
    expect(Math.min(...times)).toBeLessThan(30); // 10 ms on an idle machine
  });
});

describe('names in the order of speech', () => {
  it.each([
    ['Diabetes Mellitus, Type 2', 'Type 2 Diabetes Mellitus'],
    ['Carcinoma, Ductal, Breast', 'Breast Ductal Carcinoma'],
    ['Amino Acids, Peptides, and Proteins', 'Amino Acids, Peptides, and Proteins'],
    ['Neoplasms', 'Neoplasms'],
  ])('%s', (term, spoken) => expect(naturalOrder(term)).toBe(spoken));

  it('are those of an entry term with the same words where there is one', () => {
    const [first, second] = loadThesaurus([
      { ui: 'D1', name: 'Carcinoma, Non-Small-Cell Lung', entry: ['Non-Small Cell Lung Carcinoma'] },
      { ui: 'D2', name: 'Randomized Controlled Trials as Topic' },
    ]).descriptors;
    expect(first && naturalName(first)).toBe('Non-Small Cell Lung Carcinoma');
    expect(second && naturalName(second)).toBe('Randomized Controlled Trials');
  });
});

it('publication types stand in category V and nowhere else', () => {
  expect(isPublicationType({ treeNumbers: ['V02.600'] })).toBe(true);
  expect(isPublicationType({ treeNumbers: ['V02.600', 'L01.178'] })).toBe(false);
  expect(isPublicationType({ treeNumbers: [] })).toBe(false);
});
