import { expect, MAYA, type Person, test, TOM, unique } from './fixtures';

/** A page that is alive, with an empty box. */
async function open(newcomer: (options?: object) => Promise<Person>, user: string, title?: string): Promise<[Person, string]> {
    const person = await (await newcomer()).signIn(user);
    const name = await person.openWorkspace(title);
    await person.box.fill('a');
    await expect(person.sendButton).toBeEnabled();
    await person.box.fill('');
    await expect(person.sendButton).toBeDisabled();
    return [person, name];
}

test('C1: Enter sends, Shift and Enter make a new line, and the setting turns it round', async ({ newcomer }) => {
    const [maya] = await open(newcomer, MAYA);
    const text = unique('two lines');
    await maya.box.pressSequentially(text);
    await maya.box.press('Shift+Enter');
    await maya.box.pressSequentially('second');
    await expect(maya.box).toHaveValue(`${text}\nsecond`);
    await maya.box.press('Enter');
    await expect(maya.messages(text)).toHaveAttribute('data-state', 'sent');

    await maya.page.getByLabel('How I write').first().click();
    await maya.page.getByRole('checkbox', { name: /Enter sends/ }).uncheck();
    await maya.page.keyboard.press('Escape');
    await maya.box.click();
    const other = unique('by control');
    await maya.box.pressSequentially(other);
    await maya.box.press('Enter');
    await expect(maya.box).toHaveValue(`${other}\n`);
    await maya.box.press('Control+Enter');
    await expect(maya.messages(other)).toHaveAttribute('data-state', 'sent');

    await maya.page.getByLabel('How I write').first().click();
    await maya.page.getByRole('checkbox', { name: /Enter sends/ }).check();
    await maya.page.keyboard.press('Escape');
});

test('C2: Enter goes on with a list and with code, and a second Enter leaves them', async ({ newcomer }) => {
    const [maya] = await open(newcomer, MAYA);
    await maya.box.pressSequentially('- one');
    await maya.box.press('Enter');
    await expect(maya.box).toHaveValue('- one\n- ');
    await maya.box.press('Enter');
    await expect(maya.box).toHaveValue('- one\n');
    await maya.box.fill('');
    await maya.box.pressSequentially('```');
    await maya.box.press('Enter');
    await maya.box.pressSequentially('let a;');
    await maya.box.press('Enter');
    await expect(maya.box).toHaveValue('```\nlet a;\n');
    await maya.box.press('Enter');
    await expect(maya.box).toHaveValue('```\nlet a;\n```\n');
    await maya.box.fill('');
});

test('M12: bold by a key, and rich text is pasted as Markdown', async ({ newcomer }) => {
    const [maya] = await open(newcomer, MAYA);
    await maya.box.fill('word');
    await maya.box.press('Control+a');
    await maya.box.press('Control+b');
    await expect(maya.box).toHaveValue('**word**');
    await maya.box.press('Control+b');
    await expect(maya.box).toHaveValue('word');
    await maya.box.press('Control+z');
    await expect(maya.box).toHaveValue('**word**');
    await maya.box.fill('');
    const paste = (html: string, plain: string) =>
        maya.box.evaluate(
            (box, [html, plain]) => {
                const data = new DataTransfer();
                data.setData('text/html', html);
                data.setData('text/plain', plain);
                box.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
            },
            [html, plain],
        );
    await paste(
        '<p>See <b>this</b> and <a href="https://example.com/x">that</a><script>alert(1)</script></p><ul><li>one</li><li>two <i>x</i></li></ul><a href="javascript:alert(1)">no</a>',
        'See this and that one two x no',
    );
    await expect(maya.box).toHaveValue('See **this** and [that](https://example.com/x)\n\n- one\n- two _x_\n\nno');
    await maya.box.fill('');
});

