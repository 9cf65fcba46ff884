import type { Page } from '@playwright/test';

/** What runs in the page before anything else and notes times, on the clock that all pages of a machine share. */
export function probe() {
    const now = () => performance.timeOrigin + performance.now();
    const state = { pressed: 0, inputs: new Map<number, number>(), shifts: 0, memory: undefined as WebAssembly.Memory | undefined, waits: [] as { text: string; resolve: (at: number) => void; state?: string }[] };
    (window as any).probe = {
        /** When the newest press of a key or the mouse came. */
        pressed: () => state.pressed,
        /** When a row with this text (and state) is painted. */
        painted: (text: string, wanted?: string) =>
            new Promise<number>(resolve => {
                state.waits.push({ text, state: wanted, resolve });
                look();
            }),
        /** When something that `selector` finds is painted. */
        shown: (selector: string, text = '') =>
            new Promise<number>(resolve => {
                const there = () => [...document.querySelectorAll(selector)].some(one => one.textContent!.includes(text));
                const done = () => requestAnimationFrame(() => setTimeout(() => resolve(now())));
                if (there()) return done();
                const seen = new MutationObserver(() => there() && (seen.disconnect(), done()));
                seen.observe(document, { childList: true, subtree: true, attributes: true, characterData: true });
            }),
        /** When the room of this title is painted with a message. */
        opened: (title: string) =>
            new Promise<number>(resolve => {
                const there = () =>
                    document.querySelector('.room h1')?.textContent === title && document.querySelector('.room [role=log] article') !== null;
                const done = () => requestAnimationFrame(() => setTimeout(() => resolve(now())));
                if (there()) return done();
                const seen = new MutationObserver(() => there() && (seen.disconnect(), done()));
                seen.observe(document, { childList: true, subtree: true, characterData: true });
            }),
        /** How long each press took to be painted, of those that took 16 ms and more. */
        inputs: () => {
            const all = [...state.inputs.values()];
            state.inputs.clear();
            return all;
        },
        /** Bytes that the page's program has. */
        memory: () => {
            if (!state.memory) throw new Error('the program of the page was not seen');
            return state.memory.buffer.byteLength;
        },
        shifts: () => { const sum = state.shifts; state.shifts = 0; return sum; },
        rows: () => document.querySelectorAll('[role=log] article').length,
        now,
    };
    const look = () => {
        for (const wait of [...state.waits]) {
            const rows = document.querySelectorAll<HTMLElement>('[role=log] article');
            for (let n = rows.length - 1; n >= 0 && n > rows.length - 8; n -= 1) {
                if (!rows[n].textContent!.includes(wait.text)) continue;
                if (wait.state && rows[n].dataset.state !== wait.state) continue;
                state.waits.splice(state.waits.indexOf(wait), 1);
                requestAnimationFrame(() => setTimeout(() => wait.resolve(now())));
                break;
            }
        }
    };
    for (const name of ['instantiate', 'instantiateStreaming'] as const) {
        const before = WebAssembly[name] as (...given: any[]) => Promise<any>;
        (WebAssembly as any)[name] = async (...given: any[]) => {
            const made = await before(...given);
            const { memory } = (made.instance ?? made).exports;
            if (memory instanceof WebAssembly.Memory) state.memory = memory;
            return made;
        };
    }
    for (const kind of ['keydown', 'pointerdown']) {
        addEventListener(kind, () => (state.pressed = now()), { capture: true });
    }
    addEventListener('DOMContentLoaded', () => {
        new MutationObserver(look).observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ['data-state'] });
    });
    new PerformanceObserver(list => {
        for (const entry of list.getEntries() as any[]) {
            // One press is several events: the longest counts.
            const { interactionId: press, duration } = entry;
            if (press) state.inputs.set(press, Math.max(duration, state.inputs.get(press) ?? 0));
        }
    }).observe({ type: 'event', durationThreshold: 16, buffered: true } as any);
    new PerformanceObserver(list => {
        for (const entry of list.getEntries() as any[]) if (!entry.hadRecentInput) state.shifts += entry.value;
    }).observe({ type: 'layout-shift', buffered: true });
}

/** Runs a function of the probe in the page. */
export function ask<T = number>(page: Page, call: string): Promise<T> {
    return page.evaluate(`window.probe.${call}`) as Promise<T>;
}
