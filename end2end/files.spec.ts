import { deflateSync } from 'node:zlib';
import type { Locator } from '@playwright/test';
import { expect, MAYA, type Person, test, TOM, unique } from './fixtures';

interface Given {
    name: string;
    mimeType: string;
    buffer: Buffer;
}

function chunk(kind: string, data: Buffer): Buffer {
    const body = Buffer.concat([Buffer.from(kind, 'latin1'), data]);
    let crc = ~0;
    for (const byte of body) {
        crc ^= byte;
        for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
    }
    const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    check.writeUInt32BE(~crc >>> 0);
    return Buffer.concat([length, body, check]);
}

/** A picture with a slope of colour from `hue`, so that it is seen which one it is. */
function picture(name: string, width: number, height: number, hue: number): Given {
    const rows: number[] = [];
    for (let y = 0; y < height; y++) {
        rows.push(0);
        for (let x = 0; x < width; x++) {
            const light = 90 + Math.round((120 * x) / width);
            const shade = Math.round((90 * y) / height);
            rows.push((hue + light) % 256, Math.max(0, light - shade), (hue * 2 + shade) % 256);
        }
    }
    const header = Buffer.alloc(13);
    header.writeUInt32BE(width, 0);
    header.writeUInt32BE(height, 4);
    header.set([8, 2, 0, 0, 0], 8);
    const buffer = Buffer.concat([
        Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
        chunk('IHDR', header),
        chunk('IDAT', deflateSync(Buffer.from(rows))),
        chunk('IEND', Buffer.alloc(0)),
    ]);
    return { name, mimeType: 'image/png', buffer };
}

function text(name: string, words: string): Given {
    return { name, mimeType: 'text/plain', buffer: Buffer.from(words) };
}

/** What is added and not sent yet. */
function toSend(person: Person): Locator {
    return person.page.getByRole('list', { name: 'Files to send' }).getByRole('listitem');
}

async function choose(person: Person, files: Given[]) {
    const chooser = person.page.waitForEvent('filechooser');
    await person.page.getByRole('button', { name: 'Attach files' }).click();
    await (await chooser).setFiles(files);
    for (const file of files) await expect(toSend(person).filter({ hasText: file.name })).toBeVisible();
}

/** Files as a script of the page has them, such as for a drop. */
async function handed(person: Person, files: Given[]) {
    return person.page.evaluateHandle(
        given => {
            const data = new DataTransfer();
            for (const { name, mimeType, base64 } of given) {
                const bytes = Uint8Array.from(atob(base64), letter => letter.charCodeAt(0));
                data.items.add(new File([bytes], name, { type: mimeType }));
            }
            return data;
        },
        files.map(file => ({ name: file.name, mimeType: file.mimeType, base64: file.buffer.toString('base64') })),
    );
}

async function both(newcomer: () => Promise<Person>) {
    const maya = await (await newcomer()).signIn(MAYA);
    const tom = await (await newcomer()).signIn(TOM);
    const title = await maya.openWorkspace();
    await tom.openWorkspace(title);
    await isAlive(maya);
    return { maya, tom, title };
}

/** The page is alive once it lets a text be sent. */
async function isAlive(person: Person) {
    await person.box.fill('a');
    await expect(person.sendButton).toBeEnabled();
    await person.box.fill('');
}

/** Holds uploads back until told. */
async function holdUploads(person: Person) {
    let go = () => {};
    const held = new Promise<void>(resolve => (go = resolve));
    await person.page.route(/\/files\/[0-9a-f-]{36}\?/, async route => {
        if (route.request().method() === 'PUT') await held;
        await route.continue().catch(() => undefined);
    });
    return go;
}

async function look(person: Person, name: string) {
    await person.page.evaluate(() => document.fonts.ready.then(() => undefined));
    await person.page.screenshot({ path: `${__dirname}/test-results/looks/files-${name}.png`, animations: 'disabled' });
}

