// Typed linting for every room. The direction of imports is checked by dependency-cruiser (.dependency-cruiser.cjs).
const tseslint = require('typescript-eslint');

const noFocusedTests = [
  'error',
  { object: 'describe', property: 'only', message: 'A focused test hides the others.' },
  { object: 'it', property: 'only', message: 'A focused test hides the others.' },
  { object: 'test', property: 'only', message: 'A focused test hides the others.' },
];
const maxLines = ['error', { max: 600, skipBlankLines: false, skipComments: false }];

module.exports = tseslint.config(
  {
    ignores: [
      '**/node_modules/**',
      'dist/**',
      'dist-test/**',
      'test-results/**',
      '.tsbuild/**',
      '.cache/**',
      'test/fixtures/**',
      'trainer/python/**',
    ],
  },
  {
    files: ['{core,server,client,trainer}/src/**/*.ts', 'test/**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: __dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-non-null-assertion': 'error',
      'no-restricted-properties': noFocusedTests,
      'max-lines': maxLines,
    },
  },
  {
    // vitest types its asymmetric matchers (expect.anything()) as any.
    files: ['**/*.test.ts'],
    rules: { '@typescript-eslint/no-unsafe-assignment': 'off' },
  },
  {
    // Scripts run as they are, before anything is built or typed.
    files: [
      'scripts/**/*.mjs',
      'test/**/*.mjs',
      '{server,trainer}/bin/*.mjs',
      'media/**/*.js',
      '*.{js,cjs,mjs,mts}',
    ],
    extends: [tseslint.configs.recommended],
    languageOptions: { ecmaVersion: 2024 },
    rules: {
      '@typescript-eslint/no-require-imports': 'off',
      'max-lines': maxLines,
      'no-var': 'error',
      'prefer-const': 'error',
    },
  },
);
