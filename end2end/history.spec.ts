import type { Locator } from '@playwright/test';
import { expect, MAYA, type Person, test, TOM, unique } from './fixtures';

/** The room in which very much was said: server/testkit/src/long_room.rs. */
const TITLE = 'New website and direct booking';
const PROJECT = 'PROJ-0001';
const COUNT = 100_000;
/** More rows are never in the page (app/src/room/timeline/stretch.rs), but for what is not stored yet. */
const SHOWN = 300;

test.use({ long: COUNT });

test.beforeEach(({ testbed }, info) => {
    test.skip(!testbed, 'servers that run already hold no such room');
    info.setTimeout(120_000);
});

async function inRoom(newcomer: (options?: object) => Promise<Person>, user = MAYA) {
    const person = await (await newcomer()).signIn(user);
    await person.openWorkspace(TITLE);
    const path = new URL(person.page.url()).pathname;
    const { room } = await person.ask('workspace', { id: path.split('/').at(-1)! });
    // A room opens where the new begins.
    await expect(person.messages().last()).toBeVisible();
    await toEnd(person);
    return { person, path, room: room.id as string };
}

async function toEnd(person: Person) {
    await person.list.focus();
    await person.page.keyboard.press('End');
    await expect(person.messages().last()).toBeInViewport();
}

/** The message with this number, as the server tells it. */
async function numbered(person: Person, room: string, number: number) {
    const piece = await person.ask('history', { room, 'aim[before]': String(number + 1) });
    return piece.messages.at(-1) as { id: string; seq: number; sent_at: number; body: string };
}

const seqs = (person: Person) => person.messages().evaluateAll(rows => rows.map(row => Number(row.getAttribute('data-seq'))));

/** Scrolls so that `edge` of what is loaded is near, and waits for more; how far the row that is read has moved by that. */
async function readOn(list: Locator, edge: 'start' | 'end'): Promise<number> {
    return list.evaluate(async (element, edge) => {
        const rows = () => [...element.querySelectorAll<HTMLElement>('article[data-seq]')];
        const seq = (at: number) => Number(rows().at(at)!.dataset.seq);
        const frame = () => new Promise(resolve => requestAnimationFrame(resolve));
        // A thread begins with the message it is about.
        const far = edge === 'end' ? -1 : element.getAttribute('aria-label') === 'Replies' ? 1 : 0;
        const before = seq(far);
        // As far as it goes by one turn of the wheel or by the key Home: into the nearness that loads.
        const room = element.scrollHeight - element.clientHeight;
        element.scrollTop = edge === 'start' ? -(room - 500) : -500;
        const top = element.getBoundingClientRect().top;
        const anchor = rows().find(row => row.getBoundingClientRect().bottom > top + 40)!;
        const stood = anchor.getBoundingClientRect().top;
        for (let frames = 0; frames < 1_200; frames += 1) {
            await frame();
            if (seq(far) === before) continue;
            // And what comes after it was added. What was painted in between is counted by the layout shifts.
            for (let after = 0; after < 20; after += 1) await frame();
            return anchor.isConnected ? Math.abs(anchor.getBoundingClientRect().top - stood) : Infinity;
        }
        throw new Error(`nothing was loaded at the ${edge}`);
    }, edge);
}

test('M4, L17: history loads at either side, what one reads stays within a pixel, and the page stays small', async ({ newcomer }) => {
    const { person } = await inRoom(newcomer);
    await person.page.evaluate(() => {
        const shifts = ((window as any).shifts = [] as number[]);
        new PerformanceObserver(list => {
            for (const entry of list.getEntries()) shifts.push((entry as any).value);
        }).observe({ type: 'layout-shift', buffered: false });
    });
    for (let page = 0; page < 9; page += 1) {
        expect(await readOn(person.list, 'start')).toBeLessThanOrEqual(1);
        expect(await person.messages().count()).toBeLessThanOrEqual(SHOWN);
    }
    // Backwards alone: where rows come in below, Chromium counts the move that the list takes back in the same frame.
    const shifts: number[] = await person.page.evaluate(() => (window as any).shifts);
    expect(shifts.reduce((sum, shift) => sum + shift, 0)).toBeLessThan(0.02);
    const shown = await seqs(person);
    expect(shown.length).toBeGreaterThan(200);
    expect(shown).toEqual([...shown].sort((one, other) => one - other));
    for (let page = 0; page < 4; page += 1) {
        expect(await readOn(person.list, 'end')).toBeLessThanOrEqual(1);
        expect(await person.messages().count()).toBeLessThanOrEqual(SHOWN);
    }
    const later = await seqs(person);
    expect(later.at(-1)).toBeGreaterThan(shown.at(-1)!);
    // Without holes: nothing in this part was said in threads.
    expect(later.at(-1)! - later[0]).toBe(later.length - 1);
});