test('M10: files by button, drop and paste go with one message, and the other member sees them at once', async ({ newcomer }) => {
    const { maya, tom } = await both(newcomer);
    const words = unique('three ways');
    await choose(maya, [picture('front.png', 900, 600, 20)]);

    const dropped = await handed(maya, [text('site plan.txt', 'north is up'), picture('back.png', 500, 800, 120)]);
    for (const kind of ['dragenter', 'dragover']) await maya.list.dispatchEvent(kind, { dataTransfer: dropped });
    await expect(maya.page.getByText('Drop to add the files')).toBeVisible();
    await maya.list.dispatchEvent('drop', { dataTransfer: dropped });
    await expect(maya.page.getByText('Drop to add the files')).toBeHidden();

    const pasted = await handed(maya, [picture('image.png', 300, 200, 200)]);
    await maya.box.evaluate((box, clipboardData) => {
        box.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
    }, pasted);
    await expect(toSend(maya)).toHaveCount(4);
    await expect(maya.page.getByRole('progressbar')).toHaveCount(0);
    await maya.box.fill(words);
    await look(maya, 'upload');
    await maya.sendButton.click();

    await expect(toSend(maya)).toHaveCount(0);
    for (const person of [maya, tom]) {
        const message = person.messages(words);
        for (const name of ['front.png', 'back.png', 'image.png']) {
            await expect(message.getByRole('img', { name })).toBeVisible();
        }
        await expect(message.getByRole('link', { name: /Download site plan\.txt/ })).toBeVisible();
    }
    const download = tom.page.waitForEvent('download');
    await tom.messages(words).getByRole('link', { name: /Download site plan\.txt/ }).click();
    expect((await download).suggestedFilename()).toBe('site plan.txt');
});

test('M10: text is sent before its file has come; the file follows with its progress', async ({ newcomer }) => {
    const { maya, tom } = await both(newcomer);
    const go = await holdUploads(maya);
    const words = unique('the file follows');
    await choose(maya, [text('long report.txt', 'x'.repeat(400_000))]);
    await maya.box.fill(words);
    await maya.sendButton.click();
    await expect(maya.messages(words)).toHaveAttribute('data-state', 'sent');
    const [mine, theirs] = [maya, tom].map(person => person.messages(words).getByRole('group', { name: 'long report.txt' }));
    await expect(mine.getByRole('button', { name: 'Cancel long report.txt' })).toBeVisible();
    await expect(theirs).toContainText('on its way');
    go();
    for (const person of [maya, tom]) {
        await expect(person.messages(words).getByRole('link', { name: /Download long report\.txt/ })).toBeVisible();
    }
});

test('M10: what is cancelled goes nowhere, before it is sent and after', async ({ newcomer }) => {
    const { maya, tom } = await both(newcomer);
    const go = await holdUploads(maya);
    const words = unique('without it');
    await choose(maya, [text('first.txt', 'one'), text('second.txt', 'two')]);
    // Nothing of it has reached the server: taking it back finds nothing there.
    maya.tolerate(/status of 404/);
    await maya.page.getByRole('button', { name: 'Remove first.txt' }).click();
    await expect(toSend(maya)).toHaveCount(1);
    await maya.box.fill(words);
    await maya.sendButton.click();
    await maya.messages(words).getByRole('button', { name: 'Cancel second.txt' }).click();
    go();
    for (const person of [maya, tom]) {
        const file = person.messages(words).getByRole('group', { name: 'second.txt' });
        await expect(file).toContainText('did not arrive');
        await expect(person.messages(words).getByText('first.txt')).toHaveCount(0);
    }
});

