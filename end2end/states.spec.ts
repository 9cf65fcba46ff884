import type { Locator, Page } from '@playwright/test';
import { Erpnext } from './erpnext';
import { expectToFit } from './fits';
import { expect, INES, MAYA, type Person, test, TOM, unique } from './fixtures';

// ERPNext stands apart: it goes down, and gets people and Projects that are new.
test.use({ onSite: true });

const WEBSITE = 'New website and direct booking';
/** May read one Project alone, in which nobody has called him. */
const NILS = 'nils@parlance.demo';
const CALL = '@[Tom Okafor](user:tom@parlance.demo)';

let erpnext: Erpnext;

test.beforeAll(({ testbed }) => {
    erpnext = new Erpnext(testbed!.erpnext!);
});

async function picture(page: Page, name: string) {
    await page.evaluate(() => document.fonts.ready.then(() => undefined));
    await page.screenshot({ path: `${__dirname}/test-results/looks/state-${name}.png`, animations: 'disabled' });
}

/** A page where nothing is yet says what it is, names one example and one thing to do; that is given back. */
async function expectEmpty(place: Locator, title: string, act: string | RegExp): Promise<Locator> {
    await expect(place.getByRole('heading', { name: title })).toBeVisible();
    await expect(place.getByText(/^Example: /)).toHaveCount(1);
    const main = place.getByRole('link', { name: act }).or(place.getByRole('button', { name: act }));
    await expect(main).toHaveCount(1);
    await expect(main).toBeVisible();
    return main;
}

/** Says what happened, what became of what one had, and what to do; never only a code. */
async function expectTold(alert: Locator, what: RegExp, kept: RegExp, next: RegExp) {
    await expect(alert).toHaveCount(1);
    for (const words of [what, kept, next]) await expect(alert).toContainText(words);
}

test('E1: each page where nothing is yet says what it is, and leads on', async ({ newcomer }) => {
    for (const [viewport, colorScheme, name] of [
        [{ width: 1280, height: 800 }, 'light', 'desktop-light'],
        [{ width: 360, height: 740 }, 'dark', 'phone-dark'],
    ] as const) {
        const nils = await (await newcomer({ viewport, colorScheme })).signIn(NILS);
        const { page } = nils;
        const main = page.getByRole('main');
        for (const [path, title] of [
            ['/mentions', 'Nobody has called you yet'],
            ['/saved', 'Nothing saved yet'],
            ['/threads', 'You follow no thread yet'],
            ['/drafts', 'Nothing begun'],
        ]) {
            await page.goto(path);
            const on = await expectEmpty(main, title, 'Go to Studio intranet');
            await picture(page, `empty${path.replace('/', '-')}-${name}`);
            await expectToFit(main, path);
            await on.click();
            await expect(page.getByRole('heading', { level: 1, name: 'Studio intranet' })).toBeVisible();
        }
        // No dead end on a phone either: the list of workspaces is one press away.
        await page.goto('/drafts');
        if (viewport.width < 500) {
            await page.getByRole('link', { name: 'All workspaces' }).click();
            await expect(nils.workspaces.first()).toBeVisible();
        }
    }
});

test('E1: a room in which nothing was said offers the first word', async ({ newcomer }) => {
    const title = unique('Empty room');
    await erpnext.api('POST', '/_standin/insert', {
        doctype: 'Project',
        fields: { project_name: title, users: [{ user: MAYA, welcome_email_sent: 1 }] },
    });
    const maya = await (await newcomer()).signIn(MAYA);
    await expect(async () => {
        await maya.page.goto('/workspaces');
        await expect(maya.workspaces.filter({ hasText: title })).toBeVisible({ timeout: 1_000 });
    }).toPass();
    await maya.openWorkspace(title);
    const begin = await expectEmpty(maya.list, 'Nothing said yet', 'Write the first message');
    await picture(maya.page, 'empty-room');
    await begin.click();
    await expect(maya.box).toBeFocused();
    // The panel beside it.
    const panel = maya.page.getByRole('complementary', { name: 'Project' });
    for (const doctype of ['Task', 'Issue']) {
        await expect(panel.getByRole('button', { name: `New ${doctype}` })).toBeVisible();
    }
    await expect(panel.getByText(/for example “/)).toHaveCount(2);
    await maya.say('hello');
    await expect(maya.page.getByRole('heading', { name: 'Nothing said yet' })).toHaveCount(0);
});

