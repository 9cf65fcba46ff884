import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, MAYA, type Person, test, TOM } from '../fixtures';

// Beside such a site nothing was said yet: there is an empty room.
test.use({ onSite: true });

const FOLDER = join(__dirname, '../../docs/room');
const TITLE = 'New website and direct booking';
const EMPTY = 'Studio intranet';

async function picture(person: Person, name: string) {
    await person.page.evaluate(() => document.fonts.ready.then(() => undefined));
    await person.page.screenshot({ path: join(FOLDER, `${name}.png`), animations: 'disabled', caret: 'hide' });
}

const thread = (person: Person) => person.page.getByRole('complementary', { name: 'Thread', exact: true });

test.beforeAll(() => mkdirSync(FOLDER, { recursive: true }));

for (const [name, options] of [
    ['desktop', { viewport: { width: 1280, height: 800 }, colorScheme: 'light' }],
    ['dark', { viewport: { width: 1280, height: 800 }, colorScheme: 'dark' }],
    ['phone', { viewport: { width: 360, height: 740 }, colorScheme: 'light', hasTouch: true, isMobile: true, deviceScaleFactor: 2 }],
] as const) {
    test(`the room: ${name}`, async ({ newcomer }) => {
        test.slow();
        const maya = await (await newcomer(options)).signIn(MAYA);
        const tom = await (await newcomer()).signIn(TOM);
        await expect(maya.workspaces.filter({ hasText: EMPTY })).toBeVisible({ timeout: 30_000 });
        await maya.openWorkspace(EMPTY);
        await expect(maya.page.getByRole('heading', { name: 'Nothing said yet' })).toBeVisible();
        await picture(maya, `empty-${name}`);

        await maya.page.goto('/workspaces');
        await maya.openWorkspace(TITLE);
        await tom.openWorkspace(TITLE);
        if (name === 'desktop') {
            await maya.say('Good morning! The hotel has sent the texts for the three room types.');
            await tom.say('I have put them into the draft. Two are longer than the box: shall I cut them?');
            await maya.say('Please do, and send me both versions.');
            await tom.write('The photographer can come on **Thursday**. She needs:\n\n- the keys of the boat house\n- somebody who knows the lights');
            await expect(tom.messages('The photographer')).toHaveAttribute('data-state', 'sent');
            await maya.say('Thursday is fine, I will be there.');
            await tom.write('@[Maya Lindqvist](user:maya@parlance.demo) may she use the pictures of 2024 as well?');
        }
        const asked = maya.messages('may she use the pictures').last();
        await expect(asked).toBeVisible();
        await maya.page.mouse.move(4, 4);
        await picture(maya, `busy-${name}`);

        const id = await asked.getAttribute('data-id');
        const room = new URL(maya.page.url()).pathname;
        await maya.page.goto(`${room}?thread=${id}`);
        await expect(thread(maya).getByRole('textbox', { name: 'Reply' })).toBeVisible();
        if (name === 'desktop') {
            const box = thread(maya).getByRole('textbox', { name: 'Reply' });
            await box.fill('Yes, as long as nobody can be recognised.');
            await thread(maya).getByRole('button', { name: 'Send reply' }).click();
        }
        await expect(thread(maya).getByText('as long as nobody').first()).toBeVisible();
        await picture(maya, `thread-${name}`);

        await maya.page.goto(room);
        await expect(maya.messages().last()).toBeVisible();
        await maya.box.click();
        await expect(async () => {
            await maya.box.fill('');
            await maya.box.pressSequentially('This belongs to #');
            await expect(maya.page.getByRole('option').first()).toBeVisible({ timeout: 2_000 });
        }).toPass();
        await picture(maya, `picker-${name}`);
        await maya.page.keyboard.press('Escape');
        await maya.box.fill('');

        // A file on its way: the server takes its time.
        await maya.page.route('**/files/**', route => (route.request().method() === 'PUT' ? undefined : route.fallback()));
        await maya.page.getByLabel('Files to attach').setInputFiles([
            { name: 'floor plan.pdf', mimeType: 'application/pdf', buffer: Buffer.concat([Buffer.from('%PDF-1.4\n'), Buffer.alloc(400_000)]) },
            { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('Thursday, ten o’clock') },
        ]);
        await maya.box.fill('The plan of the ground floor');
        await expect(maya.page.getByRole('list', { name: 'Files to send' }).getByRole('listitem')).toHaveCount(2);
        await picture(maya, `upload-${name}`);
        await maya.box.fill('');
        await maya.page.unrouteAll({ behavior: 'ignoreErrors' });
        await maya.page.goto(room);
        await expect(maya.messages().last()).toBeVisible();

        await maya.goOffline();
        await maya.write('I am on the train: this goes out when there is a line again.');
        await picture(maya, `offline-${name}`);
        await maya.goOnline();
    });
}
