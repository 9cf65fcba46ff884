import { readFileSync } from 'node:fs';
import type { Locator } from '@playwright/test';
import { Erpnext } from './erpnext';
import { expectToFit } from './fits';
import { expect, MAYA, type Person, test, TOM, unique } from './fixtures';

// Mails and changes are made in ERPNext, by its own API.
test.use({ onSite: true });

const PROJECT = 'PROJ-0001';
const TITLE = 'New website and direct booking';
const CUSTOMER = 'Casa Duarte Hotels';
const WIDE = { viewport: { width: 1440, height: 900 } };

let erpnext: Erpnext;

test.beforeAll(({ testbed }) => {
    erpnext = new Erpnext(testbed!.erpnext!);
});

async function arrive(newcomer: (options: object) => Promise<Person>, user: string, options: object = WIDE): Promise<Person> {
    const person = await (await newcomer(options)).signIn(user);
    await person.openWorkspace(TITLE);
    await views(person).getByRole('link', { name: 'Timeline' }).click();
    await expect(person.page).toHaveURL(/\/timeline$/);
    await expect(rows(person).first()).toBeVisible();
    return person;
}

const views = (person: Person): Locator => person.page.getByRole('navigation', { name: 'Views of the project' });
const rows = (person: Person, text: string | RegExp = ''): Locator =>
    person.page.getByRole('feed', { name: 'Timeline' }).getByRole('article').filter({ hasText: text });
const filter = (person: Person): Locator => person.page.getByRole('search', { name: 'Filter the timeline' });

async function newTask(fields: object = {}): Promise<{ name: string; subject: string }> {
    const subject = unique('Task');
    const made = await erpnext.api('POST', '/api/resource/Task', { subject, project: PROJECT, priority: 'Low', ...fields });
    return { name: made.data.name, subject };
}

async function newMail(subject: string, fields: object = {}) {
    await erpnext.api('POST', '/api/resource/Communication', {
        communication_type: 'Communication', communication_medium: 'Email', sent_or_received: 'Received', subject,
        content: `<p>Words of ${subject}</p><p>second line</p>`, sender: 'ines@client.demo', recipients: MAYA,
        reference_doctype: 'Project', reference_name: PROJECT,
        timeline_links: [{ link_doctype: 'Customer', link_name: CUSTOMER }], ...fields,
    });
}

test('filters stand in the address, survive a reload, and show what they say', async ({ newcomer }) => {
    const subject = unique('Mail');
    await newMail(subject);
    const maya = await arrive(newcomer, MAYA);
    await expect(rows(maya, subject)).toHaveCount(1, { timeout: 30_000 });
    await filter(maya).getByRole('checkbox', { name: 'Mails' }).check();
    await expect(maya.page).toHaveURL(/[?&]kind=mail/);
    await expect(rows(maya, subject)).toHaveCount(1);
    await expect(rows(maya, 'Email received').first()).toBeVisible();
    await expect(rows(maya, ' said')).toHaveCount(0);

    await filter(maya).getByText('More filters').click();
    await filter(maya).getByLabel('Person').selectOption('ines@client.demo');
    await expect(maya.page).toHaveURL(/person=ines%40client\.demo/);
    await expect(rows(maya, 'Maya Lindqvist')).toHaveCount(0);
    await filter(maya).getByLabel('Audience').selectOption('team');
    await expect(maya.page).toHaveURL(/audience=team/);
    await expect(maya.page.getByRole('heading', { name: 'Nothing is like that' })).toBeVisible();
    await filter(maya).getByLabel('Audience').selectOption('client');
    await expect(rows(maya, subject)).toHaveCount(1);

    await maya.page.reload();
    await expect(filter(maya).getByRole('checkbox', { name: 'Mails' })).toBeChecked();
    await expect(filter(maya).getByLabel('Person')).toHaveValue('ines@client.demo');
    await expect(rows(maya, subject)).toHaveCount(1);
    await filter(maya).getByLabel('To', { exact: true }).fill('2020-01-01');
    await expect(maya.page).toHaveURL(/to=2020-01-01/);
    await expect(rows(maya)).toHaveCount(0);
    await maya.page.goBack();
    await expect(rows(maya, subject)).toHaveCount(1);
});

