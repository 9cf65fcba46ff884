import type { Locator, Page } from '@playwright/test';
import AxeBuilder from '@axe-core/playwright';
import { Erpnext } from './erpnext';
import { expectToFit } from './fits';
import { expect, MAYA, type Person, test, TOM, unique } from './fixtures';

// The ERPNext stands apart: rights change in it while somebody looks.
test.use({ onSite: true });

const WEBSITE = 'New website and direct booking';
const SHOP = 'Wine shop';

let erpnext: Erpnext;

test.beforeAll(async ({ testbed, urls }) => {
    erpnext = new Erpnext(testbed!.erpnext!);
    await erpnext.withPanel(new URL(urls[0]).origin);
});

const dialog = (page: Page) => page.getByRole('dialog', { name: 'Jump to' });
const input = (page: Page) => dialog(page).getByRole('combobox', { name: 'Jump to' });
const options = (page: Page) => dialog(page).getByRole('option');
const lit = (page: Page) => dialog(page).getByRole('option', { selected: true });

async function jump(page: Page, words = '') {
    await page.keyboard.press('Control+k');
    await expect(input(page)).toBeFocused();
    if (words) await input(page).fill(words);
}

/** The row that the box names as its own is the one that is selected. */
async function expectLit(page: Page, row: Locator) {
    await expect(row).toHaveAttribute('aria-selected', 'true');
    await expect(lit(page)).toHaveCount(1);
    await expect(input(page)).toHaveAttribute('aria-activedescendant', (await row.getAttribute('id'))!);
}

async function picture(person: Person, name: string) {
    await person.page.evaluate(() => document.fonts.ready.then(() => undefined));
    await person.page.screenshot({ path: `${__dirname}/test-results/looks/${name}.png`, animations: 'disabled' });
}

test('K1: the jump box goes to workspaces, pages, documents and people, and Esc gives the focus back', async ({ newcomer }) => {
    const maya = await (await newcomer()).signIn(MAYA);
    const page = maya.page;
    await maya.openWorkspace(WEBSITE);
    // While somebody writes, and back to the very place.
    await maya.box.fill('half a sentence');
    await jump(page);
    await expect(options(page).first()).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(dialog(page)).toHaveCount(0);
    await expect(maya.box).toBeFocused();
    await expect(maya.box).toHaveValue('half a sentence');
    // The same key closes it too.
    await jump(page);
    await page.keyboard.press('Control+k');
    await expect(dialog(page)).toHaveCount(0);
    await expect(maya.box).toBeFocused();

    // A workspace, by words in any order, and one can write there at once.
    await jump(page, 'shop wine');
    await expect(options(page).filter({ hasText: SHOP }).first()).toHaveAttribute('aria-selected', 'true');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { level: 1, name: SHOP })).toBeVisible();
    await expect(maya.box).toBeFocused();

    // By what ERPNext calls it.
    await jump(page, 'proj-0001');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { level: 1, name: WEBSITE })).toBeVisible();
    await expect(maya.box).toHaveValue('half a sentence');

    // A page.
    await jump(page, 'mentio');
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(/\/mentions$/);

    // A Task of another workspace than the one that is open, without its accents: beside the talk.
    await jump(page, 'photo EVORA');
    const task = options(page).filter({ hasText: 'Photo shoot Évora' });
    await expect(task).toBeVisible();
    await expect(task).toContainText('Task');
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(/\/w\/[0-9a-f-]{36}\?beside=Task/);
    const sheet = page.getByRole('region', { name: /^Task TASK-/ });
    await expect(sheet.getByLabel('Subject')).toHaveValue('Photo shoot Évora');
    // Closed, the address names it no more; gone to again it is there again.
    await page.keyboard.press('Escape');
    await expect(sheet).toHaveCount(0);
    await expect(page).toHaveURL(/\/w\/[0-9a-f-]{36}$/);
    await jump(page, 'photo evora');
    await expect(task).toBeVisible();
    await page.keyboard.press('Enter');
    await expect(sheet).toBeVisible();
    // The address alone shows it too.
    await page.reload();
    await expect(sheet.getByLabel('Subject')).toHaveValue('Photo shoot Évora');

    // Somebody.
    await jump(page, 'okafor');
    await expect(options(page).filter({ hasText: 'Tom Okafor' })).toContainText('Person');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('complementary', { name: 'Project' }).getByRole('listitem').filter({ hasText: 'Tom Okafor' })).toBeFocused();
});

