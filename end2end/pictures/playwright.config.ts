import { defineConfig } from '@playwright/test';
import base from '../playwright.config';

// Makes the pictures in docs/: `npm run pictures`.
export default defineConfig({
    ...base,
    testDir: '.',
    testMatch: /.*\.pictures\.ts/,
    outputDir: '../test-results/pictures',
    reporter: [['list']],
    projects: [{ name: 'pictures' }],
});
