import { type APIResponse, type Browser, type BrowserContext, type BrowserContextOptions, type JSHandle, type Locator, type Page } from '@playwright/test';
import { expect, test as base } from '@playwright/test';
import { Testbed } from './testbed';

export { expect };

/** Options and servers that last as long as the worker. */
export interface Places {
    /** How many processes serve the same people. */
    replicas: number;
    /** Whether one process works with an ERPNext that browsers reach, on another site. */
    onSite: boolean;
    /** How many messages were said in the first Project before anybody came. */
    long: number;
    /** The servers, unless PARLANCE_E2E_URLS names running ones. */
    testbed: Testbed | null;
    /** One address for each replica. */
    urls: string[];
}

interface Tools {
    /** Opens a browser of its own for somebody; what its pages complain about fails the test. */
    newcomer: (options?: BrowserContextOptions & { replica?: number }) => Promise<Person>;
}

/** The people of the demo. */
export const MAYA = 'maya@parlance.demo';
export const TOM = 'tom@parlance.demo';
export const INES = 'ines@client.demo';
const PASSWORD = 'demo';

export const test = base.extend<Tools, Places>({
    replicas: [1, { scope: 'worker', option: true }],

    onSite: [false, { scope: 'worker', option: true }],

    long: [0, { scope: 'worker', option: true }],

    testbed: [
        async ({ replicas, onSite, long }, use) => {
            const options = onSite ? ['--on-site'] : ['--replicas', String(replicas)];
            const running = process.env.PARLANCE_E2E_URLS ? null : await Testbed.start(options);
            if (running && long > 0) await running.fill('PROJ-0001', long);
            await use(running);
            await running?.stop();
        },
        { scope: 'worker', timeout: 180_000 },
    ],

    urls: [
        async ({ testbed }, use) => {
            await use(testbed?.urls ?? process.env.PARLANCE_E2E_URLS!.trim().split(/\s+/));
        },
        { scope: 'worker' },
    ],

    newcomer: async ({ browser, urls }, use) => {
        const people: Person[] = [];
        await use(async ({ replica = 0, ...options } = {}) => {
            const person = await Person.arrive(browser, urls[replica % urls.length], options);
            people.push(person);
            return person;
        });
        const complaints = (await Promise.all(people.map(person => person.complained()))).flat();
        for (const person of people) await person.context.close();
        expect(complaints, 'what the pages complained about in the console').toEqual([]);
    },
});

/** What a browser says when it is offline, or when a test asked for a page that is not there. */
const OFFLINE = /ERR_INTERNET_DISCONNECTED|ERR_CONNECTION_REFUSED|ERR_NETWORK_CHANGED|WebSocket connection to/;

/** Somebody with a browser of their own. */
export class Person {
    readonly complaints: string[] = [];
    private tolerated: RegExp[] = [];
    private readonly lookups: Promise<void>[] = [];

    private constructor(
        readonly context: BrowserContext,
        readonly page: Page,
        readonly base: string,
    ) {}

    static async arrive(browser: Browser, url: string, options: BrowserContextOptions): Promise<Person> {
        // What a service worker fetches, no test could hold back; tests of the worker itself allow it.
        const context = await browser.newContext({ baseURL: url, serviceWorkers: 'block', ...options });
        const person = new Person(context, await context.newPage(), url);
        context.on('console', message => {
            const text = message.text();
            const grave = message.type() === 'error';
            const doubtful = message.type() === 'warning' && /hydrat|leptos|tachys|panic|reactive/i.test(text);
            if ((grave || doubtful) && !person.tolerated.some(pattern => pattern.test(text))) {
                const at = person.complaints.push(`${message.type()} on ${message.page()?.url()}: ${text}`) - 1;
                person.lookups.push(person.lookUp(at, message.args()));
            }
        });
        context.on('weberror', error => person.complaints.push(`uncaught: ${error.error()}`));
        return person;
    }

    /** What its pages complained about, with the elements that were spoken of. */
    async complained(): Promise<string[]> {
        await Promise.all(this.lookups);
        return this.complaints;
    }

    /** Writes out the elements a complaint names: the console tells only that there was one. */
    private async lookUp(complaint: number, named: JSHandle[]) {
        for (const handle of named) {
            const element = await handle
                .evaluate(value => {
                    if (!(value instanceof Node)) return '';
                    const written = value instanceof Element ? value.outerHTML : `${value.nodeName} ${value.nodeValue}`;
                    const before = value.previousSibling instanceof Element ? value.previousSibling.outerHTML : value.previousSibling?.nodeName;
                    return `${written.slice(0, 400)}\n  after ${before?.slice(-400)}\n  in ${value.parentElement?.cloneNode(false) instanceof Element ? (value.parentElement.cloneNode(false) as Element).outerHTML : ''}`;
                })
                // The page is gone by now.
                .catch(() => '');
            if (element) this.complaints[complaint] += `\n  it is ${element}`;
        }
    }