test('C3: a draft is on the other device, marked in the list and found on the Drafts page', async ({ newcomer }) => {
    const [maya, title] = await open(newcomer, MAYA);
    const other = await (await newcomer()).signIn(MAYA);
    await other.openWorkspace(title);
    await expect(other.sendButton).toBeDisabled();
    const text = unique('begun here');
    await maya.box.pressSequentially(text);
    await expect(other.box).toHaveValue(text);
    await maya.page.getByRole('link', { name: /Drafts/ }).click();
    const row = maya.page.getByRole('region', { name: 'Begun' }).getByRole('listitem').filter({ hasText: text });
    await expect(row).toBeVisible();
    await expect(maya.page.getByRole('navigation', { name: 'Workspaces' }).getByText('Draft', { exact: true })).toHaveCount(1);
    await row.getByRole('link', { name: title }).click();
    await expect(maya.box).toHaveValue(text);
    await maya.box.press('Enter');
    await expect(other.box).toHaveValue('');
    await expect(maya.messages(text)).toHaveAttribute('data-state', 'sent');
});

test('C7: a message for later waits under Drafts, can be changed, and is sent once', async ({ newcomer }) => {
    const [maya, title] = await open(newcomer, MAYA);
    const tom = await (await newcomer()).signIn(TOM);
    await tom.openWorkspace(title);
    const text = unique('for later');
    await maya.box.fill(text);
    await maya.page.getByLabel('Send later').first().click();
    await maya.page.getByRole('button', { name: /Tomorrow morning/ }).click();
    await expect(maya.box).toHaveValue('');
    await expect(maya.page.getByText(/Will be sent/)).toBeVisible();
    await maya.page.getByRole('link', { name: /Drafts/ }).click();
    const row = maya.page.getByRole('region', { name: 'To be sent later' }).getByRole('listitem').filter({ hasText: text });
    await expect(row).toBeVisible();
    await row.getByRole('button', { name: 'Change' }).click();
    await row.getByRole('textbox', { name: 'Message' }).fill(`${text} changed`);
    await row.getByRole('button', { name: 'Save' }).click();
    const waiting = maya.page.getByRole('region', { name: 'To be sent later' });
    const changed = waiting.getByRole('listitem').filter({ hasText: `${text} changed` });
    await changed.getByRole('button', { name: 'Send now' }).click();
    await expect(tom.messages(`${text} changed`)).toHaveCount(1);
    await expect(changed).toHaveCount(0);
});

test('C8: what was sent can be taken back, and its text is in the box', async ({ newcomer }) => {
    const [maya, title] = await open(newcomer, MAYA);
    const tom = await (await newcomer()).signIn(TOM);
    await tom.openWorkspace(title);
    const text = unique('too early');
    await maya.box.fill(text);
    await maya.box.press('Enter');
    await expect(tom.messages(text)).toBeVisible();
    await maya.page.getByRole('button', { name: 'Undo' }).click();
    await expect(maya.box).toHaveValue(text);
    await expect(tom.messages(text)).toHaveCount(0);
    await expect(maya.messages(text)).toHaveCount(0);
    await maya.box.fill('');
});

test('a command is done once, however often it is pressed, and says that it is being done', async ({ newcomer }) => {
    const [maya] = await open(newcomer, MAYA);
    for (const [command, endpoint, doing] of [
        ['/task', 'make_work', 'Making the Task…'],
        ['/issue', 'make_work', 'Making the Issue…'],
    ]) {
        let go = () => {};
        const held = new Promise<void>(resolve => (go = resolve));
        let asked = 0;
        await maya.page.route(new RegExp(`api/${endpoint}`), async route => {
            asked += 1;
            await held;
            await route.continue();
        });
        const subject = unique('once');
        await maya.box.fill(`${command} ${subject}`);
        await maya.box.press('Enter');
        await expect(maya.page.getByText(doing)).toBeVisible();
        await expect(maya.sendButton).toBeDisabled();
        await maya.box.press('Enter');
        await maya.box.press('Control+Enter');
        go();
        await expect(maya.page.getByText(`‘${subject}’ is on its way`)).toBeVisible();
        await expect(maya.box).toHaveValue('');
        expect(asked).toBe(1);
        await maya.page.unroute(new RegExp(`api/${endpoint}`));
    }
});

