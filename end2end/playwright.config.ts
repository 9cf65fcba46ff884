import { defineConfig } from '@playwright/test';
import type { Places } from './fixtures';

// Debian's Chromium: Playwright downloads no browser of its own here.
const chromium = process.env.PARLANCE_CHROMIUM ?? '/usr/bin/chromium';

export default defineConfig<{}, Places>({
    testDir: '.',
    outputDir: './test-results',
    // All tests of a project talk to the same server, on a machine with two cores.
    workers: 1,
    fullyParallel: false,
    forbidOnly: !!process.env.CI,
    retries: 0,
    timeout: 60_000,
    expect: { timeout: 10_000 },
    reporter: [['list'], ['./closing-line.ts']],
    use: {
        browserName: 'chromium',
        headless: true,
        screenshot: 'only-on-failure',
        trace: 'off',
        launchOptions: {
            executablePath: chromium,
            args: [
                '--no-sandbox',
                '--disable-gpu',
                '--disable-quic',
                '--no-first-run',
                '--disable-background-networking',
                '--disable-component-update',
                '--disable-sync',
            ],
        },
    },
    projects: [
        { name: 'one process', use: { replicas: 1 } },
        { name: 'two replicas', testMatch: /two-members-chat/, use: { replicas: 2 } },
    ],
});
