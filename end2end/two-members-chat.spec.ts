import { expect, MAYA, type Person, test, TOM, unique } from './fixtures';

// Each member has a browser of their own; with two replicas, also a server of their own.
async function both(newcomer: (options: { replica: number }) => Promise<Person>) {
    const maya = await (await newcomer({ replica: 0 })).signIn(MAYA);
    const tom = await (await newcomer({ replica: 1 })).signIn(TOM);
    const title = await maya.openWorkspace();
    await tom.openWorkspace(title);
    return { maya, tom };
}

test('two members see what the other says, and a reload keeps the order', async ({ newcomer }) => {
    const { maya, tom } = await both(newcomer);
    const words = Array.from({ length: 6 }, (_, n) => unique(`turn ${n}`));
    for (const [n, text] of words.entries()) {
        const [speaker, listener] = n % 2 ? [tom, maya] : [maya, tom];
        await speaker.say(text);
        await expect(listener.messages(text)).toBeVisible();
    }

    for (const person of [maya, tom]) {
        const before = await person.standing();
        const said = before.filter(row => words.includes(row.text));
        expect(said.map(row => row.text)).toEqual(words);
        const places = before.map(row => row.seq);
        expect(places).toEqual([...places].sort((a, b) => a - b));

        await person.page.reload();
        await expect(person.messages(words[5])).toBeVisible();
        const after = (await person.standing()).filter(row => words.includes(row.text));
        expect(after).toEqual(said);
    }
});

test('who was offline for 20 messages gets exactly those, once each and in order', async ({ newcomer }) => {
    const { maya, tom } = await both(newcomer);
    const mark = unique('while away');
    await maya.say(`${mark} before`);
    await expect(tom.messages(`${mark} before`)).toBeVisible();

    await tom.goOffline();
    const words = Array.from({ length: 20 }, (_, n) => `${mark} no. ${String(n + 1).padStart(2, '0')}`);
    for (const text of words) await maya.say(text);
    // The line is really cut: nothing of it has come through.
    await expect(tom.messages(mark)).toHaveCount(1);

    await tom.goOnline();
    await expect(tom.messages(words[19])).toBeVisible({ timeout: 30_000 });
    await expect(tom.messages(mark)).toHaveCount(21);
    const expected = [`${mark} before`, ...words];
    const texts = async (person: Person) =>
        (await person.standing()).map(row => row.text).filter(text => text.startsWith(mark));
    expect(await texts(tom)).toEqual(expected);

    // Nothing comes a second time, and a reload shows the same.
    await maya.say(`${mark} after`);
    await expect(tom.messages(`${mark} after`)).toBeVisible();
    expect(await texts(tom)).toEqual([...expected, `${mark} after`]);
    await tom.page.reload();
    await expect(tom.messages(`${mark} after`)).toBeVisible();
    expect(await texts(tom)).toEqual([...expected, `${mark} after`]);
    await expect(tom.page.getByRole('status').filter({ hasText: 'offline' })).toHaveCount(0);
});

test('both write at the same time and stand in the same order everywhere', async ({ newcomer }) => {
    const { maya, tom } = await both(newcomer);
    const mark = unique('at once');
    const speak = async (person: Person, name: string) => {
        for (let n = 0; n < 10; n++) await person.write(`${mark} ${name} ${n}`);
    };
    await Promise.all([speak(maya, 'maya'), speak(tom, 'tom')]);
    const rows = async (person: Person) => {
        await expect(person.messages(mark)).toHaveCount(20);
        for (const row of await person.messages(mark).all()) await expect(row).toHaveAttribute('data-state', 'sent');
        return (await person.standing()).filter(row => row.text.startsWith(mark));
    };
    const [mayas, toms] = [await rows(maya), await rows(tom)];
    expect(toms).toEqual(mayas);
    // Each one's own words keep the order they were typed in.
    for (const name of ['maya', 'tom']) {
        const own = mayas.filter(row => row.text.includes(` ${name} `)).map(row => row.text);
        expect(own).toEqual([...own].sort());
    }
});
