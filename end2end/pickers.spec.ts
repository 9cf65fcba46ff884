import { expect, MAYA, type Person, test, TOM, unique } from './fixtures';

async function open(newcomer: (options?: object) => Promise<Person>, user: string, options = {}): Promise<Person> {
    const person = await (await newcomer(options)).signIn(user);
    await person.openWorkspace();
    await person.box.fill('a');
    await expect(person.sendButton).toBeEnabled();
    await person.box.fill('');
    await expect(person.sendButton).toBeDisabled();
    return person;
}

const list = (person: Person) => person.page.getByRole('listbox');
const lit = (person: Person) => list(person).locator('[aria-selected="true"]');

test('P1, P6: the list opens above the box, and keys choose, move and close it', async ({ newcomer }, info) => {
    const maya = await open(newcomer, MAYA);
    await maya.box.pressSequentially('Hi @');
    await expect(list(maya)).toBeVisible();
    await expect(lit(maya)).toHaveCount(1);
    const first = await lit(maya).getAttribute('id');
    await expect(maya.box).toHaveAttribute('aria-activedescendant', first!);
    const [above, box] = [(await list(maya).boundingBox())!, (await maya.box.boundingBox())!];
    expect(above.y + above.height).toBeLessThanOrEqual(box.y + 8);
    await maya.page.screenshot({ path: info.outputPath('picker.png') });
    await maya.box.press('ArrowDown');
    await expect(maya.box).not.toHaveAttribute('aria-activedescendant', first!);
    await maya.box.press('ArrowUp');
    await expect(maya.box).toHaveAttribute('aria-activedescendant', first!);
    await maya.box.press('Escape');
    await expect(list(maya)).toHaveCount(0);
    await expect(maya.box).toHaveValue('Hi @');
    await maya.box.pressSequentially('tom');
    await expect(list(maya)).toHaveCount(0);
    await maya.box.fill('');
    await maya.box.pressSequentially('@oka');
    await expect(maya.page.getByRole('status').filter({ hasText: /suggestion/ })).toHaveText('1 suggestion');
    await maya.box.press('Tab');
    await expect(maya.box).toHaveValue('@Tom Okafor ');
    await maya.box.fill('');
});

test('C6, P4: a person is found by name without accents and by mail, and the mention is sent', async ({ newcomer }) => {
    const maya = await open(newcomer, MAYA);
    await maya.box.pressSequentially('@lea');
    await expect(list(maya).getByRole('option', { name: /Léa Moreau/ })).toBeVisible();
    await maya.box.fill('');
    await maya.box.pressSequentially('@tom@parlance');
    await expect(list(maya).getByRole('option', { name: /Tom Okafor/ })).toBeVisible();
    await maya.box.press('Enter');
    const text = unique('please look');
    await maya.box.pressSequentially(text);
    await maya.box.press('Enter');
    await expect(maya.messages(text)).toHaveAttribute('data-state', 'sent');
    await expect(maya.messages(text)).toContainText('Tom Okafor');
    await expect(maya.messages(text)).not.toContainText('user:');
});

test('P2, P3: the client comes last and is refused with the reason', async ({ newcomer }) => {
    const maya = await open(newcomer, MAYA);
    await maya.box.pressSequentially('@');
    const options = list(maya).getByRole('option');
    await expect(options.filter({ hasText: 'client' }).first()).toBeVisible();
    await expect(options.last()).toContainText('client');
    await maya.box.pressSequentially('ines');
    await expect(options.first()).toContainText('Ines');
    await maya.box.press('Enter');
    await expect(maya.page.getByRole('alert').filter({ hasText: 'team only' })).toBeVisible();
    await expect(maya.box).toHaveValue('@ines');
    const instead = maya.page.getByRole('button', { name: 'Mention without notice' });
    await expect(instead).toHaveCount(0);
    await maya.box.fill('');
    await maya.box.pressSequentially('Hello @nils');
    await maya.box.press('Enter');
    await expect(maya.page.getByRole('alert').filter({ hasText: 'cannot read this room' })).toBeVisible();
    await expect(maya.box).toHaveValue('Hello @nils');
    await instead.click();
    await expect(maya.box).toHaveValue(/^Hello Nils [^@]+ $/);
    await expect(maya.box).toBeFocused();
    await expect(maya.page.getByRole('alert').filter({ hasText: 'cannot read this room' })).toHaveCount(0);
    const text = unique('is not told');
    await maya.box.pressSequentially(text);
    await maya.box.press('Enter');
    await expect(maya.messages(text)).toContainText('Hello Nils');
    await expect(maya.messages(text).locator('.mention')).toHaveCount(0);
});

