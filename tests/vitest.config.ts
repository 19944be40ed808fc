import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    dir: 'tests',
    globalSetup: ['./tests/support/chromium.ts', './tests/support/migrated.ts'],
    // A log says what failed; a person is shown how far it is.
    reporters: process.env['CI'] ? ['minimal'] : ['default'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Two cores are enough: browser and runtime suites start servers of their own.
    maxWorkers: 2,
  },
})
