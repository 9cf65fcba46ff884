import type { Locator } from '@playwright/test';
import { Erpnext } from './erpnext';
import { expectToFit } from './fits';
import { expect, MAYA, type Person, test, TOM, unique } from './fixtures';

// Changes in ERPNext are made there, by its own API.
test.use({ onSite: true });

const PROJECT = 'PROJ-0001';
const TITLE = 'New website and direct booking';
const WIDE = { viewport: { width: 1440, height: 900 } };

let erpnext: Erpnext;

test.beforeAll(({ testbed }) => {
    erpnext = new Erpnext(testbed!.erpnext!);
});

type Task = { name: string; subject: string };

/** A Task of the website's Project, made in ERPNext. */
async function newTask(fields: object = {}, subject = unique('Card')): Promise<Task> {
    const made = await erpnext.api('POST', '/api/resource/Task', { subject, project: PROJECT, priority: 'Medium', ...fields });
    return { name: made.data.name, subject };
}

const inErpnext = async (task: Task) => (await erpnext.api('GET', `/api/resource/Task/${task.name}`)).data;

/** Somebody who looks at the board of Tasks: at those whose subject holds `text`. */
async function arrive(
    newcomer: (options: object) => Promise<Person>,
    user: string,
    text: string,
    options: object = WIDE,
): Promise<Person> {
    const person = await (await newcomer(options)).signIn(user);
    await person.openWorkspace(TITLE);
    const { pathname } = new URL(person.page.url());
    await person.page.goto(`${pathname}/tasks?q=${encodeURIComponent(text)}`);
    await alive(person);
    return person;
}

/** The page has come to life: what is pressed now is heard. */
async function alive(person: Person) {
    await expect(person.page.getByRole('button', { name: 'Undo' })).toHaveCount(0);
    await expect(async () => {
        const list = person.page.getByRole('button', { name: 'List', exact: true });
        const board = person.page.getByRole('button', { name: 'Board', exact: true });
        await list.click();
        await expect(list).toHaveAttribute('aria-pressed', 'true', { timeout: 1_000 });
        await board.click();
        await expect(board).toHaveAttribute('aria-pressed', 'true', { timeout: 1_000 });
    }).toPass();
}

const column = (person: Person, name: string): Locator => person.page.getByRole('region', { name, exact: true });
const card = (person: Person, subject: string): Locator =>
    person.page.getByRole('group', { name: /^(Task|Issue)s by/ }).getByRole('link', { name: subject });
const cardIn = (person: Person, where: string, subject: string): Locator =>
    column(person, where).getByRole('link', { name: subject });
/** What is read to whoever does not see the board. */
const told = (person: Person): Locator => person.page.getByRole('status', { name: 'Board' });
const openPanel = (person: Person): Locator => person.page.getByRole('complementary', { name: /^Open (Task|Issue)$/ });

async function middle(of: Locator): Promise<[number, number]> {
    const box = (await of.boundingBox())!;
    return [box.x + box.width / 2, box.y + Math.min(box.height / 2, 200)];
}

/** Takes a card over to a column, and holds it there. */
async function hold(person: Person, what: Locator, over: Locator) {
    const { mouse } = person.page;
    const [x, y] = await middle(what);
    await mouse.move(x, y);
    await mouse.down();
    await mouse.move(x + 12, y + 4, { steps: 3 });
    const [toX, toY] = await middle(over);
    await mouse.move(toX, toY, { steps: 6 });
}

async function drag(person: Person, what: Locator, over: Locator) {
    await hold(person, what, over);
    await person.page.mouse.up();
}