test('C8: what was sent with files can be taken back, and the files are in the box again', async ({ newcomer }) => {
    const { maya, tom } = await both(newcomer);
    const words = unique('too early with files');
    await choose(maya, [picture('front.png', 300, 200, 20), text('list.txt', 'one')]);
    await expect(maya.page.getByRole('progressbar')).toHaveCount(0);
    await maya.box.fill(words);
    await maya.sendButton.click();
    await expect(tom.messages(words).getByRole('img', { name: 'front.png' })).toBeVisible();
    await maya.page.getByRole('button', { name: 'Undo', exact: true }).click();
    await expect(maya.box).toHaveValue(words);
    await expect(toSend(maya)).toHaveCount(2);
    await expect(tom.messages(words)).toHaveCount(0);
    await maya.sendButton.click();
    await expect(tom.messages(words).getByRole('img', { name: 'front.png' })).toBeVisible();
    await expect(tom.messages(words).getByRole('link', { name: /Download list\.txt/ })).toBeVisible();
    await expect(toSend(maya)).toHaveCount(0);
});

test('what was sent is let go: neither pictures nor kept files stay in the browser', async ({ newcomer }) => {
    const maya = await newcomer();
    await maya.page.addInitScript(() => {
        const live = new Set<string>();
        const [create, revoke] = [URL.createObjectURL.bind(URL), URL.revokeObjectURL.bind(URL)];
        URL.createObjectURL = (what: Blob) => {
            const address = create(what);
            live.add(address);
            return address;
        };
        URL.revokeObjectURL = (address: string) => {
            live.delete(address);
            revoke(address);
        };
        Object.assign(window, { liveAddresses: live });
    });
    await maya.signIn(MAYA);
    await maya.openWorkspace();
    await isAlive(maya);
    const words = unique('let go');
    const held = () =>
        maya.page.evaluate(async () => {
            const database = await new Promise<IDBDatabase>((resolve, reject) => {
                const request = indexedDB.open('parlance.files');
                request.onsuccess = () => resolve(request.result);
                request.onerror = () => reject(request.error);
            });
            const kept = await new Promise<number>(resolve => {
                const request = database.transaction('files').objectStore('files').count();
                request.onsuccess = () => resolve(request.result);
            });
            database.close();
            const locks = (await navigator.locks.query()).held!.filter(lock => lock.name!.startsWith('parlance.file.'));
            const live = (window as unknown as { liveAddresses: Set<string> }).liveAddresses;
            return { kept, locks: locks.length, live: live.size };
        });
    await choose(maya, [picture('front.png', 300, 200, 20), text('list.txt', 'one')]);
    await expect.poll(async () => (await held()).live).toBeGreaterThan(0);
    await maya.box.fill(words);
    await maya.sendButton.click();
    await expect(maya.messages(words).getByRole('img', { name: 'front.png' })).toBeVisible();
    await expect.poll(held).toEqual({ kept: 0, locks: 0, live: 0 });
});

test('two tabs send a kept file once, and the other goes on when the first is closed', async ({ newcomer }) => {
    const { maya, tom } = await both(newcomer);
    let puts = 0;
    let go = () => {};
    const held = new Promise<void>(resolve => (go = resolve));
    await maya.context.route(/\/files\/[0-9a-f-]{36}\?/, async route => {
        if (route.request().method() === 'PUT') {
            puts += 1;
            await held;
        }
        await route.continue().catch(() => undefined);
    });
    await choose(maya, [text('once.txt', 'only once')]);
    await expect.poll(() => puts).toBe(1);
    const other = await maya.anotherTab();
    await other.page.goto(maya.page.url());
    await isAlive(other);
    await expect
        .poll(() => other.page.evaluate(async () => (await navigator.locks.query()).pending!.filter(lock => lock.name!.startsWith('parlance.file.')).length))
        .toBeGreaterThan(0);
    await expect(toSend(other)).toHaveCount(0);
    expect(puts).toBe(1);
    await maya.page.close();
    await expect(toSend(other).filter({ hasText: 'once.txt' })).toBeVisible();
    await expect.poll(() => puts).toBe(2);
    go();
    const words = unique('from the second tab');
    await other.box.fill(words);
    await other.sendButton.click();
    await expect(tom.messages(words).getByRole('link', { name: /Download once\.txt/ })).toBeVisible();
});

