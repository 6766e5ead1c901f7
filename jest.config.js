/** Jest in ESM mode; SWC strips the types. The real parts and the browser have projects of their own. */
export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2024', parser: { syntax: 'typescript' } }, module: { type: 'es6' } },
    ],
  },
  testTimeout: 30_000,
  // Modules of ESM suites are never let go: a worker that holds so much is replaced, or its pauses fail what waits by the clock.
  workerIdleMemoryLimit: '1GB',
};
