import { type AddressInfo, connect, createServer, type Server } from 'node:net';

/** A line to `port` that takes `ms` longer each way. Gives its own port. */
export async function slowLine(port: number, ms: number): Promise<{ port: number; server: Server }> {
    const server = createServer(near => {
        const far = connect(port, '127.0.0.1');
        for (const [from, to] of [[near, far], [far, near]] as const) {
            from.on('data', data => setTimeout(() => to.writable && to.write(data), ms));
            from.on('end', () => setTimeout(() => to.end(), ms));
            from.on('error', () => to.destroy());
            from.on('close', () => setTimeout(() => to.destroy(), ms));
        }
        near.setNoDelay(true);
        far.setNoDelay(true);
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    return { port: (server.address() as AddressInfo).port, server };
}
