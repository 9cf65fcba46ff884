import type { Page } from '@playwright/test';
import { expect, MAYA, type Person, test, TOM, unique } from './fixtures';

/** From here on every movement and press of a pointer is noted, on each page: there must be none. */
async function withoutPointer(page: Page): Promise<string[]> {
    const pointed: string[] = [];
    await page.exposeFunction('notePointer', (kind: string) => void pointed.push(kind));
    await page.addInitScript(() => {
        for (const kind of ['pointerdown', 'pointermove', 'mousedown', 'touchstart']) {
            addEventListener(kind, event => event.isTrusted && (window as any).notePointer(kind), { capture: true });
        }
    });
    return pointed;
}

/** Presses Tab until something of this name has the focus. */
async function tabTo(page: Page, name: RegExp | string, back = false) {
    const wanted = page.getByRole('button', { name }).or(page.getByRole('link', { name })).or(page.getByLabel(name));
    for (let n = 0; n < 120; n += 1) {
        await page.keyboard.press(back ? 'Shift+Tab' : 'Tab');
        const there = await wanted.evaluateAll(all => all.some(one => one === document.activeElement));
        if (there) return;
    }
    throw new Error(`Tab leads to nothing called ${name}`);
}

/** F6 until the box has the focus. */
async function toBox(person: Person) {
    for (let n = 0; n < 8; n += 1) {
        if (await person.box.evaluate(box => box === document.activeElement)) return;
        await person.page.keyboard.press('F6');
    }
    throw new Error('F6 does not lead to the box');
}

/** From the box to the newest message. */
async function toNewest(person: Person) {
    await toBox(person);
    await person.page.keyboard.press('Shift+F6');
    await person.page.keyboard.press('k');
    await expect(person.messages().last()).toBeFocused();
}

