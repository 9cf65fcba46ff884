import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, BrowserContextOptions, Frame, FrameLocator, Page } from '@playwright/test';
import { expect } from './fixtures';
import type { Testbed } from './testbed';

/** Of everybody in the stand-in. */
export const PASSWORD = 'demo';

/** The script that `parlance connect` puts into the desk. */
const DESK_SCRIPT = readFileSync(join(__dirname, '../server/connect/src/desk_script.js'), 'utf8');

/** The ERPNext, as its administrator and as whoever makes trouble there. */
export class Erpnext {
    constructor(private readonly it: NonNullable<Testbed['erpnext']>) {}

    get url(): string {
        return this.it.url;
    }

    async api(method: string, path: string, body?: object): Promise<any> {
        const answer = await fetch(new URL(path, this.it.url), {
            method,
            headers: {
                Authorization: `token ${this.it.key}:${this.it.secret}`,
                'Content-Type': 'application/json',
            },
            body: body && JSON.stringify(body),
        });
        const told = await answer.json();
        expect(answer.ok, `${method} ${path}: ${JSON.stringify(told)}`).toBe(true);
        return told;
    }

    /** Changes what stands between a user and a session. */
    async steer(user: string, wanted: object) {
        await this.api('POST', `/_standin/users/${user}`, wanted);
    }

    /** What `parlance connect` makes for the panel of Projects, unless another test has connected the site. */
    async withPanel(parlance: string) {
        const { documents } = await this.api('GET', '/_standin/documents/DocType');
        if (documents.some((doctype: { name: string }) => doctype.name === 'Parlance Ticket')) return;
        await this.api('POST', '/api/resource/DocType', {
            name: 'Parlance Ticket', module: 'Custom', custom: 1, autoname: 'hash',
            fields: [{ fieldname: 'nonce', fieldtype: 'Data', label: 'Nonce', reqd: 1, unique: 1, set_only_once: 1 }],
            permissions: [
                { role: 'System Manager', read: 1, create: 1, delete: 1 },
                { role: 'Projects User', read: 1, create: 1, if_owner: 1 },
            ],
        });
        await this.api('POST', '/api/resource/Custom Field', {
            dt: 'Project', fieldname: 'parlance_panel', label: 'Conversations', fieldtype: 'HTML', insert_after: 'message',
        });
        const script = DESK_SCRIPT.replaceAll('__HOME__', JSON.stringify(parlance))
            .replaceAll('__TICKET__', '"Parlance Ticket"')
            .replaceAll('__DOCTYPE__', '"Project"');
        await this.api('POST', '/api/resource/Client Script', {
            name: 'Parlance Project', dt: 'Project', view: 'Form', enabled: 1, script,
        });
    }

    /** The browser of this context becomes one that is signed in here. */
    async signIn(page: Page, user: string) {
        await page.goto(`${this.url}/login`);
        await this.fillLogin(page, user);
        await page.waitForURL(/\/app/);
    }

    /** ERPNext's own sign-in page, which is open. */
    async fillLogin(page: Page, user: string) {
        await page.getByLabel('Email').fill(user);
        await page.getByLabel('Password').fill(PASSWORD);
        await page.getByRole('button', { name: 'Login' }).click();
    }

    /** Somebody signed in to the desk, who is about to open a Project. */
    async desk(browser: Browser, user: string, options: BrowserContextOptions = {}): Promise<Desk> {
        const context = await browser.newContext(options);
        const page = await context.newPage();
        await this.signIn(page, user);
        return new Desk(this, context, page);
    }
}

/** What happens between the desk's script and ERPNext: gets the ticket that is to be made, and whatever makes it. */
export type Trick = (ticket: Record<string, unknown>, make: (ticket: object) => Promise<{ name: string }>) => Promise<unknown>;

/** The desk of somebody, and the panel in it. */
export class Desk {
    /** Nonces that the desk was asked for tickets with. */
    readonly nonces: string[] = [];
    /** What the panel redeemed: the bodies it sent. */
    readonly redeemed: string[] = [];
    private trick: Trick = (ticket, make) => make(ticket);

    constructor(
        private readonly erpnext: Erpnext,
        readonly context: BrowserContext,
        readonly page: Page,
    ) {
        page.on('request', request => {
            if (new URL(request.url()).pathname === '/panel/redeem') this.redeemed.push(request.postData() ?? '');
        });
    }

    /** From now on this happens where the desk's script asks for a ticket. */
    async tricked(trick: Trick): Promise<this> {
        this.trick = trick;
        return this;
    }

    async open(project = 'PROJ-0001'): Promise<this> {
        await this.page.route('**/api/method/frappe.client.insert', async route => {
            const form = new URLSearchParams(route.request().postData() ?? '');
            const asked = JSON.parse(form.get('doc') ?? '{}');
            this.nonces.push(asked.nonce);
            const make = async (ticket: object) => {
                form.set('doc', JSON.stringify(ticket));
                const made = await route.fetch({ postData: form.toString() });
                expect(made.ok(), await made.text()).toBe(true);
                return (await made.json()).message;
            };
            await this.trick(asked, make);
            await route.fulfill({ json: { message: {} } });
        });
        await this.page.goto(`${this.erpnext.url}/app/project/${project}`);
        return this;
    }

    get panel(): FrameLocator {
        return this.page.frameLocator('iframe[data-parlance]');
    }

    /** The panel's frame, which has Parlance's origin. */
    async frame(): Promise<Frame> {
        const frame = await this.page.locator('iframe[data-parlance]').elementHandle();
        return (await frame!.contentFrame())!;
    }

    /** Asks Parlance for something as a page of its own in this frame would. Gives status and body. */
    async post(path: string, body = ''): Promise<{ status: number; body: string }> {
        return (await this.frame()).evaluate(
            async ([path, body]) => {
                const headers = { 'Content-Type': 'application/x-www-form-urlencoded', Accept: 'application/json' };
                const answer = await fetch(path, { method: 'POST', headers, body });
                return { status: answer.status, body: await answer.text() };
            },
            [path, body] as const,
        );
    }

    /** `User.name` of whom Parlance takes the panel's reader for; null for nobody. */
    async reader(): Promise<string | null> {
        const { status, body } = await this.post('/api/whoami');
        return status === 200 ? JSON.parse(body).user : null;
    }

    /** The panel says that it was refused, and nobody is signed in in it. */
    async expectRefused(words = 'ERPNext did not confirm who you are.') {
        await expect(this.panel.getByRole('alert')).toContainText(words);
        await expect(this.panel.getByRole('button', { name: 'Reconnect' })).toBeVisible();
        expect(await this.reader()).toBeNull();
    }
}
