// A browser's side of web push, by libraries that share nothing with ours: http_ece decrypts (RFC 8188, RFC 8291), jose
// verifies who sent it (RFC 8292). `keys` makes a browser's keys; `read` reads what a push service got, from standard input.
import { createECDH, randomBytes } from 'node:crypto';
import { text } from 'node:stream/consumers';
import ece from 'http_ece';
import { importJWK, jwtVerify } from 'jose';

const base64url = bytes => Buffer.from(bytes).toString('base64url');

function keys() {
    const pair = createECDH('prime256v1');
    pair.generateKeys();
    return { p256dh: base64url(pair.getPublicKey()), auth: base64url(randomBytes(16)), secret: base64url(pair.getPrivateKey()) };
}

async function read({ keys: { secret, auth }, body, authorization, serverKey, audience }) {
    const [, token, key] = authorization.match(/^vapid t=([^,]+), k=(.+)$/);
    if (key !== serverKey) throw new Error('signed by another key than browsers subscribe with');
    const point = Buffer.from(key, 'base64url');
    const [x, y] = [base64url(point.subarray(1, 33)), base64url(point.subarray(33))];
    const publicKey = await importJWK({ kty: 'EC', crv: 'P-256', x, y }, 'ES256');
    const { payload: claims } = await jwtVerify(token, publicKey, { algorithms: ['ES256'], audience, maxTokenAge: undefined });
    const privateKey = createECDH('prime256v1');
    privateKey.setPrivateKey(Buffer.from(secret, 'base64url'));
    const payload = ece.decrypt(Buffer.from(body, 'base64url'), { version: 'aes128gcm', privateKey, authSecret: auth });
    return { claims, payload: JSON.parse(payload.toString()) };
}

const [, , deed] = process.argv;
const answer = deed === 'keys' ? keys() : await read(JSON.parse(await text(process.stdin)));
process.stdout.write(JSON.stringify(answer));
