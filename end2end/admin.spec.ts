import type { Page } from '@playwright/test';
import { Erpnext } from './erpnext';
import { expect, MAYA, type Person, test, unique } from './fixtures';

test.use({ onSite: true });

/** A System Manager of the ERPNext. */
const SOFIA = 'sofia@parlance.demo';

let erpnext: Erpnext;

test.beforeAll(async ({ testbed }) => {
    erpnext = new Erpnext(testbed!.erpnext!);
});

/** While this lasts, ERPNext refuses every Communication for good. */
async function whileAFieldIsMissing(during: () => Promise<void>) {
    const { name } = await erpnext.api('POST', '/_standin/insert', {
        doctype: 'Custom Field',
        fields: {
            dt: 'Communication', fieldname: 'cost_centre', label: 'Cost Centre', fieldtype: 'Data', reqd: 1, insert_after: 'subject',
        },
    });
    await during();
    await erpnext.api('POST', '/_standin/delete', { doctype: 'Custom Field', name });
}

/** Contents of the Communications that have arrived. */
async function arrived(): Promise<string> {
    return JSON.stringify((await erpnext.api('GET', '/_standin/communications')).communications);
}

async function onCall(newcomer: (options?: object) => Promise<Person>, options: object = {}): Promise<Person> {
    const sofia = await newcomer(options);
    await sofia.page.goto('/sign-in?next=/admin');
    await sofia.fillSignIn(SOFIA);
    await expect(sofia.page).toHaveURL(/\/admin$/);
    return sofia;
}

async function picture(page: Page, name: string) {
    await page.evaluate(() => document.fonts.ready.then(() => undefined));
    // The page scrolls inside itself: the window grows to show all of it.
    const size = page.viewportSize()!;
    const height = await page.locator('.admin').evaluate(it => it.scrollHeight);
    await page.setViewportSize({ ...size, height: Math.max(size.height, height + 40) });
    await page.screenshot({ path: `${__dirname}/test-results/looks/${name}.png`, animations: 'disabled' });
    await page.setViewportSize(size);
}

test('what ERPNext refused is sent again or discarded, and the page follows by itself', async ({ newcomer }) => {
    const maya = await (await newcomer()).signIn(MAYA);
    await maya.openWorkspace();
    const sofia = await onCall(newcomer);
    sofia.tolerate(/status of 409/);
    const { page } = sofia;
    const letters = page.getByRole('region', { name: 'Given up' }).getByRole('article');
    await expect(page.getByText('Nothing was given up.')).toBeVisible();

    const [first, second] = [unique('first'), unique('second')];
    await whileAFieldIsMissing(async () => {
        await maya.say(first);
        await expect(letters).toHaveCount(1);
        await maya.say(second);
        // It comes by itself, without a reload.
        await expect(letters).toHaveCount(2);
    });
    await expect(page.getByRole('status', { name: 'In short' })).toContainText('2 effects were given up');
    await expect(letters.first()).toContainText('Cost Centre');
    await expect(page.getByText(first)).toHaveCount(0);

    // One question opens at a time, and nothing happens before it is answered.
    const oldest = letters.last();
    await oldest.getByText('Discard', { exact: true }).click();
    await expect(oldest.getByText('This cannot be undone.')).toBeVisible();
    await expect(oldest.getByText('Not now').filter({ visible: true })).toHaveCount(1);
    await oldest.getByText('Send again', { exact: true }).click();
    await expect(oldest.getByText('This cannot be undone.')).toBeHidden();
    await picture(page, 'admin-letters');
    await oldest.getByRole('button', { name: 'Send it again' }).click();
    await expect(page.getByText('It is sent again.')).toBeVisible();
    await expect(letters).toHaveCount(1);
    await expect.poll(arrived).toContain(first);

    // Somebody else on call is faster with the other one.
    const colleague = await onCall(newcomer);
    const theirs = colleague.page.getByRole('region', { name: 'Given up' }).getByRole('article');
    await letters.getByText('Discard', { exact: true }).click();
    await theirs.getByText('Discard', { exact: true }).click();
    await theirs.getByRole('button', { name: 'Discard it for good' }).click();
    await expect(theirs).toHaveCount(0);
    await expect(letters).toHaveCount(0);
    await expect(page.getByText('Nothing was given up.')).toBeVisible();
    expect(await arrived()).not.toContain(second);
});

