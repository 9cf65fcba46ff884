import type { Locator } from '@playwright/test';
import { expect, MAYA, type Person, test, TOM, unique } from './fixtures';

async function both(newcomer: (options?: object) => Promise<Person>) {
    const maya = await (await newcomer()).signIn(MAYA);
    const tom = await (await newcomer()).signIn(TOM);
    const title = await maya.openWorkspace();
    await tom.openWorkspace(title);
    return { maya, tom, title };
}

/** The row's own toolbar, which stands there while somebody points at it. */
async function tools(row: Locator): Promise<Locator> {
    await row.hover();
    return row.getByRole('toolbar', { name: 'Actions' });
}

/** Chooses from all one can do with a message. */
async function choose(person: Person, row: Locator, name: string) {
    await (await tools(row)).getByRole('button', { name: 'More actions' }).click();
    await person.page.getByRole('menuitem', { name, exact: true }).click();
}

async function post(person: Person, fields: Record<string, string>) {
    return person.ask('post_message', { 'draft[key]': crypto.randomUUID(), 'draft[audience]': 'team', ...fields });
}

/** The emoji of the picker that is open. */
const emoji = (person: Person) => person.page.getByRole('listbox', { name: 'Emoji' }).getByRole('option');

test('M2: messages of one author within five minutes share a head, and each tells its time', async ({ newcomer }) => {
    const { maya } = await both(newcomer);
    const mark = unique('grouped');
    await maya.say(`${mark} one`);
    await maya.say(`${mark} two`);
    const second = maya.messages(`${mark} two`);
    await expect(second.locator('.msg-author')).toHaveCount(0);
    const time = second.locator('time').first();
    await expect(time).toHaveAttribute('title', /20\d\d.*\d\d:\d\d/);
    await expect(time).toHaveCSS('opacity', '0');
    await second.hover();
    await expect(time).toHaveCSS('opacity', '1');
    // The full date, for who comes by the keyboard.
    await maya.box.press('ArrowLeft');
    await second.focus();
    await expect(second.getByRole('toolbar', { name: 'Actions' })).toContainText(/20\d\d, \d\d:\d\d/);
});

test('M7: pointing at a message shows at most five actions and then all in a menu', async ({ newcomer }) => {
    const { maya } = await both(newcomer);
    const text = unique('pointed at');
    await maya.say(text);
    const row = maya.messages(text);
    const bar = await tools(row);
    const names = await bar.getByRole('button').evaluateAll(all => all.map(one => one.getAttribute('aria-label')));
    expect(names.at(-1)).toBe('More actions');
    expect(names.length).toBeLessThanOrEqual(6);
    expect(names).toContain('React');

    await bar.getByRole('button', { name: 'More actions' }).click();
    const menu = maya.page.getByRole('menu', { name: 'Actions' });
    for (const name of ['React', 'Edit', 'Quote', 'Copy link', 'Copy text', 'Pin to the room', 'Remove']) {
        await expect(menu.getByRole('menuitem', { name, exact: true })).toBeVisible();
    }
    await expect(menu.getByRole('menuitem').first()).toBeFocused();
    await maya.page.keyboard.press('ArrowDown');
    await expect(menu.getByRole('menuitem').nth(1)).toBeFocused();
    await maya.page.keyboard.press('End');
    await expect(menu.getByRole('menuitem').last()).toBeFocused();
    await maya.page.keyboard.press('Escape');
    await expect(menu).toHaveCount(0);
});