test('B1 B2: a card follows the mouse, the gap shows where it goes, and there it stays', async ({ newcomer }) => {
    const task = await newTask();
    const tom = await arrive(newcomer, TOM, task.subject);
    await expect(cardIn(tom, 'Open', task.subject)).toBeVisible();
    await hold(tom, cardIn(tom, 'Open', task.subject), column(tom, 'Working'));
    // What follows the pointer and the gap are for the eye alone: they have no role.
    const ghost = tom.page.locator('.card-ghost');
    await expect(ghost).toContainText(task.subject);
    const [before] = await middle(ghost);
    await expect(column(tom, 'Working').locator('.gap-open, .gap-before')).toHaveCount(1);
    await expect(column(tom, 'Open').locator('.gap-open, .gap-before')).toHaveCount(0);
    const [x, y] = await middle(column(tom, 'Working'));
    await tom.page.mouse.move(x + 40, y + 10, { steps: 4 });
    expect((await middle(ghost))[0] - before).toBeGreaterThan(30);
    await tom.page.mouse.up();
    await expect(cardIn(tom, 'Working', task.subject)).toBeVisible();
    await expect(ghost).toHaveCount(0);
    await expect.poll(async () => (await inErpnext(task)).status, { timeout: 20_000 }).toBe('Working');
    // The move opened nothing.
    await expect(openPanel(tom)).toHaveCount(0);

    // Escape puts it back.
    await hold(tom, cardIn(tom, 'Working', task.subject), column(tom, 'Completed'));
    await expect(ghost).toBeVisible();
    await tom.page.keyboard.press('Escape');
    await tom.page.mouse.up();
    await expect(ghost).toHaveCount(0);
    await expect(cardIn(tom, 'Working', task.subject)).toBeVisible();
    // ERPNext alone says that something is late.
    await drag(tom, cardIn(tom, 'Working', task.subject), column(tom, 'Overdue'));
    await expect(cardIn(tom, 'Working', task.subject)).toBeVisible();
});

test('B1: a finger that rests on a card for a moment takes it along; one that moves at once scrolls', async ({ newcomer }) => {
    const task = await newTask();
    const tom = await arrive(newcomer, TOM, task.subject, { viewport: { width: 900, height: 800 }, hasTouch: true });
    const what = cardIn(tom, 'Open', task.subject);
    await expect(what).toBeVisible();
    const cdp = await tom.context.newCDPSession(tom.page);
    const touch = (type: string, ...points: { x: number; y: number }[]) =>
        cdp.send('Input.dispatchTouchEvent', { type: type as 'touchStart', touchPoints: points });
    const ghost = tom.page.locator('.card-ghost');
    const [x, y] = await middle(what);
    await touch('touchStart', { x, y });
    await touch('touchMove', { x: x - 40, y });
    await touch('touchEnd');
    await expect(ghost).toHaveCount(0);
    await expect(what).toBeVisible();

    const [fromX, fromY] = await middle(what);
    await touch('touchStart', { x: fromX, y: fromY });
    await expect(ghost).toBeVisible();
    const [toX, toY] = await middle(column(tom, 'Working'));
    for (const part of [0.3, 0.6, 1]) {
        await touch('touchMove', { x: fromX + (toX - fromX) * part, y: fromY + (toY - fromY) * part });
    }
    await touch('touchEnd');
    await expect(cardIn(tom, 'Working', task.subject)).toBeVisible();
    await expect(openPanel(tom)).toHaveCount(0);
    await expect.poll(async () => (await inErpnext(task)).status, { timeout: 20_000 }).toBe('Working');
});

