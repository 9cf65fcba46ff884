import type { Locator } from '@playwright/test';
import { Erpnext } from './erpnext';
import { expectToFit } from './fits';
import { expect, MAYA, type Person, test, TOM, unique } from './fixtures';

// Changes in ERPNext are made there, by its own API.
test.use({ onSite: true });

const PROJECT = 'PROJ-0001';
const TITLE = 'New website and direct booking';

let erpnext: Erpnext;

test.beforeAll(({ testbed }) => {
    erpnext = new Erpnext(testbed!.erpnext!);
});

/** A Task of the website's Project, made in ERPNext. */
async function newTask(fields: object): Promise<{ name: string; subject: string }> {
    const subject = unique('Task');
    const made = await erpnext.api('POST', '/api/resource/Task', { subject, project: PROJECT, priority: 'Low', ...fields });
    return { name: made.data.name, subject };
}

const WIDE = { viewport: { width: 1440, height: 900 } };

async function arrive(newcomer: (options: object) => Promise<Person>, user: string, options: object = WIDE): Promise<Person> {
    const person = await (await newcomer(options)).signIn(user);
    await person.openWorkspace(TITLE);
    return person;
}

const panel = (person: Person): Locator => person.page.getByRole('complementary', { name: 'Project' });
const row = (person: Person, subject: string): Locator => panel(person).getByRole('button', { name: subject });

async function open(person: Person, subject: string): Promise<Locator> {
    const sheet = panel(person).getByRole('region');
    // Right after a reload the page may not be alive yet.
    await expect(async () => {
        await row(person, subject).click({ timeout: 5_000 });
        await expect(sheet).toBeVisible({ timeout: 1_000 });
    }).toPass();
    await expect(sheet.getByLabel('Subject')).toHaveValue(subject);
    return sheet;
}

/** Says that what was typed or chosen shall be saved. */
const save = (sheet: Locator) => sheet.getByRole('button', { name: 'Save', exact: true }).click();

test('what one member changes the other sees, and ERPNext has it', async ({ newcomer }) => {
    const task = await newTask({});
    const tom = await arrive(newcomer, TOM);
    const maya = await arrive(newcomer, MAYA);
    const mayas = await open(maya, task.subject);
    const toms = await open(tom, task.subject);
    await toms.getByLabel('Priority').selectOption('Urgent');
    await save(toms);
    await expect(mayas.getByLabel('Priority')).toHaveValue('Urgent');
    await toms.getByLabel('Expected end date').fill('2031-03-04');
    await save(toms);
    await expect(mayas.getByLabel('Expected end date')).toHaveValue('2031-03-04');

    // Text is saved when somebody says so; until then it is theirs, also over a reload.
    await toms.getByLabel('Description').fill('First line\nsecond <line>');
    await tom.page.reload();
    const again = await open(tom, task.subject);
    await expect(again.getByLabel('Description')).toHaveValue('First line\nsecond <line>');
    await expect(mayas.getByLabel('Description')).toHaveValue('');
    await save(again);
    await expect(mayas.getByLabel('Description')).toHaveValue('First line\nsecond <line>');

    await expect(async () => {
        const { data } = await erpnext.api('GET', `/api/resource/Task/${task.name}`);
        expect([data.priority, data.exp_end_date]).toEqual(['Urgent', '2031-03-04']);
        expect(data.description).toBe('<div>First line<br>second &lt;line&gt;</div>');
    }).toPass({ timeout: 20_000 });
    await expect(again.getByText('On its way to ERPNext')).toHaveCount(0);
});

test('where both sides changed a field, both values are shown and one is chosen', async ({ newcomer }) => {
    const task = await newTask({});
    const tom = await arrive(newcomer, TOM);
    const sheet = await open(tom, task.subject);
    // Somebody changes it in ERPNext while Tom's change cannot get there.
    const control = (faults: object) => erpnext.api('PUT', '/_standin/faults', faults);
    await control({ down: true });
    await sheet.getByLabel('Priority').selectOption('High');
    await save(sheet);
    await expect(sheet.getByText('On its way to ERPNext')).toBeVisible();
    await erpnext.api('POST', '/_standin/update', { doctype: 'Task', name: task.name, fields: { priority: 'Urgent', status: 'Working' } });
    await control({ down: false });

    const conflict = sheet.getByRole('alert');
    await expect(conflict).toContainText('Yours', { timeout: 40_000 });
    await expect(conflict).toContainText('High');
    await expect(conflict).toContainText('Urgent');
    // What nobody changed here came over without a word.
    await expect(sheet.getByLabel('Status')).toHaveValue('Working');
    await conflict.getByRole('button', { name: 'Keep mine' }).click();
    await expect(sheet.getByRole('alert')).toHaveCount(0);
    await expect(sheet.getByLabel('Priority')).toHaveValue('High');
    await expect(async () => {
        const { data } = await erpnext.api('GET', `/api/resource/Task/${task.name}`);
        expect([data.priority, data.status]).toEqual(['High', 'Working']);
    }).toPass({ timeout: 20_000 });
});