test('M7, F4: the menu key opens the menu of a message, the right mouse button beside its text too', async ({ newcomer }) => {
    const { maya } = await both(newcomer);
    const text = unique('menu key');
    await maya.say(text);
    const row = maya.messages(text);
    const menu = maya.page.getByRole('menu', { name: 'Actions' });
    await row.focus();
    await maya.page.keyboard.press('Shift+F10');
    await expect(menu).toBeVisible();
    await maya.page.keyboard.press('Escape');
    await expect(menu).toHaveCount(0);
    await expect(row).toBeFocused();

    const box = (await row.boundingBox())!;
    await row.click({ button: 'right', position: { x: box.width - 6, y: box.height - 4 } });
    await expect(menu).toBeVisible();
    await maya.page.keyboard.press('Escape');
    await expect(menu).toHaveCount(0);
    // Its first letters: the toolbar lies over the rest of the line.
    await row.getByText(text).click({ button: 'right', position: { x: 6, y: 10 } });
    await expect(menu, 'text keeps the browser’s own menu').toHaveCount(0);
});

test('M7: a long press opens a sheet with the same actions', async ({ newcomer }) => {
    const phone = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };
    const maya = await (await newcomer(phone)).signIn(MAYA);
    await maya.openWorkspace();
    const text = unique('long press');
    await maya.say(text);
    const box = (await maya.messages(text).boundingBox())!;
    const finger = await maya.context.newCDPSession(maya.page);
    const point = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    await finger.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [point] });
    const sheet = maya.page.getByRole('dialog', { name: 'Actions' });
    await expect(sheet).toBeVisible();
    await finger.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
    await expect(sheet.getByRole('menuitem', { name: 'Edit', exact: true })).toBeVisible();
    await expect(sheet, 'the full date').toContainText(/20\d\d, \d\d:\d\d/);
    await maya.page.screenshot({ path: `${__dirname}/test-results/looks/messages-sheet.png` });
    await sheet.getByRole('button', { name: 'React with 👍' }).tap();
    await expect(maya.messages(text).getByRole('button', { name: /^👍 1: you/ })).toBeVisible();
});

test('K14: tooltips name the key', async ({ newcomer }) => {
    const { maya } = await both(newcomer);
    const text = unique('tooltips');
    await maya.say(text);
    const bar = await tools(maya.messages(text));
    await expect(bar.getByRole('button', { name: 'React' })).toHaveAttribute('title', 'React (+)');
    await expect(bar.getByRole('button', { name: 'Edit' })).toHaveAttribute('title', 'Edit (e)');
    await expect(bar.getByRole('button', { name: 'More actions' })).toHaveAttribute('title', 'More actions (m)');
});

test('each key that a message names does what it says, and walking goes from message to message', async ({ newcomer }) => {
    const { maya, tom } = await both(newcomer);
    const [first, second] = [unique('first by key'), unique('second by key')];
    await maya.say(first);
    await maya.say(second);
    const keyboard = maya.page.keyboard;
    const row = maya.messages(second);
    await maya.list.focus();
    await keyboard.press('k');
    await expect(row).toBeFocused();
    await keyboard.press('ArrowUp');
    await expect(maya.messages(first)).toBeFocused();
    await keyboard.press('j');
    await expect(row).toBeFocused();

    await keyboard.press('s');
    await expect((await tools(row)).getByRole('button', { name: 'Remove from saved' })).toBeVisible();
    await row.focus();
    await keyboard.press('m');
    await expect(maya.page.getByRole('menu')).toBeVisible();
    await keyboard.press('Escape');
    await expect(row).toBeFocused();
    await keyboard.press('e');
    // While it is edited, its text stands in the box.
    await expect(maya.page.getByRole('textbox', { name: 'Edit message' })).toBeFocused();
    // While somebody types, letters are letters.
    await keyboard.type(' jr');
    await keyboard.press('Enter');
    await expect(tom.messages(`${second} jr`)).toBeVisible();
    await maya.messages(second).focus();
    await keyboard.press('+');
    await expect(maya.page.getByRole('combobox', { name: 'Find an emoji' })).toBeFocused();
    await keyboard.press('Escape');
    await maya.messages(second).focus();
    await keyboard.press('>');
    await expect(maya.box).toHaveValue(new RegExp(`> .*${second}`));
    await maya.box.fill('');
    await maya.messages(second).focus();
    await keyboard.press('r');
    const thread = maya.page.getByRole('complementary', { name: 'Thread', exact: true });
    await expect(thread).toBeVisible();
    await keyboard.press('Escape');
    await expect(thread).toHaveCount(0);
    // The line still lives after a thread was closed.
    const after = unique('after the thread');
    await tom.say(after);
    await expect(maya.messages(after)).toBeVisible();

    await maya.list.focus();
    await keyboard.press('?');
    const shortcuts = maya.page.getByRole('dialog', { name: 'Keyboard shortcuts' });
    await expect(shortcuts).toContainText('Reply in thread');
    await keyboard.press('Escape');
    await expect(shortcuts).toHaveCount(0);
});

