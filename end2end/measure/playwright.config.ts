import { defineConfig } from '@playwright/test';
import base from '../playwright.config';

// What it costs a person to wait: figures, not tests. `npm run measure` (see docs/BENCH.md).
export default defineConfig({
    ...base,
    testDir: '.',
    testMatch: /.*\.measure\.ts/,
    outputDir: '../test-results/measure',
    timeout: 30 * 60_000,
    reporter: [['list']],
    projects: [{ name: 'measure' }],
});
