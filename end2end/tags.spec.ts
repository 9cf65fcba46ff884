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

async function made(doctype: 'Task' | 'Issue', fields: object = {}): Promise<{ name: string; subject: string }> {
    const subject = unique(doctype);
    const answer = await erpnext.api('POST', `/api/resource/${doctype}`, { subject, project: PROJECT, ...fields });
    return { name: answer.data.name, subject };
}

async function arrive(newcomer: (options: object) => Promise<Person>, user: string, options: object = { viewport: { width: 1280, height: 900 } }): Promise<Person> {
    const person = await (await newcomer(options)).signIn(user);
    await person.openWorkspace(TITLE);
    return person;
}

const message = (person: Person, text: string): Locator => person.page.getByRole('article').filter({ hasText: text });

async function say(person: Person, text: string): Promise<void> {
    await person.say(text);
    await expect(message(person, text)).toBeVisible();
}

/** Tags the message that says `text` with a document of the list. */
async function tag(person: Person, text: string, name: string): Promise<void> {
    const row = message(person, text);
    await row.hover();
    await row.getByRole('button', { name: 'Add a tag' }).click();
    const choice = row.getByRole('combobox', { name: 'Task or Issue that this is about' });
    await expect(choice.locator('option', { hasText: name })).toHaveCount(1);
    const value = await choice.locator('option', { hasText: name }).getAttribute('value');
    await choice.selectOption(value!);
    await row.getByRole('button', { name: 'Add', exact: true }).click();
}

test('M9: a tag is a live card: it changes when ERPNext changes, and lands on the timeline', async ({ newcomer }) => {
    const task = await made('Task', { priority: 'Low', exp_end_date: '2031-03-04' });
    const maya = await arrive(newcomer, MAYA);
    const tom = await arrive(newcomer, TOM);
    const text = unique('this is about');
    await say(maya, text);
    await tag(maya, text, task.name);
    const chip = message(tom, text).getByRole('button', { name: new RegExp(task.name) });
    await expect(chip.first()).toContainText(task.subject);
    await expect(chip.first()).toContainText('Open');
    await expect(chip.first()).toContainText('Due');
    await erpnext.api('PUT', `/api/resource/Task/${task.name}`, { status: 'Working' });
    await expect(chip.first()).toContainText('Working', { timeout: 30_000 });
    await expect(async () => {
        const found = await erpnext.api('GET', `/api/method/frappe.desk.form.load.get_communications?doctype=Task&name=${task.name}&limit=20`);
        expect(JSON.stringify(found)).toContain(text);
    }).toPass({ timeout: 30_000 });
    await chip.first().click();
    await expect(tom.page.getByRole('region', { name: `Task ${task.name}` })).toBeVisible();
    await expectToFit(maya.list, 'a chip');

    await message(maya, text).getByRole('button', { name: `Take Task ${task.name} from this message` }).click();
    await expect(message(tom, text).getByRole('button', { name: new RegExp(task.name) })).toHaveCount(0);
});

test('M9: who may not read a document sees its id and never its title', async ({ newcomer }) => {
    const issue = await made('Issue');
    const maya = await arrive(newcomer, MAYA);
    const tom = await arrive(newcomer, TOM);
    const text = unique('a complaint');
    await say(maya, text);
    await tag(maya, text, issue.name);
    const row = message(tom, text);
    await expect(row).toContainText(issue.name);
    await expect(row).toContainText('no access');
    await expect(tom.page.getByText(issue.subject)).toHaveCount(0);
});

test('K8: a message becomes one Task with its chip at once, and its end leaves one line in the thread', async ({ newcomer }) => {
    const maya = await arrive(newcomer, MAYA);
    const tom = await arrive(newcomer, TOM);
    const text = unique('order keys');
    await say(maya, text);
    const row = message(maya, text);
    await row.focus();
    await maya.page.keyboard.press('t');
    await expect(row.getByText('New Task').or(row.getByText(/TASK-/)).first()).toBeVisible();
    await expect(message(tom, text).getByText(/^TASK-/).first()).toBeVisible({ timeout: 30_000 });
    const filters = encodeURIComponent(JSON.stringify([['subject', '=', text]]));
    const found = await erpnext.api('GET', `/api/resource/Task?filters=${filters}&fields=["name","owner"]`);
    expect(found.data).toHaveLength(1);
    expect(found.data[0].owner).toBe(MAYA);
    await erpnext.api('PUT', `/api/resource/Task/${found.data[0].name}`, { status: 'Completed' });
    await message(tom, text).getByRole('link', { name: /1 reply/ }).click({ timeout: 30_000 });
    const line = tom.page.getByRole('log', { name: 'Replies' }).locator('.msg-line summary');
    await expect(line).toHaveCount(1);
    await expect(line).toContainText('has changed.');
    await expect(line).toContainText('Completed');
    await maya.page.screenshot({ path: `${__dirname}/test-results/looks/tags-1280.png` });
});