test('E1: whoever has no workspace, and a client with whom nothing is shared, know what will be here', async ({ newcomer }) => {
    const user = `${unique('new').replaceAll(' ', '-')}@parlance.demo`;
    await erpnext.api('POST', '/_standin/insert', {
        doctype: 'User',
        fields: { name: user, email: user, first_name: 'New', last_name: 'Comer', enabled: 1, user_type: 'System User', new_password: 'demo' },
    });
    const comer = await newcomer();
    await comer.signIn(user);
    await comer.page.goto('/workspaces');
    const again = await expectEmpty(comer.page.getByRole('main'), 'No workspace yet', 'Look again');
    await picture(comer.page, 'no-workspace');
    await again.click();
    await expect(comer.page.getByRole('heading', { name: 'No workspace yet' })).toBeVisible();

    const ines = await (await newcomer({ viewport: { width: 360, height: 740 } })).signIn(INES);
    await expectEmpty(ines.page.getByRole('main'), 'Nothing has been shared with you yet', 'Look again');
    await picture(ines.page, 'portal-empty');
    await expectToFit(ines.page.getByRole('main'), 'the portal');
});

test('E2: an error says what happened, what was kept and what to do', async ({ newcomer }) => {
    const maya = await (await newcomer()).signIn(MAYA);
    const { page } = maya;
    maya.tolerate(/Failed to load resource|ERR_FAILED/);
    await maya.openWorkspace(WEBSITE);

    // A page that did not come.
    await page.route('**/api/mentions', route => route.abort());
    await page.getByRole('link', { name: 'Mentions' }).click();
    const main = page.getByRole('main');
    await expectTold(main.getByRole('alert'), /did not work.*does not answer/s, /Nothing was lost/, /try again/);
    await expect(main.getByRole('link', { name: 'Try again' })).toBeVisible();
    await picture(page, 'error-page');
    await page.unroute('**/api/mentions');
    await main.getByRole('link', { name: 'Try again' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Mentions' })).toBeVisible();

    // A fault of ours never shows a code alone.
    await page.route('**/api/saved', route =>
        route.fulfill({ status: 500, contentType: 'application/json', body: JSON.stringify({ error: 'unexpected', reference: 'c0ffee01' }) }),
    );
    await page.getByRole('link', { name: 'Saved' }).click();
    await expectTold(main.getByRole('alert'), /Something went wrong on our side/, /Nothing you typed was lost/, /try again.*administrator.*c0ffee01/s);
    await page.unroute('**/api/saved');

    // Something that was pressed for and not done.
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.route('**/api/prefer', route => route.abort());
    await page.getByLabel('Show others that I am writing').uncheck();
    const pressed = page.getByRole('alert').filter({ hasText: 'stays as it was' });
    await expectTold(pressed, /stays as it was/, /Nothing was lost/, /try again/);
    await picture(page, 'error-wish');
    await page.unroute('**/api/prefer');

    // Drafts that did not come.
    await page.route('**/api/begun', route => route.abort());
    await page.goto('/drafts');
    await expectTold(main.getByRole('alert'), /did not come/, /What you typed is kept/, /Try again/);
    await page.unroute('**/api/begun');
    await main.getByRole('button', { name: 'Try again' }).click();
    await expect(main.getByRole('alert')).toHaveCount(0);
});

test('E4: what is not for somebody names whom to ask and tells nothing, just like what is not there', async ({ newcomer }) => {
    const maya = await (await newcomer()).signIn(MAYA);
    await maya.openWorkspace(WEBSITE);
    const hidden = new URL(maya.page.url()).pathname;
    const missing = `/w/${crypto.randomUUID()}`;
    for (const user of [NILS, INES]) {
        const person = await (await newcomer()).signIn(user);
        person.tolerate(/status of 404/);
        const seen: string[] = [];
        for (const path of [hidden, missing, `${hidden}?beside=Task%3ATASK-2026-00001`]) {
            const answer = await person.page.goto(path);
            expect(answer!.status()).toBe(404);
            expect(await answer!.text()).not.toContain('direct booking');
            const alert = person.page.getByRole('main').getByRole('alert');
            await expectTold(alert, /does not exist, or it is not shared with you/, /Nothing was changed/, /Ask the project manager/);
            await expect(alert.getByRole('link', { name: 'Go to your start page' })).toBeVisible();
            await expect(person.page).toHaveTitle(/Not found/);
            seen.push(await person.page.getByRole('main').innerText());
        }
        expect(new Set(seen).size).toBe(1);
        await picture(person.page, `no-permission-${user.split('@')[0]}`);
    }
});

test('E6: while ERPNext is away a chip says how much waits, in a room and elsewhere, and work goes on', async ({ newcomer }) => {
    test.setTimeout(180_000);
    const maya = await (await newcomer()).signIn(MAYA);
    const tom = await (await newcomer()).signIn(TOM);
    await maya.openWorkspace(WEBSITE);
    await tom.openWorkspace(WEBSITE);
    await erpnext.api('PUT', '/_standin/faults', { down: true });
    try {
        const text = unique('said while it is away');
        await maya.say(text);
        await expect(tom.messages(text)).toBeVisible();
        const chip = (person: Person) => person.page.getByRole('status').filter({ hasText: /^ERPNext sync paused, [1-9]\d* waiting$/ });
        await expect(chip(maya)).toHaveCount(1, { timeout: 60_000 });
        await expect(chip(maya)).toBeVisible();
        await picture(maya.page, 'paused-room');
        await maya.page.getByRole('link', { name: 'Threads' }).click();
        await expect(maya.page.getByRole('heading', { level: 1, name: 'Threads' })).toBeVisible();
        await expect(chip(maya)).toHaveCount(1);
        await expect(chip(maya)).toBeVisible();
        await picture(maya.page, 'paused-list');
        await tom.say(unique('and so do I'));
    } finally {
        await erpnext.api('DELETE', '/_standin/faults');
    }
    await expect(maya.page.getByRole('status').filter({ hasText: 'sync paused' })).toHaveCount(0, { timeout: 90_000 });
});

test('U1: the title and the app’s badge tell the same number', async ({ newcomer }) => {
    const tom = await newcomer();
    // Browsers that are no installed app have no badge to look at.
    await tom.page.addInitScript(() => {
        const badges: number[] = [];
        Object.assign(window, { badges });
        Object.assign(navigator, { setAppBadge: async (number: number) => void badges.push(number) });
    });
    await tom.signIn(TOM);
    const badge = () => tom.page.evaluate(() => (window as any).badges.at(-1));
    await tom.ask('mark_all_read');
    await tom.page.goto('/settings');
    await expect(tom.page).toHaveTitle(/^Settings/);
    const maya = await (await newcomer()).signIn(MAYA);
    await maya.openWorkspace(WEBSITE);
    for (const number of [1, 2, 3]) {
        const text = unique('look');
        await maya.write(`${text} ${CALL}`);
        await expect(maya.messages(text)).toHaveAttribute('data-state', 'sent');
        await expect(tom.page).toHaveTitle(`(${number}) Settings · Parlance`);
        await expect.poll(badge).toBe(number);
    }
    await tom.ask('mark_all_read');
    await expect(tom.page).toHaveTitle('Settings · Parlance');
    await expect.poll(badge).toBe(0);
});
