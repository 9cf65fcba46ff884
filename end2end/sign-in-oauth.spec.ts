import type { BrowserContext, Page } from '@playwright/test';
import { Erpnext } from './erpnext';
import { expect, MAYA, type Person, TOM, test, unique } from './fixtures';

test.use({ onSite: true });

const NOT_CONFIRMED = 'ERPNext did not confirm who you are.';
const REPAIRED = { frappe: '16.10.0', erpnext: '16.9.1', oauth_identity: 'session' };
/** A release whose number does not tell, and which lets the cookie say who somebody is. */
const OPEN = { frappe: '15.110.0', erpnext: '15.109.0', oauth_identity: 'cookie' };

let erpnext: Erpnext;
let home: string;
let client: string;

test.beforeAll(async ({ testbed, urls }) => {
    home = new URL(urls[0]).origin;
    erpnext = new Erpnext(testbed!.erpnext!);
    const callback = `${home}/oauth/callback`;
    const made = await erpnext.api('POST', '/api/resource/OAuth Client', {
        app_name: 'Parlance', redirect_uris: callback, default_redirect_uri: callback, scopes: 'all openid',
        grant_type: 'Authorization Code', response_type: 'Code', skip_authorization: 1,
    });
    client = made.data.client_id;
    await erpnext.api('PUT', '/_standin/release', REPAIRED);
    await testbed!.tell('terminate 0');
    await testbed!.tell(`set 0 ERPNEXT_OAUTH_CLIENT_ID ${client}`);
    await testbed!.tell('start 0');
});

const button = (page: Page) => page.getByRole('link', { name: 'Sign in with ERPNext', exact: true });

/** Somebody with a browser in which OAuth is offered: the first password of a member is what the try needs. */
async function offered(newcomer: (options?: object) => Promise<Person>, options: object = {}): Promise<Person> {
    const maya = await (await newcomer()).signIn(MAYA);
    await maya.context.close();
    const visitor = await newcomer(options);
    visitor.tolerate(/status of 401/);
    await expect(async () => {
        await visitor.page.goto('/sign-in');
        await expect(button(visitor.page)).toBeVisible({ timeout: 1_000 });
    }).toPass();
    return visitor;
}

/** The path of a workspace that Tom may see. */
async function pathOfWorkspace(newcomer: (options?: object) => Promise<Person>): Promise<string> {
    const tom = await (await newcomer()).signIn(TOM);
    await tom.openWorkspace();
    const { pathname } = new URL(tom.page.url());
    await tom.context.close();
    return pathname;
}

/** Somebody whose browser is signed in at ERPNext already. */
async function known(newcomer: (options?: object) => Promise<Person>, user: string): Promise<Person> {
    const person = await offered(newcomer);
    await erpnext.signIn(person.page, user);
    return person;
}

/** Begins a sign-in in this browser and stops right before ERPNext's answer gets here. Gives where that leads. */
async function answerOf(context: BrowserContext, start = `${home}/oauth/start`): Promise<URL> {
    let at = new URL(start);
    for (let hops = 0; hops < 5; hops += 1) {
        const step = await context.request.get(at.href, { maxRedirects: 0 });
        expect(step.status()).toBe(302);
        at = new URL(step.headers().location, at);
        if (at.href.startsWith(`${home}/oauth/callback`)) return at;
    }
    throw new Error(`ERPNext sends nobody back: ${at}`);
}

async function expectRefused(person: Person, url: URL | string, words = NOT_CONFIRMED) {
    await person.page.goto(url.toString());
    await expect(person.page).toHaveURL(`${home}/sign-in`);
    await expect(person.page.getByRole('alert')).toContainText(words);
    await expectNobody(person);
}

async function expectNobody(person: Person) {
    const answer = await person.context.request.post(`${home}/api/whoami`, { headers: { Origin: home } });
    expect(answer.status()).toBe(401);
    await person.page.goto('/workspaces');
    await expect(person.page).toHaveURL(/\/sign-in\?next=/);
}

/** Whom Parlance takes this browser for. */
async function reader(person: Person): Promise<string> {
    const answer = await person.context.request.post(`${home}/api/whoami`, { headers: { Origin: home } });
    return (await answer.json()).user;
}

for (const [size, options] of [
    ['desktop', { viewport: { width: 1280, height: 800 } }],
    ['phone', { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true }],
    ['dark', { viewport: { width: 1280, height: 800 }, colorScheme: 'dark' }],
] as const) {
    test(`ERPNext's own page signs people in and brings them to where they wanted: ${size}`, async ({ newcomer }) => {
        const tom = await offered(newcomer, options);
        await tom.page.evaluate(() => document.fonts.ready.then(() => undefined));
        const path = `${__dirname}/test-results/looks/sign-in-oauth-${size}.png`;
        await tom.page.screenshot({ path, animations: 'disabled' });
        const wanted = await pathOfWorkspace(newcomer);
        await tom.page.goto(wanted);
        await expect(tom.page).toHaveURL(/\/sign-in\?next=/);
        await button(tom.page).click();
        await tom.page.waitForURL(/\/login\?redirect-to=/);
        await erpnext.fillLogin(tom.page, TOM);
        await expect(tom.page).toHaveURL(home + wanted);
        await expect(tom.list).toBeVisible();
        expect(await reader(tom)).toBe(TOM);
    });
}

