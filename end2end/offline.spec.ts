import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { Erpnext } from './erpnext';
import { expect, MAYA, type Person, test, unique } from './fixtures';

// The ERPNext stands apart, so that a room can be added to it and what it got can be counted.
test.use({ onSite: true });

const JONAS = 'jonas@parlance.demo';
/** May read one Project alone: not the one of the wine shop. */
const NILS = 'nils@parlance.demo';
const WORKING = { serviceWorkers: 'allow' } as const;

let erpnext: Erpnext;

test.beforeAll(async ({ testbed }) => {
    erpnext = new Erpnext(testbed!.erpnext!);
});

/** Addresses of the pages that are kept in this browser, with the build they are of. */
async function keptPages(page: Page): Promise<{ path: string; build: string }[]> {
    return page.evaluate(async () => {
        const kept: { path: string; build: string }[] = [];
        for (const name of await caches.keys()) {
            if (!name.startsWith('parlance-pages ')) continue;
            const keys = await (await caches.open(name)).keys();
            kept.push(...keys.map(key => ({ path: new URL(key.url).pathname, build: name.split(' ')[1] })));
        }
        return kept;
    });
}

async function keptPaths(page: Page): Promise<string[]> {
    return (await keptPages(page)).map(kept => kept.path);
}

/** Opens a workspace and stays until its page is kept. Its path. */
async function openAndKeep(person: Person, title: string): Promise<string> {
    await person.openWorkspace(title);
    const path = new URL(person.page.url()).pathname;
    await expect.poll(() => keptPaths(person.page)).toContain(path);
    return path;
}

/** Goes to a workspace without a line: the page is the one that was kept. */
async function goWithoutLine(person: Person, title: string, path: string) {
    await person.page.getByRole('navigation', { name: 'Workspaces' }).getByRole('link', { name: title, exact: true }).click();
    await expect(person.page).toHaveURL(new RegExp(`${path}$`));
    await expect(person.page.getByRole('heading', { level: 1, name: title })).toBeVisible();
}

async function picture(page: Page, name: string) {
    await page.evaluate(() => document.fonts.ready.then(() => undefined));
    await page.screenshot({ path: `${__dirname}/test-results/looks/${name}.png`, animations: 'disabled' });
}

/** The browser says so of each page that it asked the server for in vain. */
const UNANSWERED = /status of 503|ERR_INTERNET_DISCONNECTED|ERR_FAILED|TypeError: Failed to fetch/;

/** Sends with a file. */
async function writeWithFile(person: Person, text: string, name: string) {
    const chooser = person.page.waitForEvent('filechooser');
    await person.page.getByRole('button', { name: 'Attach files' }).click();
    await (await chooser).setFiles([{ name, mimeType: 'text/plain', buffer: Buffer.from(`what ${name} holds`) }]);
    const added = person.page.getByRole('list', { name: 'Files to send' }).getByRole('listitem').filter({ hasText: name });
    await expect(added).toBeVisible();
    await person.write(text);
    await expect(added).toHaveCount(0);
}

