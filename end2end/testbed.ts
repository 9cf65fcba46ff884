import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** Running servers, started by the program `testbed` (server/testkit); they end when this process does. */
export class Testbed {
    private constructor(
        private readonly process: ChildProcess,
        private readonly answers: AsyncIterator<string>,
        /** One address for each replica. */
        readonly urls: string[],
        /** The ERPNext, where it stands apart: its address and an administrator's key. */
        readonly erpnext: { url: string; key: string; secret: string } | null,
    ) {}

    static async start(options: string[]): Promise<Testbed> {
        const process = spawn(program('testbed'), options, {
            stdio: ['pipe', 'pipe', 'inherit'],
        });
        const answers = createInterface({ input: process.stdout! })[Symbol.asyncIterator]();
        const first = await answers.next();
        if (first.done) throw new Error('the servers did not start; their logs are above');
        const { urls, erpnext } = JSON.parse(first.value);
        return new Testbed(process, answers, urls, erpnext);
    }

    /** `kill9 N`, `terminate N`, `start N` or `set N NAME VALUE`: what happens to replica N. Returns when it has happened. */
    async tell(command: string): Promise<void> {
        this.process.stdin!.write(`${command}\n`);
        const answer = await this.answers.next();
        if (answer.value !== 'done') throw new Error(`${command}: ${answer.value}`);
    }

    /** Puts so many messages before what was said in the team room of a Project (server/testkit/src/long_room.rs). The servers
     * start again. 100,000 take some seconds. */
    async fill(project: string, count: number): Promise<void> {
        await this.tell(`fill ${project} ${count}`);
    }

    async stop(): Promise<void> {
        if (this.process.exitCode !== null) return;
        const ended = new Promise(resolve => this.process.once('exit', resolve));
        this.process.stdin!.end();
        await ended;
    }
}

/** A program that cargo built, without optimisation. */
function program(name: string): string {
    const cache =
        process.env.PARLANCE_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'parlance');
    const target = process.env.CARGO_TARGET_DIR ?? join(cache, 'target');
    const path = join(target, 'debug', name);
    if (!existsSync(path)) throw new Error(`${path} is not there: run ./test browser, which builds it`);
    return path;
}
