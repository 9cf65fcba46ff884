import { expect, MAYA, test, unique } from './fixtures';

test('M12: colours of code that did not come are asked for again when the next code is shown', async ({ newcomer }) => {
    const maya = await (await newcomer()).signIn(MAYA);
    let asked = 0;
    let away = true;
    await maya.page.route(/highlight\.min\.js/, async route => {
        asked += 1;
        if (away) await route.abort();
        else await route.continue();
    });
    maya.tolerate(/ERR_FAILED/);
    await maya.openWorkspace();
    const [first, second] = [unique('first'), unique('second')];
    const code = (words: string) => `\`\`\`rust\nfn main() { let words = "${words}"; }\n\`\`\``;
    await maya.box.fill(code(first));
    await maya.sendButton.click();
    await expect.poll(() => asked).toBeGreaterThan(0);
    await expect(maya.messages(first)).toHaveAttribute('data-state', 'sent');
    await expect(maya.page.locator('script[src*="highlight"]')).toHaveCount(0);
    away = false;
    await maya.box.fill(code(second));
    await maya.sendButton.click();
    for (const words of [first, second]) {
        await expect(maya.messages(words).locator('.code-keyword').first()).toHaveText('fn');
    }
});
