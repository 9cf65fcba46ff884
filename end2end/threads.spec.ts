import type { Page } from '@playwright/test';
import { expectToFit } from './fits';
import { expect, MAYA, type Person, test, TOM, unique } from './fixtures';

const panel = (page: Page) => page.getByRole('complementary', { name: 'Thread', exact: true });
const replies = (page: Page) => panel(page).getByRole('log', { name: 'Replies' });
const box = (page: Page) => panel(page).getByRole('textbox', { name: 'Reply', exact: true });

async function both(newcomer: (options: { replica: number }) => Promise<Person>) {
    const maya = await (await newcomer({ replica: 0 })).signIn(MAYA);
    const tom = await (await newcomer({ replica: 1 })).signIn(TOM);
    const title = await maya.openWorkspace();
    await tom.openWorkspace(title);
    return { maya, tom };
}

/** Opens the thread of a message by its action. */
async function openThread(person: Person, text: string) {
    const row = person.messages(text);
    await row.hover();
    await row.getByRole('button', { name: /^Reply in thread/ }).click();
    await expect(panel(person.page)).toBeVisible();
    await expect(replies(person.page).getByText(text, { exact: true })).toBeVisible();
}

async function answer(person: Person, text: string) {
    await box(person.page).fill(text);
    await panel(person.page).getByRole('button', { name: 'Send reply' }).click();
    await expect(replies(person.page).getByRole('article').filter({ hasText: text })).toHaveAttribute('data-state', 'sent');
}

async function picture(page: Page, name: string) {
    await page.screenshot({ path: `${__dirname}/test-results/looks/${name}.png`, animations: 'disabled' });
}

test('H1 H3 H6: a reply opens a panel, stays out of the room, and the focus goes there and back', async ({ newcomer }) => {
    const { maya, tom } = await both(newcomer);
    const text = unique('who takes the menu?');
    await maya.say(text);
    await openThread(tom, text);
    await expect(box(tom.page)).toBeFocused();
    const reply = unique('I do');
    await answer(tom, reply);
    await expect(tom.messages(reply)).toHaveCount(0);
    // Who has the room open sees the count, and the reply once the thread is open.
    const summary = maya.messages(text).getByRole('link', { name: /1 reply/ });
    await expect(summary).toBeVisible();
    await summary.click();
    await expect(replies(maya.page).getByText(reply)).toBeVisible();
    const live = unique('thanks');
    await answer(maya, live);
    await expect(replies(tom.page).getByText(live)).toBeVisible();
    // The box is off until somebody sets it.
    const also = panel(tom.page).getByRole('checkbox', { name: 'Also send to the room' });
    await expect(also).not.toBeChecked();
    await also.check();
    const shown = unique('for everybody');
    await answer(tom, shown);
    await expect(maya.messages(shown)).toBeVisible();
    await tom.page.keyboard.press('Escape');
    await expect(panel(tom.page)).toHaveCount(0);
    await expect(tom.messages(text)).toBeFocused();
});

test('H5: a thread opens by its address, and Back closes it', async ({ newcomer }) => {
    const { maya } = await both(newcomer);
    const text = unique('linked');
    await maya.say(text);
    await openThread(maya, text);
    const reply = unique('the answer');
    await answer(maya, reply);
    await expect(maya.page).toHaveURL(/\/w\/[0-9a-f-]{36}\?thread=[0-9a-f-]{36}$/);
    const id = await replies(maya.page).getByRole('article').filter({ hasText: reply }).getAttribute('data-id');
    await maya.page.goBack();
    await expect(panel(maya.page)).toHaveCount(0);
    await expect(maya.messages(text)).toBeVisible();
    await maya.page.goForward();
    await expect(replies(maya.page).getByText(reply)).toBeVisible();
    await maya.page.goto(`${maya.page.url()}&m=${id}`);
    await expect(replies(maya.page).getByRole('article').filter({ hasText: reply })).toHaveClass(/msg-sought/);
});