test('a link to a message leads back to it, however far', async ({ newcomer }) => {
    const { maya, tom } = await both(newcomer);
    const text = unique('far back');
    await maya.say(text);
    const id = await maya.messages(text).getAttribute('data-id');
    const of = await tom.room();
    for (let line = 0; line < 80; line += 1) await post(tom, { room: of, 'draft[body]': `${unique('meanwhile')} ${line}` });
    const room = maya.page.url();
    await maya.page.goto('/workspaces');
    await maya.page.goto(`${room}?m=${id}`);
    await expect(maya.messages(text)).toBeInViewport();
    await expect(maya.messages(text)).toHaveClass(/msg-sought/);
    await maya.page.goto(`${room}?m=${'0'.repeat(8)}-0000-7000-8000-${'0'.repeat(12)}`);
    await expect(maya.page.locator('.room-notice')).toContainText('not here');
});

test('reactions are shared live, tell who, and can be taken back', async ({ newcomer }) => {
    const { maya, tom } = await both(newcomer);
    const text = unique('react to me');
    await maya.say(text);
    await (await tools(tom.messages(text))).getByRole('button', { name: 'React' }).click();
    const search = tom.page.getByRole('combobox', { name: 'Find an emoji' });
    await expect(search).toBeFocused();
    await search.fill('tada');
    await expect(emoji(tom).first()).toHaveAttribute('aria-label', 'party popper');
    await tom.page.keyboard.press('Enter');
    await expect(search).toHaveCount(0);

    const toms = tom.messages(text).getByRole('button', { name: /^🎉/ });
    await expect(toms).toHaveAttribute('aria-pressed', 'true');
    const mayas = maya.messages(text).getByRole('button', { name: /^🎉/ });
    await expect(mayas).toHaveAttribute('aria-pressed', 'false');
    await expect(mayas).toHaveAccessibleName(/^🎉 1: Tom/);
    await mayas.click();
    await expect(mayas).toHaveAttribute('aria-pressed', 'true');
    await expect(toms).toHaveAccessibleName(/^🎉 2: you, Maya/);
    await mayas.click();
    await expect(toms).toHaveAccessibleName(/^🎉 1: you$/);
    await tom.page.reload();
    await expect(toms).toHaveAttribute('aria-pressed', 'true');
    await toms.click();
    await expect(toms).toHaveCount(0);
    await expect(mayas).toHaveCount(0);
});

test('a reaction that is refused is taken back and says why', async ({ newcomer }) => {
    const { maya } = await both(newcomer);
    maya.tolerate(/Failed to load resource/);
    const text = unique('no reaction');
    await maya.say(text);
    await maya.page.route('**/api/change_message', route => route.abort());
    await choose(maya, maya.messages(text), 'React');
    await emoji(maya).first().click();
    await expect(maya.page.locator('.room-notice')).toContainText('The server');
    await expect(maya.messages(text).getByRole('group', { name: 'Reactions' })).toHaveCount(0);
});

