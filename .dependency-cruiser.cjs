/** The arrows of the house: who may import whom. */
const inside = (folders) => `^(${folders.join('|')})/`;
const rooms = ['schemas', 'domain', 'adapters', 'activities', 'workflows', 'api', 'simulator'];
const except = (...allowed) => inside(rooms.filter((room) => !allowed.includes(room)));

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'schemas-know-nobody',
      severity: 'error',
      from: { path: '^schemas/' },
      to: { path: except('schemas') },
    },
    {
      name: 'domain-knows-schemas',
      severity: 'error',
      from: { path: '^domain/' },
      to: { path: except('schemas', 'domain') },
    },
    {
      name: 'adapters-know-schemas',
      severity: 'error',
      from: { path: '^adapters/' },
      to: { path: except('schemas', 'adapters') },
    },
    {
      name: 'activities-know-schemas-domain-adapters',
      severity: 'error',
      from: { path: '^activities/' },
      to: { path: except('schemas', 'domain', 'adapters', 'activities') },
    },
    {
      name: 'workflows-import-activities-as-types-only',
      severity: 'error',
      from: { path: '^workflows/' },
      to: { path: '^activities/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'workflows-know-schemas-and-the-pure-clock',
      severity: 'error',
      from: { path: '^workflows/' },
      to: { path: ['^adapters/', '^api/', '^simulator/', '^domain/(?!clock/)', '^config\\.ts$'] },
    },
    {
      name: 'simulator-stands-alone',
      severity: 'error',
      from: { path: '^simulator/' },
      to: { path: except('schemas', 'domain', 'simulator') },
    },
    {
      name: 'only-entries-read-the-configuration',
      severity: 'error',
      from: { path: inside(rooms) },
      to: { path: '^config\\.ts$', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'rooms-know-no-entry',
      severity: 'error',
      from: { path: inside(rooms) },
      to: { path: '^(cli/|client\\.ts|worker\\.ts|api\\.ts)', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'product-knows-no-tests',
      severity: 'error',
      from: { pathNot: '^(test|bench)/' },
      to: { path: '^(test|bench)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(node_modules|dist|\\.cache|\\.touchline)/' },
    includeOnly:
      '^(schemas|domain|adapters|activities|workflows|api|simulator|cli|bench|test|scripts|[a-z]+\\.ts)',
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.js', '.json'] },
  },
};