test('H4: who answers or is called follows; the bell ends it; the page of threads has the unread ones first', async ({ newcomer }) => {
    const { maya, tom } = await both(newcomer);
    const [first, second] = [unique('first thread'), unique('second thread')];
    for (const text of [first, second]) {
        await maya.say(text);
        await openThread(maya, text);
        await answer(maya, `${text} mine`);
        await maya.page.keyboard.press('Escape');
    }
    await openThread(tom, first);
    const bell = panel(tom.page).getByRole('button', { name: 'Follow this thread' });
    await expect(bell).toHaveAttribute('aria-pressed', 'false');
    await answer(tom, `${first} from tom`);
    await expect(bell).toHaveAttribute('aria-pressed', 'true');

    await expect(maya.messages(first).getByRole('img', { name: 'not read' })).toBeVisible();
    await maya.page.getByRole('navigation', { name: 'For me' }).getByRole('link', { name: /Threads/ }).click();
    const rows = maya.page.getByRole('main').getByRole('article');
    await expect(rows.first()).toContainText(first);
    await expect(rows.first()).toContainText('1 unread');
    await picture(maya.page, 'threads-list');
    await rows.first().getByRole('link', { name: 'Open thread' }).click();
    await expect(replies(maya.page).getByText(`${first} from tom`)).toBeVisible();
    await expect(maya.messages(first).getByRole('img', { name: 'not read' })).toHaveCount(0);

    await bell.click();
    await expect(bell).toHaveAttribute('aria-pressed', 'false');
});

test('H6: the width of the panel is kept, and set by keys too', async ({ newcomer }) => {
    const maya = await (await newcomer()).signIn(MAYA);
    await maya.openWorkspace();
    const text = unique('wide');
    await maya.say(text);
    await openThread(maya, text);
    const edge = panel(maya.page).getByRole('separator', { name: 'Width of the thread' });
    await edge.focus();
    await maya.page.keyboard.press('ArrowLeft');
    await maya.page.keyboard.press('ArrowLeft');
    const width = await edge.getAttribute('aria-valuenow');
    await maya.page.reload();
    await expect(edge).toHaveAttribute('aria-valuenow', width!);
    expect((await panel(maya.page).boundingBox())!.width).toBeCloseTo(Number(width), -1);
});

for (const [name, viewport, scheme] of [
    ['desktop', { width: 1280, height: 800 }, 'light'],
    ['desktop-dark', { width: 1280, height: 800 }, 'dark'],
    ['phone', { width: 360, height: 740 }, 'light'],
] as const) {
    test(`H1: a thread fits and can be looked at: ${name}`, async ({ newcomer }) => {
        const maya = await (await newcomer({ viewport, colorScheme: scheme })).signIn(MAYA);
        await maya.openWorkspace();
        const text = unique('Shall we show the new menu on Friday?');
        await maya.say(text);
        const id = await maya.messages(text).getAttribute('data-id');
        await maya.page.goto(`${maya.page.url()}?thread=${id}`);
        await answer(maya, 'Friday is fine, Tom has the pictures.');
        await expect(replies(maya.page).getByText('Friday is fine').last()).toBeVisible();
        await expectToFit(panel(maya.page), 'the thread');
        if (viewport.width < 768) {
            expect((await panel(maya.page).boundingBox())!.width).toBe(viewport.width);
            await picture(maya.page, `thread-${name}`);
            await panel(maya.page).getByRole('button', { name: 'Back to the room' }).click();
            await expect(panel(maya.page)).toHaveCount(0);
        } else {
            await picture(maya.page, `thread-${name}`);
        }
    });
}

test('a message saved on one device is saved on the other, and listed', async ({ newcomer }) => {
    const maya = await (await newcomer()).signIn(MAYA);
    const other = await (await newcomer()).signIn(MAYA);
    const title = await maya.openWorkspace();
    await other.openWorkspace(title);
    const text = unique('keep this');
    await maya.say(text);
    await maya.messages(text).hover();
    await maya.messages(text).getByRole('button', { name: /^Save for later/ }).click();
    await other.messages(text).hover();
    await expect(other.messages(text).getByRole('button', { name: /^Remove from saved/ })).toBeVisible();
    await other.page.getByRole('navigation', { name: 'For me' }).getByRole('link', { name: 'Saved' }).click();
    await other.page.getByRole('main').getByRole('link', { name: text }).click();
    await expect(other.messages(text)).toBeVisible();
});