test('what one member does appears before the eyes of another, with both values', async ({ newcomer }) => {
    const task = await newTask();
    const tom = await arrive(newcomer, TOM);
    const maya = await (await newcomer(WIDE)).signIn(MAYA);
    await maya.openWorkspace(TITLE);
    const words = unique('Said to the team');
    await maya.say(words);
    await expect(rows(tom, words)).toHaveCount(1);
    await expect(rows(tom, task.subject).first()).toBeVisible({ timeout: 30_000 });

    await erpnext.api('PUT', `/api/resource/Task/${task.name}`, { priority: 'High', status: 'Working' });
    const change = rows(tom, task.name).filter({ hasText: 'changed' });
    await expect(change).toHaveCount(1, { timeout: 30_000 });
    await expect(change.getByRole('listitem').filter({ hasText: 'Priority' })).toHaveText(/Low became .*High/);
    await expect(change.getByRole('listitem').filter({ hasText: 'Status' })).toHaveText(/Open became .*Working/);
    // Nothing came twice.
    await expect(rows(tom, words)).toHaveCount(1);
});

test('each row opens its source', async ({ newcomer }) => {
    const task = await newTask();
    const subject = unique('Mail');
    await newMail(subject);
    const maya = await (await newcomer(WIDE)).signIn(MAYA);
    await maya.openWorkspace(TITLE);
    const words = unique('Said');
    await maya.say(words);
    await views(maya).getByRole('link', { name: 'Timeline' }).click();

    const mail = rows(maya, subject).getByRole('button', { name: subject });
    await expect(mail).toBeVisible({ timeout: 30_000 });
    await expect(async () => {
        await mail.click();
        await expect(mail).toHaveAttribute('aria-expanded', 'true', { timeout: 1_000 });
    }).toPass();
    await expect(rows(maya, subject)).toContainText('ines@client.demo');
    await expect(rows(maya, subject).getByText('second line').last()).toBeVisible();
    await expect(rows(maya, subject).getByRole('link', { name: 'Open in ERPNext' })).toHaveAttribute('href', /\/app\/communication\//);

    await rows(maya, task.subject).getByRole('button', { name: task.subject }).first().click();
    const sheet = maya.page.getByRole('complementary', { name: 'Project' }).getByRole('region');
    await expect(sheet.getByLabel('Subject')).toHaveValue(task.subject);

    await rows(maya, words).getByRole('link', { name: words }).click();
    await expect(maya.page).toHaveURL(/\?m=/);
    await expect(maya.messages(words)).toBeInViewport();
});

test('what is new since one was last here is one click away, on every device', async ({ newcomer }) => {
    const maya = await arrive(newcomer, MAYA);
    await maya.page.getByRole('button', { name: 'I have seen all of this' }).click();
    await expect(maya.page.getByText('You were last here on')).toBeVisible();
    const phone = await arrive(newcomer, MAYA);
    await filter(phone).getByRole('checkbox', { name: 'Since I was last here' }).check();
    await expect(phone.page).toHaveURL(/unseen=1/);
    await expect(phone.page.getByRole('heading', { name: 'Nothing new since you were last here' })).toBeVisible();

    const tom = await (await newcomer(WIDE)).signIn(TOM);
    await tom.openWorkspace(TITLE);
    const words = unique('New');
    await tom.say(words);
    await expect(rows(phone)).toHaveCount(1);
    await expect(rows(phone, words)).toContainText('New');
    await maya.page.getByRole('button', { name: 'I have seen all of this' }).click();
    await expect(rows(phone)).toHaveCount(0);
});

test('what is shown can be taken along as CSV and as Markdown', async ({ newcomer }) => {
    const subject = unique('Mail');
    await newMail(subject);
    const maya = await arrive(newcomer, MAYA);
    await filter(maya).getByRole('checkbox', { name: 'Mails' }).check();
    await expect(rows(maya, subject)).toHaveCount(1, { timeout: 30_000 });
    await expect(rows(maya, ' said')).toHaveCount(0);
    for (const [name, first] of [['Export CSV', /^\uFEFFWhen,Kind,Who/], ['Export Markdown', /^# Timeline of /]] as const) {
        const download = maya.page.waitForEvent('download');
        await maya.page.getByRole('link', { name }).click();
        const text = readFileSync(await (await download).path(), 'utf8');
        expect(text).toMatch(first);
        expect(text.replaceAll('\\', '')).toContain(subject);
        expect(text).not.toContain(',message,');
    }
});

test('the header says how the project stands, and why', async ({ newcomer }) => {
    const late = await newTask({ exp_start_date: '2020-01-01', exp_end_date: '2020-01-31' });
    const maya = await arrive(newcomer, MAYA);
    const chip = maya.page.getByRole('button', { name: /^Project health: / });
    const why = maya.page.getByRole('region', { name: 'Why' });
    await expect(why).toBeHidden();
    await chip.hover();
    await expect(why.getByRole('listitem').filter({ hasText: late.subject })).toContainText('exp_end_date 2020-01-31', { timeout: 30_000 });
    await expect(chip).toHaveText(/Off track/);
    await maya.page.mouse.move(5, 500);
    await expect(why).toBeHidden();
    await chip.focus();
    await expect(why).toBeVisible();
    await expect(chip).toHaveAttribute('aria-expanded', 'true');
    await maya.page.keyboard.press('Escape');
    await expect(why).toBeHidden();
    await chip.click();
    await why.getByRole('link', { name: late.subject }).click();
    const sheet = maya.page.getByRole('complementary', { name: 'Project' }).getByRole('region');
    await expect(sheet.getByLabel('Subject')).toHaveValue(late.subject);

    await maya.page.getByRole('link', { name: 'Radar' }).click();
    const row = maya.page.getByRole('list', { name: 'Projects to look at' }).getByRole('article').filter({ hasText: TITLE });
    await expect(row).toContainText('Off track');
    await expect(row.getByRole('link', { name: late.subject })).toBeVisible();
});

for (const [size, viewport, scheme] of [
    ['desktop-light', { width: 1280, height: 800 }, 'light'],
    ['desktop-dark', { width: 1280, height: 800 }, 'dark'],
    ['phone-light', { width: 360, height: 740 }, 'light'],
    ['phone-dark', { width: 360, height: 740 }, 'dark'],
] as const) {
    test(`timeline and radar fit and can be looked at: ${size}`, async ({ newcomer }) => {
        const isPhone = viewport.width < 600;
        const maya = await newcomer({ viewport, colorScheme: scheme, hasTouch: isPhone, isMobile: isPhone });
        await maya.signIn(MAYA);
        await maya.openWorkspace(TITLE);
        const picture = (name: string) =>
            maya.page.screenshot({ path: `${__dirname}/test-results/looks/${name}-${size}.png`, animations: 'disabled' });
        await picture('talk');
        await views(maya).getByRole('link', { name: 'Timeline' }).click();
        await expect(rows(maya).first()).toBeVisible();
        await picture('timeline');
        await expectToFit(maya.page.getByRole('main'), 'the timeline');
        await filter(maya).getByText('More filters').click();
        await picture('timeline-filters');
        await expectToFit(maya.page.getByRole('main'), 'the filters');
        await maya.page.getByRole('button', { name: /^Project health: / }).click();
        await expect(maya.page.getByRole('region', { name: 'Why' })).toBeVisible();
        await picture('health');
        await maya.page.goto('/radar');
        await expect(maya.page.getByRole('article').first()).toBeVisible();
        await picture('radar');
        await expectToFit(maya.page.getByRole('main'), 'the radar');
    });
}