test('K1: where one was last stands first, also a document, and only ids are kept for it', async ({ newcomer }) => {
    const maya = await (await newcomer()).signIn(MAYA);
    const page = maya.page;
    await maya.openWorkspace(SHOP);
    await maya.openWorkspace(WEBSITE);
    await page.goto('/saved');
    await expect(page.getByRole('heading', { level: 1, name: 'Saved' })).toBeVisible();
    await jump(page);
    await expect(options(page).nth(0)).toContainText(WEBSITE);
    await expect(options(page).nth(1)).toContainText(SHOP);
    // Where one is, one need not go.
    await expect(options(page).filter({ hasText: 'Messages you keep for later' })).toHaveCount(0);
    await input(page).fill('redirects');
    await expect(options(page).filter({ hasText: 'Redirects of the 38' })).toBeVisible();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('region', { name: /^Task TASK-/ })).toBeVisible();

    await page.goto('/saved');
    await jump(page);
    // First by its id, then by its title, in the same row.
    await expect(options(page).filter({ hasText: 'Redirects of the 38' })).toHaveCount(1);
    await expect(options(page).nth(1)).toContainText('Redirects of the 38');
    const kept = await page.evaluate(() => Object.entries(localStorage).filter(([name]) => name.startsWith('parlance.jump.')));
    expect(kept).toHaveLength(1);
    expect(kept[0][1]).toContain('TASK-');
    expect(kept[0][1]).not.toMatch(/Redirects|Wine|website/i);
    await page.keyboard.press('Escape');

    // Nobody finds it after signing out.
    await jump(page, 'sign out');
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(/sign-in/);
    await expect.poll(() => page.evaluate(() => Object.keys(localStorage).filter(name => name.startsWith('parlance.jump.')))).toEqual([]);
});

test('K1 P5 P6: the list is walked by arrows, tells its count, and what comes late moves nothing', async ({ newcomer }) => {
    const maya = await (await newcomer()).signIn(MAYA);
    const page = maya.page;
    await maya.openWorkspace(WEBSITE);
    let answer = () => {};
    const held = new Promise<void>(resolve => (answer = resolve));
    await page.route('**/api/jump', async route => {
        await held;
        await route.continue();
    });
    await jump(page, 'book');
    await expectLit(page, options(page).nth(0));
    await expect(options(page).nth(0)).toContainText(WEBSITE);
    await expect(dialog(page).getByRole('listbox')).toHaveAttribute('aria-busy', 'true');
    const before = await options(page).allInnerTexts();
    answer();
    await expect(options(page).filter({ hasText: 'Choose the booking engine' })).toBeVisible();
    await expect(dialog(page).getByRole('listbox')).toHaveAttribute('aria-busy', 'false');
    const after = await options(page).allInnerTexts();
    expect(after.slice(0, before.length)).toEqual(before);
    await expectLit(page, options(page).nth(0));
    await expect(dialog(page).getByRole('status')).toHaveText(`${after.length} results`);

    await page.keyboard.press('ArrowDown');
    await expectLit(page, options(page).nth(1));
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowUp');
    await expectLit(page, options(page).last());
    await input(page).fill('xyzzy nothing');
    await expect(dialog(page).getByRole('status')).toHaveText('Nothing found');
    await expect(dialog(page)).toContainText('Try a part of the name');
    await expect(input(page)).not.toHaveAttribute('aria-activedescendant');
});

test('K1: Ctrl Enter and a middle click open another tab and leave this one where it is', async ({ newcomer }) => {
    const maya = await (await newcomer()).signIn(MAYA);
    const page = maya.page;
    await maya.openWorkspace(WEBSITE);
    const here = page.url();
    await jump(page, 'wine');
    const opened = maya.context.waitForEvent('page');
    await page.keyboard.press('Control+Enter');
    const tab = await opened;
    await expect(tab.getByRole('heading', { level: 1, name: SHOP })).toBeVisible();
    expect(page.url()).toBe(here);
    await tab.close();
    await jump(page, 'wine');
    const clicked = maya.context.waitForEvent('page');
    await options(page).first().click({ button: 'middle' });
    await expect((await clicked).getByRole('heading', { level: 1, name: SHOP })).toBeVisible();
    expect(page.url()).toBe(here);
});

