import { randomUUID } from 'node:crypto';
import { expect, INES, MAYA, test } from './fixtures';

test('a client lands on the portal and sees no workspace', async ({ newcomer }) => {
    const ines = await (await newcomer()).signIn(INES);
    await expect(ines.page).toHaveURL(/\/portal$/);
    await expect(ines.workspaces).toHaveCount(0);
    await ines.page.goto('/workspaces');
    await expect(ines.page).toHaveURL(/\/portal$/);
});

test('for a client a hidden workspace and a wrong address are the same', async ({ newcomer }) => {
    const maya = await (await newcomer()).signIn(MAYA);
    const title = await maya.openWorkspace();
    const hidden = new URL(maya.page.url()).pathname;

    const ines = await (await newcomer()).signIn(INES);
    ines.tolerate(/status of 404/);
    const looks = [];
    for (const path of [hidden, `/w/${randomUUID()}`]) {
        const answer = await ines.page.goto(path);
        expect(answer!.status()).toBe(404);
        await expect(ines.page.getByText('Nothing to see here')).toBeVisible();
        looks.push(await ines.page.locator('body').innerText());
        expect(await answer!.text()).not.toContain(title);
    }
    expect(looks[1]).toBe(looks[0]);
    await expect(ines.page.getByRole('log')).toHaveCount(0);
});