test('50 messages and 5 files in 3 rooms, written and looked at again without a line, arrive once and in order', async ({ newcomer }) => {
    test.setTimeout(240_000);
    const third = unique('Third room');
    const users = [MAYA, JONAS].map(user => ({ user, welcome_email_sent: 1 }));
    await erpnext.api('POST', '/_standin/insert', { doctype: 'Project', fields: { project_name: third, users } });
    const maya = await (await newcomer(WORKING)).signIn(MAYA);
    const jonas = await (await newcomer()).signIn(JONAS);
    for (const person of [maya, jonas]) {
        await expect(async () => {
            await person.page.goto('/workspaces');
            await expect(person.workspaces.filter({ hasText: third })).toBeVisible({ timeout: 1_000 });
        }).toPass();
    }
    const titles = ['New website and direct booking', 'Wine shop', third];
    const paths: string[] = [];
    for (const title of titles) paths.push(await openAndKeep(maya, title));

    // Written without a line, in one room after the other.
    await maya.goOffline();
    maya.tolerate(UNANSWERED);
    const mark = unique('offline');
    const wanted: { text: string; file?: string }[][] = [[], [], []];
    let number = 0;
    for (const [place, count] of [17, 17, 16].entries()) {
        await goWithoutLine(maya, titles[place], paths[place]);
        await expect(maya.page.getByRole('status').filter({ hasText: 'offline' })).toBeVisible();
        for (let more = 0; more < count; more++, number++) {
            const message: { text: string; file?: string } = { text: `${mark} ${String(number).padStart(2, '0')}` };
            if (number % 10 === 3) {
                message.file = `note-${mark.replaceAll(' ', '-')}-${number}.txt`;
                await writeWithFile(maya, message.text, message.file);
            } else {
                await maya.write(message.text);
            }
            wanted[place].push(message);
        }
        await expect(maya.messages(mark)).toHaveCount(count);
    }
    expect(wanted.flat().filter(message => message.file)).toHaveLength(5);
    await maya.page.close();

    // Opened again, still without a line: everything waits in its place.
    const again = await maya.anotherTab();
    for (const [place, path] of paths.entries()) {
        await again.page.goto(path);
        const waiting = again.messages(mark);
        await expect(waiting).toHaveCount(wanted[place].length);
        for (const row of await waiting.all()) await expect(row).toHaveAttribute('data-state', 'queued');
        expect((await again.standing()).map(row => row.text).filter(text => text.startsWith(mark))).toEqual(wanted[place].map(message => message.text));
    }
    await expect(again.page.getByRole('status').filter({ hasText: 'offline' })).toBeVisible();
    await again.page.setViewportSize({ width: 1280, height: 800 });
    await picture(again.page, 'offline-desktop-light');
    await again.page.setViewportSize({ width: 360, height: 740 });
    await again.page.emulateMedia({ colorScheme: 'dark' });
    await picture(again.page, 'offline-phone-dark');
    await again.page.goto('/threads');
    await expect(again.page.getByRole('heading', { name: 'You are offline' })).toBeVisible();
    for (const title of titles) await expect(again.page.getByRole('link', { name: title, exact: true })).toBeVisible();
    await picture(again.page, 'offline-not-kept-phone-dark');
    await again.page.setViewportSize({ width: 1280, height: 800 });
    await picture(again.page, 'offline-not-kept-desktop-dark');
    await again.page.getByRole('link', { name: titles[0], exact: true }).click();
    await expect(again.messages(mark)).toHaveCount(wanted[0].length);

    // The line is back.
    await again.goOnline();
    await expect(again.page.getByRole('status').filter({ hasText: 'offline' })).toHaveCount(0);
    for (const [place, path] of paths.entries()) {
        for (const person of [again, jonas]) {
            await person.page.goto(path);
            await expect(person.messages(mark)).toHaveCount(wanted[place].length);
            for (const row of await person.messages(mark).all()) await expect(row).toHaveAttribute('data-state', 'sent');
            expect((await person.standing()).map(row => row.text).filter(text => text.startsWith(mark))).toEqual(wanted[place].map(message => message.text));
            for (const { text, file } of wanted[place].filter(message => message.file)) {
                await expect(person.messages(text).getByRole('link', { name: new RegExp(file!) })).toHaveCount(1);
            }
        }
    }

    // ERPNext has each once, in the order they were written, and each file once.
    const texts = wanted.flat().map(message => message.text);
    const inErpnext = async () => {
        const { communications } = await erpnext.api('GET', '/_standin/communications');
        const contents: string[] = communications.map((one: { content: string }) => one.content);
        return contents.flatMap(content => content.match(new RegExp(`${mark} \\d\\d`)) ?? []);
    };
    await expect.poll(async () => (await inErpnext()).sort(), { timeout: 60_000 }).toEqual(texts);
    const order = await inErpnext();
    for (const room of wanted) {
        const here = room.map(message => message.text);
        expect(order.filter(text => here.includes(text))).toEqual(here);
    }
    const names = wanted.flat().flatMap(message => message.file ?? []);
    await expect
        .poll(async () => {
            const { documents } = await erpnext.api('GET', '/_standin/documents/File');
            return documents.map((file: { file_name: string }) => file.file_name).filter((name: string) => names.includes(name)).sort();
        }, { timeout: 60_000 })
        .toEqual([...names].sort());
});

test('what was kept for one person is shown to nobody else', async ({ newcomer }) => {
    const maya = await (await newcomer(WORKING)).signIn(MAYA);
    const path = await openAndKeep(maya, 'Wine shop');

    // Signing out empties it.
    await maya.page.getByRole('button', { name: 'Sign out', exact: true }).click();
    await expect(maya.page).toHaveURL(/sign-in/);
    await expect.poll(() => keptPaths(maya.page)).toEqual([]);
    maya.tolerate(UNANSWERED);
    await maya.context.setOffline(true);
    await maya.page.goto(path);
    await expect(maya.page.getByRole('heading', { name: 'You are offline' })).toBeVisible();
    await expect(maya.page.getByText('Wine shop')).toHaveCount(0);
    await maya.goOnline();

    // So does somebody else who comes in by another way than the sign-in page of this window.
    await maya.signIn(MAYA);
    await openAndKeep(maya, 'Wine shop');
    const origin = new URL(maya.page.url()).origin;
    const signedIn = await maya.context.request.post('/api/sign_in', { form: { user: NILS, password: 'demo' }, headers: { origin } });
    expect(signedIn.ok()).toBe(true);
    await maya.page.goto('/workspaces');
    await expect(maya.page.getByText(NILS)).toBeVisible();
    await expect.poll(() => keptPaths(maya.page)).toEqual(['/workspaces']);
    await maya.context.setOffline(true);
    await maya.page.goto(path);
    await expect(maya.page.getByRole('heading', { name: 'You are offline' })).toBeVisible();
    await expect(maya.page.getByText('Wine shop')).toHaveCount(0);
    await maya.goOnline();

    // And so does a session that has ended.
    await maya.page.goto('/workspaces');
    const kept = await openAndKeep(maya, 'Studio intranet');
    await maya.context.clearCookies();
    await maya.page.goto(kept);
    await expect(maya.page).toHaveURL(/sign-in/);
    await expect.poll(() => keptPaths(maya.page)).toEqual([]);
});

