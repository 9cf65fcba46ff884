import { expect, MAYA, type Person, test, TOM, unique } from './fixtures';

/** A page that is alive, with an empty box. */
async function open(newcomer: () => Promise<Person>, user: string, title?: string): Promise<[Person, string]> {
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
