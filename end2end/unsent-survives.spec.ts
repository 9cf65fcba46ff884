import { expect, MAYA, test, TOM, unique } from './fixtures';

test('what was sent offline survives closing the tab and arrives once', async ({ newcomer }) => {
    const maya = await (await newcomer()).signIn(MAYA);
    const title = await maya.openWorkspace();
    const address = maya.page.url();
    const tom = await (await newcomer()).signIn(TOM);
    await tom.openWorkspace(title);

    await maya.goOffline();
    const [one, two] = [unique('unsent one'), unique('unsent two')];
    await maya.write(one);
    await maya.write(two);
    await expect(maya.messages(one)).toHaveAttribute('data-state', 'queued');
    await expect(maya.messages(two)).toHaveAttribute('data-state', 'queued');

    await maya.page.close();
    await maya.goOnline();
    await expect(tom.messages(one)).toHaveCount(0);

    const again = await maya.anotherTab();
    await again.page.goto(address);
    for (const text of [one, two]) {
        await expect(again.messages(text)).toHaveAttribute('data-state', 'sent');
        await expect(tom.messages(text)).toBeVisible();
    }
    await again.page.reload();
    await expect(again.messages(two)).toHaveAttribute('data-state', 'sent');
    for (const person of [again, tom]) {
        const order = (await person.standing()).map(row => row.text).filter(text => text === one || text === two);
        expect(order).toEqual([one, two]);
    }
});

test('a draft survives a reload', async ({ newcomer }) => {
    const maya = await (await newcomer()).signIn(MAYA);
    await maya.openWorkspace();
    // The page is alive once it lets a text be sent.
    await maya.box.fill('a');
    await expect(maya.sendButton).toBeEnabled();
    const text = unique('not finished yet');
    await maya.box.fill(text);
    await maya.page.reload();
    await expect(maya.box).toHaveValue(text);
    await expect(maya.sendButton).toBeEnabled();
    await maya.box.fill('');
});

test('what was typed before the page was alive survives a reload', async ({ newcomer }) => {
    const maya = await (await newcomer()).signIn(MAYA);
    await maya.openWorkspace();
    // The script comes late, as over a slow line.
    let letThrough = () => {};
    const late = new Promise<void>(resolve => (letThrough = resolve));
    await maya.page.route(/\.wasm$/, async route => {
        await late;
        await route.continue();
    });
    await maya.page.reload({ waitUntil: 'domcontentloaded' });
    const text = unique('typed early');
    await maya.box.fill(text);
    await expect(maya.sendButton).toBeDisabled();
    letThrough();
    await expect(maya.sendButton).toBeEnabled();
    // What was begun before stands above it.
    const kept = new RegExp(`${text}$`);
    await expect(maya.box).toHaveValue(kept);
    await maya.page.reload();
    await expect(maya.box).toHaveValue(kept);
    await expect(maya.sendButton).toBeEnabled();
    await maya.box.fill('');
});

test('a restart of the server loses nothing and nobody has to reload', async ({ newcomer, testbed }) => {
    test.skip(!testbed, 'the servers of PARLANCE_E2E_URLS are not ours to stop');
    const maya = await (await newcomer()).signIn(MAYA);
    const title = await maya.openWorkspace();
    const tom = await (await newcomer()).signIn(TOM);
    await tom.openWorkspace(title);
    for (const person of [maya, tom]) person.tolerate(/ERR_CONNECTION_REFUSED|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET|WebSocket connection to/);
    const mark = unique('restart');
    await maya.say(`${mark} before`);
    // Whoever hears it has a page that is alive: one that was still loading could only be loaded again.
    await expect(tom.messages(`${mark} before`)).toBeVisible();

    await testbed!.tell('kill9 0');
    await maya.write(`${mark} while it was down`);
    await expect(maya.messages(`${mark} while it was down`)).toHaveAttribute('data-state', 'queued');
    await testbed!.tell('start 0');

    await expect(maya.messages(`${mark} while it was down`)).toHaveAttribute('data-state', 'sent', { timeout: 40_000 });
    await expect(tom.messages(`${mark} while it was down`)).toBeVisible({ timeout: 40_000 });
    await tom.say(`${mark} after`);
    await expect(maya.messages(`${mark} after`)).toBeVisible();
    for (const person of [maya, tom]) {
        const order = (await person.standing()).map(row => row.text).filter(text => text.startsWith(mark));
        expect(order).toEqual(['before', 'while it was down', 'after'].map(when => `${mark} ${when}`));
    }
});