test('K2 K3 K5 K6 K7 K8 K9 K10 K11: what a team does all day is done by the keyboard alone', async ({ newcomer }) => {
    test.setTimeout(300_000);
    const tom = await (await newcomer()).signIn(TOM);
    const maya = await newcomer();
    await maya.context.grantPermissions(['clipboard-read', 'clipboard-write']);
    const page = maya.page;
    const keys = page.keyboard;
    const pointed = await withoutPointer(page);
    const row = (text: string) => maya.messages(text);
    const dialog = (name: string) => page.getByRole('dialog', { name });
    // The browser's own key for it reaches no page in a test.
    const back = () => page.goBack();
    const thread = page.getByRole('complementary', { name: 'Thread', exact: true });

    await test.step('1: sign in', async () => {
        await page.goto('/sign-in');
        await tabTo(page, 'Email');
        await keys.type(MAYA);
        await keys.press('Tab');
        await keys.type('demo');
        await keys.press('Enter');
        await expect(page).not.toHaveURL(/sign-in/);
    });
    const title = (await maya.workspaces.first().locator('bdi').first().innerText()).trim();
    await test.step('2: open a workspace', async () => {
        await tabTo(page, title);
        await keys.press('Enter');
        await expect(maya.list).toBeVisible();
        await tom.openWorkspace(title);
        // It opens at what Tom has not read yet.
        await expect(async () => {
            await tom.list.press('End');
            await expect(tom.page.locator('.to-end')).toHaveCount(0, { timeout: 1_000 });
        }).toPass();
    });
    const first = unique('typed and sent');
    await test.step('3: write and send a message of two lines', async () => {
        await expect(async () => {
            await toBox(maya);
        }).toPass();
        await keys.type(first);
        await keys.press('Shift+Enter');
        await keys.type('second line');
        await keys.press('Enter');
        await expect(tom.messages(first)).toContainText('second line');
    });
    await test.step('4: edit it', async () => {
        await keys.press('ArrowUp');
        await expect(page.getByRole('textbox', { name: 'Edit message' })).toBeFocused();
        await keys.press('Control+End');
        await keys.type(', edited');
        await keys.press('Enter');
        await expect(tom.messages(first)).toContainText('second line, edited');
    });
    await test.step('5: call somebody by @', async () => {
        await toBox(maya);
        await keys.type('@oka');
        await expect(page.getByRole('option', { name: /Tom Okafor/ })).toBeVisible();
        await keys.press('Enter');
        await keys.type('please look');
        await keys.press('Enter');
        await expect(tom.messages('please look').last()).toContainText('Tom Okafor');
    });
    await test.step('6: be about a document by #', async () => {
        await keys.type('this is #');
        await expect(page.getByRole('option').first()).toBeVisible();
        await keys.press('ArrowDown');
        await keys.press('Enter');
        await expect(maya.box).toHaveValue(/this is #\S+/);
        await keys.press('Enter');
        await expect(maya.box).toHaveValue('');
    });
    await test.step('7: an emoji by :', async () => {
        await keys.type('well done :tada');
        await expect(page.getByRole('option').first()).toBeVisible();
        await keys.press('Enter');
        await keys.press('Enter');
        await expect(tom.messages('well done').last()).toContainText('🎉');
    });
    const theirs = unique('something of Tom');
    await tom.say(theirs);
    await test.step('8: react', async () => {
        await toNewest(maya);
        await keys.press('+');
        await expect(page.getByRole('combobox', { name: 'Find an emoji' })).toBeFocused();
        await keys.type('thumbs');
        await keys.press('Enter');
        await expect(tom.messages(theirs).getByRole('button', { name: /^👍/ })).toBeVisible();
    });
    await test.step('9: answer in a thread', async () => {
        await toNewest(maya);
        await keys.press('r');
        await expect(thread.getByRole('textbox', { name: 'Reply' })).toBeFocused();
        await keys.type('an answer by keys');
        await keys.press('Enter');
        await expect(tom.messages(theirs).getByRole('link', { name: /1 reply/ })).toBeVisible();
    });
    await test.step('10: no longer follow the thread', async () => {
        const bell = thread.getByRole('button', { name: 'Follow this thread' });
        await expect(bell).toHaveAttribute('aria-pressed', 'true');
        await tabTo(page, 'Follow this thread', true);
        await keys.press('Space');
        await expect(bell).toHaveAttribute('aria-pressed', 'false');
    });
    await test.step('11: make the thread wider', async () => {
        const width = async () => (await thread.boundingBox())!.width;
        const before = await width();
        await keys.press('Control+Shift+Period');
        await expect.poll(width).toBeGreaterThan(before);
        await keys.press('Control+Shift+Period');
        await expect.poll(width).toBe(before);
    });
    await test.step('12: close the thread, and be where one was', async () => {
        await keys.press('Escape');
        await expect(thread).toHaveCount(0);
        await expect(row(theirs)).toBeFocused();
    });
    await test.step('13: quote', async () => {
        await keys.press('>');
        await expect(maya.box).toBeFocused();
        await expect(maya.box).toHaveValue(new RegExp(`> .*${theirs}`));
        await keys.type('yes');
        await keys.press('Enter');
        await expect(tom.messages('yes').last()).toContainText(theirs);
    });
    await test.step('14: copy the link', async () => {
        await toNewest(maya);
        const wanted = row(theirs).first();
        for (let n = 0; n < 5 && !(await wanted.evaluate(row => row === document.activeElement)); n += 1) await keys.press('k');
        await keys.press('c');
        await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toContain('?m=');
    });
    await test.step('15: keep for later, and find it', async () => {
        await keys.press('s');
        await tabTo(page, /^Saved/);
        await keys.press('Enter');
        await expect(page.getByRole('main')).toContainText(theirs);
        await back();
        await expect(maya.list).toBeVisible();
    });
    await test.step('16: make a Task', async () => {
        await toNewest(maya);
        await keys.press('t');
        await expect(maya.messages().last().getByText(/New Task|TASK-/).first()).toBeVisible();
        await expect(tom.messages().last().getByText(/^TASK-/).first()).toBeVisible({ timeout: 30_000 });
    });
    await test.step('17: make an Issue', async () => {
        const text = unique('this is broken');
        await tom.say(text);
        await toNewest(maya);
        await keys.press('i');
        await expect(tom.messages(text).getByText(/^ISS-/).first()).toBeVisible({ timeout: 30_000 });
    });
    await test.step('18: pin from the menu', async () => {
        await toNewest(maya);
        await keys.press('m');
        const menu = page.getByRole('menu', { name: 'Actions' });
        await expect(menu.getByRole('menuitem').first()).toBeFocused();
        for (let n = 0; n < 14 && !(await menu.getByRole('menuitem', { name: 'Pin to the room' }).evaluate(it => it === document.activeElement)); n += 1) {
            await keys.press('ArrowDown');
        }
        await keys.press('Enter');
        await expect(tom.messages().last()).toContainText('Pinned by Maya');
    });
    await test.step('19: remove a message and put it back', async () => {
        await toBox(maya);
        const text = unique('too much');
        await keys.type(text);
        await keys.press('Enter');
        await expect(tom.messages(text)).toBeVisible();
        await toNewest(maya);
        await keys.press('m');
        await keys.press('End');
        await keys.press('Enter');
        await expect(tom.messages(text)).toHaveCount(0);
        await tabTo(page, /^Undo/);
        await keys.press('Enter');
        await expect(maya.box).toHaveValue(text);
        await keys.press('Control+a');
        await keys.press('Backspace');
    });
    await test.step('20: take back what was just sent', async () => {
        await toBox(maya);
        const text = unique('too early');
        await keys.type(text);
        await keys.press('Enter');
        await expect(row(text)).toBeVisible();
        await tabTo(page, /^Undo/, true);
        await keys.press('Enter');
        await expect(maya.box).toHaveValue(text);
        await expect(tom.messages(text)).toHaveCount(0);
        await toBox(maya);
        await keys.press('Control+a');
        await keys.press('Backspace');
    });
    await test.step('21: attach a file', async () => {
        const chooser = page.waitForEvent('filechooser');
        await keys.press('Control+u');
        await (await chooser).setFiles({ name: 'by-keys.txt', mimeType: 'text/plain', buffer: Buffer.from('typed') });
        await keys.type('with a file');
        await keys.press('Enter');
        await expect(tom.messages('with a file').last()).toContainText('by-keys.txt');
    });
    await test.step('22: send later, and find it under Drafts', async () => {
        const text = unique('for later');
        await keys.type(text);
        await tabTo(page, 'Send later');
        await keys.press('Enter');
        await expect(page.getByRole('group', { name: 'Send later' })).toBeVisible();
        await tabTo(page, /Tomorrow morning/);
        await keys.press('Enter');
        await expect(page.getByText(/Will be sent/)).toBeVisible();
        await toBox(maya);
        await keys.press('Shift+F6');
        await keys.press('d');
        await expect(page).toHaveURL(/drafts/);
        await expect(page.getByRole('main')).toContainText(text);
        await tabTo(page, /^Send now/);
        await back();
        await expect(maya.list).toBeVisible();
    });
    await test.step('23: the list of keys', async () => {
        await toBox(maya);
        await keys.press('Control+Slash');
        await expect(dialog('Keyboard shortcuts')).toBeVisible();
        await keys.press('Escape');
        await expect(dialog('Keyboard shortcuts')).toHaveCount(0);
        await expect(maya.box).toBeFocused();
    });
    await test.step('24: to the next workspace, and back', async () => {
        const here = page.url();
        const head = page.getByRole('heading', { level: 1, name: title });
        await keys.press('Alt+ArrowDown');
        await expect(page).not.toHaveURL(here);
        await expect(head).toHaveCount(0);
        await keys.press('Alt+ArrowUp');
        await expect(page).toHaveURL(here);
        await expect(head).toBeVisible();
    });
    await test.step('25: close and open the project panel', async () => {
        const panel = page.getByRole('complementary', { name: 'Project' });
        await expect(panel).toBeVisible();
        await keys.press('Control+Period');
        await expect(panel).toBeHidden();
        await keys.press('Control+Period');
        await expect(panel).toBeVisible();
    });
    await test.step('26: mark unread from here, then everything as read', async () => {
        await tom.say(unique('one more'));
        await toNewest(maya);
        await keys.press('Shift+U');
        const unread = page.getByRole('navigation', { name: 'Workspaces' }).getByRole('listitem').filter({ hasText: title }).getByText('Unread', { exact: true });
        await expect(unread).toBeAttached();
        await keys.press('Shift+Escape');
        await expect(dialog('Mark everything as read?')).toBeVisible();
        await tabTo(page, 'Mark as read');
        await keys.press('Enter');
        await expect(unread).toHaveCount(0);
    });
    await test.step('27: from far up to the newest', async () => {
        await toBox(maya);
        await keys.press('Shift+F6');
        await keys.press('Home');
        await expect(maya.messages().last()).not.toBeInViewport();
        await expect(page.getByRole('button', { name: /^To the newest$|^\d+ new$/ })).toBeVisible();
        await keys.press('Escape');
        await expect(maya.messages().last()).toBeInViewport();
    });
    await test.step('28: the mentions, the threads and the settings', async () => {
        await keys.press('Control+Shift+M');
        await expect(page).toHaveURL(/mentions/);
        await tabTo(page, /^Threads/);
        await keys.press('Enter');
        await expect(page).toHaveURL(/threads/);
        await tabTo(page, 'Settings');
        await keys.press('Enter');
        await expect(page).toHaveURL(/settings/);
        await tabTo(page, /Always, when they are in view|Only in their room/);
        await keys.press('ArrowUp');
        await keys.press('ArrowDown');
    });
    await test.step('29: sign out', async () => {
        await tabTo(page, 'Sign out');
        await keys.press('Enter');
        await expect(page).toHaveURL(/sign-in/);
    });
    expect(pointed, 'pointers that were used').toEqual([]);
});