test('B1: by keys alone a card is lifted, carried, dropped and put back, and each step is told', async ({ newcomer }) => {
    const task = await newTask();
    const tom = await arrive(newcomer, TOM, task.subject);
    const { keyboard } = tom.page;
    await cardIn(tom, 'Open', task.subject).focus();
    await keyboard.press('Space');
    await expect(told(tom)).toContainText(`Lifted ${task.subject}, 1 of 1 in Open`);
    await keyboard.press('ArrowRight');
    await expect(told(tom)).toContainText('Over Working, 0 cards');
    await keyboard.press('Escape');
    await expect(told(tom)).toContainText('Put back');
    await expect(cardIn(tom, 'Open', task.subject)).toBeFocused();

    await keyboard.press('Space');
    await keyboard.press('ArrowRight');
    await keyboard.press('ArrowRight');
    await expect(told(tom)).toContainText('Over Pending Review');
    // Overdue takes nothing: the next one is Completed.
    await keyboard.press('ArrowRight');
    await expect(told(tom)).toContainText('Over Completed');
    await keyboard.press('ArrowLeft');
    await expect(told(tom)).toContainText('Over Pending Review');
    await keyboard.press('Space');
    await expect(cardIn(tom, 'Pending Review', task.subject)).toBeFocused();
    await expect(tom.page.getByRole('status').filter({ hasText: `${task.subject} moved to Pending Review` })).toBeVisible();
    await expect.poll(async () => (await inErpnext(task)).status, { timeout: 20_000 }).toBe('Pending Review');
});

test('B2: a column can be shut and still tells its number; the board scrolls while a card is held at its edge', async ({ newcomer }) => {
    const text = unique('Shut');
    const tasks = [await newTask({}, `${text} one`), await newTask({}, `${text} two`)];
    const tom = await arrive(newcomer, TOM, text, { viewport: { width: 900, height: 700 } });
    const toggle = column(tom, 'Open').getByRole('button', { name: 'Open, 2 cards' });
    await toggle.click();
    await expect(toggle).toHaveAttribute('aria-expanded', 'false');
    await expect(card(tom, tasks[0].subject)).toHaveCount(0);
    await toggle.click();
    await expect(card(tom, tasks[0].subject)).toBeVisible();

    const board = tom.page.getByRole('group', { name: 'Tasks by status' });
    const box = (await board.boundingBox())!;
    const [x, y] = await middle(card(tom, tasks[0].subject));
    await tom.page.mouse.move(x, y);
    await tom.page.mouse.down();
    await tom.page.mouse.move(x + 20, y);
    await tom.page.mouse.move(box.x + box.width - 10, y, { steps: 5 });
    await expect(column(tom, 'Cancelled')).toBeInViewport({ ratio: 0.9 });
    await tom.page.mouse.up();
    await expect(cardIn(tom, 'Cancelled', tasks[0].subject)).toBeVisible();
});

test('B3: what ERPNext refuses is back where it was, with the rule that failed', async ({ newcomer }) => {
    const first = await newTask();
    const task = await newTask({ depends_on: [{ task: first.name }] });
    const tom = await arrive(newcomer, TOM, task.subject);
    await expect(card(tom, task.subject)).toContainText(`Waits for ${first.name}`);
    await drag(tom, cardIn(tom, 'Open', task.subject), column(tom, 'Completed'));
    const refusal = column(tom, 'Open').getByRole('alert');
    await expect(refusal).toContainText('ERPNext did not take Status Completed', { timeout: 20_000 });
    await expect(refusal).toContainText(`Cannot complete task ${task.name} as its dependant task ${first.name}`);
    await expect(cardIn(tom, 'Open', task.subject)).toBeVisible();
    await expect(told(tom)).toContainText(`${task.subject} is back in Open`);
    expect((await inErpnext(task)).status).toBe('Open');

    // Once the rule is met, the same again works.
    await erpnext.api('PUT', `/api/resource/Task/${first.name}`, { status: 'Completed' });
    await expect(card(tom, task.subject)).not.toContainText('Waits for', { timeout: 20_000 });
    await refusal.getByRole('button', { name: 'Try again' }).click();
    await expect(cardIn(tom, 'Completed', task.subject)).toBeVisible();
    await expect(refusal).toHaveCount(0);
    await expect.poll(async () => (await inErpnext(task)).status, { timeout: 20_000 }).toBe('Completed');
});