    /** What this pattern matches is expected from now on. */
    tolerate(pattern: RegExp) {
        this.tolerated.push(pattern);
    }

    /** Another tab of the same browser, in place of the first. */
    async anotherTab(): Promise<Person> {
        const other = new Person(this.context, await this.context.newPage(), this.base);
        return Object.assign(other, { complaints: this.complaints, tolerated: this.tolerated });
    }

    async fillSignIn(user: string, password = PASSWORD) {
        await this.page.getByLabel('Email', { exact: true }).fill(user);
        await this.page.getByLabel('Password', { exact: true }).fill(password);
        await this.page.getByRole('button', { name: 'Sign in', exact: true }).click();
    }

    async signIn(user: string): Promise<this> {
        await this.page.goto('/sign-in');
        await this.fillSignIn(user);
        await expect(this.page).not.toHaveURL(/sign-in/);
        return this;
    }

    /** The workspaces this person may choose from. */
    get workspaces(): Locator {
        return this.page.getByRole('navigation', { name: 'Workspaces' }).getByRole('link');
    }

    /** Opens a workspace by its link: the one of this title, or the first. Gives its title. */
    async openWorkspace(title?: string): Promise<string> {
        const link = title ? this.workspaces.and(this.page.getByRole('link', { name: title, exact: true })) : this.workspaces.first();
        const name = title ?? (await link.locator('bdi').first().innerText()).trim();
        await link.click();
        await expect(this.page).toHaveURL(/\/w\/[0-9a-f-]{36}$/);
        await expect(this.list).toBeVisible();
        return name;
    }

    get list(): Locator {
        return this.page.getByRole('log', { name: 'Messages' });
    }

    /** Messages that hold this text. */
    messages(text: string | RegExp = ''): Locator {
        return this.list.getByRole('article').filter({ hasText: text });
    }

    get box(): Locator {
        return this.page.getByRole('textbox', { name: 'Message', exact: true });
    }

    get sendButton(): Locator {
        return this.page.getByRole('button', { name: 'Send', exact: true });
    }

    /** Types and sends, without waiting for the server. */
    async write(text: string) {
        await this.box.fill(text);
        await this.sendButton.click();
        await expect(this.box).toHaveValue('');
    }

    /** Says something and waits until the server has it. */
    async say(text: string) {
        await this.write(text);
        await expect(this.messages(text)).toHaveAttribute('data-state', 'sent');
    }

    /** Calls a server function as this person's page would. */
    async call(name: string, form: Record<string, string> = {}): Promise<APIResponse> {
        const headers = { accept: 'application/json', origin: new URL(this.base).origin };
        return this.page.request.post(`/api/${name}`, { headers, form });
    }

    /** The same, where it must succeed. Gives the answer. */
    async ask(name: string, form: Record<string, string> = {}): Promise<any> {
        const answer = await this.call(name, form);
        expect(answer.status(), `${name}: ${await answer.text()}`).toBe(200);
        return answer.json();
    }

    /** The id of the room that is open. */
    async room(): Promise<string> {
        const { room } = await this.ask('workspace', { id: new URL(this.page.url()).pathname.split('/').at(-1)! });
        return room.id;
    }

    /** The network goes away; the page has noticed. */
    async goOffline() {
        this.tolerate(OFFLINE);
        await this.context.setOffline(true);
        await expect(this.page.getByRole('status').filter({ hasText: 'offline' })).toBeVisible();
    }

    async goOnline() {
        await this.context.setOffline(false);
    }

    /** Key, place and text of each message on the page, in the order they stand there. */
    async standing(): Promise<{ key: string | null; seq: number; text: string }[]> {
        return this.messages().evaluateAll(rows =>
            rows.map(row => ({
                key: row.getAttribute('data-key'),
                seq: Number(row.getAttribute('data-seq')),
                text: row.querySelector('.msg-body, [dir=auto]')?.textContent ?? '',
            })),
        );
    }
}

/** A text that no other test and no earlier run has used. */
export function unique(text: string): string {
    return `${text} ${Date.now().toString(36)}${Math.random().toString(36).slice(2, 6)}`;
}