test('the emoji picker goes by groups and keys, and remembers what was taken', async ({ newcomer }) => {
    const { maya } = await both(newcomer);
    const text = unique('emoji picker');
    await maya.say(text);
    const row = maya.messages(text);
    await (await tools(row)).getByRole('button', { name: 'React' }).click();
    await maya.page.getByRole('button', { name: 'Flags' }).click();
    await expect(emoji(maya).first()).toHaveAttribute('aria-label', 'chequered flag');
    await maya.page.keyboard.press('ArrowRight');
    await maya.page.keyboard.press('Enter');
    await expect(row.getByRole('button', { name: /^🚩 1/ })).toBeVisible();
    await row.getByRole('button', { name: 'Add a reaction' }).click();
    await expect(emoji(maya).first()).toHaveText('🚩');
    await maya.page.screenshot({ path: `${__dirname}/test-results/looks/messages-emoji.png` });
    await maya.page.keyboard.press('Escape');
    await expect(emoji(maya)).toHaveCount(0);
});

test('M8: an edit shows in place for everybody, with its history', async ({ newcomer }) => {
    const { maya, tom } = await both(newcomer);
    const mark = unique('to be edited');
    await maya.say(`${mark} frist`);
    // The up arrow in the empty box takes the last own message.
    await maya.box.press('ArrowUp');
    const box = maya.page.getByRole('textbox', { name: 'Edit message' });
    await expect(box).toBeFocused();
    await expect(box).toHaveValue(`${mark} frist`);
    await box.fill(`${mark} first`);
    await box.press('Enter');
    await expect(box).toHaveCount(0);
    for (const person of [maya, tom]) {
        await expect(person.messages(`${mark} first`)).toBeVisible();
        await expect(person.messages(`${mark} frist`)).toHaveCount(0);
    }
    await tom.page.reload();
    await tom.messages(`${mark} first`).getByRole('button', { name: 'Edited: show earlier versions' }).click();
    const history = tom.page.getByRole('dialog', { name: 'Earlier versions' });
    await expect(history).toContainText(`${mark} frist`);
    await expect(history).toContainText(`${mark} first`);
    await tom.page.screenshot({ path: `${__dirname}/test-results/looks/messages-history.png` });
    await history.getByRole('button', { name: 'Close' }).click();
    await expect(history).toHaveCount(0);
    // Only its author edits it.
    await expect((await tools(tom.messages(mark))).getByRole('button', { name: 'Edit' })).toHaveCount(0);
});

test('leaving an edit by Esc keeps what was typed, cancelling throws it away', async ({ newcomer }) => {
    const { maya } = await both(newcomer);
    const mark = unique('half edited');
    await maya.say(mark);
    const row = maya.messages(mark);
    await (await tools(row)).getByRole('button', { name: 'Edit' }).click();
    const box = maya.page.getByRole('textbox', { name: 'Edit message' });
    await box.fill(`${mark} and more`);
    await box.press('Escape');
    await expect(box).toHaveCount(0);
    await expect(row).toBeFocused();
    await expect(row).not.toContainText('and more');
    await maya.page.reload();
    await (await tools(row)).getByRole('button', { name: 'Edit' }).click();
    await expect(box).toHaveValue(`${mark} and more`);
    await maya.page.getByRole('button', { name: 'Cancel' }).click();
    await (await tools(row)).getByRole('button', { name: 'Edit' }).click();
    await expect(box).toHaveValue(mark);
});

test('an edit that does not get through keeps its text and says so', async ({ newcomer }) => {
    const { maya } = await both(newcomer);
    maya.tolerate(/Failed to load resource/);
    const mark = unique('edit without a net');
    await maya.say(mark);
    await maya.page.route('**/api/change_message', route => route.abort());
    await (await tools(maya.messages(mark))).getByRole('button', { name: 'Edit' }).click();
    const box = maya.page.getByRole('textbox', { name: 'Edit message' });
    await box.fill(`${mark} changed`);
    await box.press('Enter');
    await expect(maya.page.getByRole('alert').filter({ hasText: 'Not saved' })).toBeVisible();
    await expect(box).toHaveValue(`${mark} changed`);
    await maya.page.unroute('**/api/change_message');
    await box.press('Enter');
    await expect(maya.messages(`${mark} changed`)).toBeVisible();
});

