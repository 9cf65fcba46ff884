import { expect, MAYA, type Person, test, TOM, unique } from './fixtures';

const CALL = '@[Tom Okafor](user:tom@parlance.demo)';

/** Two workspaces of both: one to talk in, one to be away in. */
async function scene(newcomer: (options: { replica: number }) => Promise<Person>) {
    const maya = await (await newcomer({ replica: 0 })).signIn(MAYA);
    const tom = await (await newcomer({ replica: 1 })).signIn(TOM);
    await expect(tom.workspaces.nth(1)).toBeVisible();
    const [here, there] = await tom.workspaces.allInnerTexts();
    // What is old counts as read from here on.
    await tom.ask('mark_all_read');
    await tom.page.reload();
    await tom.openWorkspace(there);
    await maya.openWorkspace(here);
    return { maya, tom, here, there };
}

/** Says something that calls Tom: the row shows his name, not how it is written. */
async function call(person: Person, text: string) {
    await person.write(`${text} ${CALL}`);
    await expect(person.messages(text)).toHaveAttribute('data-state', 'sent');
}

const row = (person: Person, title: string) =>
    person.page.getByRole('navigation', { name: 'Workspaces' }).getByRole('listitem').filter({ hasText: title });

test('U1 M1: bold where something is unread, a number where somebody calls, and a New line until one leaves', async ({ newcomer }) => {
    const { maya, tom, here, there } = await scene(newcomer);
    const text = unique('plain');
    await maya.say(text);
    await expect(row(tom, here).getByText('Unread', { exact: true })).toBeAttached();
    await call(maya, unique('look'));
    await expect(row(tom, here).getByRole('img', { name: '1 mention of you' })).toBeVisible();
    await expect(tom.page).toHaveTitle(/^\(1\) /);
    await tom.page.screenshot({ path: `${__dirname}/test-results/looks/unread-list.png`, animations: 'disabled' });

    await tom.openWorkspace(here);
    const line = tom.list.getByRole('separator', { name: 'New messages' });
    await expect(line).toBeVisible();
    await expect(tom.list.locator('.new-line + article')).toContainText(text);
    // Read after a second of looking; the line stays.
    await expect(row(tom, here).getByRole('img', { name: /mention/ })).toHaveCount(0);
    await expect(tom.page).not.toHaveTitle(/^\(/);
    await expect(line).toBeVisible();
    await tom.openWorkspace(there);
    await tom.openWorkspace(here);
    await expect(tom.messages(text)).toBeVisible();
    await expect(line).toHaveCount(0);
});

test('U3: what is read on one device is read on the other', async ({ newcomer }) => {
    const { maya, tom, here, there } = await scene(newcomer);
    const other = await (await newcomer({ replica: 0 })).signIn(TOM);
    await other.openWorkspace(there);
    await call(maya, unique('both'));
    for (const device of [tom, other]) {
        await expect(row(device, here).getByRole('img', { name: '1 mention of you' })).toBeVisible();
    }
    await tom.openWorkspace(here);
    await expect(row(other, here).getByRole('img', { name: /mention/ })).toHaveCount(0);
    await expect(row(other, here).getByText('Unread', { exact: true })).toHaveCount(0);
});

test('U4: mark unread from here stays until the room is opened again', async ({ newcomer }) => {
    const { maya, tom, here, there } = await scene(newcomer);
    const text = unique('later');
    await maya.say(text);
    await tom.openWorkspace(here);
    await expect(row(tom, here).getByText('Unread', { exact: true })).toHaveCount(0);
    await tom.page.clock.install();
    await tom.messages(text).click({ button: 'right', position: { x: 4, y: 4 } });
    await tom.page.getByRole('menuitem', { name: /^Mark unread from here/ }).click();
    await expect(row(tom, here).getByText('Unread', { exact: true })).toBeAttached();
    // Longer than looking takes to read.
    await tom.page.clock.runFor(2_000);
    await expect(row(tom, here).getByText('Unread', { exact: true })).toBeAttached();
    await tom.openWorkspace(there);
    await expect(row(tom, here).getByText('Unread', { exact: true })).toBeAttached();
    await tom.openWorkspace(here);
    await expect(row(tom, here).getByText('Unread', { exact: true })).toHaveCount(0);
});

test('U2: who reads never by looking says so by a press', async ({ newcomer }) => {
    const { maya, tom, here, there } = await scene(newcomer);
    await tom.page.getByRole('link', { name: 'Settings' }).click();
    await tom.page.getByRole('radio', { name: /^Never/ }).check();
    await tom.openWorkspace(there);
    await maya.say(unique('unseen'));
    await tom.openWorkspace(here);
    const press = tom.list.getByRole('button', { name: 'Mark as read' });
    await expect(press).toBeVisible();
    await expect(row(tom, here).getByText('Unread', { exact: true })).toBeAttached();
    await press.click();
    await expect(row(tom, here).getByText('Unread', { exact: true })).toHaveCount(0);
    await tom.page.getByRole('link', { name: 'Settings' }).click();
    await tom.page.getByRole('radio', { name: /^Only/ }).check();
});

test('U1: a muted room shows neither bold nor a number, the same on all devices', async ({ newcomer }) => {
    const { maya, tom, here, there } = await scene(newcomer);
    const other = await (await newcomer({ replica: 0 })).signIn(TOM);
    await other.openWorkspace(there);
    await tom.openWorkspace(here);
    await tom.page.getByRole('button', { name: 'Room menu' }).click();
    await tom.page.getByRole('menuitem', { name: 'Mute', exact: true }).click();
    await tom.openWorkspace(there);
    for (const device of [tom, other]) {
        await expect(row(device, here).getByRole('img', { name: 'Muted' })).toBeVisible();
    }
    const text = unique('quiet');
    await call(maya, text);
    for (const device of [tom, other]) {
        await expect(row(device, here)).toContainText(text);
        await expect(row(device, here).getByText('Unread', { exact: true })).toHaveCount(0);
        await expect(row(device, here).getByRole('img', { name: /mention/ })).toHaveCount(0);
        await expect(device.page).not.toHaveTitle(/^\(/);
    }
    await tom.page.screenshot({ path: `${__dirname}/test-results/looks/muted.png`, animations: 'disabled' });
    await other.openWorkspace(here);
    await other.page.getByRole('button', { name: 'Room menu' }).click();
    await other.page.getByRole('menuitem', { name: 'Unmute' }).click();
    await expect(row(tom, here).getByRole('img', { name: 'Muted' })).toHaveCount(0);
});

test('K12: single letters can be switched off, other keys go on', async ({ newcomer }) => {
    const { maya, tom, here } = await scene(newcomer);
    const text = unique('letters');
    await maya.say(text);
    await tom.page.getByRole('link', { name: 'Settings' }).click();
    const letters = tom.page.getByRole('checkbox', { name: /^Single letters/ });
    await letters.uncheck();
    await tom.page.screenshot({ path: `${__dirname}/test-results/looks/settings.png`, animations: 'disabled' });
    await tom.openWorkspace(here);
    const said = tom.messages(text);
    await said.focus();
    await tom.page.keyboard.press('m');
    await tom.page.keyboard.press('?');
    await tom.page.keyboard.press('Enter');
    await expect(tom.page.getByRole('log', { name: 'Replies' })).toBeAttached();
    // What was pressed before would be there by now.
    await expect(tom.page.getByRole('dialog').or(tom.page.getByRole('menu'))).toHaveCount(0);
    await tom.page.getByRole('link', { name: 'Settings' }).click();
    await letters.check();
    await tom.openWorkspace(here);
    await said.focus();
    await tom.page.keyboard.press('m');
    await expect(tom.page.getByRole('menu', { name: 'Actions' })).toBeVisible();
});

test('who is here has a dot and is told in words', async ({ newcomer }) => {
    const { maya, tom, here } = await scene(newcomer);
    await tom.openWorkspace(here);
    await expect(maya.page.getByRole('img', { name: /On the project: .*Tom [^,]*\(here now\)/ })).toBeVisible();
});

test('E2: what was pressed for and not done is told, and shown as it is', async ({ newcomer }) => {
    const maya = await (await newcomer()).signIn(MAYA);
    maya.tolerate(/Failed to load resource/);
    await maya.openWorkspace();
    const text = unique('not saved');
    await maya.say(text);
    await maya.page.route('**/api/save_message', route => route.abort());
    const row = maya.messages(text);
    await row.focus();
    await maya.page.keyboard.press('s');
    const trouble = maya.page.getByRole('alert').filter({ hasText: 'The message was not saved.' });
    await expect(trouble).toBeVisible();
    // The row still has the focus, and so its buttons.
    await expect(row.getByRole('button', { name: 'Save for later' })).toBeVisible();
    await trouble.getByRole('button', { name: 'Close' }).click();
    await expect(trouble).toHaveCount(0);
});
