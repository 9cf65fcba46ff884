import AxeBuilder from '@axe-core/playwright';
import type { Locator } from '@playwright/test';
import { expect, MAYA, type Person, test, TOM, unique } from './fixtures';

/** axe finds nothing on the page as it stands now; what it found is told in a readable way. */
async function expectNothingFound(person: Person, where: string) {
    // What fades in is measured when it is there.
    await person.page.evaluate(() => Promise.all(document.getAnimations().map(one => one.finished.catch(() => undefined))));
    const { violations } = await new AxeBuilder({ page: person.page })
        .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
        .analyze();
    // A list that a text box walks through by aria-activedescendant takes no focus of its own: the arrows scroll it.
    const walked = await person.page.evaluate(() => document.activeElement?.getAttribute('aria-controls'));
    for (const violation of violations.filter(({ id }) => id === 'scrollable-region-focusable')) {
        violation.nodes = violation.nodes.filter(({ html }) => !walked || !html.includes(`role="listbox" id="${walked}"`));
    }
    const found = violations.filter(({ nodes }) => nodes.length > 0).map(({ id, help, nodes }) => ({
        where,
        id,
        help,
        nodes: nodes.slice(0, 4).map(node => `${node.target.join(' ')} — ${node.html.slice(0, 160)} — ${node.any[0]?.message ?? node.all[0]?.message ?? node.none[0]?.message ?? ''}`),
    }));
    expect.soft(found).toEqual([]);
}

async function menuOf(person: Person, row: Locator) {
    await row.focus();
    await person.page.keyboard.press('m');
    await expect(person.page.getByRole('menu', { name: 'Actions' })).toBeVisible();
}

for (const [name, viewport, colorScheme] of [
    ['1280 light', { width: 1280, height: 800 }, 'light'],
    ['1280 dark', { width: 1280, height: 800 }, 'dark'],
    ['360 light', { width: 360, height: 740 }, 'light'],
    ['360 dark', { width: 360, height: 740 }, 'dark'],
] as const) {
    test(`axe finds nothing on the pages of the chat: ${name}`, async ({ newcomer }) => {
        test.slow();
        const maya = await newcomer({ viewport, colorScheme });
        const tom = await newcomer({ replica: 0 });
        await maya.page.goto('/sign-in');
        await expectNothingFound(maya, 'signing in');
        await maya.signIn(MAYA);
        await tom.signIn(TOM);
        await expect(maya.workspaces.first()).toBeVisible();
        await expectNothingFound(maya, 'the list of workspaces');

        const title = await maya.openWorkspace();
        await tom.openWorkspace(title);
        const text = unique('looked at');
        await maya.write(`${text}\n\n# Head\n\n- one\n- [x] two\n\n| a | b |\n| - | - |\n| 1 | 2 |\n\n\`\`\`rust\nlet a = 1;\n\`\`\`\n\n> quoted [link](https://example.com/x)`);
        const call = unique('look');
        await tom.write(`${call} @[Maya Lindqvist](user:maya@parlance.demo)`);
        await expect(maya.messages(call)).toBeVisible();
        const row = maya.messages(text);
        await expect(row).toHaveAttribute('data-state', 'sent');
        await expectNothingFound(maya, 'a room');

        await menuOf(maya, row);
        await expectNothingFound(maya, 'the menu of a message');
        await maya.page.keyboard.press('Escape');
        await row.focus();
        await maya.page.keyboard.press('+');
        const emoji = maya.page.getByRole('combobox', { name: 'Find an emoji' });
        await expect(emoji).toBeFocused();
        await expectNothingFound(maya, 'the emoji picker');
        await emoji.fill('tada');
        await maya.page.keyboard.press('Enter');
        await expect(row.getByRole('button', { name: /^🎉 1/ })).toBeVisible();
        await row.focus();
        await maya.page.keyboard.press('e');
        await expect(maya.page.getByRole('textbox', { name: 'Edit message' })).toBeFocused();
        await expectNothingFound(maya, 'a message that is edited');
        await maya.page.keyboard.press('Escape');

        await maya.box.fill('');
        await maya.box.pressSequentially('@');
        await expect(maya.page.getByRole('listbox').first()).toBeVisible();
        await expectNothingFound(maya, 'the picker of people');
        await maya.box.fill('');
        await maya.box.pressSequentially('#');
        await expect(maya.page.getByRole('listbox').first()).toBeVisible();
        await expectNothingFound(maya, 'the picker of documents');
        await maya.box.fill('');
        await maya.page.getByLabel('Send later').first().click();
        await expect(maya.page.getByRole('group', { name: 'Send later' })).toBeVisible();
        await maya.box.fill('something for later');
        await expectNothingFound(maya, 'sending later');
        await maya.page.keyboard.press('Escape');
        await maya.page.getByLabel('How I write').first().click();
        await expect(maya.page.getByRole('group', { name: 'How I write' })).toBeVisible();
        await expectNothingFound(maya, 'how I write');
        await maya.page.keyboard.press('Escape');
        await maya.box.fill('a draft that stays');

        await maya.list.focus();
        await maya.page.keyboard.press('?');
        await expect(maya.page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible();
        await expectNothingFound(maya, 'the list of keys');
        await maya.page.keyboard.press('Escape');
        await maya.list.focus();
        await maya.page.keyboard.press('Shift+Escape');
        await expect(maya.page.getByRole('dialog', { name: 'Mark everything as read?' })).toBeVisible();
        await expectNothingFound(maya, 'the question before everything is read');
        await maya.page.keyboard.press('Escape');
        await maya.page.getByRole('button', { name: 'Room menu' }).click();
        await expect(maya.page.getByRole('menu', { name: 'Room' })).toBeVisible();
        await expectNothingFound(maya, 'the menu of a room');
        await maya.page.keyboard.press('Escape');

        await row.focus();
        await maya.page.keyboard.press('r');
        const thread = maya.page.getByRole('complementary', { name: 'Thread', exact: true });
        await thread.getByRole('textbox', { name: 'Reply' }).fill('an answer');
        await thread.getByRole('button', { name: 'Send reply' }).click();
        await expect(thread.getByText('an answer').first()).toBeVisible();
        await expectNothingFound(maya, 'a thread');
        await maya.page.keyboard.press('Escape');
        await row.focus();
        const saved = maya.page.waitForResponse(/\/api\/save_message/);
        await maya.page.keyboard.press('s');
        expect((await saved).status()).toBe(200);

        const room = new URL(maya.page.url()).pathname;
        for (const path of ['/threads', '/mentions', '/saved', '/drafts', '/settings']) {
            await maya.page.goto(path);
            await expect(maya.page.getByRole('heading', { level: 1 })).toBeVisible();
            if (path !== '/settings') await expect(maya.page.getByRole('main').getByRole('listitem').first()).toBeVisible();
            await expectNothingFound(maya, path);
        }
        await maya.page.goto(room);
        await expect(maya.box).toHaveValue('a draft that stays');
        await maya.goOffline();
        await maya.box.fill('queued');
        await maya.sendButton.click();
        await expectNothingFound(maya, 'a room without a line');
        await maya.goOnline();
        await expect(maya.messages('queued').last()).toHaveAttribute('data-state', 'sent');
    });
}
