import { expect, MAYA, test, unique } from './fixtures';

test('without JavaScript one signs in and reads the newest messages', async ({ newcomer }) => {
    const maya = await (await newcomer()).signIn(MAYA);
    const title = await maya.openWorkspace();
    const text = unique('for a page without scripts');
    await maya.say(text);

    const plain = await newcomer({ javaScriptEnabled: false });
    await plain.page.goto('/');
    await expect(plain.page).toHaveURL(/\/sign-in/);
    await plain.fillSignIn(MAYA);
    await expect(plain.page).not.toHaveURL(/sign-in/);
    await plain.openWorkspace(title);
    await expect(plain.messages(text)).toBeVisible();
    expect(await plain.messages().count()).toBeGreaterThan(1);
});

test('without JavaScript a wrong password is told and the name is kept', async ({ newcomer }) => {
    const plain = await newcomer({ javaScriptEnabled: false });
    plain.tolerate(/status of 40[13]/);
    await plain.page.goto('/sign-in');
    await plain.fillSignIn(MAYA, 'not the password');
    await expect(plain.page.getByRole('alert')).not.toBeEmpty();
    await expect(plain.page.getByLabel('Email', { exact: true })).toHaveValue(MAYA);
    await expect(plain.page.getByLabel('Password', { exact: true })).toHaveValue('');
});

test('the newest messages are in the first answer of the server', async ({ newcomer }) => {
    const maya = await (await newcomer()).signIn(MAYA);
    await maya.openWorkspace();
    const text = unique('in the first answer');
    await maya.say(text);
    const answer = await maya.context.request.get(maya.page.url());
    expect(answer.status()).toBe(200);
    expect(await answer.text()).toContain(text);
});