test('without scripts the same can be read and done', async ({ newcomer }) => {
    const maya = await (await newcomer()).signIn(MAYA);
    await maya.openWorkspace();
    const text = unique('without scripts');
    const { page } = await onCall(newcomer, { javaScriptEnabled: false });
    const letters = page.getByRole('region', { name: 'Given up' }).getByRole('article');
    await whileAFieldIsMissing(async () => {
        await maya.say(text);
        await expect(async () => {
            await page.reload();
            await expect(letters).toHaveCount(1, { timeout: 500 });
        }).toPass();
    });
    await letters.getByText('Send again', { exact: true }).click();
    await letters.getByRole('button', { name: 'Send it again' }).click();
    await expect(page).toHaveURL(/\/admin$/);
    await expect.poll(arrived).toContain(text);
    await page.reload();
    await expect(letters).toHaveCount(0);

    await page.getByRole('link', { name: 'Look the connection over' }).click();
    await expect(page.getByRole('region', { name: 'Doctor' }).getByRole('listitem').first()).toBeVisible();
});

for (const [size, options] of [
    ['desktop', { viewport: { width: 1280, height: 800 } }],
    ['desktop-dark', { viewport: { width: 1280, height: 800 }, colorScheme: 'dark' }],
    ['phone', { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true }],
] as const) {
    test(`the page fits and can be looked at, well and in trouble: ${size}`, async ({ newcomer }) => {
        const sofia = await onCall(newcomer, options);
        const { page } = sofia;
        const row = (doctype: string) => page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: doctype }) });
        await expect(row('Holiday List')).toContainText('Up to date', { timeout: 40_000 });
        await expect(page.getByRole('status', { name: 'In short' })).toContainText('All is well');
        await picture(page, `admin-${size}`);

        await page.getByRole('link', { name: 'Look the connection over' }).click();
        await expect(page.getByRole('region', { name: 'Doctor' }).getByRole('listitem').first()).toBeVisible();
        const [content, view] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
        expect(content).toBeLessThanOrEqual(view);

        await erpnext.api('PUT', '/_standin/faults', { down: true });
        await expect(page.getByRole('status', { name: 'In short' })).toContainText('ERPNext does not answer', { timeout: 30_000 });
        await picture(page, `admin-trouble-${size}`);
        await erpnext.api('DELETE', '/_standin/faults');
        await expect(page.getByRole('status', { name: 'In short' })).not.toContainText('ERPNext does not answer', { timeout: 40_000 });
    });
}

test('a System Manager is led to the page, and no other member finds it', async ({ newcomer }) => {
    const sofia = await (await newcomer()).signIn(SOFIA);
    await sofia.page.getByRole('link', { name: 'Connections' }).click();
    await expect(sofia.page.getByRole('heading', { name: 'Connections' })).toBeVisible();
    await sofia.page.getByRole('link', { name: 'Parlance' }).click();
    await expect(sofia.page).toHaveURL(/\/workspaces$/);

    const maya = await (await newcomer()).signIn(MAYA);
    maya.tolerate(/status of 404/);
    await expect(maya.workspaces.first()).toBeVisible();
    await expect(maya.page.getByRole('link', { name: 'Connections' })).toHaveCount(0);
    await maya.page.goto('/admin');
    await expect(maya.page.getByRole('heading', { name: 'Connections' })).toHaveCount(0);
    await expect(maya.page.getByText('Given up')).toHaveCount(0);
});
