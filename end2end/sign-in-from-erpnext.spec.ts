import type { Browser, BrowserContext, FrameLocator, Page } from '@playwright/test';
import { expect, MAYA, TOM, test, unique } from './fixtures';
import type { Testbed } from './testbed';

// Parlance at 127.0.0.1 and ERPNext's desk at localhost: two sites to a browser.
test.use({ onSite: true });

const PASSWORD = 'demo';
const LEA = 'lea@parlance.demo';

/** The ERPNext, as its administrator and as whoever makes trouble there. */
class Erpnext {
    constructor(private readonly it: NonNullable<Testbed['erpnext']>) {}

    get url(): string {
        return this.it.url;
    }

    async api(method: string, path: string, body?: object): Promise<any> {
        const answer = await fetch(new URL(path, this.it.url), {
            method,
            headers: {
                Authorization: `token ${this.it.key}:${this.it.secret}`,
                'Content-Type': 'application/json',
            },
            body: body && JSON.stringify(body),
        });
        const told = await answer.json();
        expect(answer.ok, `${method} ${path}: ${JSON.stringify(told)}`).toBe(true);
        return told;
    }

    /** What `parlance connect` makes for the panel. */
    async withPanel(parlance: string) {
        await this.api('POST', '/api/resource/DocType', {
            name: 'Parlance Ticket', module: 'Custom', custom: 1, autoname: 'hash',
            fields: [{ fieldname: 'nonce', fieldtype: 'Data', label: 'Nonce', reqd: 1, unique: 1, set_only_once: 1 }],
            permissions: [
                { role: 'System Manager', read: 1, create: 1, delete: 1 },
                { role: 'Projects User', read: 1, create: 1, if_owner: 1 },
            ],
        });
        await this.api('POST', '/api/resource/Custom Field', {
            dt: 'Project', fieldname: 'parlance_panel', label: 'Conversations', fieldtype: 'HTML', insert_after: 'message',
        });
        await this.api('POST', '/api/resource/Client Script', {
            name: 'Parlance on Project', dt: 'Project', view: 'Form', enabled: 1, script: script(parlance),
        });
    }
}

/** The desk's side: makes a ticket for whichever of our frames asks. */
const script = (home: string) => `
    window.addEventListener('message', async event => {
        const frame = document.querySelector('iframe[data-parlance]');
        if (event.origin !== '${home}' || event.source !== frame?.contentWindow) return;
        if (event.data?.type !== 'parlance:ticket') return;
        const { nonce } = event.data;
        const instead = new URLSearchParams(location.search).get('instead');
        window.asked = [...(window.asked ?? []), nonce];
        let type = 'parlance:ticket-made';
        try {
            if (instead !== 'nothing') await frappe.db.insert({ doctype: 'Parlance Ticket', nonce, owner: '${MAYA}' });
        } catch { type = 'parlance:ticket-refused'; }
        frame.contentWindow.postMessage({ type, nonce }, '${home}');
    });
    frappe.ui.form.on('Project', {
        refresh(frm) {
            const frame = document.createElement('iframe');
            frame.dataset.parlance = '';
            frame.title = 'Parlance';
            frame.style.cssText = 'width:100%;height:640px;border:0';
            frame.src = '${home}/embed?' + new URLSearchParams({ doctype: 'Project', name: frm.doc.name });
            frm.get_field('parlance_panel').$wrapper.empty().append(frame);
        },
    });`;

let erpnext: Erpnext;
let home: string;

test.beforeAll(async ({ testbed, urls }) => {
    home = new URL(urls[0]).origin;
    erpnext = new Erpnext(testbed!.erpnext!);
    await erpnext.withPanel(home);
});

/** Somebody signed in to ERPNext's desk, and the panel beside the website's Project. */
async function atTheDesk(browser: Browser, user: string, options = {}, query = ''): Promise<Desk> {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    await page.goto(`${erpnext.url}/login`);
    await page.getByLabel('Email').fill(user);
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Login' }).click();
    await page.waitForURL(/\/app/);
    await page.goto(`${erpnext.url}/app/project/PROJ-0001${query}`);
    return { context, page, panel: page.frameLocator('iframe[data-parlance]') };
}

interface Desk {
    context: BrowserContext;
    page: Page;
    panel: FrameLocator;
}

async function picture(page: Page, name: string) {
    await page.screenshot({ path: `${__dirname}/test-results/looks/${name}.png`, animations: 'disabled' });
}

test('the desk shows the conversation of its Project to whoever is signed in there', async ({ browser }) => {
    const { context, page, panel } = await atTheDesk(browser, TOM);
    await expect(panel.getByRole('log', { name: 'Messages' })).toBeVisible();
    const text = unique('said in the desk');
    await panel.getByRole('textbox', { name: 'Message', exact: true }).fill(text);
    await panel.getByRole('button', { name: 'Send', exact: true }).click();
    // The owner that the desk's script claimed is not believed: it is Tom who speaks.
    const said = panel.getByRole('article').filter({ hasText: text });
    await expect(said).toHaveAttribute('data-state', 'sent');
    await picture(page, 'desk-panel');
    const cookies = await context.cookies(home);
    expect(cookies.map(cookie => [cookie.name, cookie.sameSite, cookie.secure, cookie.httpOnly])).toEqual([
        ['parlance_panel', 'None', true, true],
    ]);

    // Whoever signs out in the panel is out until they ask for it.
    await panel.getByRole('button', { name: 'Sign out', exact: true }).click();
    await expect(panel.getByRole('heading', { name: 'You are signed out here' })).toBeVisible();
    await picture(page, 'desk-signed-out');
    await panel.getByRole('button', { name: 'Reconnect' }).click();
    await expect(panel.getByRole('navigation', { name: 'Workspaces' })).toBeVisible();
    await context.close();
});