test('C7: sending later is busy until it is kept, and keeps what is typed meanwhile', async ({ newcomer }) => {
    const [maya] = await open(newcomer, MAYA);
    let go = () => {};
    const held = new Promise<void>(resolve => (go = resolve));
    let asked = 0;
    await maya.page.route(/api\/schedule_message/, async route => {
        asked += 1;
        await held;
        await route.continue();
    });
    const text = unique('later once');
    await maya.box.fill(text);
    await maya.page.getByLabel('Send later').first().click();
    await maya.page.getByRole('button', { name: /Tomorrow morning/ }).click();
    await expect(maya.page.getByText('Keeping it for later…')).toBeVisible();
    await expect(maya.sendButton).toBeDisabled();
    await expect(maya.box).toBeFocused();
    await maya.box.press('Control+Enter');
    await maya.page.getByLabel('Send later').first().click();
    await maya.page.getByRole('button', { name: /In an hour/ }).click();
    await maya.page.keyboard.press('Escape');
    await maya.box.press('End');
    await maya.box.pressSequentially(' and more');
    go();
    await expect(maya.page.getByText(/Will be sent/)).toBeVisible();
    await expect(maya.box).toHaveValue(`${text} and more`);
    expect(asked).toBe(1);
    await expect(maya.messages(text)).toHaveCount(0);
    await maya.box.fill('');
});

test('C7: what waits can go back to the drafts, and is in the box again', async ({ newcomer }) => {
    const [maya, title] = await open(newcomer, MAYA);
    const text = unique('not yet');
    await maya.box.fill(text);
    await maya.page.getByLabel('Send later').first().click();
    await maya.page.getByRole('button', { name: /Tomorrow morning/ }).click();
    await expect(maya.page.getByText(/Will be sent/)).toBeVisible();
    await maya.page.getByRole('link', { name: /Drafts/ }).click();
    const waiting = maya.page.getByRole('region', { name: 'To be sent later' }).getByRole('listitem').filter({ hasText: text });
    await waiting.getByRole('button', { name: 'Back to draft' }).click();
    await expect(waiting).toHaveCount(0);
    const begun = maya.page.getByRole('region', { name: 'Begun' }).getByRole('listitem').filter({ hasText: text });
    await begun.getByRole('link', { name: title }).click();
    await expect(maya.box).toHaveValue(text);
    await maya.box.fill('');
});

test('C7: the focus returns when Send later is closed', async ({ newcomer }) => {
    const [maya] = await open(newcomer, MAYA);
    const button = maya.page.getByLabel('Send later').first();
    await button.focus();
    await maya.page.keyboard.press('Enter');
    await maya.page.getByRole('button', { name: /Tomorrow morning/ }).focus();
    await maya.page.keyboard.press('Escape');
    await expect(maya.page.getByRole('group', { name: 'Send later' })).toHaveCount(0);
    await expect(button).toBeFocused();
});

test('C3: the last that was typed is kept, also when the box is gone before an earlier answer comes', async ({ newcomer }) => {
    const [maya] = await open(newcomer, MAYA);
    let go = () => {};
    const held = new Promise<void>(resolve => (go = resolve));
    const texts: string[] = [];
    await maya.page.route(/api\/keep_draft/, async route => {
        texts.push(route.request().postData() ?? '');
        if (texts.length === 1) await held;
        await route.continue();
    });
    const text = unique('first');
    await maya.box.fill(text);
    await expect.poll(() => texts.length).toBe(1);
    await maya.box.press('End');
    await maya.box.pressSequentially(' and last');
    await maya.page.getByRole('link', { name: /Drafts/ }).click();
    await expect(maya.page.getByRole('heading', { name: 'Drafts' })).toBeVisible();
    go();
    const row = maya.page.getByRole('region', { name: 'Begun' }).getByRole('listitem').filter({ hasText: `${text} and last` });
    await expect(row).toBeVisible();
    await row.getByRole('button', { name: /Throw away/ }).click();
    await row.getByRole('button', { name: /Really/ }).click();
    await expect(row).toHaveCount(0);
});

test('C9: the box grows to 40 % of the height and covers no message', async ({ newcomer }) => {
    const [maya] = await open(newcomer, MAYA);
    await maya.box.fill(Array.from({ length: 80 }, (_, line) => `line ${line}`).join('\n'));
    const height = maya.page.viewportSize()!.height;
    const box = maya.page.locator('.composer-grow');
    await expect.poll(async () => (await box.boundingBox())!.height).toBeGreaterThan(height * 0.3);
    expect((await box.boundingBox())!.height).toBeLessThanOrEqual(height * 0.4 + 1);
    const list = (await maya.list.boundingBox())!;
    expect(list.y + list.height).toBeLessThanOrEqual((await box.boundingBox())!.y);
    await maya.box.fill('');
});

