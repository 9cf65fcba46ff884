import { expect, MAYA, test, TOM, unique } from './fixtures';

test('a wrong password is told in words and the name is kept', async ({ newcomer }) => {
    const maya = await newcomer();
    maya.tolerate(/status of 40[13]/);
    await maya.page.goto('/sign-in');
    await maya.fillSignIn(MAYA, 'not the password');
    const alert = maya.page.getByRole('alert');
    await expect(alert).toBeVisible();
    const words = await alert.innerText();
    expect(words).toMatch(/[a-z]+ [a-z]+/);
    expect(words).not.toMatch(/\b(401|403|error code|exception|traceback)\b/i);
    await expect(maya.page.getByLabel('Email', { exact: true })).toHaveValue(MAYA);
    await maya.fillSignIn(MAYA);
    await expect(maya.page).not.toHaveURL(/sign-in/);
});

test('an address without a session leads to the door and back', async ({ newcomer }) => {
    const maya = await (await newcomer()).signIn(MAYA);
    await maya.openWorkspace();
    const path = new URL(maya.page.url()).pathname;

    const stranger = await newcomer();
    stranger.tolerate(/status of 401/);
    await stranger.page.goto(path);
    await expect(stranger.page).toHaveURL(/\/sign-in/);
    await stranger.fillSignIn(MAYA);
    await expect(stranger.page).toHaveURL(new RegExp(`${path}$`));
});

test('signing out ends the session, and Back shows nothing', async ({ newcomer }) => {
    const tom = await (await newcomer()).signIn(TOM);
    tom.tolerate(/status of 401/);
    await tom.openWorkspace();
    const address = tom.page.url();
    const text = unique('before signing out');
    await tom.say(text);
    const cookies = await tom.context.cookies();

    await tom.page.getByRole('button', { name: 'Sign out', exact: true }).click();
    await expect(tom.page).toHaveURL(/\/sign-in/);
    await tom.page.goBack();
    await expect(tom.page.getByRole('button', { name: 'Sign in', exact: true })).toBeVisible();
    await expect(tom.page.getByText(text)).toHaveCount(0);

    // Somebody who kept the cookie has nothing.
    await tom.context.addCookies(cookies);
    await tom.page.goto(address);
    await expect(tom.page).toHaveURL(/\/sign-in/);
});

test('signing out in one tab closes the other', async ({ newcomer }) => {
    const tom = await (await newcomer()).signIn(TOM);
    tom.tolerate(/status of 401|WebSocket connection to/);
    await tom.openWorkspace();
    const other = await tom.anotherTab();
    await other.page.goto(tom.page.url());
    await expect(other.list).toBeVisible();
    await tom.page.getByRole('button', { name: 'Sign out', exact: true }).click();
    await expect(tom.page).toHaveURL(/\/sign-in/);
    await expect(other.page).toHaveURL(/\/sign-in/);
});