for (const status of [403, 404, 409, 507]) {
    test(`what the server answers with ${status} is kept here and says so`, async ({ newcomer }) => {
        const { maya } = await both(newcomer);
        maya.tolerate(new RegExp(`status of ${status}`));
        let refuse = true;
        await maya.page.route(/\/files\/[0-9a-f-]{36}\?/, async route => {
            if (refuse && route.request().method() === 'PUT') await route.fulfill({ status, body: '{}' });
            else await route.continue();
        });
        await choose(maya, [text('dear.txt', 'the only copy')]);
        const why = toSend(maya).getByRole('alert');
        await expect(why).toContainText('a copy of it is kept in this browser');
        await maya.page.reload();
        await isAlive(maya);
        await expect(why).toContainText('a copy of it is kept in this browser');
        const download = maya.page.waitForEvent('download');
        await maya.page.getByRole('button', { name: 'Save a copy of dear.txt' }).click();
        expect((await download).suggestedFilename()).toBe('dear.txt');
        refuse = false;
        await maya.page.getByRole('button', { name: 'Try dear.txt again' }).click();
        await expect(why).toHaveCount(0);
        const words = unique('sent after all');
        await maya.box.fill(words);
        await maya.sendButton.click();
        await expect(maya.messages(words).getByRole('link', { name: /Download dear\.txt/ })).toBeVisible();
    });
}

test('M10: a file that is too large is refused by name and size, and the text is kept', async ({ newcomer }) => {
    const maya = await (await newcomer()).signIn(MAYA);
    await maya.openWorkspace();
    await isAlive(maya);
    const words = unique('too large to go');
    await maya.box.fill(words);
    const large = await maya.page.evaluateHandle(() => {
        const data = new DataTransfer();
        data.items.add(new File([new Uint8Array(51_000_000)], 'film.mov'));
        return data;
    });
    for (const kind of ['dragover', 'drop']) await maya.list.dispatchEvent(kind, { dataTransfer: large });
    await expect(toSend(maya).getByRole('alert')).toContainText('51 MB; 50 MB is the most');
    await expect(maya.box).toHaveValue(words);
    await maya.page.getByRole('button', { name: 'Remove film.mov' }).click();
    await expect(toSend(maya)).toHaveCount(0);
});

test('M10: Ctrl+U chooses files', async ({ newcomer }) => {
    const maya = await (await newcomer()).signIn(MAYA);
    await maya.openWorkspace();
    // Listened for early: the browser would open a choice of its own until it has heard that somebody listens.
    const chooser = maya.page.waitForEvent('filechooser');
    await isAlive(maya);
    await maya.page.keyboard.press('Control+u');
    expect((await chooser).isMultiple()).toBe(true);
});

test('M11: pictures open in a viewer with arrows, Esc and download, and the focus returns', async ({ newcomer }) => {
    const { maya, tom } = await both(newcomer);
    const words = unique('three pictures');
    await choose(maya, [picture('one.png', 800, 500, 10), picture('two.png', 500, 900, 90), picture('three.png', 1200, 300, 170)]);
    await maya.box.fill(words);
    await maya.sendButton.click();

    await expect(tom.messages(words).getByRole('img')).toHaveCount(3);
    const first = tom.messages(words).getByRole('button', { name: 'Open picture one.png' });
    await first.focus();
    await tom.page.keyboard.press('Enter');
    const viewer = tom.page.getByRole('dialog', { name: 'Picture' });
    await expect(viewer.getByRole('img', { name: 'one.png' })).toBeVisible();
    await expect(viewer.getByText('1 of 3')).toBeVisible();
    await tom.page.keyboard.press('ArrowRight');
    await expect(viewer.getByRole('img', { name: 'two.png' })).toBeVisible();
    await tom.page.keyboard.press('ArrowRight');
    await tom.page.keyboard.press('ArrowRight');
    await expect(viewer.getByRole('img', { name: 'three.png' })).toBeVisible();
    await tom.page.keyboard.press('ArrowLeft');
    await expect(viewer.getByRole('img', { name: 'two.png' })).toBeVisible();
    await expect.poll(() => viewer.getByRole('img').evaluate(img => (img as HTMLImageElement).naturalHeight)).toBe(900);
    await look(tom, 'viewer');
    const download = tom.page.waitForEvent('download');
    await viewer.getByRole('link', { name: 'Download two.png' }).click();
    expect((await download).suggestedFilename()).toBe('two.png');
    await tom.page.keyboard.press('Escape');
    await expect(viewer).toBeHidden();
    await expect(first).toBeFocused();
});

