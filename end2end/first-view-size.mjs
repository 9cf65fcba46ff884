// What the first view of a room and the views after it transfer, compressed, as a table; fails where that is more than it
// may be. It measures the release in target/release-build (`./start --build-only` makes it), or PARLANCE_E2E_URLS.
import { chromium } from '@playwright/test';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** The first view, and each further one, in bytes. */
const FIRST = 300_000;
const FURTHER = 80_000;

const release = resolve(import.meta.dirname, '../target/release-build');
const data = mkdtempSync(join(tmpdir(), 'parlance-size-'));
let server;

try {
    const base = process.env.PARLANCE_E2E_URLS?.trim().split(/\s+/)[0] ?? (await start());
    process.exitCode = (await measure(base)) ? 0 : 1;
} finally {
    if (server?.exitCode === null) {
        const ended = new Promise(resolve => server.once('exit', resolve));
        server.kill();
        await ended;
    }
    rmSync(data, { recursive: true, force: true });
}

async function start() {
    const port = await freePort();
    const base = `http://127.0.0.1:${port}`;
    server = spawn(join(release, 'parlance'), [], {
        env: {
            ...process.env,
            LEPTOS_SITE_ROOT: join(release, 'site'),
            PARLANCE_ADDR: `127.0.0.1:${port}`,
            PARLANCE_DATA_DIR: data,
            PARLANCE_DEMO: '1',
            RUST_LOG: 'error',
        },
        stdio: ['ignore', 'ignore', 'inherit'],
    });
    for (;;) {
        if (server.exitCode !== null) throw new Error('the server did not start; what it said is above');
        const answers = await fetch(`${base}/sign-in`).catch(() => null);
        if (answers?.ok) return base;
        await new Promise(again => setTimeout(again, 100));
    }
}

function freePort() {
    return new Promise((found, failed) => {
        const probe = createServer().on('error', failed);
        probe.listen(0, '127.0.0.1', () => {
            const { port } = probe.address();
            probe.close(() => found(port));
        });
    });
}

async function measure(base) {
    const browser = await chromium.launch({
        executablePath: process.env.PARLANCE_CHROMIUM ?? '/usr/bin/chromium',
        args: ['--no-sandbox', '--disable-gpu'],
    });
    try {
        // Somebody who is signed in, in a browser that has fetched nothing yet.
        // Without the service worker: it answers for the server and fetches besides, where nobody counts.
        const options = { baseURL: base, serviceWorkers: 'block' };
        const before = await browser.newContext(options);
        const door = await before.newPage();
        await door.goto('/sign-in');
        await door.getByLabel('Email', { exact: true }).fill('maya@parlance.demo');
        await door.getByLabel('Password', { exact: true }).fill('demo');
        await door.getByRole('button', { name: 'Sign in', exact: true }).click();
        const rooms = door.getByRole('navigation', { name: 'Workspaces' }).getByRole('link');
        await rooms.first().waitFor();
        const [room, other] = await rooms.evaluateAll(links => links.map(link => link.getAttribute('href')));
        const context = await browser.newContext({ ...options, storageState: await before.storageState() });
        await before.close();

        const page = await context.newPage();
        const watch = await Transfers.of(page);
        await page.goto(room);
        const first = await watch.settled('first view of a room');
        first.print();

        const further = [];
        const visit = async (name, go) => {
            await go();
            further.push(await watch.settled(name));
        };
        await visit('the same again', () => page.reload());
        await visit('another room', () => page.locator(`nav a[href="${other}"]`).first().click());
        for (const path of ['/threads', '/mentions', '/saved', '/drafts', '/settings', '/workspaces']) {
            await visit(path, () => page.goto(path));
        }
        console.log('\n| further view | bytes | of them code |\n| --- | ---: | ---: |');
        for (const view of further) console.log(`| ${view.name} | ${view.bytes} | ${view.code} |`);

        const large = [first.bytes > FIRST && first, ...further.map(view => view.bytes > FURTHER && view)].filter(Boolean);
        for (const view of large) {
            console.log(`\nToo much: ${view.name} transfers ${view.bytes} bytes, more than ${view === first ? FIRST : FURTHER}.`);
        }
        return large.length === 0;
    } finally {
        await browser.close();
    }
}

/** What a page has asked for since the last look. */
class Transfers {
    #open = new Map();
    #done = [];
    #page;

    static async of(page) {
        const transfers = new Transfers();
        transfers.#page = page;
        const protocol = await page.context().newCDPSession(page);
        await protocol.send('Network.enable');
        protocol.on('Network.requestWillBeSent', ({ requestId, request }) => {
            transfers.#open.set(requestId, { path: new URL(request.url).pathname });
        });
        protocol.on('Network.responseReceived', ({ requestId, response }) => {
            const known = transfers.#open.get(requestId);
            if (known) known.encoding = response.headers['content-encoding'] ?? '–';
        });
        protocol.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
            const known = transfers.#open.get(requestId);
            transfers.#open.delete(requestId);
            if (known && encodedDataLength > 0) transfers.#done.push({ ...known, bytes: encodedDataLength });
        });
        protocol.on('Network.loadingFailed', ({ requestId }) => transfers.#open.delete(requestId));
        return transfers;
    }

    /** Everything, once nothing has been under way during a second. */
    async settled(name) {
        await this.#page.waitForLoadState('load');
        for (let quiet = 0, seen = -1, looks = 0; quiet < 10; looks += 1) {
            if (looks === 600) throw new Error(`${name}: something is still under way after a minute`);
            await this.#page.waitForTimeout(100);
            quiet = seen === this.#done.length && this.#open.size === 0 ? quiet + 1 : 0;
            seen = this.#done.length;
        }
        return new View(name, this.#done.splice(0));
    }
}

class View {
    constructor(name, transfers) {
        this.name = name;
        this.transfers = transfers.sort((one, two) => two.bytes - one.bytes);
        this.bytes = transfers.reduce((sum, { bytes }) => sum + bytes, 0);
        this.code = transfers.filter(({ path }) => path.startsWith('/pkg/')).reduce((sum, { bytes }) => sum + bytes, 0);
    }

    print() {
        console.log(`| ${this.name} | encoding | bytes |\n| --- | --- | ---: |`);
        for (const { path, encoding, bytes } of this.transfers) console.log(`| ${path} | ${encoding} | ${bytes} |`);
        console.log(`| together | | ${this.bytes} |`);
    }
}