test('what ERPNext refuses is told in its words, and what was typed is still there', async ({ newcomer }) => {
    const task = await newTask({ exp_start_date: '2031-01-10' });
    const tom = await arrive(newcomer, TOM);
    const sheet = await open(tom, task.subject);
    await sheet.getByLabel('Expected end date').fill('2031-01-05');
    await save(sheet);
    const refusal = sheet.getByRole('alert');
    await expect(refusal).toContainText('ERPNext did not take this', { timeout: 20_000 });
    await expect(refusal).toContainText('End Date');
    await expect(sheet.getByLabel('Expected end date')).toHaveValue('2031-01-05');
    await tom.page.reload();
    const again = await open(tom, task.subject);
    await expect(again.getByLabel('Expected end date')).toHaveValue('2031-01-05');
    await again.getByLabel('Expected end date').fill('2031-01-15');
    await save(again);
    await expect(again.getByRole('alert')).toHaveCount(0, { timeout: 20_000 });
    await expect(again.getByLabel('Expected end date')).toHaveValue('2031-01-15');
});

test('a Task is made, given to somebody and found in ERPNext once', async ({ newcomer }) => {
    const tom = await arrive(newcomer, TOM);
    const subject = unique('Call the printer');
    await panel(tom).getByRole('button', { name: 'New Task' }).click();
    const form = panel(tom).getByRole('region', { name: 'New Task' });
    await form.getByRole('button', { name: 'Create Task' }).click();
    await expect(form.getByRole('alert')).toContainText('cannot be empty');
    await form.getByLabel('Subject').fill(subject);
    await form.getByLabel('Priority').selectOption('High');
    await form.getByRole('button', { name: 'Create Task' }).click();
    await expect(panel(tom).getByText(subject)).toBeVisible();
    await expect(row(tom, subject)).toBeVisible({ timeout: 20_000 });

    const sheet = await open(tom, subject);
    await sheet.getByLabel('Give it to').selectOption({ label: 'Priya Raman' });
    await sheet.getByRole('button', { name: 'Assign', exact: true }).click();
    await expect(sheet.getByRole('listitem').filter({ hasText: 'Priya Raman' })).toBeVisible({ timeout: 20_000 });
    const filters = encodeURIComponent(JSON.stringify([['subject', '=', subject]]));
    const fields = encodeURIComponent('["name","owner","_assign"]');
    const { data } = await erpnext.api('GET', `/api/resource/Task?filters=${filters}&fields=${fields}`);
    expect(data).toHaveLength(1);
    expect(data[0].owner).toBe(TOM);
    expect(data[0]._assign).toContain('priya@parlance.demo');
});

test('by keyboard alone, arrows choose and only the button saves; the keyboard stays where it was', async ({ newcomer }) => {
    const task = await newTask({});
    const tom = await arrive(newcomer, TOM);
    const asked: string[] = [];
    tom.page.on('request', request => {
        const path = new URL(request.url()).pathname;
        if (/change_work|assign_work/.test(path)) asked.push(path);
    });
    const { keyboard } = tom.page;
    // "New Task" comes before the list, not after all of it.
    await panel(tom).getByRole('button', { name: 'New Task' }).focus();
    await expect(async () => {
        await keyboard.press('Tab');
        await expect(row(tom, task.subject)).toBeFocused({ timeout: 50 });
    }).toPass();
    await keyboard.press('Enter');
    const sheet = panel(tom).getByRole('region', { name: `Task ${task.name}` });
    await expect(sheet.getByRole('button', { name: 'Back to the lists' })).toBeFocused();

    const priority = sheet.getByLabel('Priority');
    await priority.focus();
    await keyboard.press('ArrowDown');
    await expect(priority).toHaveValue('Medium');
    await keyboard.press('ArrowUp');
    // Back where it stood: there is nothing to save.
    await expect(sheet.getByRole('button', { name: 'Save', exact: true })).toHaveCount(0);
    await keyboard.press('ArrowDown');
    await keyboard.press('ArrowDown');
    await expect(priority).toHaveValue('High');
    await keyboard.press('Tab');
    await expect(sheet.getByRole('button', { name: 'Save', exact: true })).toBeFocused();
    expect(asked).toEqual([]);
    await keyboard.press('Enter');
    await expect(priority).toBeFocused();
    const priorityThere = async () => (await erpnext.api('GET', `/api/resource/Task/${task.name}`)).data.priority;
    await expect.poll(priorityThere, { timeout: 20_000 }).toBe('High');

    // A date is typed digit by digit.
    const end = sheet.getByLabel('Expected end date');
    await end.focus();
    await keyboard.type('03042031');
    await expect(end).toHaveValue('2031-03-04');
    expect(asked).toEqual(['/api/change_work']);
    await keyboard.press('Enter');
    const endThere = async () => (await erpnext.api('GET', `/api/resource/Task/${task.name}`)).data.exp_end_date;
    await expect.poll(endThere, { timeout: 20_000 }).toBe('2031-03-04');

    const whom = sheet.getByLabel('Give it to');
    await whom.focus();
    await keyboard.press('ArrowDown');
    await keyboard.press('ArrowDown');
    const chosen = await whom.evaluate((select: HTMLSelectElement) => select.selectedOptions[0].text);
    await keyboard.press('Tab');
    await expect(sheet.getByRole('button', { name: 'Assign', exact: true })).toBeFocused();
    expect(asked).toEqual(['/api/change_work', '/api/change_work']);
    await keyboard.press('Enter');
    await expect(sheet.getByRole('listitem').filter({ hasText: chosen })).toBeVisible({ timeout: 20_000 });
    await expect(whom).toBeFocused();
    expect(asked).toEqual(['/api/change_work', '/api/change_work', '/api/assign_work']);

    await keyboard.press('Escape');
    await expect(row(tom, task.subject)).toBeFocused();
    // The row is the same one while what it shows changes.
    await erpnext.api('PUT', `/api/resource/Task/${task.name}`, { priority: 'Urgent' });
    await expect(row(tom, task.subject)).toContainText('Urgent', { timeout: 20_000 });
    await expect(row(tom, task.subject)).toBeFocused();
    // It is listed no more once it is done, and the keyboard is still in the panel.
    await keyboard.press('Enter');
    await erpnext.api('PUT', `/api/resource/Task/${task.name}`, { status: 'Cancelled' });
    await expect(sheet.getByLabel('Status')).toHaveValue('Cancelled', { timeout: 20_000 });
    await keyboard.press('Escape');
    await expect(row(tom, task.subject)).toHaveCount(0);
    await expect(panel(tom).getByRole('button', { name: 'New Task' })).toBeFocused();
});