test('C10: others see who is writing, unless that is switched off', async ({ newcomer }) => {
    const [maya, title] = await open(newcomer, MAYA);
    const [tom] = await open(newcomer, TOM, title);
    await tom.box.pressSequentially('I am writing something', { delay: 120 });
    await expect(maya.page.getByText('Tom Okafor is writing…')).toBeVisible();
    await tom.box.press('Enter');
    await expect(maya.page.getByText('Tom Okafor is writing…')).toHaveCount(0);

    const told: string[] = [];
    const choice = tom.page.getByRole('checkbox', { name: 'Show others that I am writing' });
    await tom.page.getByLabel('How I write').first().click();
    await choice.uncheck();
    await tom.page.keyboard.press('Escape');
    await maya.page.exposeFunction('noteWriting', (words: string) => told.push(words));
    await maya.page.evaluate(() => {
        new MutationObserver(() => {
            const words = document.querySelector('.typists')?.textContent ?? '';
            if (words.includes('writing')) (window as unknown as { noteWriting(words: string): void }).noteWriting(words);
        }).observe(document.querySelector('.composer')!, { subtree: true, childList: true, characterData: true });
    });
    await tom.box.pressSequentially('I am writing unseen now', { delay: 120 });
    const text = unique('written unseen');
    await tom.say(text);
    await expect(maya.messages(text)).toBeVisible();
    expect(told).toEqual([]);
    await tom.page.getByLabel('How I write').first().click();
    await choice.check();
});

test('C11: the focus stays in the box, and a message that cannot be sent is not lost', async ({ newcomer }) => {
    const [maya] = await open(newcomer, MAYA);
    await maya.goOffline();
    const text = unique('offline');
    await maya.box.fill(text);
    await maya.sendButton.click();
    await expect(maya.box).toBeFocused();
    await expect(maya.messages(text)).toHaveAttribute('data-state', 'queued');
    await maya.goOnline();
    await expect(maya.messages(text)).toHaveAttribute('data-state', 'sent');
});

test('C12: near the limit it counts, and a text that is too long becomes a file', async ({ newcomer }) => {
    const [maya] = await open(newcomer, MAYA);
    await maya.box.fill('x'.repeat(7_600));
    await expect(maya.page.getByText('400 characters left')).toBeVisible();
    await maya.box.fill('x'.repeat(8_010));
    await expect(maya.page.getByText('10 characters too many')).toBeVisible();
    await expect(maya.sendButton).toBeDisabled();
    await maya.page.getByRole('button', { name: 'Send as file' }).click();
    await expect(maya.page.getByRole('list', { name: 'Files to send' }).getByText('message.md')).toBeVisible();
    await expect(maya.box).toHaveValue('');
});

test('Y10: Enter that ends a composition sends nothing', async ({ newcomer }) => {
    const [maya] = await open(newcomer, MAYA);
    const text = unique('にほんご');
    await maya.box.fill(text);
    await maya.box.dispatchEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true, cancelable: true });
    await maya.box.dispatchEvent('keydown', { key: 'Enter', keyCode: 229, bubbles: true, cancelable: true });
    await expect(maya.box).toHaveValue(text);
    await maya.box.fill('');
});

test('K9: the arrow up in an empty box edits the last own message', async ({ newcomer }) => {
    const [maya] = await open(newcomer, MAYA);
    const text = unique('to be edited');
    await maya.say(text);
    await maya.box.press('ArrowUp');
    await expect(maya.page.getByRole('textbox', { name: 'Edit message' })).toHaveValue(text);
});

test('K9: Shift and the arrow up answer the newest message of the room, also beside an open thread', async ({ newcomer }) => {
    const [maya] = await open(newcomer, MAYA);
    const older = unique('older');
    await maya.say(older);
    const id = await maya.messages(older).getAttribute('data-id');
    await maya.page.goto(`${maya.page.url()}?thread=${id}`);
    const reply = maya.page.getByRole('textbox', { name: 'Reply', exact: true });
    await reply.fill(unique('a reply'));
    await reply.press('Enter');
    const newest = unique('newest');
    await maya.say(newest);
    const newestId = await maya.messages(newest).getAttribute('data-id');
    await maya.box.click();
    await maya.box.press('Shift+ArrowUp');
    await expect(maya.page).toHaveURL(new RegExp(`thread=${newestId}`));
});

