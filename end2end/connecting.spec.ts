import { Erpnext } from './erpnext';
import { expect, MAYA, test } from './fixtures';

test.use({ onSite: true });

const SOFIA = 'sofia@parlance.demo';

test('a System Manager sees what connecting makes, says yes, and watches it being made', async ({ newcomer, testbed, urls }) => {
    const site = testbed!.erpnext!;
    const erpnext = new Erpnext(site);
    const webhooks = async () => (await erpnext.api('GET', '/api/resource/Webhook?limit_page_length=0')).data.length;
    const before = await webhooks();
    const sofia = await newcomer();
    sofia.tolerate(/status of 403/);
    await sofia.signIn(SOFIA);
    await sofia.page.goto('/admin');
    await sofia.page.getByRole('link', { name: 'Connect again' }).click();
    await expect(sofia.page).toHaveURL(/\/admin\/connect$/);

    const page = sofia.page;
    // The site is the connected one, whatever somebody types.
    await expect(page.getByLabel('ERPNext site')).not.toBeEditable();
    await expect(page.getByLabel('Where people and ERPNext reach Parlance')).toHaveValue(urls[0]);
    await page.getByLabel('API key').fill(site.key);
    await page.getByLabel('API secret').fill('not-the-secret');
    const show = page.getByRole('button', { name: 'Show the plan' });
    await show.click();
    await expect(page.getByRole('alert')).toContainText('refuses the API key');
    // What was typed is still there.
    await expect(page.getByLabel('API key')).toHaveValue(site.key);
    await page.getByLabel('API secret').fill(site.secret);
    await show.click();
    await expect(page.locator('.connect-plan')).toContainText('+ DocType Parlance Ticket');
    await expect(page.getByText('No OAuth Client is made')).toBeVisible();
    expect(await webhooks()).toBe(before);

    await page.getByRole('button', { name: 'Back' }).click();
    await expect(page.getByLabel('API key')).toHaveValue(site.key);
    await show.click();
    await page.getByRole('button', { name: 'Do this in ERPNext' }).click();
    await expect(page.getByText('Restart Parlance now')).toBeVisible({ timeout: 60_000 });
    expect(await webhooks()).toBe(before + 32);

    await page.getByRole('button', { name: 'Back to the form' }).click();
    await show.click();
    await expect(page.getByText('All that Parlance needs is there.')).toBeVisible();
});

test('who is no System Manager finds no such page', async ({ newcomer }) => {
    const maya = await newcomer();
    maya.tolerate(/status of 404/);
    await maya.signIn(MAYA);
    await maya.page.goto('/admin/connect');
    await expect(maya.page.getByRole('heading', { name: 'Nothing to see here' })).toBeVisible();
});