test('P5: late results stand below what is shown', async ({ newcomer }) => {
    const maya = await open(newcomer, MAYA);
    let letThrough = () => {};
    const late = new Promise<void>(resolve => (letThrough = resolve));
    await maya.page.route(/api\/taggable/, async route => {
        await late;
        await route.continue();
    });
    await maya.box.pressSequentially('#');
    await expect(list(maya)).toBeVisible();
    const before = await list(maya).getByRole('option').allInnerTexts();
    await maya.box.press('ArrowDown');
    const chosen = await lit(maya).getAttribute('id');
    letThrough();
    await expect.poll(() => list(maya).getByRole('option').count()).toBeGreaterThan(before.length);
    await expect(lit(maya)).toHaveAttribute('id', chosen!);
    const first = (texts: string[]) => texts.map(text => text.split('\n')[0 + 1]);
    const after = await list(maya).getByRole('option').allInnerTexts();
    expect(first(after.slice(0, before.length))).toEqual(first(before));
    await maya.box.fill('');
});

test('P7: a Task is found by its subject, and the last row makes one', async ({ newcomer }) => {
    const maya = await open(newcomer, MAYA);
    await maya.box.pressSequentially('#TASK-2026-00001');
    const option = list(maya).getByRole('option').first();
    await expect(option).toContainText('TASK-2026-00001');
    await maya.box.press('Enter');
    await expect(maya.box).toHaveValue('#TASK-2026-00001 ');
    await maya.box.fill('');
    const subject = unique('Check the menu');
    await maya.box.pressSequentially(`#${subject}`);
    const last = list(maya).getByRole('option').last();
    await expect(last).toContainText(`Create ‘${subject}’`);
    await maya.box.press('ArrowDown');
    await expect(lit(maya)).toContainText('Create');
    await maya.box.press('Enter');
    await expect(maya.box).toHaveValue(`#${subject} `);
    await maya.box.fill('');
});

test('P7: Enter makes no Task of a lone Create row; it has to be gone to', async ({ newcomer }) => {
    const maya = await open(newcomer, MAYA);
    const made: string[] = [];
    maya.page.on('request', request => {
        if (/api\/make/.test(request.url())) made.push(request.url());
    });
    const words = unique('only words');
    await maya.box.pressSequentially(`#${words}`);
    await expect(list(maya).getByRole('option').last()).toContainText(`Create ‘${words}’`);
    await expect(lit(maya)).toHaveCount(0);
    await expect(maya.box).not.toHaveAttribute('aria-activedescendant');
    await list(maya).getByRole('option').last().hover();
    await maya.box.press('Enter');
    await expect(maya.messages(`#${words}`)).toHaveAttribute('data-state', 'sent');
    expect(made).toEqual([]);
});

test('C6: emoji by their names and commands at the beginning', async ({ newcomer }) => {
    const maya = await open(newcomer, MAYA);
    await maya.box.pressSequentially('great :rocket');
    await expect(list(maya).getByRole('option').first()).toContainText('rocket');
    await maya.box.press('Enter');
    await expect(maya.box).toHaveValue('great 🚀 ');
    await maya.box.fill('');
    const subject = unique('Write the alt texts');
    await maya.box.pressSequentially('/ta');
    await maya.box.press('Enter');
    await expect(maya.box).toHaveValue('/task ');
    await maya.box.pressSequentially(subject);
    await maya.box.press('Enter');
    await expect(maya.page.getByText(`The Task ‘${subject}’ is on its way`)).toBeVisible();
    await expect(maya.box).toHaveValue('');
});

test('P1: on a phone the list stays inside the window', async ({ newcomer }, info) => {
    const tom = await open(newcomer, TOM, { viewport: { width: 360, height: 640 }, colorScheme: 'dark' });
    await tom.box.pressSequentially('@');
    await expect(list(tom)).toBeVisible();
    const frame = (await list(tom).boundingBox())!;
    expect(frame.x).toBeGreaterThanOrEqual(0);
    expect(frame.x + frame.width).toBeLessThanOrEqual(360);
    await tom.page.screenshot({ path: info.outputPath('picker-360-dark.png') });
    await tom.box.fill('');
});