test('L10 B3: a move shows at once, and what the server cannot be told comes back with words', async ({ newcomer }) => {
    const task = await newTask();
    const tom = await arrive(newcomer, TOM, task.subject);
    let release = () => {};
    const held = new Promise<void>(resolve => (release = resolve));
    await tom.page.route('**/api/change_work', async route => {
        await held;
        await route.abort();
    });
    tom.tolerate(/ERR_FAILED/);
    await drag(tom, cardIn(tom, 'Open', task.subject), column(tom, 'Working'));
    // The server does not know of it yet.
    await expect(cardIn(tom, 'Working', task.subject)).toContainText('Saving');
    release();
    const trouble = column(tom, 'Open').getByRole('alert');
    await expect(trouble).toContainText('It is back where it was');
    await tom.page.unroute('**/api/change_work');
    await trouble.getByRole('button', { name: 'Try again' }).click();
    await expect(cardIn(tom, 'Working', task.subject)).toBeVisible();
    await expect.poll(async () => (await inErpnext(task)).status, { timeout: 20_000 }).toBe('Working');
});

test('B4: what one moves, the other sees move with the face of who did it', async ({ newcomer }) => {
    const task = await newTask();
    const tom = await arrive(newcomer, TOM, task.subject);
    const maya = await arrive(newcomer, MAYA, task.subject);
    await expect(card(maya, task.subject)).toBeVisible();
    await drag(tom, cardIn(tom, 'Open', task.subject), column(tom, 'Working'));
    const there = cardIn(maya, 'Working', task.subject);
    await expect(there).toBeVisible();
    await expect(there).toContainText('Moved by Tom Okafor');
    await expect(told(maya)).toContainText(`Tom Okafor moved ${task.subject} to Working`);
    await expect(card(tom, task.subject)).not.toContainText('Moved by');
    await expect.poll(async () => (await inErpnext(task)).status, { timeout: 20_000 }).toBe('Working');

    // Also what somebody moves in ERPNext's own desk.
    await erpnext.api('PUT', `/api/resource/Task/${task.name}`, { status: 'Pending Review' });
    await expect(cardIn(maya, 'Pending Review', task.subject)).toBeVisible({ timeout: 20_000 });
    await expect(cardIn(tom, 'Pending Review', task.subject)).toBeVisible({ timeout: 20_000 });
});

test('B4: of two who move a card at once the last counts, and changes of different fields are all kept', async ({ newcomer }) => {
    const task = await newTask();
    const tom = await arrive(newcomer, TOM, task.subject);
    const maya = await arrive(newcomer, MAYA, task.subject);
    // Neither has heard of the other's move when they drop theirs: both are held until both are on their way.
    let under_way = 0;
    let release = () => {};
    const both = new Promise<void>(resolve => (release = resolve));
    for (const person of [tom, maya]) {
        await person.page.route('**/api/change_work', async route => {
            under_way += 1;
            if (under_way === 2) release();
            await both;
            await route.continue();
        });
    }
    await drag(tom, cardIn(tom, 'Open', task.subject), column(tom, 'Working'));
    await drag(maya, cardIn(maya, 'Open', task.subject), column(maya, 'Pending Review'));
    await expect(async () => {
        const { status } = await inErpnext(task);
        expect(['Working', 'Pending Review']).toContain(status);
        await expect(cardIn(tom, status, task.subject)).toBeVisible({ timeout: 500 });
        await expect(cardIn(maya, status, task.subject)).toBeVisible({ timeout: 500 });
        for (const person of [tom, maya]) {
            await expect(card(person, task.subject)).not.toContainText('On its way', { timeout: 500 });
        }
    }).toPass({ timeout: 20_000 });
    for (const person of [tom, maya]) {
        await expect(person.page.getByRole('group', { name: 'Tasks by status' }).getByRole('alert')).toHaveCount(0);
        await person.page.unroute('**/api/change_work');
    }

    // One moves it while the other gives it a day.
    await card(maya, task.subject).click();
    const sheet = openPanel(maya).getByRole('region', { name: `Task ${task.name}` });
    await sheet.getByLabel('Expected end date').fill('2031-03-04');
    const { status } = await inErpnext(task);
    await Promise.all([
        sheet.getByRole('button', { name: 'Save', exact: true }).click(),
        drag(tom, cardIn(tom, status, task.subject), column(tom, 'Cancelled')),
    ]);
    await expect
        .poll(async () => {
            const { status, exp_end_date } = await inErpnext(task);
            return [status, exp_end_date];
        }, { timeout: 20_000 })
        .toEqual(['Cancelled', '2031-03-04']);
    await expect(cardIn(maya, 'Cancelled', task.subject)).toBeVisible();
});