async function openWebsite(person: Person): Promise<string> {
    await person.page.goto('/workspaces');
    return openAndKeep(person, 'New website and direct booking');
}

test('of two tabs one sends, and both show the same', async ({ newcomer }) => {
    const one = await (await newcomer(WORKING)).signIn(MAYA);
    const posts: string[] = [];
    one.context.on('page', page => count(page));
    const count = (page: Page) =>
        page.on('websocket', socket =>
            socket.on('framesent', ({ payload }) => {
                const frame = JSON.parse(String(payload));
                if (frame.type === 'post') posts.push(frame.body);
            }),
        );
    count(one.page);
    const path = await openWebsite(one);
    const two = await one.anotherTab();
    await two.page.goto(path);
    await expect(two.box).toBeVisible();
    await two.box.fill('a');
    await expect(two.sendButton).toBeEnabled();
    await two.box.fill('');
    for (const tab of [one, two]) await tab.goOffline();

    const mark = unique('two tabs');
    const texts = [1, 2, 3, 4, 5].map(place => `${mark} ${place}`);
    for (const text of texts.slice(0, 3)) await one.write(text);
    await expect(two.messages(mark)).toHaveCount(3);
    for (const text of texts.slice(3)) await two.write(text);
    for (const tab of [one, two]) {
        await expect(tab.messages(mark)).toHaveCount(5);
        for (const row of await tab.messages(mark).all()) await expect(row).toHaveAttribute('data-state', 'queued');
    }
    await one.goOnline();
    for (const tab of [one, two]) {
        for (const row of await tab.messages(mark).all()) await expect(row).toHaveAttribute('data-state', 'sent');
        expect((await tab.standing()).map(row => row.text).filter(text => text.startsWith(mark))).toEqual(texts);
    }
    expect(posts).toEqual(texts);

    // The one that sent is closed: the other goes on.
    await two.page.close();
    await one.say(`${mark} after`);
});

test('a new version says so and takes nothing that is being written', async ({ newcomer, testbed }) => {
    const maya = await (await newcomer(WORKING)).signIn(MAYA);
    maya.tolerate(/ERR_CONNECTION_REFUSED|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET|WebSocket connection to/);
    const path = await openWebsite(maya);
    const old = (await keptPages(maya.page))[0].build;
    const site = mkdtempSync(join(tmpdir(), 'site-'));
    try {
        cpSync(process.env.LEPTOS_SITE_ROOT!, site, { recursive: true });
        writeFileSync(join(site, 'pkg', 'new-in-this-build.txt'), 'new');
        const text = unique('half a sentence');
        await maya.box.fill(text);
        await testbed!.tell(`set 0 LEPTOS_SITE_ROOT ${site}`);
        await testbed!.tell('terminate 0');
        await testbed!.tell('start 0');
        const line = maya.page.getByRole('status').filter({ hasText: 'Update ready' });
        await expect(line).toBeVisible({ timeout: 30_000 });
        await expect(maya.box).toHaveValue(text);
        await line.getByRole('link', { name: 'Reload' }).click();
        await expect(line).toHaveCount(0);
        await expect(maya.box).toHaveValue(text);
        await expect.poll(async () => (await keptPages(maya.page)).filter(kept => kept.build !== old).map(kept => kept.path)).toContain(path);
        await expect.poll(async () => (await keptPages(maya.page)).filter(kept => kept.build === old)).toEqual([]);
        await maya.box.fill('');
    } finally {
        await testbed!.tell(`set 0 LEPTOS_SITE_ROOT ${process.env.LEPTOS_SITE_ROOT}`);
        await testbed!.tell('terminate 0');
        await testbed!.tell('start 0');
        rmSync(site, { recursive: true });
    }
});

test('a browser without room says so and leaves the text in the box', async ({ newcomer }) => {
    const maya = await newcomer();
    await maya.context.addInitScript(() => {
        const put = Storage.prototype.setItem;
        Storage.prototype.setItem = function (name, value) {
            if (name.startsWith('parlance.unsent')) throw new DOMException('full', 'QuotaExceededError');
            put.call(this, name, value);
        };
    });
    await maya.signIn(MAYA);
    await maya.openWorkspace();
    const text = unique('no room for this');
    await maya.box.fill(text);
    await maya.sendButton.click();
    await expect(maya.page.getByRole('alert').filter({ hasText: 'no room left' })).toBeVisible();
    await expect(maya.box).toHaveValue(text);
    await expect(maya.messages(text)).toHaveCount(0);
    await maya.box.fill('');
});
