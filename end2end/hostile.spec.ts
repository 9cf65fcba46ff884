import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, MAYA, type Person, test, TOM } from './fixtures';

interface Hostile {
    kind: string;
    body: string;
    repeat?: number;
}

const texts: Hostile[] = JSON.parse(readFileSync(join(__dirname, 'hostile', 'texts.json'), 'utf8'));

/** The longest message, in characters. */
const LIMIT = 8_000;

/** What our own renderer makes of a text; nothing else may stand in one. */
const OURS =
    'a, bdi, blockquote, code, div, em, h2, hr, input[type=checkbox][disabled], li, ol, p, pre, s, span, strong, table, tbody, td, th, thead, tr, ul';

/** Says it by the same server function the page uses. */
async function post(person: Person, room: string, body: string): Promise<number> {
    const form = { room, 'draft[key]': crypto.randomUUID(), 'draft[body]': body, 'draft[audience]': 'team' };
    const answer = await person.call('post_message', form);
    return answer.status();
}

/** Looks for anything that has happened, or stands there, and was not ours. */
async function harm(person: Person): Promise<string[]> {
    return person.list.evaluate((list, ours) => {
        const found: string[] = [];
        if ((window as unknown as { harm?: unknown }).harm) found.push('a script of a message ran');
        for (const report of (window as unknown as { reports?: string[] }).reports ?? []) found.push(report);
        for (const body of list.querySelectorAll('.msg-body')) {
            for (const element of body.querySelectorAll('*')) {
                if (!element.matches(ours)) found.push(`<${element.localName}> stands in a message`);
                for (const { name, value } of element.attributes) {
                    if (name.startsWith('on')) found.push(`${name} stands in a message`);
                    if (name === 'style' || name === 'id' || name === 'src') found.push(`${name} stands in a message`);
                    if (name === 'href' && !/^(https?:\/\/[^@/]+(\/|$|\?|#)|mailto:|\/w\/)/i.test(value)) found.push(`href ${value}`);
                }
            }
        }
        const page = document.documentElement;
        if (page.scrollWidth > page.clientWidth) found.push('the page scrolls sideways');
        return found;
    }, OURS);
}

test('hostile texts are harmless, live and after a reload, and the CSP reports nothing', async ({ newcomer }) => {
    test.setTimeout(300_000);
    const maya = await (await newcomer()).signIn(MAYA);
    const tom = await newcomer();
    const dialogs: string[] = [];
    const elsewhere: string[] = [];
    tom.page.on('dialog', dialog => {
        dialogs.push(dialog.message());
        void dialog.dismiss();
    });
    await tom.context.route(
        url => url.origin !== new URL(tom.base).origin && !url.protocol.startsWith('ws'),
        route => {
            elsewhere.push(route.request().url());
            return route.abort();
        },
    );
    await tom.context.addInitScript(() => {
        const reports: string[] = [];
        Object.assign(window, { reports });
        document.addEventListener('securitypolicyviolation', event =>
            reports.push(`CSP: ${event.violatedDirective} ${event.blockedURI}`),
        );
    });
    await tom.signIn(TOM);
    const title = await maya.openWorkspace();
    await tom.openWorkspace(title);
    const room = await maya.room();

    const sent = texts.filter(({ kind }) => kind !== 'too long');
    expect(sent.length).toBeGreaterThanOrEqual(200);
    let taken = 0;
    for (let from = 0; from < sent.length; from += 40) {
        const batch = sent.slice(from, from + 40);
        for (const { kind, body, repeat = 1 } of batch) {
            const status = await post(maya, room, body.repeat(repeat));
            // What is nothing but unseen letters is no message.
            expect([200, 400, 422], `${kind}: ${body.slice(0, 60)}`).toContain(status);
            if (status === 200) taken += 1;
        }
        const mark = `after hostile ${from} ${Date.now()}`;
        expect(await post(maya, room, mark)).toBe(200);

        await expect(tom.messages(mark)).toBeVisible({ timeout: 30_000 });
        expect(await harm(tom), `live, from text ${from}`).toEqual([]);
        await tom.page.reload();
        await expect(tom.messages().first()).toBeVisible();
        // It opened at what was not read yet.
        await expect(async () => {
            await tom.list.press('End');
            await expect(tom.messages(mark)).toBeVisible({ timeout: 2_000 });
        }).toPass();
        expect(await harm(tom), `after a reload, from text ${from}`).toEqual([]);
        await expect(tom.page).toHaveURL(/\/w\/[0-9a-f-]{36}$/);
    }
    expect(taken, 'texts that were shown').toBeGreaterThanOrEqual(200);
    // Over each message with the mouse: nothing listens that is not ours.
    for (const row of (await tom.messages().all()).slice(-12)) await row.hover();
    expect(await harm(tom)).toEqual([]);
    expect(dialogs, 'dialogs that opened').toEqual([]);
    expect(elsewhere, 'what was asked of other hosts').toEqual([]);
});

test('a text longer than a message is refused, and nothing of it is shown', async ({ newcomer }) => {
    const maya = await (await newcomer()).signIn(MAYA);
    maya.tolerate(/Failed to load resource/);
    await maya.openWorkspace();
    const room = await maya.room();
    const newest = () => maya.messages().last().getAttribute('data-id');
    const before = await newest();
    for (const { body, repeat = 1 } of texts.filter(({ kind }) => kind === 'too long')) {
        expect([...body].length * repeat).toBeGreaterThan(LIMIT);
        expect(await post(maya, room, body.repeat(repeat))).toBeGreaterThanOrEqual(400);
    }
    await maya.page.reload();
    await expect(maya.messages().last()).toBeVisible();
    expect(await newest()).toBe(before);
});
