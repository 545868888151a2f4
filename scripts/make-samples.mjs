#!/usr/bin/env node
/**
 * Writes samples/citations.jsonl: a few hundred **invented** citations for trying Querent without any download.
 * Ids start at 90000001, far above any PMID in use, so that no invented record can be taken for a real one.
 * Deterministic: the same records every time. `node scripts/make-samples.mjs`
 */
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** mulberry32 (public domain, Tommy Ettinger): a small seeded generator, so that the samples never change by chance. */
function generator(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const random = generator(20261120);
const pick = (list) => list[Math.floor(random() * list.length)];
const between = (low, high) => low + Math.floor(random() * (high - low + 1));

const surnames =
  'Aalto Bergström Castellanos Dubois Eriksen Fontaine Gallagher Hashimoto Ivanova Jansen Kowalska Lindqvist Moreau Nakamura Okafor Petrov Quispe Rossi Santos Tanaka Ueda Vermeulen Wójcik Ximénez Yamada Zeller'.split(
    ' ',
  );
const initials = 'A B C D E F G H J K L M N P R S T V'.split(' ');
const journals = [
  'Journal of Invented Gerontology',
  'Annals of Imaginary Rehabilitation',
  'Archives of Plausible Medicine',
  'Fictional Trials',
  'Sample Journal of Nursing',
  'Made-Up Reviews in Public Health',
];

/**
 * Topics: how titles and abstracts speak of them, with which headings. `relevant` texts are what a review on the topic
 * would include; `near` share its words and miss its point.
 */
const topics = [
  {
    key: 'falls',
    relevant: 34,
    near: 70,
    subject: [
      'older adults',
      'elderly people',
      'community-dwelling seniors',
      'aged residents',
      'people aged 65 years and over',
      'older women',
    ],
    intervention: [
      'tai chi',
      'tai ji quan',
      'balance training',
      'strength and balance exercise',
      'a home exercise programme',
      'resistance training',
      'supervised physical exercise',
    ],
    outcome: [
      'falls',
      'the rate of falls',
      'accidental falls',
      'fall-related injuries',
      'the number of fallers',
      'falling',
    ],
    design: [
      'randomised controlled trial',
      'randomized controlled trial',
      'cluster randomised trial',
      'pilot randomized trial',
    ],
    mesh: [
      'Accidental Falls/prevention & control*',
      'Aged',
      'Exercise Therapy',
      'Humans',
      'Postural Balance',
    ],
    nearTitles: [
      [
        'Fear of falling and {x} among {s}: a cross-sectional survey',
        ['walking speed', 'depression', 'social isolation'],
        ['Fear', 'Aged', 'Humans'],
      ],
      [
        'Vitamin D and hip fracture in {s}: a cohort study of {x}',
        ['bone density', 'nursing homes', 'winter months'],
        ['Hip Fractures', 'Vitamin D', 'Aged', 'Humans'],
      ],
      [
        'Exercise and {x} in {s} with heart failure',
        ['quality of life', 'oxygen uptake', 'readmission'],
        ['Heart Failure', 'Exercise', 'Humans'],
      ],
      [
        'Physical activity and {x}: attitudes of {s}',
        ['sleep', 'memory', 'loneliness'],
        ['Exercise', 'Attitude', 'Aged'],
      ],
    ],
  },
  {
    key: 'stroke',
    relevant: 22,
    near: 60,
    subject: [
      'stroke survivors',
      'patients after stroke',
      'adults with hemiparesis',
      'people with chronic stroke',
      'hemiplegic patients',
    ],
    intervention: [
      'virtual reality',
      'a virtual environment',
      'interactive video gaming',
      'a commercial game console',
      'immersive virtual reality therapy',
      'exergames',
    ],
    outcome: [
      'upper limb function',
      'arm motor recovery',
      'upper extremity function',
      'dexterity of the paretic hand',
    ],
    design: ['randomised controlled trial', 'randomized trial', 'single-blind randomized controlled trial'],
    mesh: ['Stroke Rehabilitation*', 'Stroke', 'Virtual Reality', 'Upper Extremity', 'Humans'],
    nearTitles: [
      [
        'Virtual reality for {x} during dental care of children',
        ['anxiety', 'pain', 'distraction'],
        ['Virtual Reality', 'Child', 'Humans'],
      ],
      [
        'Predictors of {x} in {s}: a registry study',
        ['return to work', 'swallowing', 'mortality'],
        ['Stroke', 'Registries', 'Humans'],
      ],
      [
        'Anticoagulants and {x} after transient ischaemic attack',
        ['bleeding', 'adherence', 'cost'],
        ['Ischemic Attack, Transient', 'Anticoagulants', 'Humans'],
      ],
    ],
  },
];

const others = [
  [
    'Salt reduction and {x} in adults with hypertension',
    ['blood pressure', 'taste', 'kidney function'],
    ['Hypertension', 'Sodium, Dietary', 'Humans'],
  ],
  [
    'Inhaler technique and {x} in children with asthma',
    ['school absence', 'emergency visits', 'parental stress'],
    ['Asthma', 'Child', 'Nebulizers and Vaporizers'],
  ],
  [
    'Telephone coaching for {x} in type 2 diabetes',
    ['glycaemic control', 'weight', 'foot care'],
    ['Diabetes Mellitus, Type 2', 'Telemedicine', 'Humans'],
  ],
  [
    'Spinal manipulation and {x} in low back pain',
    ['disability', 'sick leave', 'opioid use'],
    ['Low Back Pain', 'Manipulation, Spinal', 'Humans'],
  ],
  [
    'Acupuncture for migraine: effects on {x}',
    ['attack frequency', 'sleep', 'cost'],
    ['Migraine Disorders', 'Acupuncture Therapy', 'Humans'],
  ],
  [
    'Hand hygiene and {x} on surgical wards',
    ['infection', 'staff workload', 'compliance'],
    ['Hand Disinfection', 'Cross Infection', 'Humans'],
  ],
  [
    'Music during colonoscopy: {x}',
    ['sedation', 'satisfaction', 'pain'],
    ['Colonoscopy', 'Music Therapy', 'Humans'],
  ],
];

const records = [];
const seeds = { falls: [], stroke: [] };
let nextId = 90000001;

function add(title, abstract, mesh, publicationType) {
  const year = between(1998, 2025);
  const id = String(nextId++);
  const authors = Array.from(
    { length: between(2, 5) },
    () => `${pick(surnames)} ${pick(initials)}${pick(initials)}`,
  );
  // One record in six carries no MeSH, as records do that are not indexed yet.
  const indexed = random() > 1 / 6;
  records.push({
    pmid: id,
    title: title[0].toUpperCase() + title.slice(1),
    abstract,
    ...(indexed ? { mesh } : {}),
    year,
    journal: pick(journals),
    authors: [...new Set(authors)],
    pubtypes: ['Journal Article', publicationType],
    languages: [random() > 0.92 ? 'ger' : 'eng'],
    flags: ['invented'],
  });
  return id;
}

for (const topic of topics) {
  for (let i = 0; i < topic.relevant; i++) {
    const [s, x, o, d] = [
      pick(topic.subject),
      pick(topic.intervention),
      pick(topic.outcome),
      pick(topic.design),
    ];
    const n = between(30, 640);
    const weeks = pick([8, 12, 16, 24, 52]);
    const title = pick([
      `${x} to improve ${o} in ${s}: a ${d}`,
      `Effects of ${x} on ${o} among ${s}`,
      `${x} for ${s}: ${o} after ${weeks} weeks, a ${d}`,
    ]);
    const abstract =
      `BACKGROUND: ${pick(['It is uncertain whether', 'We examined whether', 'Few trials have studied whether'])} ${x} ${pick(['changes', 'affects', 'improves'])} ${o}. METHODS: In this ${d}, ${n} ${s} ${pick(['were allocated to', 'were assigned to', 'were offered', 'were randomly assigned to'])} ${x} or ${pick(['had usual care', 'received usual care', 'were controls'])} for ` +
      `${weeks} weeks. The primary outcome was ${o}. RESULTS: ${Math.floor(n * 0.9)} participants completed the study. The ratio between the groups was ` +
      `0.${between(55, 95)} (95% CI 0.${between(40, 54)} to 1.${between(0, 1)}${between(0, 9)}). CONCLUSION: ${x} ${pick(['may improve', 'had a small effect on', 'did not change'])} ${o} in ${s}. ` +
      `This record is invented.`;
    const id = add(title, abstract, topic.mesh, 'Randomized Controlled Trial');
    if (seeds[topic.key].length < 12 && i % 3 === 0) seeds[topic.key].push(id);
  }
  for (let i = 0; i < topic.near; i++) {
    const [pattern, fills, mesh] = pick(topic.nearTitles);
    const [s, x] = [pick(topic.subject), pick(fills)];
    const title = pattern.replace('{x}', x).replace('{s}', s);
    add(
      title,
      `We studied ${x} in ${between(40, 900)} participants, among them ${s}. ${title}. Associations were weak. This record is invented.`,
      mesh,
      'Observational Study',
    );
  }
}
while (records.length < 320) {
  const [pattern, fills, mesh] = pick(others);
  const x = pick(fills);
  const title = pattern.replace('{x}', x);
  add(
    title,
    `AIM: To examine ${x}. METHODS: ${between(20, 400)} participants were followed for ${between(1, 24)} months. RESULTS: ${title} was ${pick(['common', 'rare', 'stable over time'])}. This record is invented.`,
    mesh,
    'Clinical Trial',
  );
}

const samples = join(dirname(dirname(fileURLToPath(import.meta.url))), 'samples');
writeFileSync(
  join(samples, 'citations.jsonl'),
  records.map((record) => JSON.stringify(record)).join('\n') + '\n',
);
writeFileSync(
  join(samples, 'stroke-seeds.txt'),
  `// Known relevant studies of the second sample (invented records)\n${seeds.stroke.join('\n')}\n`,
);
console.log(`${records.length} invented records; seeds: falls ${seeds.falls.join(', ')}`);