test('K8: the message that has the focus keeps it while history comes in above it', async ({ newcomer }) => {
    const { person } = await inRoom(newcomer);
    await person.page.keyboard.press('k');
    const row = person.messages().last();
    await expect(row).toBeFocused();
    const before = await person.messages().count();
    await readOn(person.list, 'start');
    expect(await person.messages().count()).toBeGreaterThan(before);
    await expect(row).toBeFocused();
    await person.page.keyboard.press('k');
    await expect(person.messages().nth((await person.messages().count()) - 2)).toBeFocused();
});

test('M5: a new message moves nothing while one reads further up, is counted, and End goes down to it', async ({ newcomer }) => {
    const { person: maya } = await inRoom(newcomer);
    const { person: tom } = await inRoom(newcomer, TOM);
    for (let page = 0; page < 2; page += 1) await readOn(maya.list, 'start');
    const top = () => maya.list.evaluate(list => list.querySelectorAll('article')[40].getBoundingClientRect().top);
    const stood = await top();
    const text = unique('while you read');
    await tom.say(text);
    await expect(maya.page.getByRole('button', { name: '1 new', exact: true })).toBeVisible();
    await tom.say(unique('and another'));
    await expect(maya.page.getByRole('button', { name: '2 new', exact: true })).toBeVisible();
    expect(Math.abs((await top()) - stood)).toBeLessThanOrEqual(1);
    await maya.list.focus();
    await maya.page.keyboard.press('End');
    await expect(maya.messages(text)).toBeInViewport();
    await expect(maya.page.locator('.to-end')).toHaveCount(0);
});

test('M5: far from the end nothing is added to what one reads; the button leads to what is new', async ({ newcomer }) => {
    const { person: maya, path, room } = await inRoom(newcomer);
    const { person: tom } = await inRoom(newcomer, TOM);
    const far = await numbered(maya, room, 70_000);
    await maya.page.goto(`${path}?m=${far.id}`);
    await expect(maya.messages('Message 70000:')).toBeInViewport();
    const text = unique('far away');
    await tom.say(text);
    const button = maya.page.getByRole('button', { name: '1 new', exact: true });
    await expect(button).toBeVisible();
    await expect(maya.messages(text)).toHaveCount(0);
    // What is shown changes all the same.
    await tom.ask('change_message', { room, message: far.id, 'act[react]': '👍' });
    await expect(maya.messages('Message 70000:').getByRole('button', { name: /👍/ })).toBeVisible();
    await button.click();
    await expect(maya.messages(text)).toBeInViewport();
    await expect(maya.list.locator('.new-line + article')).toContainText(text);
    // Who says something while they read far up sees it at once, in its place.
    await maya.page.goto(`${path}?m=${far.id}`);
    await expect(maya.messages('Message 70000:')).toBeInViewport();
    const own = unique('from far up');
    await maya.say(own);
    await expect(maya.messages(own)).toBeInViewport();
    await expect(maya.messages(text)).toBeVisible();
    expect(await maya.messages().count()).toBeLessThanOrEqual(SHOWN);
});

test('M13: a link opens its message in its place, marked for two seconds, with what stands on both sides', async ({ newcomer }) => {
    const { person, path, room } = await inRoom(newcomer);
    const far = await numbered(person, room, 33_333);
    const address = `${path}?m=${far.id}`;
    // The server's first answer has it.
    const html = await (await person.page.request.get(address)).text();
    expect(html).toContain('Message 33332:');
    expect(html).toContain('Message 33334:');
    expect(html).not.toContain('Message 99999:');
    // When the mark came and went, on the page's own clock.
    await person.page.addInitScript(() => {
        const times = ((window as any).marked = [] as number[]);
        new MutationObserver(() => {
            const marked = document.querySelector('.msg-sought') !== null;
            if (marked !== (times.length % 2 === 1)) times.push(performance.now());
        }).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ['class'] });
    });
    await person.page.goto(address);
    const row = person.messages('Message 33333:');
    await expect(row).toHaveClass(/msg-sought/);
    await expect(row).not.toHaveClass(/msg-sought/);
    const [came, went] = await person.page.evaluate(() => (window as any).marked as number[]);
    expect(went - came, 'how long the mark stood, in milliseconds').toBeGreaterThanOrEqual(2_000);
    for (const number of [33_332, 33_333, 33_334]) {
        await expect(person.messages(`Message ${number}:`)).toBeInViewport();
    }
    await person.page.screenshot({ path: `${__dirname}/test-results/looks/permalink.png`, animations: 'disabled' });
});