test('what did not begin in this browser does not end in it', async ({ newcomer }) => {
    const tom = await known(newcomer, TOM);
    // A state that nobody began with.
    await expectRefused(tom, `${home}/oauth/callback?code=x&state=wrong`);
    const answer = await answerOf(tom.context);
    answer.searchParams.set('state', 'f'.repeat(64));
    await expectRefused(tom, answer);

    // Somebody is lured to the end of another person's sign-in, with nothing and with a sign-in of their own under way.
    const lure = await answerOf(tom.context);
    const victim = await offered(newcomer);
    await expectRefused(victim, lure);
    await erpnext.signIn(victim.page, MAYA);
    await answerOf(victim.context);
    await expectRefused(victim, lure);

    // The one it belongs to still may.
    await tom.page.goto(lure.href);
    await expect(tom.page).toHaveURL(`${home}/workspaces`);
    expect(await reader(tom)).toBe(TOM);
});

test('a code is good once, and only with the verifier it was asked for with', async ({ newcomer }) => {
    const tom = await known(newcomer, TOM);
    const first = await answerOf(tom.context);
    // The second sign-in has a state of its own, and a verifier that the first code does not go with.
    const second = await answerOf(tom.context);
    const mixed = new URL(second);
    mixed.searchParams.set('code', first.searchParams.get('code')!);
    await expectRefused(tom, mixed);
    // Its state is used up by that.
    await expectRefused(tom, second);

    const third = await answerOf(tom.context);
    await tom.page.goto(third.href);
    await expect(tom.page).toHaveURL(`${home}/workspaces`);
    await tom.page.getByRole('button', { name: 'Sign out', exact: true }).click();
    await expect(tom.page).toHaveURL(/\/sign-in/);
    await expectRefused(tom, third);
    const fourth = await answerOf(tom.context);
    fourth.searchParams.set('code', third.searchParams.get('code')!);
    await expectRefused(tom, fourth);
});

test('whoever says no at ERPNext is told that nothing happened', async ({ newcomer }) => {
    const tom = await known(newcomer, TOM);
    await answerOf(tom.context);
    await expectRefused(tom, `${home}/oauth/callback?error=access_denied`, 'You did not let Parlance know who you are');
});

test('nobody is led to another site', async ({ newcomer }) => {
    const tom = await known(newcomer, TOM);
    for (const next of ['https://evil.example/', '//evil.example', '/\\evil.example', '/%5Cevil.example', 'javascript:alert(1)', '/oauth/start']) {
        await tom.page.goto(`/oauth/start?next=${encodeURIComponent(next)}`);
        await expect(tom.page, next).toHaveURL(`${home}/workspaces`);
        await tom.page.goto(`/sign-in?next=${encodeURIComponent(next)}`);
        await expect(button(tom.page), next).toHaveAttribute('href', '/oauth/start');
    }
});

test('tokens that ERPNext takes no longer disturb nobody who works', async ({ newcomer }) => {
    const tom = await known(newcomer, TOM);
    await tom.page.goto('/oauth/start');
    await expect(tom.page).toHaveURL(`${home}/workspaces`);
    await tom.openWorkspace();
    await erpnext.steer(TOM, { expire_tokens: 'all' });
    await tom.say(unique('with nothing left to renew'));
    await tom.page.reload();
    await expect(tom.list).toBeVisible();
    await tom.say(unique('and after a reload'));
    await tom.page.getByRole('button', { name: 'Sign out', exact: true }).click();
    await expect(tom.page).toHaveURL(/\/sign-in/);
});

test('the user_id cookie signs nobody in as somebody else', async ({ newcomer, testbed }) => {
    test.slow();
    const asMaya = { name: 'user_id', value: encodeURIComponent(MAYA), url: erpnext.url };
    const tom = await known(newcomer, TOM);
    await tom.context.addCookies([asMaya]);
    await tom.page.goto('/oauth/start');
    await expect(tom.page).toHaveURL(`${home}/workspaces`);
    expect(await reader(tom)).toBe(TOM);
    await tom.context.close();

    // The same on a release that believes the cookie. Nothing is known about it before a member's password is there.
    await testbed!.tell('terminate 0');
    await erpnext.api('PUT', '/_standin/release', OPEN);
    await testbed!.tell('start 0');
    const off = 'switched off here';
    for (const probed of [false, true]) {
        if (probed) await (await newcomer()).signIn(MAYA);
        const trickster = await newcomer();
        trickster.tolerate(/status of 401/);
        await trickster.page.goto('/sign-in');
        await expect(button(trickster.page)).toHaveCount(0);
        await erpnext.signIn(trickster.page, TOM);
        await trickster.context.addCookies([asMaya]);
        await expectRefused(trickster, `${home}/oauth/start`, off);
        // A code that is good for a token of Maya's is easily had there, without us.
        const authorize = new URL('/api/method/frappe.integrations.oauth2.authorize', erpnext.url);
        authorize.search = new URLSearchParams({
            client_id: client, response_type: 'code', scope: 'all openid', redirect_uri: `${home}/oauth/callback`, state: 's',
        }).toString();
        const answer = await answerOf(trickster.context, authorize.href);
        expect(answer.searchParams.get('code')).toBeTruthy();
        await expectRefused(trickster, answer, off);
    }

    // Who looks after the connection reads why.
    const sofia = await newcomer();
    await sofia.page.goto('/sign-in?next=/admin');
    await sofia.fillSignIn('sofia@parlance.demo');
    const ways = sofia.page.getByRole('region', { name: 'Signing in' });
    await expect(ways).toContainText("A try with a false name got somebody else's token");
});