test('L17: a picture has its place before it is there', async ({ newcomer }) => {
    const { maya, tom } = await both(newcomer);
    let show = () => {};
    const shown = new Promise<void>(resolve => (show = resolve));
    await tom.page.route(/\/thumbnail$/, async route => {
        await shown;
        await route.continue().catch(() => undefined);
    });
    const words = unique('kept place');
    await choose(maya, [picture('wide.png', 1600, 900, 60)]);
    await maya.box.fill(words);
    await maya.sendButton.click();
    const image = tom.messages(words).getByRole('img', { name: 'wide.png' });
    await expect(image).toBeVisible();
    // The room may have opened further up, where the new begins: pictures out of sight are not fetched.
    await image.scrollIntoViewIfNeeded();
    const before = await image.boundingBox();
    show();
    await expect.poll(() => image.evaluate(img => (img as HTMLImageElement).naturalWidth)).toBeGreaterThan(0);
    expect(await image.boundingBox()).toEqual(before);
    expect(before!.width / before!.height).toBeCloseTo(1600 / 900, 1);
});

test('files with hostile names and contents are harmless', async ({ newcomer }) => {
    const { maya, tom } = await both(newcomer);
    const alarms: string[] = [];
    for (const person of [maya, tom]) {
        person.page.on('dialog', dialog => {
            alarms.push(dialog.message());
            void dialog.dismiss();
        });
    }
    const script = '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(2)</script></svg>';
    const given: Given[] = [
        { name: 'drawing.svg', mimeType: 'image/svg+xml', buffer: Buffer.from(script) },
        { name: 'photo.png', mimeType: 'image/png', buffer: Buffer.from('<!doctype html><script>alert(3)</script>') },
        text('invoice\u202efdp.exe', 'not what it seems'),
        text('"><img src=x onerror=alert(4)>.txt', 'x'),
        text('javascript:alert(5).txt', 'x'),
    ];
    const words = unique('hostile');
    await maya.page.locator('input[type=file]').setInputFiles(given);
    await expect(toSend(maya)).toHaveCount(given.length);
    await maya.box.fill(words);
    await maya.sendButton.click();
    const message = tom.messages(words);
    await expect(message.getByRole('link', { name: /Download/ })).toHaveCount(given.length);
    // Neither is drawn, whatever it is called; the name says what it is.
    await expect(message.getByRole('img')).toHaveCount(0);
    await expect(message.getByText('invoicefdp.exe', { exact: true })).toBeVisible();
    await expect(message.getByText('"><img src=x onerror=alert(4)>.txt', { exact: true })).toBeVisible();
    for (const name of ['drawing.svg', 'photo.png']) {
        const href = await message.getByRole('link', { name: new RegExp(`Download ${name}`) }).getAttribute('href');
        // Followed as an address it is saved and not opened.
        const page = await tom.context.newPage();
        const download = page.waitForEvent('download');
        await page.goto(href!).catch(() => undefined);
        expect((await download).suggestedFilename()).toBe(name);
        await page.close();
    }
    expect(alarms).toEqual([]);
});