test('M13: unknown, foreign and malformed messages say the same, and the room opens', async ({ newcomer }) => {
    const { person, path } = await inRoom(newcomer);
    const others = await person.ask('my_workspaces');
    const foreign = others.find((one: any) => one.project !== PROJECT && one.newest).newest.id;
    for (const id of [crypto.randomUUID(), foreign]) {
        await person.page.goto(`${path}?m=${id}`);
        await expect(person.page.locator('.room-notice')).toContainText('not here');
        await expect(person.messages().last()).toBeInViewport();
    }
});

test('links in the room jump, and Back and Forward jump again', async ({ newcomer }) => {
    const { person, path, room } = await inRoom(newcomer);
    const [one, two] = [await numbered(person, room, 20_000), await numbered(person, room, 80_000)];
    const mark = unique('look there');
    await person.write(`${mark} [first](${path}?m=${one.id}) and [second](${path}?m=${two.id})`);
    await person.messages(mark).getByRole('link', { name: 'first' }).click();
    await expect(person.messages('Message 20000:')).toBeInViewport();
    await person.page.goto(`${path}?m=${two.id}`);
    await expect(person.messages('Message 80000:')).toBeInViewport();
    await person.page.goBack();
    await expect(person.messages('Message 20000:')).toBeInViewport();
    await person.page.goForward();
    await expect(person.messages('Message 80000:')).toBeInViewport();
});

test('M3: the day stands over the list while it moves, and leads to any other day', async ({ newcomer }) => {
    const { person, room } = await inRoom(newcomer);
    const middle = await numbered(person, room, 40_000);
    // The Monday of that week; the list was made so that weekends are empty.
    const monday = new Date(middle.sent_at);
    monday.setUTCDate(monday.getUTCDate() - ((monday.getUTCDay() + 6) % 7));
    const date = (days: number) => new Date(monday.getTime() + days * 86_400_000).toISOString().slice(0, 10);
    const chip = person.page.getByRole('button', { name: 'Jump to a date' });
    await expect(chip).toHaveCSS('opacity', '0');
    await person.list.hover();
    await person.page.mouse.wheel(0, -1_500);
    await expect(chip).toHaveCSS('opacity', '1');
    const jump = async (day: string) => {
        await chip.focus();
        await chip.press('Enter');
        const dialog = person.page.getByRole('dialog', { name: 'Jump to a date' });
        await dialog.getByLabel('Date').fill(day);
        await dialog.getByRole('button', { name: 'Go' }).click();
        await expect(dialog).toHaveCount(0);
    };
    const firstInView = () =>
        person.list.evaluate(list => {
            const top = list.getBoundingClientRect().top;
            const rows = [...list.querySelectorAll('article')];
            const row = rows.find(row => row.getBoundingClientRect().bottom > top + 40)!;
            return row.querySelector('time')!.getAttribute('datetime')!.slice(0, 10);
        });
    await jump(date(2));
    await expect.poll(firstInView).toBe(date(2));
    await expect(person.messages().first()).toBeAttached();
    await person.page.screenshot({ path: `${__dirname}/test-results/looks/date.png`, animations: 'disabled' });
    await jump(date(5));
    await expect.poll(firstInView).toBe(date(7));
    await expect(person.page.getByRole('status').filter({ hasText: 'Nothing was said on Saturday' })).toContainText('next day with messages: Monday');
    await jump('1999-01-01');
    await expect(person.messages('Message 1:')).toBeInViewport();
    await expect(person.list.getByText('The beginning of')).toBeAttached();
});

test('M14: what is loaded is text in order: found, selected across messages, walked through', async ({ newcomer }) => {
    const { person, path, room } = await inRoom(newcomer);
    const far = await numbered(person, room, 60_000);
    await person.page.goto(`${path}?m=${far.id}`);
    await expect(person.messages('Message 60000:')).toBeInViewport();
    await expect(person.messages('Message 59975:')).not.toBeInViewport();
    expect(await person.page.evaluate(() => (window as any).find('Message 59975:', true, false, true))).toBe(true);
    expect(await person.page.evaluate(() => getSelection()!.anchorNode!.parentElement!.closest('article')!.dataset.seq)).toBe('59975');
    const selected = await person.list.evaluate(list => {
        const row = (text: string) => [...list.querySelectorAll('article')].find(row => row.textContent!.includes(text))!;
        const range = document.createRange();
        range.setStartBefore(row('Message 59970:'));
        range.setEndAfter(row('Message 59980:'));
        getSelection()!.removeAllRanges();
        getSelection()!.addRange(range);
        return getSelection()!.toString();
    });
    const numbers = [...selected.matchAll(/Message (\d+):/g)].map(found => Number(found[1]));
    expect(numbers).toEqual(Array.from({ length: 11 }, (_, at) => 59_970 + at));
    const told = await person.list.ariaSnapshot();
    const walked = [...told.matchAll(/Message (\d+):/g)].map(found => Number(found[1]));
    expect(walked.length).toBeGreaterThan(50);
    expect(walked).toEqual([...walked].sort((one, other) => one - other));
    expect(walked.length).toBe(await person.messages().count());
});