test('commands do what they say', async ({ newcomer }) => {
    const maya = await (await newcomer()).signIn(MAYA);
    const page = maya.page;
    await maya.openWorkspace(WEBSITE);
    await jump(page, 'new task');
    await expect(options(page).first()).toContainText('Command');
    await page.keyboard.press('Enter');
    const form = page.getByRole('region', { name: 'New Task' });
    await expect(form.getByLabel('Subject')).toBeFocused();

    const row = page.getByRole('navigation', { name: 'Workspaces' }).getByRole('listitem').filter({ hasText: WEBSITE });
    await jump(page, 'mute this');
    await page.keyboard.press('Enter');
    await expect(row.getByRole('img', { name: 'Muted' })).toBeVisible();
    await jump(page, 'unmute');
    await page.keyboard.press('Enter');
    await expect(row.getByRole('img', { name: 'Muted' })).toHaveCount(0);

    await page.emulateMedia({ colorScheme: 'light' });
    await page.reload();
    await expect(maya.box).toBeVisible();
    await jump(page, 'dark theme');
    await page.keyboard.press('Enter');
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
    await jump(page, 'shortcuts');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible();
    await page.keyboard.press('Escape');
    await jump(page, 'everything as read');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('dialog', { name: 'Mark everything as read?' })).toBeVisible();
});

test('threads one follows are found by how they began', async ({ newcomer }) => {
    const tom = await (await newcomer()).signIn(TOM);
    const maya = await (await newcomer()).signIn(MAYA);
    await maya.openWorkspace(WEBSITE);
    await tom.openWorkspace(WEBSITE);
    const text = unique('who brings the ladder');
    await maya.say(text);
    const thread = maya.page.getByRole('complementary', { name: 'Thread', exact: true });
    const row = tom.messages(text);
    await row.hover();
    await row.getByRole('button', { name: /^Reply in thread/ }).click();
    await tom.page.getByRole('textbox', { name: 'Reply', exact: true }).fill('I do');
    await tom.page.getByRole('button', { name: 'Send reply' }).click();
    await expect(maya.messages(text).getByRole('link', { name: /1 reply/ })).toBeVisible();
    await jump(maya.page, text.split(' ').reverse().join(' '));
    const found = options(maya.page).filter({ hasText: text });
    await expect(found).toContainText('Thread');
    await maya.page.keyboard.press('Enter');
    await expect(thread.getByRole('log', { name: 'Replies' })).toContainText('I do');
});


test('K12 K13: it opens without single letters, over another dialog, and not while an input method composes', async ({ newcomer }) => {
    const maya = await (await newcomer()).signIn(MAYA);
    const page = maya.page;
    await maya.ask('prefer', { preference: 'single_letter_keys', value: 'off' });
    await maya.openWorkspace(WEBSITE);
    await jump(page);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+/');
    await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible();
    await jump(page);
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible();
    await page.keyboard.press('Escape');
    await maya.box.focus();
    await maya.box.evaluate(box => box.dispatchEvent(new KeyboardEvent('keydown', { key: 'k', ctrlKey: true, isComposing: true, bubbles: true })));
    await maya.box.evaluate(box => box.dispatchEvent(new KeyboardEvent('keydown', { key: 'k', bubbles: true })));
    await expect(dialog(page)).toHaveCount(0);
    await maya.ask('prefer', { preference: 'single_letter_keys', value: 'on' });
});

test('K14: there is a button for it, on a phone in a room too', async ({ newcomer }) => {
    for (const [viewport, colorScheme, name] of [
        [{ width: 1280, height: 800 }, 'light', 'desktop-light'],
        [{ width: 1280, height: 800 }, 'dark', 'desktop-dark'],
        [{ width: 360, height: 740 }, 'light', 'phone-light'],
        [{ width: 360, height: 740 }, 'dark', 'phone-dark'],
    ] as const) {
        const maya = await (await newcomer({ viewport, colorScheme, hasTouch: viewport.width < 500 })).signIn(MAYA);
        const page = maya.page;
        await maya.openWorkspace(WEBSITE);
        const button = page.getByRole('button', { name: 'Jump to', exact: true }).filter({ visible: true });
        await expect(button).toHaveCount(1);
        await expect(button).toHaveAttribute('title', /Ctrl K/);
        await button.click();
        await expect(input(page)).toBeFocused();
        await expect(options(page).first()).toBeVisible();
        await picture(maya, `jump-first-${name}`);
        const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']).analyze();
        // A list that a text box walks through takes no focus of its own.
        const found = violations.filter(({ id }) => id !== 'scrollable-region-focusable');
        expect(found.map(({ id, nodes }) => [id, nodes.map(node => node.html.slice(0, 120))])).toEqual([]);
        await input(page).fill('photo');
        await expect(options(page).filter({ hasText: 'Photo shoot Porto' })).toBeVisible();
        await picture(maya, `jump-found-${name}`);
        await expectToFit(dialog(page), 'the jump box');
        await options(page).filter({ hasText: 'Photo shoot Porto' }).click();
        await expect(page.getByRole('region', { name: /^Task TASK-/ }).getByLabel('Subject')).toHaveValue('Photo shoot Porto');
        await picture(maya, `jump-task-${name}`);
        await page.goto('/threads');
        await expect(page.getByRole('button', { name: 'Jump to', exact: true }).filter({ visible: true })).toHaveCount(1);
    }
});