test('M8: a removed message leaves its place, its thread and a way back', async ({ newcomer }) => {
    const { maya, tom } = await both(newcomer);
    const mark = unique('to be removed');
    await maya.say(mark);
    const key = await maya.messages(mark).getAttribute('data-key');
    const id = (await maya.messages(mark).getAttribute('data-id'))!;
    const room = await tom.room();
    await post(tom, { room, 'draft[body]': 'an answer', 'draft[reply][thread]': id });
    await expect(maya.messages(mark).getByRole('link', { name: /1 reply/ })).toBeVisible();

    await choose(maya, maya.messages(mark), 'Remove');
    for (const person of [maya, tom]) {
        const row = person.page.locator(`article[data-key="${key}"]`);
        await expect(row).toContainText('Message removed');
        await expect(row).not.toContainText(mark);
        await expect(row.getByRole('link', { name: /1 reply/ })).toBeVisible();
    }
    await maya.page.getByRole('button', { name: /^Undo: put/ }).click();
    await expect(maya.box).toHaveValue(mark);
    await expect(maya.box).toBeFocused();
    await tom.page.reload();
    await expect(tom.page.locator(`article[data-key="${key}"]`)).toContainText('Message removed');
});

test('H2: a thread stands in short under the message that began it', async ({ newcomer }) => {
    const { maya, tom } = await both(newcomer);
    const mark = unique('root');
    await maya.say(mark);
    const id = (await maya.messages(mark).getAttribute('data-id'))!;
    const room = await tom.room();
    for (let n = 0; n < 3; n++) {
        await post(n % 2 ? maya : tom, { room, 'draft[body]': `answer ${n}`, 'draft[reply][thread]': id });
    }
    for (const person of [maya, tom]) {
        const link = person.messages(mark).getByRole('link', { name: /3 replies/ });
        await expect(link).toBeVisible();
        await expect(link).toHaveAttribute('href', new RegExp(`/w/[0-9a-f-]+\\?thread=${id}$`));
        await expect(link).toContainText(/last \d\d:\d\d/);
        await expect(link.locator('.avatar')).toHaveCount(2);
    }
    await maya.page.reload();
    await expect(maya.messages(mark).getByRole('link', { name: /3 replies/ })).toBeVisible();
});

test('pinned messages are marked, listed and lead to their place', async ({ newcomer }) => {
    const { maya, tom } = await both(newcomer);
    const mark = unique('pin me');
    await maya.say(mark);
    const id = await maya.messages(mark).getAttribute('data-id');
    await choose(maya, maya.messages(mark), 'Pin to the room');
    await expect(tom.messages(mark)).toContainText('Pinned by Maya');
    await tom.page.getByRole('button', { name: 'Room menu' }).click();
    await tom.page.getByRole('menuitem', { name: 'Pinned messages' }).click();
    const list = tom.page.getByRole('dialog', { name: 'Pinned messages' });
    const item = list.getByRole('listitem').filter({ hasText: mark });
    await expect(item.getByRole('link')).toHaveAttribute('href', new RegExp(`\\?m=${id}$`));
    await tom.page.screenshot({ path: `${__dirname}/test-results/looks/messages-pinned.png` });
    await item.getByRole('button', { name: 'Unpin' }).click();
    await expect(item).toHaveCount(0);
    await expect(maya.messages(mark)).not.toContainText('Pinned by');
});

