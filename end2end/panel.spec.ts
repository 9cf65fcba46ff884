import type { Page } from '@playwright/test';
import { Desk, Erpnext } from './erpnext';
import { expect, MAYA, TOM, test, unique } from './fixtures';

// Parlance at 127.0.0.1 and ERPNext's desk at localhost: two sites to a browser.
test.use({ onSite: true });

const LEA = 'lea@parlance.demo';

let erpnext: Erpnext;
let home: string;

test.beforeAll(async ({ testbed, urls }) => {
    home = new URL(urls[0]).origin;
    erpnext = new Erpnext(testbed!.erpnext!);
    await erpnext.withPanel(home);
});

async function picture(page: Page, name: string) {
    await page.screenshot({ path: `${__dirname}/test-results/looks/${name}.png`, animations: 'disabled' });
}

test('the desk shows the conversation of its Project to whoever is signed in there', async ({ browser }) => {
    const desk = await (await erpnext.desk(browser, TOM)).open();
    const { context, page, panel } = desk;
    await expect(panel.getByRole('log', { name: 'Messages' })).toBeVisible();
    expect(await desk.reader()).toBe(TOM);
    const text = unique('said in the desk');
    await panel.getByRole('textbox', { name: 'Message', exact: true }).fill(text);
    await panel.getByRole('button', { name: 'Send', exact: true }).click();
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
    expect(await desk.reader()).toBeNull();
    await picture(page, 'desk-signed-out');
    await panel.getByRole('button', { name: 'Reconnect' }).click();
    await expect(panel.getByRole('navigation', { name: 'Workspaces' })).toBeVisible();
    await context.close();
});

test('a ticket is its maker, whatever else is written on it', async ({ browser }) => {
    const desk = await erpnext.desk(browser, TOM);
    await desk.tricked((ticket, make) => make({ ...ticket, owner: MAYA, modified_by: MAYA, user: MAYA }));
    await desk.open();
    await expect(desk.panel.getByRole('log', { name: 'Messages' })).toBeVisible();
    expect(await desk.reader()).toBe(TOM);
    await desk.context.close();
});

test('a desk that only says it made a ticket opens nothing', async ({ browser }) => {
    const desk = await erpnext.desk(browser, TOM);
    await desk.tricked(async () => {});
    await desk.open();
    await desk.expectRefused();
    expect(await desk.context.cookies(home)).toEqual([]);
    await picture(desk.page, 'desk-refused');
    await desk.context.close();
});

test('a stale ticket opens nothing', async ({ browser }) => {
    const desk = await erpnext.desk(browser, TOM);
    await desk.tricked(async (ticket, make) => {
        const { name } = await make(ticket);
        const stale = { creation: '2026-01-01 00:00:00.000000' };
        await erpnext.api('POST', `/_standin/silently/Parlance%20Ticket/${name}`, stale);
    });
    await desk.open();
    await desk.expectRefused();

    // A fresh one does, at the click that is offered.
    await desk.tricked((ticket, make) => make(ticket));
    await desk.panel.getByRole('button', { name: 'Reconnect' }).click();
    await expect(desk.panel.getByRole('log', { name: 'Messages' })).toBeVisible();
    await desk.context.close();
});

test('a used ticket opens nothing again, not even with a second document', async ({ browser }) => {
    const tom = await (await erpnext.desk(browser, TOM)).open();
    await expect(tom.panel.getByRole('log', { name: 'Messages' })).toBeVisible();
    const [used] = tom.redeemed;
    expect(used).toContain(tom.nonces[0]);
    await tom.panel.getByRole('button', { name: 'Sign out', exact: true }).click();
    await expect(tom.panel.getByRole('heading', { name: 'You are signed out here' })).toBeVisible();
    expect((await tom.post('/panel/redeem', used)).status).toBe(403);
    await erpnext.api('POST', '/api/resource/Parlance%20Ticket', { nonce: tom.nonces[0] });
    expect((await tom.post('/panel/redeem', used)).status).toBe(403);
    expect(await tom.reader()).toBeNull();
    await tom.context.close();
});

