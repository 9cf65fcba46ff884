import type { Frame, Page } from '@playwright/test';
import { expect, INES, MAYA, type Person, test } from './fixtures';

const DESKTOP = { width: 1280, height: 800 };
const PHONE = { width: 360, height: 740 };
const NARROW = { width: 320, height: 640 };

async function expectNoSidewaysScroll(page: Page | Frame, what: string) {
    const [content, view] = await page.evaluate(() => {
        const root = document.documentElement;
        return [Math.max(root.scrollWidth, document.body.scrollWidth), root.clientWidth];
    });
    expect(content, `${what} is wider than its window`).toBeLessThanOrEqual(view);
}

async function picture(person: Person, name: string) {
    // Pictures are looked at, not compared: fonts differ between machines.
    await person.page.evaluate(() => document.fonts.ready.then(() => undefined));
    await person.page.screenshot({ path: `${__dirname}/test-results/looks/${name}.png`, animations: 'disabled' });
}

for (const [size, viewport, scheme] of [
    ['desktop-light', DESKTOP, 'light'],
    ['desktop-dark', DESKTOP, 'dark'],
    ['phone-light', PHONE, 'light'],
    ['phone-dark', PHONE, 'dark'],
    ['narrow', NARROW, 'light'],
] as const) {
    test(`pages fit and can be looked at: ${size}`, async ({ newcomer }) => {
        const options = { viewport, colorScheme: scheme, hasTouch: viewport !== DESKTOP, isMobile: viewport !== DESKTOP };
        const maya = await newcomer(options);
        await maya.page.goto('/sign-in');
        await expect(maya.page.getByRole('button', { name: 'Sign in', exact: true })).toBeVisible();
        await picture(maya, `sign-in-${size}`);
        await expectNoSidewaysScroll(maya.page, 'sign-in');

        await maya.signIn(MAYA);
        await expect(maya.workspaces.first()).toBeVisible();
        await picture(maya, `workspaces-${size}`);
        await expectNoSidewaysScroll(maya.page, 'the list of workspaces');

        await maya.openWorkspace();
        await expect(maya.messages().last()).toBeInViewport();
        await expect(maya.box).toBeInViewport();
        await picture(maya, `workspace-${size}`);
        await expectNoSidewaysScroll(maya.page, 'a workspace');

        const ines = await (await newcomer(options)).signIn(INES);
        await picture(ines, `portal-${size}`);
        await expectNoSidewaysScroll(ines.page, 'the portal');
    });
}

test('a workspace fits into a frame as wide as a side panel', async ({ newcomer }) => {
    const maya = await (await newcomer({ viewport: DESKTOP })).signIn(MAYA);
    await maya.openWorkspace();
    const address = new URL(maya.page.url());
    const host = new URL('/a-desk-of-the-test', address).href;
    await maya.context.route(host, route =>
        route.fulfill({
            contentType: 'text/html',
            body: `<!DOCTYPE html><title>desk</title><body style="margin:0"><iframe title="panel" src="${address.pathname}"
                style="border:0;width:380px;height:100vh;float:right"></iframe>`,
        }),
    );
    await maya.page.goto(host);
    const panel = maya.page.frameLocator('iframe');
    await expect(panel.getByRole('log', { name: 'Messages' })).toBeVisible();
    await picture(maya, 'panel');
    await expectNoSidewaysScroll(maya.page.frames()[1], 'the panel');
});