test('H3: a reply is shown in the room only when that was wished for it, and the thread shows what was sent', async ({ newcomer }) => {
    const [maya] = await open(newcomer, MAYA);
    const root = unique('a long thread');
    await maya.say(root);
    const id = await maya.messages(root).getAttribute('data-id');
    await maya.page.goto(`${maya.page.url()}?thread=${id}`);
    const thread = maya.page.getByRole('complementary', { name: 'Thread' });
    const replies = thread.getByRole('log', { name: 'Replies' });
    const box = thread.getByRole('textbox', { name: 'Reply', exact: true });
    const also = thread.getByRole('checkbox', { name: 'Also send to the room' });
    const lines = Array.from({ length: 60 }, (_, line) => `line ${line}`).join('\n');
    await also.check();
    await box.fill(`${unique('in both')}\n${lines}`);
    await box.press('Control+Enter');
    await expect(also).not.toBeChecked();
    await expect(replies.getByRole('article')).toHaveCount(2);
    await replies.evaluate(list => list.scrollTo(0, 0));
    const only = unique('only in the thread');
    await box.fill(only);
    await box.press('Control+Enter');
    await expect(replies.getByText(only)).toBeInViewport();
    await expect(replies.getByRole('article').filter({ hasText: only })).toHaveAttribute('data-state', 'sent');
    await expect(maya.messages(only)).toHaveCount(0);
});

test('a message is edited as it was written: marks as people read them, Enter as it is wished', async ({ newcomer }) => {
    const [maya] = await open(newcomer, MAYA);
    await maya.box.pressSequentially('@oka');
    await expect(maya.page.getByRole('listbox').getByRole('option', { name: /Tom Okafor/ })).toBeVisible();
    await maya.box.press('Tab');
    const text = unique('look at this');
    await maya.box.pressSequentially(text);
    await maya.box.press('Enter');
    await expect(maya.messages(text)).toHaveAttribute('data-state', 'sent');
    await maya.box.press('ArrowUp');
    const edit = maya.page.getByRole('textbox', { name: 'Edit message' });
    await expect(edit).toHaveValue(`@Tom Okafor ${text}`);
    await edit.press('End');
    await edit.pressSequentially(' again');
    await edit.press('Enter');
    await expect(edit).toHaveCount(0);
    await expect(maya.messages(`${text} again`).locator('.mention')).toHaveText('@Tom Okafor');

    await maya.page.getByLabel('How I write').first().click();
    await maya.page.getByRole('checkbox', { name: /Enter sends/ }).uncheck();
    await maya.page.keyboard.press('Escape');
    await maya.box.click();
    await maya.box.press('ArrowUp');
    await edit.press('End');
    await edit.press('Enter');
    await edit.pressSequentially('second line');
    await expect(edit).toHaveValue(`@Tom Okafor ${text} again\nsecond line`);
    await edit.press('Control+Enter');
    await expect(edit).toHaveCount(0);
    await expect(maya.messages(`${text} again`)).toContainText('second line');
    await maya.page.getByLabel('How I write').first().click();
    await maya.page.getByRole('checkbox', { name: /Enter sends/ }).check();
});

test('C1: with a touch keyboard Enter is a new line, in the box and where a message is edited', async ({ newcomer }) => {
    const phone = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };
    const [maya] = await open(() => newcomer(phone), MAYA);
    const text = unique('by thumb');
    await maya.box.pressSequentially(text);
    await maya.box.press('Enter');
    await expect(maya.box).toHaveValue(`${text}\n`);
    await maya.sendButton.click();
    await expect(maya.messages(text)).toHaveAttribute('data-state', 'sent');
    await maya.box.press('ArrowUp');
    const edit = maya.page.getByRole('textbox', { name: 'Edit message' });
    await edit.press('End');
    await edit.press('Enter');
    await expect(edit).toHaveValue(`${text}\n`);
    await edit.press('Escape');
});