test('B5: filter, columns and order stand in the address, are remembered and can be given a name', async ({ newcomer }) => {
    const text = unique('Filter');
    const late = await newTask({ exp_end_date: '2020-01-10', priority: 'Urgent' }, `${text} late`);
    const later = await newTask({ exp_end_date: '2031-01-10', priority: 'Low' }, `${text} later`);
    const tom = await arrive(newcomer, TOM, text);
    const { page } = tom;
    await expect(card(tom, late.subject)).toBeVisible();
    await expect(card(tom, later.subject)).toBeVisible();
    await page.getByLabel('Late only').check();
    await expect(page).toHaveURL(/overdue=1/);
    await expect(card(tom, later.subject)).toHaveCount(0);
    await page.getByLabel('Columns').selectOption('Priority');
    await expect(page).toHaveURL(/group=priority/);
    await expect(cardIn(tom, 'Urgent', late.subject)).toBeVisible();
    await page.getByLabel('Late only').uncheck();
    await page.getByLabel('Order').selectOption('By name');
    await expect(page).toHaveURL(/sort=subject/);
    await page.reload();
    await alive(tom);
    await expect(cardIn(tom, 'Urgent', late.subject)).toBeVisible();
    await expect(cardIn(tom, 'Low', later.subject)).toBeVisible();

    // A move in these columns is a change of the priority.
    await drag(tom, cardIn(tom, 'Low', later.subject), column(tom, 'High'));
    await expect.poll(async () => (await inErpnext(later)).priority, { timeout: 20_000 }).toBe('High');

    await page.getByText('Views', { exact: true }).click();
    await page.getByLabel('Name of this view').fill('By urgency');
    await page.getByRole('button', { name: 'Save view' }).click();
    await expect(page.getByRole('list', { name: 'Saved views' }).getByRole('link', { name: 'By urgency' })).toBeVisible();

    // On another device the same person finds it as it was, but for what was looked for.
    const again = await (await newcomer(WIDE)).signIn(TOM);
    await again.page.goto(new URL(page.url()).pathname);
    await expect(again.page).toHaveURL(/group=priority/);
    await expect(again.page).not.toHaveURL(/q=/);
    await alive(again);
    await again.page.getByLabel('Columns').selectOption('Status');
    await expect(column(again, 'Working')).toBeVisible();
    await again.page.getByText('Views', { exact: true }).click();
    await again.page.getByRole('link', { name: 'By urgency' }).click();
    await expect(column(again, 'Urgent')).toBeVisible();
    await again.page.getByRole('button', { name: 'Remove the view By urgency' }).click();
    await expect(again.page.getByRole('link', { name: 'By urgency' })).toHaveCount(0);
    // Other tests look at columns by status.
    await again.page.getByLabel('Columns').selectOption('Status');
    await again.page.getByLabel('Order').selectOption('Due first');
    await expect(again.page).toHaveURL(/tasks\?(?!.*sort)/);
});

