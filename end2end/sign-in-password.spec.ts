import { Erpnext } from './erpnext';
import { expect, MAYA, TOM, test } from './fixtures';

test.use({ onSite: true });

const LEA = 'lea@parlance.demo';

test('what ERPNext has against a sign-in is told in plain words', async ({ newcomer, testbed }) => {
    const erpnext = new Erpnext(testbed!.erpnext!);
    const visitor = await newcomer();
    visitor.tolerate(/status of 40[13]/);
    const alert = visitor.page.getByRole('alert');
    const nobody = async () => {
        const context = await visitor.context.cookies();
        expect(context.filter(cookie => cookie.name === 'parlance_session')).toEqual([]);
    };
    await visitor.page.goto('/sign-in');
    await visitor.fillSignIn(LEA, 'wrong');
    await expect(alert).toContainText('The email or the password is wrong.');
    await nobody();
    for (const [hurdle, none, words] of [
        [{ lock: true }, { lock: false }, 'locked this account after too many wrong passwords'],
        [{ expire_password: true }, { expire_password: false }, 'Your ERPNext password has expired.'],
        [{ second_factor: true }, { second_factor: false }, 'asks for a second factor'],
        [{ enabled: false }, { enabled: true }, 'disabled in ERPNext'],
    ] as const) {
        await erpnext.steer(LEA, hurdle);
        await visitor.fillSignIn(LEA);
        await expect(alert).toContainText(words);
        await expect(visitor.page.getByLabel('Email', { exact: true })).toHaveValue(LEA);
        await nobody();
        await erpnext.steer(LEA, none);
    }
    await visitor.fillSignIn(LEA);
    await expect(visitor.page).toHaveURL(/\/workspaces$/);
});

test('signing in leads to no other site, with and without scripts', async ({ newcomer, urls }) => {
    const home = new URL(urls[0]).origin;
    const elsewhere = ['https://evil.example/', '//evil.example', '/\\evil.example', '/%5Cevil.example', 'javascript:alert(1)'];
    for (const javaScriptEnabled of [true, false]) {
        for (const next of elsewhere) {
            const visitor = await newcomer({ javaScriptEnabled });
            visitor.tolerate(/status of 401/);
            await visitor.page.goto(`/sign-in?next=${encodeURIComponent(next)}`);
            await visitor.fillSignIn(MAYA);
            await expect(visitor.page).toHaveURL(`${home}/workspaces`);
            await visitor.context.close();
        }
    }

    // A form that somebody else has filled in is no better.
    const tom = await newcomer();
    tom.tolerate(/status of 401/);
    await tom.page.goto('/sign-in?next=/portal');
    await tom.page.locator('input[name=next]').evaluate((field: HTMLInputElement) => (field.value = '//evil.example'));
    await tom.fillSignIn(TOM);
    await expect(tom.page).toHaveURL(`${home}/workspaces`);
});