test('without a line workspaces, pages and commands are found, and it is said what is not', async ({ newcomer }) => {
    const maya = await (await newcomer()).signIn(MAYA);
    const page = maya.page;
    maya.tolerate(/Failed to load resource|ERR_FAILED/);
    await maya.openWorkspace(WEBSITE);
    await page.route('**/api/jump', route => route.abort());
    await jump(page, 'wine');
    await expect(options(page).filter({ hasText: SHOP })).toBeVisible();
    const alert = dialog(page).getByRole('alert');
    await expect(alert).toContainText('could not be looked up');
    await expect(alert).toContainText('Nothing was lost; try again');
    await picture(maya, 'jump-no-line');
    await page.unroute('**/api/jump');
    await input(page).fill('opening offer');
    await expect(options(page).filter({ hasText: 'Opening offer' })).toBeVisible();
    await expect(alert).toHaveCount(0);
});

test('what ERPNext hides is not found, and what it takes away is forgotten', async ({ newcomer }) => {
    const tom = await (await newcomer()).signIn(TOM);
    const page = tom.page;
    await tom.openWorkspace(WEBSITE);
    await jump(page, 'newsletter');
    await expect(options(page).filter({ hasText: 'Newsletter sign-up' })).toBeVisible();
    // An Issue of the same Project; Tom may not read Issues.
    await expect(options(page).filter({ hasText: 'Newsletter box accepts' })).toHaveCount(0);
    await page.keyboard.press('Escape');
    // As if he had been there while he still might.
    const workspace = new URL(page.url()).pathname.split('/').at(-1)!;
    await page.evaluate(id => {
        const name = Object.keys(localStorage).find(name => name.startsWith('parlance.jump.'))!;
        localStorage.setItem(name, JSON.stringify([{ Target: ['Issue:ISS-HIDDEN-1', id] }]));
    }, workspace);
    const asked = page.waitForResponse('**/api/jump');
    await jump(page);
    await asked;
    await expect(options(page).filter({ hasText: 'ISS-HIDDEN-1' })).toHaveCount(1);
    await page.keyboard.press('Escape');
    await jump(page);
    await expect(options(page).first()).toBeVisible();
    await expect(options(page).filter({ hasText: 'ISS-HIDDEN-1' })).toHaveCount(0);
});

test('I1: in the desk Ctrl K is the desk’s, and the box opens by its icon or Ctrl Shift K', async ({ browser }) => {
    const desk = await (await erpnext.desk(browser, TOM)).open();
    const { panel } = desk;
    const box = panel.getByRole('textbox', { name: 'Message', exact: true });
    await expect(panel.getByRole('log', { name: 'Messages' })).toBeVisible();
    const opened = panel.getByRole('dialog', { name: 'Jump to' });
    // The page is alive once it sends.
    await box.fill('x');
    await expect(panel.getByRole('button', { name: 'Send', exact: true })).toBeEnabled();
    await box.press('Control+k');
    await expect(opened).toHaveCount(0);
    await box.press('Control+Shift+K');
    await expect(opened).toBeVisible();
    await opened.getByRole('combobox').press('Escape');
    await expect(opened).toHaveCount(0);
    await panel.getByRole('button', { name: 'Jump to', exact: true }).filter({ visible: true }).click();
    await expect(opened).toBeVisible();
    await desk.page.screenshot({ path: `${__dirname}/test-results/looks/jump-desk.png`, animations: 'disabled' });
    await desk.context.close();
});

test('K2: the list of keys names what works where one is', async ({ newcomer }) => {
    const maya = await (await newcomer()).signIn(MAYA);
    const page = maya.page;
    const keys = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
    await page.goto('/saved');
    await expect(page.getByRole('heading', { level: 1, name: 'Saved' })).toBeVisible();
    await jump(page);
    await page.keyboard.press('Escape');
    await page.keyboard.press('?');
    await expect(keys.getByText('Jump to anything')).toBeVisible();
    await expect(keys.getByRole('heading', { name: 'On a message' })).toHaveCount(0);
    await keys.getByRole('button', { name: 'Show the keys of rooms too' }).click();
    await expect(keys.getByRole('heading', { name: 'On a message' })).toBeVisible();
    await page.keyboard.press('Escape');
    await maya.openWorkspace(WEBSITE);
    await page.keyboard.press('Control+/');
    for (const name of ['On a message', 'In a room', 'Everywhere']) await expect(keys.getByRole('heading', { name })).toBeVisible();
});