test('a panel over the talk takes the keyboard and gives it back', async ({ newcomer }) => {
    const tom = await arrive(newcomer, TOM, { viewport: { width: 900, height: 700 } });
    const toggle = tom.page.getByRole('button', { name: 'Project panel' });
    await toggle.click();
    await expect(panel(tom).getByRole('button', { name: 'Back to the talk' })).toBeFocused();
    await tom.page.keyboard.press('Escape');
    await expect(panel(tom)).toBeHidden();
    await expect(toggle).toBeFocused();
    await tom.page.keyboard.press('Enter');
    await tom.page.keyboard.press('Enter');
    await expect(panel(tom)).toBeHidden();
    await expect(toggle).toBeFocused();
});

test('the faces in the header are the people of the Project, also after somebody has come', async ({ newcomer }) => {
    const tom = await arrive(newcomer, TOM);
    const faces = tom.page.getByRole('img', { name: /^On the project: / });
    const people = panel(tom).getByRole('list').last().getByRole('listitem');
    const names = async () => (await faces.getAttribute('aria-label'))!.replace('On the project: ', '').split(', ');
    const before = await names();
    await expect(people).toHaveCount(before.length);
    const { data } = await erpnext.api('GET', `/api/resource/Project/${PROJECT}`);
    const users = [...data.users, { user: 'sofia@parlance.demo' }];
    await erpnext.api('PUT', `/api/resource/Project/${PROJECT}`, { users });
    await expect(people).toHaveCount(before.length + 1, { timeout: 20_000 });
    await expect.poll(names).toHaveLength(before.length + 1);
    await erpnext.api('PUT', `/api/resource/Project/${PROJECT}`, { users: data.users });
    await expect.poll(names, { timeout: 20_000 }).toEqual(before);
});

for (const [size, viewport, scheme] of [
    ['desktop-light', { width: 1440, height: 900 }, 'light'],
    ['desktop-dark', { width: 1440, height: 900 }, 'dark'],
    ['phone-light', { width: 360, height: 740 }, 'light'],
    ['phone-dark', { width: 360, height: 740 }, 'dark'],
] as const) {
    test(`the panel can be looked at and fits: ${size}`, async ({ newcomer }) => {
        const isPhone = viewport.width < 1000;
        const task = await newTask({ exp_start_date: '2031-01-10', description: '<p>One <strong>two</strong></p>' });
        const tom = await arrive(newcomer, TOM, { viewport, colorScheme: scheme, hasTouch: isPhone, isMobile: isPhone });
        const picture = async (name: string) => {
            await tom.page.evaluate(() => document.fonts.ready.then(() => undefined));
            await tom.page.screenshot({ path: `${__dirname}/test-results/looks/work-${name}-${size}.png`, animations: 'disabled' });
            await expectToFit(panel(tom), name);
        };
        if (isPhone) {
            await expect(panel(tom)).toBeHidden();
            await tom.page.getByRole('button', { name: 'Project panel' }).click();
        }
        await expect(panel(tom)).toBeVisible();
        await picture('lists');
        const sheet = await open(tom, task.subject);
        await sheet.getByLabel('Expected end date').fill('2031-01-05');
        await picture('typed');
        await save(sheet);
        await expect(sheet.getByRole('alert')).toBeVisible({ timeout: 20_000 });
        await picture('refused');
        await sheet.getByRole('button', { name: 'Back to the lists' }).click();
        await panel(tom).getByRole('button', { name: 'New Task' }).click();
        await picture('new');
        if (isPhone) {
            await panel(tom).getByRole('button', { name: 'Back to the talk' }).click();
            await expect(panel(tom)).toBeHidden();
            await expect(tom.box).toBeVisible();
        }
    });
}
