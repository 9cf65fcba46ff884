import type { Locator } from '@playwright/test';
import { expect } from './fixtures';

/** Neither the window nor this box, which scrolls inside itself, has anything to scroll to sideways. */
export async function expectToFit(box: Locator, what: string) {
    const widths = await box.evaluate(box =>
        [document.documentElement, box].map(it => ({ content: it.scrollWidth, view: it.clientWidth })),
    );
    for (const { content, view } of widths) {
        expect(view, `${what} is shown`).toBeGreaterThan(0);
        expect(content, `${what} is wider than its place`).toBeLessThanOrEqual(view);
    }
}