test('a quote goes into the box, and the link and the text can be copied', async ({ newcomer }) => {
    const { maya, tom } = await both(newcomer);
    await tom.context.grantPermissions(['clipboard-read', 'clipboard-write']);
    const mark = unique('quote me');
    await maya.write(`${mark}\nsecond line`);
    const row = tom.messages(mark);
    await choose(tom, row, 'Quote');
    await expect(tom.box).toHaveValue(`> ${mark}\n> second line\n\n`);
    await expect(tom.box).toBeFocused();
    await tom.box.fill('');

    const id = await row.getAttribute('data-id');
    await choose(tom, row, 'Copy link');
    await expect(tom.page.getByRole('status').filter({ hasText: 'Link copied' })).toBeVisible();
    const link = await tom.page.evaluate(() => navigator.clipboard.readText());
    expect(new URL(link).searchParams.get('m')).toBe(id);
    expect(new URL(link).pathname).toBe(new URL(tom.page.url()).pathname);
    await choose(tom, row, 'Copy text');
    await expect.poll(() => tom.page.evaluate(() => navigator.clipboard.readText())).toBe(`${mark}\nsecond line`);
});

test('M6: a message that was refused keeps its text and can be tried again or thrown away', async ({ newcomer }) => {
    const maya = await (await newcomer()).signIn(MAYA);
    let refuse = true;
    await maya.page.routeWebSocket(/\/ws/, socket => {
        const server = socket.connectToServer();
        socket.onMessage(data => {
            const frame = JSON.parse(String(data));
            if (frame.type === 'post' && refuse) {
                socket.send(JSON.stringify({ type: 'refused', key: frame.key, room: frame.room, code: 'refused', reason: 'Not today.' }));
            } else {
                server.send(data);
            }
        });
    });
    // The line of the page before was not ours yet.
    await maya.page.goto('/workspaces');
    await maya.openWorkspace();
    const mark = unique('refused');
    await maya.write(mark);
    const row = maya.messages(mark);
    await expect(row).toHaveAttribute('data-state', 'failed');
    await expect(row).toContainText('Not sent. Not today.');
    await maya.page.reload();
    await expect(row).toHaveAttribute('data-state', 'failed');
    refuse = false;
    await row.getByRole('button', { name: 'Retry' }).click();
    await expect(row).toHaveAttribute('data-state', 'sent');
    refuse = true;
    const other = unique('thrown away');
    await maya.write(other);
    await maya.messages(other).getByRole('button', { name: 'Delete' }).click();
    await expect(maya.messages(other)).toHaveCount(0);
});

test('M12: code, tables and lists are drawn as Markdown, live and after a reload', async ({ newcomer }) => {
    const { maya, tom } = await both(newcomer);
    const scripts: string[] = [];
    tom.page.on('request', request => scripts.push(new URL(request.url()).pathname));
    const mark = unique('markdown');
    const text = [
        `# ${mark}`,
        'some **bold**, *italic*, ~~struck~~ and `code`, see https://example.org/a_b_c',
        '',
        '- one',
        '  1. inner',
        '- [x] done',
        '',
        '> quoted',
        '',
        '| task | days |',
        '|---|--:|',
        '| paint | 3 |',
        '',
        '```rust',
        'fn main() { let answer = "42"; }',
        '```',
        '<b>not bold</b> :tada: @[Tom Becker](user:tom@parlance.demo) #[TASK-1](Task)',
    ].join('\n');
    expect(scripts.some(path => path.startsWith('/highlight/'))).toBe(false);
    await maya.box.fill(text);
    await maya.sendButton.click();

    const check = async (row: Locator) => {
        await expect(row.getByRole('heading', { name: mark })).toBeVisible();
        await expect(row.getByRole('strong')).toHaveText('bold');
        await expect(row.getByRole('link', { name: 'https://example.org/a_b_c' })).toHaveAttribute('rel', 'noopener noreferrer nofollow');
        await expect(row.getByRole('listitem').filter({ hasText: 'inner' }).last()).toHaveText('inner');
        await expect(row.getByRole('checkbox', { name: 'Done' })).toBeDisabled();
        await expect(row.getByRole('blockquote')).toHaveText('quoted');
        await expect(row.getByRole('cell', { name: '3' })).toHaveCSS('text-align', 'end');
        await expect(row.getByText('<b>not bold</b>')).toBeVisible();
        await expect(row.locator('.mention')).toHaveText('@Tom Becker');
        await expect(row.getByText('🎉')).toBeVisible();
        const code = row.getByRole('group', { name: 'Code, rust' });
        await expect(code).toHaveText('fn main() { let answer = "42"; }');
        // The colours come later and change no letter.
        await expect(code.locator('.code-keyword').first()).toHaveText('fn');
    };
    await check(tom.messages(mark));
    expect(scripts).toContain('/highlight/highlight.min.js');
    await tom.page.screenshot({ path: `${__dirname}/test-results/looks/messages-markdown.png` });
    await tom.page.reload();
    await check(tom.messages(mark));
    await expect(tom.messages(mark).locator('.mention-me')).toBeVisible();
    await check(maya.messages(mark));
    await expect(maya.messages(mark).locator('.mention-me')).toHaveCount(0);
});