test("another frame's ticket and one we never asked for open nothing", async ({ browser }) => {
    // Maya's ticket is there and her frame is kept from redeeming it: Tom has the nonce, and a secret of his own.
    const maya = await erpnext.desk(browser, MAYA);
    await maya.page.route('**/panel/redeem', route => route.abort());
    await maya.open();
    await expect(maya.panel.getByRole('button', { name: 'Reconnect' })).toBeVisible();
    const tom = await erpnext.desk(browser, TOM);
    await tom.tricked(async () => {});
    await tom.open();
    await tom.expectRefused();
    const own = JSON.parse((await tom.post('/panel/nonce')).body);
    const stolen = new URLSearchParams({ nonce: maya.nonces[0], secret: own.secret });
    expect((await tom.post('/panel/redeem', stolen.toString())).status).toBe(403);

    // A nonce of the desk's own invention, and a ticket for it.
    const invented = 'a'.repeat(48);
    await tom.tricked((ticket, make) => make({ ...ticket, nonce: invented }));
    await tom.panel.getByRole('button', { name: 'Reconnect' }).click();
    await expect.poll(() => tom.redeemed.length).toBe(2);
    await tom.expectRefused();
    const body = new URLSearchParams({ nonce: invented, secret: own.secret });
    expect((await tom.post('/panel/redeem', body.toString())).status).toBe(403);
    expect(await tom.reader()).toBeNull();

    // None of that took anything from Maya, whose frame has the secret.
    expect(maya.redeemed).toHaveLength(1);
    expect((await maya.post('/panel/nonce')).status).toBe(200);
    await maya.page.unroute('**/panel/redeem');
    expect((await maya.post('/panel/redeem', maya.redeemed[0])).status).toBe(200);
    expect(await maya.reader()).toBe(MAYA);
    await Promise.all([maya.context.close(), tom.context.close()]);
});

test('whoever is disabled while the ticket travels does not get in', async ({ browser }) => {
    const desk = await erpnext.desk(browser, LEA);
    await desk.tricked(async (ticket, make) => {
        await make(ticket);
        await erpnext.steer(LEA, { enabled: false });
    });
    await desk.open();
    await desk.expectRefused();
    await erpnext.steer(LEA, { enabled: true });
    await desk.context.close();
});

test('no other page may frame us or hand us a ticket, and outside a frame the page says where it belongs', async ({ browser }) => {
    const { context, page } = await erpnext.desk(browser, TOM);
    const foreign = await context.newPage();
    const embed = `${home}/embed?doctype=Project&name=PROJ-0001`;
    await foreign.route('http://evil.localhost/', route =>
        route.fulfill({ contentType: 'text/html', body: `<iframe src="${embed}"></iframe>` }),
    );
    await foreign.goto('http://evil.localhost/');
    await expect.poll(() => foreign.frames()[1]?.url()).toMatch(/^chrome-error:/);

    await foreign.goto(embed);
    await expect(foreign.getByRole('alert')).toContainText('This page is shown beside a Project in ERPNext.');
    await expect(foreign.getByRole('button', { name: 'Reconnect' })).toHaveCount(0);
    await picture(foreign, 'embed-alone');

    // Not even the desk's own page may ask in the frame's place: what it posts is refused by where it comes from.
    const [refused] = await Promise.all([
        page.waitForResponse(response => response.url() === `${home}/panel/nonce`),
        page.evaluate(async url => {
            await fetch(url, { method: 'POST', mode: 'no-cors', credentials: 'include' });
        }, `${home}/panel/nonce`),
    ]);
    expect(refused.status()).toBe(403);
    expect(await context.cookies(home)).toEqual([]);
    await context.close();
});

for (const [size, options] of [
    ['phone', { viewport: { width: 360, height: 740 } }],
    ['dark', { colorScheme: 'dark' as const }],
] as const) {
    test(`the panel's own page fits and can be looked at: ${size}`, async ({ browser }) => {
        const desk: Desk = await erpnext.desk(browser, LEA, options);
        await desk.tricked(async () => {});
        await desk.open();
        await expect(desk.panel.getByRole('button', { name: 'Reconnect' })).toBeVisible();
        await picture(desk.page, `desk-refused-${size}`);
        const [content, view] = await desk.panel.locator('html').evaluate(root => [root.scrollWidth, root.clientWidth]);
        expect(content).toBeLessThanOrEqual(view);
        await desk.context.close();

        const good = await (await erpnext.desk(browser, LEA, options)).open();
        await expect(good.panel.getByRole('textbox', { name: 'Message', exact: true })).toBeInViewport();
        await picture(good.page, `desk-panel-${size}`);
        await good.context.close();
    });
}