test('a desk that makes no ticket opens nothing, and neither does another page', async ({ browser }) => {
    const { context, page, panel } = await atTheDesk(browser, TOM, {}, '?instead=nothing');
    await expect(panel.getByRole('alert')).toContainText('ERPNext did not confirm who you are.');
    expect(await context.cookies(home)).toEqual([]);
    await picture(page, 'desk-refused');

    // A ticket is good once: a frame that hears of another's nonce cannot use it.
    const [nonce] = await page.evaluate(() => (window as any).asked);
    const stolen = await page.request.post(`${home}/panel/redeem`, {
        headers: { Origin: home },
        form: { nonce, secret: 'f'.repeat(48) },
    });
    expect(stolen.status()).toBe(403);

    // Nobody else may frame us, and outside a frame the page leads to the sign-in.
    const foreign = await context.newPage();
    await foreign.route('http://evil.localhost/', route =>
        route.fulfill({ contentType: 'text/html', body: `<iframe src="${home}/embed?doctype=Project&name=PROJ-0001"></iframe>` }),
    );
    await foreign.goto('http://evil.localhost/');
    await expect.poll(() => foreign.frames()[1]?.url()).toMatch(/^chrome-error:/);
    await foreign.goto(`${home}/embed?doctype=Project&name=PROJ-0001`);
    await expect(foreign.getByRole('alert')).toContainText('This page belongs into a Project in ERPNext.');
    await context.close();
});

for (const [size, options] of [
    ['phone', { viewport: { width: 360, height: 740 } }],
    ['dark', { colorScheme: 'dark' as const }],
] as const) {
    test(`the panel's own page fits and can be looked at: ${size}`, async ({ browser }) => {
        const { context, page, panel } = await atTheDesk(browser, LEA, options, '?instead=nothing');
        await expect(panel.getByRole('button', { name: 'Reconnect' })).toBeVisible();
        await picture(page, `desk-refused-${size}`);
        const [content, view] = await panel.locator('html').evaluate(root => [root.scrollWidth, root.clientWidth]);
        expect(content).toBeLessThanOrEqual(view);
        await context.close();
    });
}

test('what ERPNext has against a sign-in is told in plain words', async ({ newcomer }) => {
    const visitor = await newcomer();
    visitor.tolerate(/status of 403/);
    const alert = visitor.page.getByRole('alert');
    const users = (user: string, wanted: object) => erpnext.api('POST', `/_standin/users/${user}`, wanted);
    await visitor.page.goto('/sign-in');
    await expect(visitor.page.getByRole('link', { name: 'Sign in with ERPNext' })).toHaveCount(0);
    await visitor.fillSignIn(LEA, 'wrong');
    await expect(alert).toContainText('The email or the password is wrong.');
    await users(LEA, { lock: true });
    await visitor.fillSignIn(LEA);
    await expect(alert).toContainText('locked this account');
    await users(LEA, { lock: false, expire_password: true });
    await visitor.fillSignIn(LEA);
    await expect(alert).toContainText('Your ERPNext password has expired.');
    await users(LEA, { expire_password: false, enabled: false });
    await visitor.fillSignIn(LEA);
    await expect(alert).toContainText('disabled in ERPNext');
    await users(LEA, { enabled: true });
});

test("ERPNext's own page signs people in on a release that has shown whom it takes them for", async ({ newcomer, testbed, browser }) => {
    test.slow();
    await erpnext.api('PUT', '/_standin/release', { frappe: '16.10.0', erpnext: '16.9.1', oauth_identity: 'session' });
    const callback = `${home}/oauth/callback`;
    const client = await erpnext.api('POST', '/api/resource/OAuth Client', {
        app_name: 'Parlance', redirect_uris: callback, default_redirect_uri: callback, scopes: 'all openid',
        grant_type: 'Authorization Code', response_type: 'Code', skip_authorization: 1,
    });
    await testbed!.tell('terminate 0');
    await testbed!.tell(`set 0 ERPNEXT_OAUTH_CLIENT_ID ${client.data.client_id}`);
    await testbed!.tell('start 0');

    // The first password of a member is what the try needs.
    await (await newcomer()).signIn(MAYA);
    const tom = await newcomer();
    const button = tom.page.getByRole('link', { name: 'Sign in with ERPNext' });
    await expect(async () => {
        await tom.page.goto('/sign-in');
        await expect(button).toBeVisible({ timeout: 1_000 });
    }).toPass();
    await picture(tom.page, 'sign-in-oauth');
    await button.click();
    await tom.page.waitForURL(/\/login\?redirect-to=/);
    await tom.page.getByLabel('Email').fill(TOM);
    await tom.page.getByLabel('Password').fill(PASSWORD);
    await tom.page.getByRole('button', { name: 'Login' }).click();
    await expect(tom.page).toHaveURL(`${home}/workspaces`);
    await expect(tom.page.getByText('Tom Okafor').first()).toBeVisible();

    // With the cookie of somebody else it is still Tom.
    const trickster = await browser.newContext({ baseURL: home });
    const page = await trickster.newPage();
    await page.goto(`${erpnext.url}/login`);
    await page.getByLabel('Email').fill(TOM);
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Login' }).click();
    await page.waitForURL(/\/app/);
    await trickster.addCookies([{ name: 'user_id', value: encodeURIComponent(MAYA), url: erpnext.url }]);
    await page.goto('/oauth/start?next=//evil.example');
    await expect(page).toHaveURL(`${home}/workspaces`);
    await expect(page.getByText('Tom Okafor').first()).toBeVisible();
    await trickster.close();
});