test('files added offline survive closing the tab and arrive once, with their message', async ({ newcomer }) => {
    const { maya, tom } = await both(newcomer);
    const address = maya.page.url();
    await maya.goOffline();
    const words = unique('written on the train');
    await choose(maya, [picture('platform.png', 400, 300, 140), text('minutes.txt', 'we agreed')]);
    await maya.box.fill(words);
    await maya.sendButton.click();
    await expect(maya.messages(words)).toHaveAttribute('data-state', 'queued');
    await expect(maya.messages(words).getByRole('group', { name: 'minutes.txt' })).toContainText('waits to be sent');
    await maya.page.close();
    await maya.goOnline();
    await expect(tom.messages(words)).toHaveCount(0);

    const again = await maya.anotherTab();
    await again.page.goto(address);
    for (const person of [again, tom]) {
        await expect(person.messages(words)).toHaveCount(1);
        await expect(person.messages(words).getByRole('img', { name: 'platform.png' })).toBeVisible();
        await expect(person.messages(words).getByRole('link', { name: /Download minutes\.txt/ })).toBeVisible();
    }
    await again.page.reload();
    await expect(again.messages(words)).toHaveCount(1);
    await expect(toSend(again)).toHaveCount(0);
});

test('what was added and not sent is still there after a reload', async ({ newcomer }) => {
    const maya = await (await newcomer()).signIn(MAYA);
    await maya.openWorkspace();
    await isAlive(maya);
    const name = `${unique('kept')}.txt`;
    await choose(maya, [text(name, 'not sent yet')]);
    await maya.page.reload();
    await expect(toSend(maya).filter({ hasText: name })).toBeVisible();
    await maya.page.getByRole('button', { name: `Remove ${name}` }).click();
    await expect(toSend(maya)).toHaveCount(0);
    await maya.page.reload();
    await isAlive(maya);
    await expect(toSend(maya)).toHaveCount(0);
});

for (const [size, viewport, scheme] of [
    ['desktop', { width: 1280, height: 800 }, 'light'],
    ['desktop-dark', { width: 1280, height: 800 }, 'dark'],
    ['phone', { width: 360, height: 740 }, 'light'],
    ['phone-dark', { width: 360, height: 740 }, 'dark'],
] as const) {
    test(`files fit and can be looked at: ${size}`, async ({ newcomer }) => {
        const mobile = viewport.width < 500;
        const maya = await (await newcomer({ viewport, colorScheme: scheme, hasTouch: mobile, isMobile: mobile })).signIn(MAYA);
        await maya.openWorkspace();
        await isAlive(maya);
        const given = [
            picture('street side.png', 1200, 800, 30),
            picture('garden.png', 600, 900, 110),
            text('minutes of the meeting with the electrician, corrected.txt', 'x'.repeat(12_000)),
            { name: 'offer.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7\n'.padEnd(48_000, ' ')) },
        ];
        const words = unique('how it looks');
        await choose(maya, given);
        await expect(maya.page.getByRole('progressbar')).toHaveCount(0);
        await look(maya, `added-${size}`);
        await maya.box.fill(words);
        await maya.sendButton.click();
        await expect(maya.messages(words).getByRole('link', { name: /Download/ })).toHaveCount(2);
        const images = maya.messages(words).getByRole('img');
        await expect(images).toHaveCount(2);
        for (const image of await images.all()) {
            await expect.poll(() => image.evaluate(img => (img as HTMLImageElement).naturalWidth)).toBeGreaterThan(0);
        }
        await look(maya, `sent-${size}`);
        const sideways = await maya.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        expect(sideways, 'nothing is wider than its window').toBeLessThanOrEqual(0);
        await maya.messages(words).getByRole('button', { name: /Open picture garden/ }).click();
        const shown = maya.page.getByRole('dialog', { name: 'Picture' }).getByRole('img');
        await expect.poll(() => shown.evaluate(img => (img as HTMLImageElement).naturalWidth)).toBeGreaterThan(0);
        await look(maya, `viewer-${size}`);
    });
}