test('B6: in a column one Task is typed after the other, and pasted lines become one each', async ({ newcomer }) => {
    const text = unique('Typed');
    const tom = await arrive(newcomer, TOM, text);
    const { page } = tom;
    const open = column(tom, 'Working');
    await open.getByRole('button', { name: 'Add a Task on top of Working' }).click();
    const line = open.getByRole('textbox', { name: 'New Task in Working' });
    await expect(line).toBeFocused();
    await line.press('Enter');
    await expect(open.getByRole('alert')).toContainText('cannot be empty');
    for (const number of ['one', 'two']) {
        await line.fill(`${text} ${number}`);
        await line.press('Enter');
        await expect(line).toHaveValue('');
        await expect(line).toBeFocused();
    }
    await expect(cardIn(tom, 'Working', `${text} one`)).toBeVisible({ timeout: 20_000 });
    await expect(cardIn(tom, 'Working', `${text} two`)).toBeVisible({ timeout: 20_000 });
    // What was begun is still there after a reload.
    await line.fill(`${text} three`);
    await page.reload();
    await alive(tom);
    await expect(line).toHaveValue(`${text} three`);
    await line.press('Escape');
    await expect(line).toHaveCount(0);

    await open.getByRole('button', { name: 'Add a Task at the end of Working' }).click();
    const end = open.getByRole('textbox', { name: 'New Task in Working' });
    await expect(end).toBeFocused();
    await end.evaluate((input, text) => {
        const clipboardData = new DataTransfer();
        clipboardData.setData('text/plain', `- ${text} A\n- ${text} B\n\n- ${text} C\n`);
        input.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
    }, text);
    const lines = open.getByRole('group', { name: 'Pasted lines' });
    await expect(lines.getByRole('listitem')).toHaveText([`${text} A`, `${text} B`, `${text} C`]);
    await lines.getByRole('button', { name: 'Make 3 Tasks' }).click();
    for (const letter of ['A', 'B', 'C']) {
        await expect(cardIn(tom, 'Working', `${text} ${letter}`)).toBeVisible({ timeout: 20_000 });
    }
    const filters = encodeURIComponent(JSON.stringify([['subject', 'like', `${text}%`]]));
    const fields = encodeURIComponent('["subject","status","owner"]');
    const { data } = await erpnext.api('GET', `/api/resource/Task?filters=${filters}&fields=${fields}&order_by=subject asc`);
    expect(data.map((task: any) => [task.subject, task.status, task.owner])).toEqual(
        ['A', 'B', 'C', 'one', 'two'].map(end => [`${text} ${end}`, 'Working', TOM]),
    );
});

