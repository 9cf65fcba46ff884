import type { FullResult, Reporter, Suite, TestCase } from '@playwright/test/reporter';

/** Prints `N passed, N failed` alone on the last line, for whoever reads only that. */
export default class ClosingLine implements Reporter {
    private suite: Suite | undefined;

    onBegin(_config: unknown, suite: Suite) {
        this.suite = suite;
    }

    async onExit() {
        const tests: TestCase[] = this.suite?.allTests() ?? [];
        const passed = tests.filter(test => test.outcome() === 'expected' || test.outcome() === 'flaky').length;
        const skipped = tests.filter(test => test.outcome() === 'skipped').length;
        const failed = tests.length - passed - skipped;
        process.stdout.write(`${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}\n`);
    }

    onEnd(_result: FullResult) {}

    printsToStdio() {
        return true;
    }
}
