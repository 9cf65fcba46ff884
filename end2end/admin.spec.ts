import type { Page } from '@playwright/test';
import { Erpnext } from './erpnext';
import { expectToFit } from './fits';
import { expect, MAYA, type Person, test, unique } from './fixtures';

test.use({ onSite: true });

/** A System Manager of the ERPNext. */
const SOFIA = 'sofia@parlance.demo';

const SIZES = [
    ['desktop', { viewport: { width: 1280, height: 800 } }],
    ['desktop-dark', { viewport: { width: 1280, height: 800 }, colorScheme: 'dark' }],
    ['phone', { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true }],
] as const;

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
    // The address of the door ends like that of the page.
    await expect(sofia.page.getByRole('heading', { name: 'Connections' })).toBeVisible();
    expect(new URL(sofia.page.url()).pathname).toBe('/admin');
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

    // Somebody else on call is faster with the other one, and this page has not heard of it.
    const colleague = await onCall(newcomer);
    const theirs = colleague.page.getByRole('region', { name: 'Given up' }).getByRole('article');
    let hear = () => {};
    const heard = new Promise<void>(resolve => (hear = resolve));
    await page.route('**/api/connection_report*', async route => {
        await heard;
        await route.continue();
    });
    await letters.getByText('Discard', { exact: true }).click();
    await theirs.getByText('Discard', { exact: true }).click();
    await theirs.getByRole('button', { name: 'Discard it for good' }).click();
    await expect(theirs).toHaveCount(0);
    await expect(colleague.page.getByRole('heading', { name: 'Given up' })).toBeFocused();
    sofia.tolerate(/status of 409/);
    const refused = page.waitForResponse(response => response.status() === 409);
    await letters.getByRole('button', { name: 'Discard it for good' }).click();
    await refused;
    await expect(page.getByRole('region', { name: 'Given up' }).locator('.alert')).toBeVisible();
    hear();
    await expect(letters).toHaveCount(0);
    await expect(page.getByRole('heading', { name: 'Given up' })).toBeFocused();
    await page.unroute('**/api/connection_report*');
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
    await expect(page.getByRole('heading', { name: 'Connections' })).toBeVisible();
    await expect.poll(arrived).toContain(text);
    await page.reload();
    await expect(letters).toHaveCount(0);

    await page.getByRole('link', { name: 'Look the connection over' }).click();
    await expect(page.getByRole('region', { name: 'Doctor' }).getByRole('listitem').first()).toBeVisible();
});

for (const [size, options] of SIZES) {
    test(`the page fits and can be looked at, well and in trouble: ${size}`, async ({ newcomer }) => {
        const sofia = await onCall(newcomer, options);
        const { page } = sofia;
        const row = (doctype: string) => page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: doctype }) });
        await expect(row('Holiday List')).toContainText('Up to date', { timeout: 40_000 });
        await expect(page.getByRole('status', { name: 'In short' })).toContainText('All is well');
        await picture(page, `admin-${size}`);

        await page.getByRole('link', { name: 'Look the connection over' }).click();
        const doctor = page.getByRole('region', { name: 'Doctor' });
        await expect(doctor.getByRole('listitem').first()).toBeVisible();
        await picture(page, `admin-doctor-${size}`);
        await expectToFit(page.locator('.admin'), 'the page');

        await erpnext.api('PUT', '/_standin/faults', { down: true });
        await expect(page.getByRole('status', { name: 'In short' })).toContainText('ERPNext does not answer', { timeout: 30_000 });
        // Its numbers go on.
        const headline = page.getByRole('status', { name: 'In short' });
        const words = await headline.innerText();
        await expect(headline).not.toHaveText(words, { timeout: 20_000 });
        await picture(page, `admin-trouble-${size}`);
        await expectToFit(page.locator('.admin'), 'the page in trouble');
        await erpnext.api('DELETE', '/_standin/faults');
        await expect(page.getByRole('status', { name: 'In short' })).not.toContainText('ERPNext does not answer', { timeout: 40_000 });
    });
}

test('while the doctor looks again, the page says so and keeps what was found', async ({ newcomer }) => {
    const { page } = await onCall(newcomer);
    const doctor = page.getByRole('region', { name: 'Doctor' });
    const looks = doctor.getByText('check by check');
    for (const words of ['Look the connection over', 'Look again']) {
        let answer = () => {};
        const answered = new Promise<void>(resolve => (answer = resolve));
        await page.route('**/api/examine_connection*', async route => {
            await answered;
            await route.continue();
        });
        const before = await doctor.getByRole('listitem').count();
        await doctor.getByRole('link', { name: words }).click();
        await expect(looks).toBeVisible();
        await expect(doctor.getByRole('listitem')).toHaveCount(before);
        answer();
        await expect(looks).toHaveCount(0);
        await expect(doctor.getByRole('listitem').first()).toBeVisible();
        await page.unroute('**/api/examine_connection*');
    }
});

for (const [size, options] of SIZES) {
    test(`the form to connect and its plan fit and can be looked at: ${size}`, async ({ newcomer, testbed }) => {
        const { key, secret } = testbed!.erpnext!;
        const { page } = await onCall(newcomer, options);
        await page.goto('/admin/connect');
        await expect(page.getByRole('heading', { name: 'Connect ERPNext' })).toBeVisible();
        await picture(page, `connect-form-${size}`);
        await expectToFit(page.locator('.admin'), 'the form');
        const box = await page.getByRole('checkbox').first().boundingBox();
        expect(box!.width).toBe(box!.height);

        const plan = page.getByRole('button', { name: /^Do this in ERPNext|^Write the settings anew/ });
        await expect(async () => {
            await page.getByLabel('API key').fill(key);
            await page.getByLabel('API secret').fill(secret);
            await page.getByRole('button', { name: 'Show the plan' }).click();
            await expect(plan).toBeVisible({ timeout: 5_000 });
        }).toPass();
        await picture(page, `connect-plan-${size}`);
        await expectToFit(page.locator('.admin'), 'the plan');
        // The keyboard goes with what is shown.
        await page.keyboard.press('Tab');
        expect(await page.evaluate(() => document.activeElement!.closest('.connect') !== null)).toBe(true);
        await page.getByRole('button', { name: 'Back' }).click();
        await expect(page.getByLabel('API key')).toBeFocused();
        await expect(page.getByLabel('API key')).toHaveValue(key);
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
    await expect(maya.page.getByRole('heading')).toHaveText(['Nothing to see here']);
    await expect(maya.page.getByText('Given up')).toHaveCount(0);
});