test('B7: a card tells what matters and opens beside the board, at an address of its own', async ({ newcomer }) => {
    const task = await newTask({ exp_end_date: '2020-01-10', priority: 'Urgent' });
    await erpnext.api('POST', '/api/method/frappe.desk.form.assign_to.add', {
        doctype: 'Task', name: task.name, assign_to: JSON.stringify(['priya@parlance.demo']),
    });
    await erpnext.api('POST', '/api/resource/Comment', {
        comment_type: 'Comment', reference_doctype: 'Task', reference_name: task.name, content: '<p>Ask the printer first</p>',
    });
    const tom = await (await newcomer(WIDE)).signIn(TOM);
    await tom.openWorkspace(TITLE);
    const said = unique('About it');
    await expect(tom.page.getByRole('complementary', { name: 'Project' }).getByRole('button', { name: task.subject })).toBeVisible({ timeout: 20_000 });
    await tom.write(`${said} #[${task.name}](Task)`);
    await expect(tom.messages(said)).toHaveAttribute('data-state', 'sent');
    const { pathname } = new URL(tom.page.url());
    await tom.page.getByRole('navigation', { name: 'Workspace', exact: true }).getByRole('link', { name: 'Tasks' }).click();
    await expect(tom.page).toHaveURL(/\/tasks/);
    await tom.page.getByLabel('Find Tasks').fill(task.subject);
    const it = card(tom, task.subject);
    for (const part of [task.name, 'Late, 10 Jan', 'Urgent', '1 message', 'Assigned to Priya Raman']) {
        await expect(it).toContainText(part, { timeout: 20_000 });
    }

    await it.click();
    await expect(tom.page).toHaveURL(new RegExp(`card=${task.name}`));
    const sheet = openPanel(tom).getByRole('region', { name: `Task ${task.name}` });
    await expect(sheet.getByLabel('Subject')).toHaveValue(task.subject);
    await expect(openPanel(tom).getByRole('list', { name: 'Comments in ERPNext' })).toContainText('Ask the printer first', { timeout: 20_000 });
    await expect(openPanel(tom).getByRole('list', { name: 'Talk' }).getByRole('link', { name: said })).toBeVisible();
    // It is changed where it stands, and the history says so.
    await sheet.getByLabel('Priority').selectOption('High');
    await sheet.getByRole('button', { name: 'Save', exact: true }).click();
    await expect(it).toContainText('High');
    await expect(openPanel(tom).getByRole('list', { name: 'History' })).toContainText('changed Priority from Urgent to High', { timeout: 20_000 });
    await tom.page.goBack();
    await expect(openPanel(tom)).toHaveCount(0);
    await tom.page.goForward();
    await expect(openPanel(tom)).toBeVisible();
    await sheet.getByRole('button', { name: 'Close' }).focus();
    await tom.page.keyboard.press('Escape');
    await expect(openPanel(tom)).toHaveCount(0);
    await expect(it).toBeFocused();

    const other = tom.context.waitForEvent('page');
    await it.click({ modifiers: ['ControlOrMeta'] });
    const tab = await other;
    await expect(tab.getByRole('complementary', { name: 'Open Task' }).getByLabel('Subject')).toHaveValue(task.subject);
    await tab.close();
    await expect(openPanel(tom)).toHaveCount(0);
    expect(pathname).toMatch(/^\/w\//);
});

test('B7: Issues stand in columns of their own, and what was answered waits on the client', async ({ newcomer }) => {
    const subject = unique('Issue');
    const made = await erpnext.api('POST', '/api/resource/Issue', { subject, project: PROJECT, priority: 'High' });
    const maya = await (await newcomer(WIDE)).signIn(MAYA);
    await maya.openWorkspace(TITLE);
    await maya.page.goto(`${new URL(maya.page.url()).pathname}/issues?q=${encodeURIComponent(subject)}`);
    await alive(maya);
    await expect(cardIn(maya, 'Open', subject)).toBeVisible({ timeout: 20_000 });
    await expect(card(maya, subject)).not.toContainText('Waiting on client');
    await drag(maya, cardIn(maya, 'Open', subject), column(maya, 'Replied'));
    await expect(cardIn(maya, 'Replied', subject)).toContainText('Waiting on client');
    const there = async () => (await erpnext.api('GET', `/api/resource/Issue/${made.data.name}`)).data.status;
    await expect.poll(there, { timeout: 20_000 }).toBe('Replied');

    // ERPNext shows Tom no Issues: the board says so, and gives nothing away.
    const tom = await (await newcomer(WIDE)).signIn(TOM);
    await tom.page.goto(new URL(maya.page.url()).pathname);
    await expect(tom.page.getByRole('heading', { name: 'No Issue yet' })).toBeVisible();
    await expect(tom.page.getByText(subject)).toHaveCount(0);
});

test('B8: cards are chosen by key and by range, changed together, and each change can be taken back', async ({ newcomer }) => {
    const text = unique('Many');
    const tasks: Task[] = [];
    for (const number of ['1', '2', '3']) tasks.push(await newTask({}, `${text} ${number}`));
    const tom = await arrive(newcomer, TOM, text);
    const { page } = tom;
    const statuses = async () => Promise.all(tasks.map(async task => (await inErpnext(task)).status));
    await card(tom, tasks[0].subject).focus();
    await page.keyboard.press('x');
    await expect(told(tom)).toContainText('1 chosen');
    await expect(page.getByRole('checkbox', { name: `Choose ${tasks[0].name}` })).toBeChecked();
    await card(tom, tasks[2].subject).focus();
    await page.keyboard.press('Shift+X');
    await expect(told(tom)).toContainText('3 chosen');
    const bar = page.getByRole('form', { name: 'Change the chosen cards' });
    await bar.getByLabel('Status of the chosen').selectOption('Working');
    await bar.getByLabel('Priority of the chosen').selectOption('High');
    await bar.getByRole('button', { name: 'Apply' }).click();
    for (const task of tasks) await expect(cardIn(tom, 'Working', task.subject)).toContainText('High');
    await expect.poll(statuses, { timeout: 20_000 }).toEqual(['Working', 'Working', 'Working']);

    // The last change goes first: the priority, then the status.
    await page.getByRole('button', { name: 'Undo' }).click();
    for (const task of tasks) await expect(cardIn(tom, 'Working', task.subject)).not.toContainText('High');
    await card(tom, tasks[0].subject).focus();
    await page.keyboard.press('ControlOrMeta+z');
    for (const task of tasks) await expect(cardIn(tom, 'Open', task.subject)).toBeVisible();
    await expect.poll(statuses, { timeout: 20_000 }).toEqual(['Open', 'Open', 'Open']);
    await expect.poll(async () => (await inErpnext(tasks[1])).priority, { timeout: 20_000 }).toBe('Medium');

    // All that are chosen go along with one.
    await drag(tom, cardIn(tom, 'Open', tasks[1].subject), column(tom, 'Cancelled'));
    await expect.poll(statuses, { timeout: 20_000 }).toEqual(['Cancelled', 'Cancelled', 'Cancelled']);
    await card(tom, tasks[1].subject).focus();
    await page.keyboard.press('Escape');
    await expect(bar).toHaveCount(0);
});

for (const [size, viewport, scheme] of [
    ['desktop-light', { width: 1280, height: 800 }, 'light'],
    ['desktop-dark', { width: 1280, height: 800 }, 'dark'],
    ['phone-light', { width: 360, height: 740 }, 'light'],
    ['phone-dark', { width: 360, height: 740 }, 'dark'],
] as const) {
    test(`boards can be looked at and fit: ${size}`, async ({ newcomer }) => {
        const isPhone = viewport.width < 1000;
        const options = { viewport, colorScheme: scheme, hasTouch: isPhone, isMobile: isPhone };
        const maya = await arrive(newcomer, MAYA, '', options);
        const picture = async (name: string) => {
            await maya.page.evaluate(() => document.fonts.ready.then(() => undefined));
            await maya.page.screenshot({ path: `${__dirname}/test-results/looks/board-${name}-${size}.png`, animations: 'disabled' });
            const [content, view] = await maya.page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
            expect(content, `${name} is wider than its window`).toBeLessThanOrEqual(view);
        };
        await expect(column(maya, 'Open').getByRole('link').first()).toBeVisible();
        await picture('tasks');
        await card(maya, 'Accessibility pass').click();
        const panel = openPanel(maya);
        await expect(panel.getByLabel('Subject')).toHaveValue('Accessibility pass');
        await expect(panel.getByText('ERPNext keeps no versions of Tasks')).toBeAttached();
        await picture('card');
        await expectToFit(panel, 'the open card');
        await panel.getByRole('button', { name: 'Close' }).click();
        await maya.page.getByRole('button', { name: 'List', exact: true }).click();
        await picture('list');
        await maya.page.getByRole('button', { name: 'Board', exact: true }).click();
        await column(maya, 'Working').getByRole('checkbox').first().check();
        await expect(maya.page.getByRole('form', { name: 'Change the chosen cards' })).toBeVisible();
        await picture('chosen');
    });
}
