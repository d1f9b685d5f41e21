import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import { builtinModules } from 'node:module';
import tseslint from 'typescript-eslint';

const nodeBuiltins = [...builtinModules, ...builtinModules.map((name) => `node:${name}`)];

const noClockNoRandom = [
  {
    selector: "MemberExpression[object.name='Math'][property.name='random']",
    message: 'No random number here: pass a seed.',
  },
  {
    selector: "MemberExpression[object.name='Date'][property.name='now']",
    message: 'No clock here: pass the instant in.',
  },
  {
    selector: "NewExpression[callee.name='Date'][arguments.length=0]",
    message: 'No clock here: pass the instant in.',
  },
];

const rowsOfTheTables = [
  {
    selector:
      ":matches(CallExpression[callee.property.name='query'], TaggedTemplateExpression[tag.name='sql']) > TSTypeParameterInstantiation > :not(TSTypeReference[typeName.name=/^(Row|Selectable)$/], [type=/Keyword$/])",
    message: 'No row shape by hand: a Row names the columns it holds (adapters/postgres/row.ts).',
  },
];

export default tseslint.config(
  { ignores: ['node_modules/', 'dist/', '.cache/', '.touchline/', 'coverage/', '**/*.cjs'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Only config.ts reads the environment.' },
      ],
    },
  },
  {
    files: ['config.ts'],
    rules: { 'no-restricted-properties': 'off' },
  },
  {
    files: ['workflows/**/*.ts'],
    rules: {
      'no-restricted-imports': ['error', { paths: nodeBuiltins, patterns: ['node:*'] }],
      'no-restricted-syntax': ['error', ...noClockNoRandom],
    },
  },
  {
    files: ['domain/**/*.ts'],
    rules: {
      'no-restricted-imports': ['error', { paths: nodeBuiltins.filter((n) => !/^(node:)?crypto$/.test(n)) }],
      'no-restricted-syntax': ['error', ...noClockNoRandom],
    },
  },
  {
    files: ['activities/**/*.ts', 'adapters/**/*.ts', 'cli/**/*.ts'],
    rules: {
      'no-restricted-syntax': ['error', ...rowsOfTheTables],
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Only config.ts reads the environment.' },
        {
          ...{ object: 'AbortSignal', property: 'timeout' },
          message: 'It may be collected before it comes: timeLimit of adapters/time-limit.ts.',
        },
      ],
    },
  },
  {
    files: ['**/*.js'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly' } },
  },
  {
    files: ['api/console/assets/**/*.js'],
    languageOptions: {
      globals: Object.fromEntries(
        [
          ...[
            'DOMParser',
            'Event',
            'EventSource',
            'ResizeObserver',
            'addEventListener',
            'clearTimeout',
            'devicePixelRatio',
          ],
          ...[
            'document',
            'fetch',
            'getComputedStyle',
            'history',
            'localStorage',
            'location',
            'matchMedia',
            'setInterval',
            'setTimeout',
          ],
        ].map((name) => [name, 'readonly']),
      ),
    },
  },
  prettier,
);