test('the keyboard goes through the list of tags and adds nothing until it is told to', async ({ newcomer }) => {
    const task = await made('Task');
    const maya = await arrive(newcomer, MAYA);
    const text = unique('browsed');
    await say(maya, text);
    const row = message(maya, text);
    const opener = row.getByRole('button', { name: 'Add a tag' });
    await opener.focus();
    await maya.page.keyboard.press('Enter');
    const choice = row.getByRole('combobox', { name: 'Task or Issue that this is about' });
    await expect(choice).toBeFocused();
    await expect(choice.locator('option', { hasText: task.name })).toHaveCount(1);
    const add = row.getByRole('button', { name: 'Add', exact: true });
    await expect(add).toBeDisabled();
    await maya.page.keyboard.press('ArrowDown');
    await maya.page.keyboard.press('ArrowDown');
    await expect(choice).not.toHaveValue('');
    await expect(row.getByRole('button', { name: /^Take / })).toHaveCount(0);
    await maya.page.keyboard.press('Tab');
    await expect(add).toBeFocused();
    await maya.page.keyboard.press('Enter');
    await expect(row.getByRole('button', { name: /^Take / })).toHaveCount(1);
    await expect(opener).toBeFocused();
});

test('M9: a pasted address of ERPNext is a live chip, and says "no access" to who may not read it', async ({ newcomer }) => {
    const site = new URL(erpnext.url).origin;
    const [task, issue] = [await made('Task'), await made('Issue')];
    const maya = await arrive(newcomer, MAYA);
    const tom = await arrive(newcomer, TOM);
    const text = unique('from the desk');
    const words = [
        text,
        `${site}/app/task/${task.name}`,
        `${site}/app/issue/${issue.name}`,
        `${site}/app/project/${PROJECT}`,
        `${site}/app/project/PROJ-9999`,
        `[under words](${site}/app/task/${task.name})`,
    ].join(' ');
    await maya.box.fill(words);
    await maya.sendButton.click();
    const [mine, theirs] = [message(maya, text), message(tom, text)];
    for (const row of [mine, theirs]) {
        await expect(row.locator('.chip', { hasText: task.name })).toContainText(task.subject);
        await expect(row.locator('.chip', { hasText: task.name })).toContainText('Open');
        await expect(row.getByRole('link', { name: PROJECT })).toContainText(TITLE);
        await expect(row.locator('.chip', { hasText: 'PROJ-9999' })).toContainText('no access');
        await expect(row.getByRole('link', { name: 'under words' })).toHaveAttribute('href', /app.task/);
    }
    await expect(mine.locator('.chip', { hasText: issue.name })).toContainText(issue.subject);
    await expect(theirs.locator('.chip', { hasText: issue.name })).toContainText('no access');
    await expect(tom.page.getByText(issue.subject)).toHaveCount(0);
    await erpnext.api('PUT', `/api/resource/Task/${task.name}`, { status: 'Working' });
    await expect(theirs.locator('.chip', { hasText: task.name })).toContainText('Working', { timeout: 30_000 });
    await maya.page.screenshot({ path: `${__dirname}/test-results/looks/pasted-1280.png` });
});

test('chips fit a narrow page', async ({ newcomer }) => {
    const task = await made('Task', { exp_end_date: '2020-01-01' });
    const maya = await arrive(newcomer, MAYA);
    const text = unique('late');
    await say(maya, text);
    await tag(maya, text, task.name);
    const phone = await arrive(newcomer, TOM, { viewport: { width: 360, height: 740 }, colorScheme: 'dark' });
    await expect(message(phone, text)).toContainText('Late');
    await expectToFit(phone.list, 'a chip');
    await phone.page.screenshot({ path: `${__dirname}/test-results/looks/tags-360-dark.png` });
});
