import { createECDH, randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
// @ts-expect-error The library tells no types.
import ece from 'http_ece';
import { expectToFit } from './fits';
import { expect, MAYA, type Person, test, TOM, unique } from './fixtures';

const CALL = '@[Tom Okafor](user:tom@parlance.demo)';

/** Says something that calls Tom. */
async function call(person: Person, text: string) {
    await person.write(`${text} ${CALL}`);
    await expect(person.messages(text)).toHaveAttribute('data-state', 'sent');
}

const link = (person: Person) => person.page.getByRole('link', { name: /^Activity/ });

const notices = (person: Person, text: string | RegExp) =>
    person.page.getByRole('list', { name: 'Notices' }).getByRole('article').filter({ hasText: text });

async function openActivity(person: Person) {
    await link(person).click();
    await expect(person.page.getByRole('heading', { level: 1, name: 'Activity' })).toBeVisible();
}

async function picture(person: Person, name: string) {
    await person.page.evaluate(() => document.fonts.ready.then(() => undefined));
    await person.page.screenshot({ path: `${__dirname}/test-results/looks/${name}.png`, animations: 'disabled' });
}

/** Tom in one workspace with nothing to look at, Maya in another of theirs. */
async function scene(newcomer: (options?: object) => Promise<Person>, options: object = {}) {
    const maya = await (await newcomer()).signIn(MAYA);
    const tom = await (await newcomer(options)).signIn(TOM);
    await expect(tom.workspaces.nth(1)).toBeVisible();
    const [here, there] = await tom.workspaces.allInnerTexts();
    await tom.ask('mark_all_read');
    await tom.ask('finish_notices');
    await tom.page.reload();
    await tom.openWorkspace(there);
    await maya.openWorkspace(here);
    return { maya, tom, here, there };
}

test('U5: everything that calls one is kept on all devices until one is done with it, and after', async ({ newcomer }) => {
    const { maya, tom, here } = await scene(newcomer);
    const other = await (await newcomer()).signIn(TOM);
    await openActivity(other);
    await expect(other.page.getByRole('heading', { name: 'You have seen everything' })).toBeVisible();
    await picture(other, 'activity-empty');
    const [first, second] = [unique('first'), unique('second')];
    await call(maya, first);
    await call(maya, second);
    await expect(link(tom).getByRole('img', { name: '2 new notices' })).toBeVisible();
    // It comes by itself where the list is open.
    await expect(notices(other, first)).toContainText('Mentioned you');
    await expect(notices(other, second)).toContainText(here);
    await picture(other, 'activity');

    await notices(other, first).getByRole('button', { name: 'Done' }).click();
    await expect(notices(other, first)).toHaveCount(0);
    await expect(link(tom).getByRole('img', { name: '1 new notice' })).toBeVisible();
    await other.page.getByRole('link', { name: 'Replies', exact: true }).click();
    await expect(notices(other, second)).toHaveCount(0);
    await other.page.getByRole('link', { name: 'Mentions', exact: true }).last().click();
    await expect(notices(other, second)).toBeVisible();
    await other.page.getByRole('navigation', { name: 'State' }).getByRole('link', { name: 'Done' }).click();
    await expect(notices(other, first)).toBeVisible();
    await notices(other, first).getByRole('button', { name: 'Not done' }).click();
    await expect(notices(other, first)).toHaveCount(0);
    await other.page.getByRole('link', { name: 'To do' }).click();
    await expect(notices(other, first)).toBeVisible();

    // It opens the very message, and reading that is having read the notice.
    await notices(other, second).getByRole('link').click();
    await expect(other.messages(second)).toBeInViewport();
    await expect(link(tom).getByRole('img', { name: /new notice/ })).toHaveCount(0);
    await openActivity(tom);
    await expect(notices(tom, second)).toBeVisible();
    await expect(notices(tom, 'New')).toHaveCount(0);
    await tom.page.getByRole('button', { name: 'Mark all as done' }).click();
    await expect(tom.page.getByRole('heading', { name: 'You have seen everything' })).toBeVisible();
});

test('U5: the list stands on a phone, in the dark, and is read by keyboard', async ({ newcomer }) => {
    const { maya, tom } = await scene(newcomer, { viewport: { width: 360, height: 740 }, colorScheme: 'dark' });
    const text = unique('on the phone');
    await call(maya, text);
    await tom.page.goto('/activity');
    await expect(notices(tom, text)).toBeVisible();
    await expectToFit(tom.page.getByRole('main'), 'the list of notices');
    await picture(tom, 'activity-phone-dark');
    const done = notices(tom, text).getByRole('button', { name: 'Done' });
    await done.focus();
    await tom.page.keyboard.press('Enter');
    await expect(notices(tom, text)).toHaveCount(0);
});

test('each room has its rule: every message, what calls one, or nothing', async ({ newcomer }) => {
    const { maya, tom, here } = await scene(newcomer);
    const choose = async (words: string) => {
        await tom.page.getByRole('link', { name: 'Settings' }).click();
        await tom.page.getByRole('group', { name: 'What you are told of each room' }).getByLabel(here).selectOption(words);
        await expect.poll(async () => (await tom.ask('mine')).rooms.map((room: { rule?: string }) => room.rule ?? '')).toContain(
            { 'Every message': 'all', 'Mentions and replies': '', Nothing: 'none' }[words],
        );
    };
    await choose('Every message');
    const plain = unique('plain');
    await maya.say(plain);
    await expect(link(tom).getByRole('img', { name: '1 new notice' })).toBeVisible();
    await choose('Nothing');
    const quiet = unique('quiet');
    await call(maya, quiet);
    await openActivity(tom);
    await expect(notices(tom, quiet)).toBeVisible();
    await expect(notices(tom, quiet).getByText('New', { exact: true })).toHaveCount(0);
    await expect(notices(tom, plain).getByText('New', { exact: true })).toBeVisible();
    await choose('Mentions and replies');
});

test.describe('pushed', () => {
    const WORKING = { serviceWorkers: 'allow', permissions: ['notifications'] };

    /** What a push service of the test's own got, as the browser reads it. */
    const pushed: any[] = [];
    const browser = createECDH('prime256v1');
    const auth = randomBytes(16).toString('base64url');
    let service: Server;
    let endpoint: string;

    test.beforeAll(async ({ testbed }) => {
        test.skip(!testbed, 'the servers that run have no leave to push to this machine');
        browser.generateKeys();
        service = createServer(async (request, answer) => {
            const body = Buffer.concat(await request.toArray());
            const payload = ece.decrypt(body, { version: 'aes128gcm', privateKey: browser, authSecret: auth });
            pushed.push(JSON.parse(payload.toString()));
            answer.writeHead(201).end();
        });
        await new Promise<void>(resolve => service.listen(0, '127.0.0.1', resolve));
        endpoint = `http://127.0.0.1:${(service.address() as AddressInfo).port}/push`;
        for (const command of ['set 0 PARLANCE_PUSH_LOOPBACK 1', 'terminate 0', 'start 0']) await testbed!.tell(command);
    });

    test.afterAll(() => service?.close());

    /** The browser subscribes at the test's push service instead of its maker's, and counts how often it asks. */
    async function subscribesHere(person: Person) {
        const keys = { p256dh: browser.getPublicKey().toString('base64url'), auth };
        await person.context.addInitScript(
            ({ endpoint, keys }) => {
                const kept = () => localStorage.getItem('test.push') !== null;
                const subscription = () =>
                    Object.defineProperties(Object.create(PushSubscription.prototype), {
                        endpoint: { value: endpoint },
                        toJSON: { value: () => ({ endpoint, keys }) },
                        unsubscribe: { value: async () => !localStorage.removeItem('test.push') },
                    });
                PushManager.prototype.getSubscription = async () => (kept() ? subscription() : null);
                PushManager.prototype.subscribe = async options => {
                    if (!options?.userVisibleOnly || !options.applicationServerKey) throw new Error('not as it should');
                    localStorage.setItem('test.push', 'on');
                    return subscription();
                };
                const ask = Notification.requestPermission.bind(Notification);
                Notification.requestPermission = () => {
                    (globalThis as any).asked = ((globalThis as any).asked ?? 0) + 1;
                    return ask();
                };
            },
            { endpoint, keys },
        );
    }

    const asked = (person: Person) => person.page.evaluate(() => (globalThis as any).asked ?? 0);

    const thisBrowser = (person: Person) => person.page.getByRole('group', { name: 'This browser' });

    async function turnOn(person: Person) {
        await person.page.getByRole('link', { name: 'Settings' }).click();
        await thisBrowser(person).getByRole('button', { name: 'Turn on' }).click();
        await expect(thisBrowser(person).getByRole('status')).toContainText('shows notices');
    }

    /** The push with this number. */
    async function push(number: number): Promise<any> {
        await expect.poll(() => pushed.length).toBeGreaterThan(number);
        return pushed[number];
    }

    /** Hands it to the worker, as the browser does. */
    async function deliver(person: Person, payload: unknown) {
        const cdp = await person.context.newCDPSession(person.page);
        const registered = new Promise<string>(resolve => {
            cdp.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
                const here = registrations.find(one => one.scopeURL.startsWith(person.base) && !one.isDeleted);
                if (here) resolve(here.registrationId);
            });
        });
        await cdp.send('ServiceWorker.enable');
        const registrationId = await registered;
        await cdp.send('ServiceWorker.deliverPushMessage', {
            origin: person.base,
            registrationId,
            data: JSON.stringify(payload),
        });
    }

    /** What the system shows. */
    const shown = (person: Person) =>
        person.page.evaluate(async () => {
            const shown = await (await navigator.serviceWorker.ready).getNotifications();
            return shown.map(({ tag, title, body, actions }: any) => ({ tag, title, body, actions: actions.map((one: any) => one.title) }));
        });

    test('U7: the browser asks only after a press, and says how to undo a no', async ({ newcomer }) => {
        const tom = await newcomer(WORKING as object);
        await subscribesHere(tom);
        await tom.signIn(TOM);
        await tom.openWorkspace();
        expect(await asked(tom)).toBe(0);
        await tom.page.getByRole('link', { name: 'Settings' }).click();
        await expect(thisBrowser(tom)).toContainText('shows nothing while Parlance is closed');
        expect(await asked(tom)).toBe(0);
        await turnOn(tom);
        expect(await asked(tom)).toBe(1);
        await expect.poll(async () => (await tom.ask('mine')).devices).toBe(1);
        await picture(tom, 'settings-notices');
        await tom.page.reload();
        await expect(thisBrowser(tom).getByRole('status')).toContainText('shows notices');
        expect(await asked(tom)).toBe(0);
        await thisBrowser(tom).getByRole('button', { name: 'Turn off' }).click();
        await expect(thisBrowser(tom).getByRole('button', { name: 'Turn on' })).toBeVisible();
        await expect.poll(async () => (await tom.ask('mine')).devices).toBe(0);

        const denied = await newcomer({ serviceWorkers: 'allow' });
        await denied.context.addInitScript(() => {
            Object.defineProperty(Notification, 'permission', { get: () => 'denied' });
        });
        await denied.signIn(TOM);
        await denied.page.getByRole('link', { name: 'Settings' }).click();
        await expect(thisBrowser(denied).getByRole('status')).toContainText('set Notifications to Allow');
        await expect(thisBrowser(denied).getByRole('button')).toHaveCount(0);
    });

    test('U8 U3: a push shows itself with what one can do, opens the message, and goes when it is read elsewhere', async ({ newcomer }) => {
        const arriving = async (options: object = {}) => {
            const person = await newcomer(options as any);
            if ('serviceWorkers' in options) await subscribesHere(person);
            return person;
        };
        const { maya, tom, here, there } = await scene(arriving, WORKING);
        await turnOn(tom);
        await tom.openWorkspace(there);
        const before = pushed.length;
        const text = unique('pushed');
        await call(maya, text);
        const first = await push(before);
        expect(first.badge).toBe(1);
        await deliver(tom, first);
        await expect.poll(() => shown(tom)).toHaveLength(1);
        const [notification] = await shown(tom);
        expect(notification.title).toBe(`Maya Lindqvist mentioned you in ${here}`);
        expect(notification.body).toContain(text);
        expect(notification.actions).toEqual(['Reply', 'Mark read']);
        expect(notification.tag).toBe(first.show.tag);

        // Another device of theirs reads it.
        const desk = await (await newcomer()).signIn(TOM);
        await desk.openWorkspace(here);
        await expect(desk.messages(text)).toBeVisible();
        const closing = await push(before + 1);
        expect(closing.close).toEqual([first.show.tag]);
        // It is closed by what is pushed; here the open page has it closed as well.
        await deliver(tom, closing);
        await expect.poll(() => shown(tom)).toHaveLength(0);

        // A press goes to the message in the window that is open.
        const worker = tom.context.serviceWorkers()[0];
        await worker.evaluate(path => (globalThis as any).open(path), first.show.path);
        await expect(tom.messages(text)).toBeInViewport();
        await worker.evaluate(path => (globalThis as any).open(path), first.show.reply);
        await expect(tom.page.getByRole('complementary', { name: 'Thread' })).toContainText(text);

        // What cannot be read shows something all the same.
        const cdp = await tom.context.newCDPSession(tom.page);
        await cdp.detach();
        await deliver(tom, 'no notice').catch(() => {});
        await tom.page.getByRole('link', { name: 'Settings' }).click();
        await thisBrowser(tom).getByRole('button', { name: 'Turn off' }).click();
        await expect.poll(async () => (await tom.ask('mine')).devices).toBe(0);
    });

    test('U6: what one looks at rings nowhere until one looks away, and nothing does in quiet hours', async ({ newcomer }) => {
        const arriving = async (options: object = {}) => {
            const person = await newcomer(options as any);
            if ('serviceWorkers' in options) await subscribesHere(person);
            return person;
        };
        const { maya, tom, here, there } = await scene(arriving, WORKING);
        // Looking alone shall not read it.
        await tom.ask('prefer', { preference: 'reading', value: 'never' });
        await turnOn(tom);
        await tom.openWorkspace(here);
        await tom.page.bringToFront();
        await expect(tom.messages().last()).toBeVisible();
        const before = pushed.length;
        const attended = tom.page.waitForResponse(answer => answer.url().endsWith('/api/attend'));
        await tom.page.reload();
        await attended;
        const [seen, elsewhere] = [unique('in sight'), unique('elsewhere')];
        await call(maya, seen);
        await expect(tom.messages(seen)).toBeVisible();
        await maya.openWorkspace(there);
        await call(maya, elsewhere);
        expect((await push(before)).show.body).toContain(elsewhere);
        await tom.page.getByRole('link', { name: 'Settings' }).click();
        expect((await push(before + 1)).show.body).toContain(seen);

        await tom.page.getByRole('checkbox', { name: /^Quiet hours/ }).check();
        await tom.page.getByLabel('From', { exact: true }).fill('00:00');
        await tom.page.getByLabel('From', { exact: true }).blur();
        await tom.page.getByLabel('until', { exact: true }).fill('23:59');
        await tom.page.getByLabel('until', { exact: true }).blur();
        await expect.poll(async () => JSON.stringify((await tom.ask('mine')).preferences)).toContain('00:00-23:59');
        await picture(tom, 'settings-quiet-hours');
        const hush = unique('hush');
        await call(maya, hush);
        await expect(link(tom).getByRole('img', { name: /new notice/ })).toBeVisible();
        await openActivity(tom);
        await expect(notices(tom, hush)).toBeVisible();
        await tom.page.getByRole('link', { name: 'Settings' }).click();
        await tom.page.getByRole('checkbox', { name: /^Quiet hours/ }).uncheck();
        expect((await push(before + 2)).show.body).toContain(hush);
        await tom.ask('prefer', { preference: 'reading', value: 'in_conversation' });
        await thisBrowser(tom).getByRole('button', { name: 'Turn off' }).click();
        await expect.poll(async () => (await tom.ask('mine')).devices).toBe(0);
    });
});