test('M1: many unread messages open at the first of them, and reading ends only at the real end', async ({ newcomer }) => {
    const { person: maya, room } = await inRoom(newcomer);
    const { person: tom } = await inRoom(newcomer, TOM);
    await tom.ask('mark_all_read');
    await tom.page.goto('/threads');
    const mark = unique('unread');
    for (let number = 1; number <= 200; number += 1) {
        await maya.ask('post_message', {
            room,
            'draft[key]': crypto.randomUUID(),
            'draft[audience]': 'team',
            'draft[body]': `${mark} no ${number}.`,
        });
    }
    const row = tom.page.getByRole('navigation', { name: 'Workspaces' }).getByRole('listitem').filter({ hasText: TITLE });
    const unread = row.getByText('Unread', { exact: true });
    await expect(unread).toBeAttached();
    await tom.page.clock.install();
    await tom.openWorkspace(TITLE);
    const line = tom.list.getByRole('separator', { name: 'New messages' });
    await expect(line).toBeInViewport();
    await expect(tom.list.locator('.new-line + article')).toContainText(`${mark} no 1.`);
    // The bottom of what was loaded first is not the end.
    await expect(tom.messages(`${mark} no 200.`)).toHaveCount(0);
    // Longer than looking takes to read.
    await tom.page.clock.runFor(2_000);
    await expect(unread).toBeAttached();
    await tom.page.clock.resume();
    await tom.list.focus();
    await tom.page.keyboard.press('End');
    await expect(tom.messages(`${mark} no 200.`)).toBeInViewport();
    await expect(unread).toHaveCount(0);
});

test('a long thread opens at one of its replies and is read in pieces too', async ({ newcomer }) => {
    const { person, path, room } = await inRoom(newcomer);
    const middle = COUNT / 2;
    const root = await numbered(person, room, middle);
    const piece = await person.ask('history', { room, thread: root.id, 'aim[before]': String(middle + 201) });
    const reply = piece.messages.at(-1);
    await person.page.goto(`${path}?thread=${root.id}&m=${reply.id}`);
    const replies = person.page.getByRole('log', { name: 'Replies' });
    await expect(replies.getByRole('article').filter({ hasText: `Message ${middle + 200}:` })).toBeInViewport();
    await expect(replies.locator('.thread-count')).toHaveText('400 replies');
    for (let page = 0; page < 2; page += 1) {
        expect(await readOn(replies, 'start')).toBeLessThanOrEqual(1);
    }
    await expect(replies.locator(`article[data-seq="${middle + 400}"]`)).toHaveCount(0);
    await person.page.getByRole('button', { name: 'To the newest' }).last().click();
    await expect(replies.locator(`article[data-seq="${middle + 400}"]`)).toBeInViewport();
});

for (const [name, options] of [
    ['1280', { viewport: { width: 1_280, height: 800 } }],
    ['360 dark', { viewport: { width: 360, height: 740 }, colorScheme: 'dark' }],
] as const) {
    test(`the day and its calendar can be looked at: ${name}`, async ({ newcomer }) => {
        const person = await (await newcomer(options)).signIn(MAYA);
        const workspaces = await person.ask('my_workspaces');
        await person.page.goto(`/w/${workspaces.find((one: any) => one.project === PROJECT).id}`);
        await expect(person.messages().last()).toBeInViewport();
        await person.list.hover();
        const chip = person.page.getByRole('button', { name: 'Jump to a date' });
        // Nothing moves the day before the page is alive.
        await expect(async () => {
            await person.page.mouse.wheel(0, -300);
            await expect(chip).toHaveCSS('opacity', '1', { timeout: 1_000 });
        }).toPass();
        await person.page.screenshot({ path: `${__dirname}/test-results/looks/history ${name}.png`, animations: 'disabled' });
        await chip.focus();
        await chip.press('Enter');
        await expect(person.page.getByRole('dialog', { name: 'Jump to a date' })).toBeVisible();
        await person.page.screenshot({ path: `${__dirname}/test-results/looks/calendar ${name}.png`, animations: 'disabled' });
    });
}