test('M15: a line about what happened is dimmed, opens, and can be hidden', async ({ newcomer }) => {
    const maya = await (await newcomer()).signIn(MAYA);
    const mark = unique('The Task “Paint the door” was completed');
    await maya.page.routeWebSocket(/\/ws/, socket => {
        const server = socket.connectToServer();
        server.onMessage(data => {
            socket.send(data);
            const frame = JSON.parse(String(data));
            // The server says nothing of the kind in a room without a thread's Task: a line as it would come.
            if (frame.type === 'joined') {
                socket.send(
                    JSON.stringify({
                        type: 'message', kind: 'line', id: crypto.randomUUID(), key: crypto.randomUUID(), room: frame.room,
                        seq: frame.seq + 1, changed: frame.seq + 1, audience: 'team', sent_at: Date.now(),
                        author: { id: crypto.randomUUID(), full_name: 'Tom Becker' }, body: mark,
                    }),
                );
            }
        });
    });
    // The line of the page before was not ours yet.
    await maya.page.goto('/workspaces');
    await maya.openWorkspace();
    const line = maya.messages(mark);
    await expect(line).toBeVisible();
    await line.getByText(mark).first().click();
    await expect(line.getByText('Tom Becker')).toBeVisible();
    await maya.page.getByRole('button', { name: 'Room menu' }).click();
    await maya.page.getByRole('menuitemcheckbox', { name: /^Hide lines/ }).click();
    await expect(line).toBeHidden();
    await maya.page.getByRole('button', { name: 'Room menu' }).click();
    await maya.page.getByRole('menuitemcheckbox', { name: /^Show lines/ }).click();
    await expect(line).toBeVisible();
});

for (const [name, viewport, colorScheme] of [
    ['light', { width: 1280, height: 800 }, 'light'],
    ['dark', { width: 1280, height: 800 }, 'dark'],
    ['phone', { width: 360, height: 740 }, 'light'],
] as const) {
    test(`messages can be looked at: ${name}`, async ({ newcomer }) => {
        const maya = await (await newcomer({ viewport, colorScheme })).signIn(MAYA);
        await maya.openWorkspace();
        const mark = unique('looks');
        await maya.box.fill(
            `## Plan ${mark}\n1. paint **all** doors\n   - [x] front\n   - [ ] back\n\n> What about the *fence*?\n\n| who | what |\n|---|--:|\n| Tom | 3 days |\n\n\`\`\`js\nconst doors = [1, 2]; // all\nreturn "done";\n\`\`\`\nSee #[TASK-2026-00001](Task), @[team](team) :rocket:`,
        );
        await maya.sendButton.click();
        const row = maya.messages(mark);
        await expect(row).toHaveAttribute('data-state', 'sent');
        await expect(row.locator('.code-keyword').first()).toBeVisible();
        if (name !== 'phone') {
            await choose(maya, row, 'React');
            await emoji(maya).first().click();
            await row.hover();
            await maya.page.screenshot({ path: `${__dirname}/test-results/looks/messages-${name}.png` });
            await (await tools(row)).getByRole('button', { name: 'More actions' }).click();
        }
        await maya.page.screenshot({ path: `${__dirname}/test-results/looks/messages-menu-${name}.png` });
    });
}
