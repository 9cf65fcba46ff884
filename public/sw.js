// The service worker: what opens without a line, and notices that are pushed. It keeps pages as they were last seen, with the
// files they are made of, for the one person who is signed in here. What has to be fresh (/api, /files, the socket) is none of
// its business.
'use strict';

// Pages are kept by build and person: a page belongs to the script it was made with, and to nobody else.
const PAGES = 'parlance-pages ';
const FILES = 'parlance-files ';

const ROOM = /^\/w\/[0-9a-f-]{36}$/;
const LIST = '/workspaces';

// So long a page is waited for where one is kept.
const PATIENCE = 4_000;

// A page is not kept again within this; the list changes less than a room.
const FRESH = { room: 10_000, list: 600_000 };

// So many pages are kept; the ones seen longest ago go first.
const MOST_PAGES = 60;

// Which build the page of a window is of.
const builds = new Map();

// Counts the times that everything was forgotten: what was on its way to be kept then is not kept.
let era = 0;

const isPage = path => path === LIST || ROOM.test(path);

// The same for everybody, and named by pages.
const isFile = path => /^\/(pkg|fonts|highlight)\//.test(path) || /^\/(emoji\.txt|favicon\.svg|logo\.svg)$/.test(path);

addEventListener('install', () => skipWaiting());

addEventListener('activate', event => {
    event.waitUntil(Promise.all([clients.claim(), registration.navigationPreload?.enable()]));
});

addEventListener('message', event => {
    const [what, path] = event.data;
    if (what === 'keep' && isPage(path)) event.waitUntil(fetchToKeep(path));
    if (what === 'forget') event.waitUntil(forget());
    if (what === 'tidy') event.waitUntil(closeWhatWasRead());
});

addEventListener('fetch', event => {
    const { request } = event;
    const url = new URL(request.url);
    if (url.origin !== location.origin) return;
    // Whoever comes or goes: what is kept is not for the next one.
    if (/^\/api\/sign_(in|out)$|^\/oauth\/|^\/panel\/redeem$/.test(url.pathname)) event.waitUntil(forget());
    if (request.method === 'POST' && url.pathname === '/api/sign_out') {
        event.waitUntil(silence());
        if (request.mode === 'navigate') {
            event.respondWith(
                fetch(request).catch(() => plainPage('You are still signed in: signing out needs a line. What was kept of your rooms in this browser is gone already.')),
            );
        }
    } else if (request.method === 'GET' && request.mode === 'navigate') {
        // What is in a frame is not for this window's reader alone: it only passes through.
        event.respondWith(request.destination === 'document' ? navigate(event, url) : ask(event));
    } else if (request.method === 'GET' && isFile(url.pathname)) {
        event.respondWith(file(event, url.pathname));
    }
});

// The browser has asked already while this worker was woken, if it can.
const ask = async event => (await event.preloadResponse) ?? fetch(event.request);

// A page from the server; where it does not answer, as it was last seen.
async function navigate(event, url) {
    const path = url.pathname;
    const began = era;
    const answered = ask(event);
    // Looked at below, perhaps after a moment.
    answered.catch(() => {});
    const kept = isPage(path) ? await find(path) : undefined;
    let answer;
    try {
        answer = await (kept ? soon(answered) : answered);
        // A gateway speaks for a server that is away.
        if (kept && [502, 503, 504].includes(answer.status)) throw new Error('away');
    } catch {
        return withoutLine(event, url, kept, answered, began);
    }
    remember(event.resultingClientId, answer);
    // What an address asks for beyond the page is drawn into it: the page itself is fetched by itself.
    if (isPage(path) && !url.search) event.waitUntil(keep(path, answer.clone(), began));
    // Whoever is led there is signed in no more.
    if (path === '/sign-in' && answer.ok) event.waitUntil(forget());
    return answer;
}

async function withoutLine(event, url, kept, answered, began) {
    if (!kept) {
        if (url.pathname === '/' && (await find(LIST))) return Response.redirect(LIST);
        return plainPage('This page was not kept in this browser.');
    }
    // What the address asks for beyond the page was not drawn into it.
    if (url.search) return Response.redirect(url.pathname);
    event.waitUntil(answered.then(late => keep(url.pathname, late, began)).catch(() => {}));
    remember(event.resultingClientId, kept);
    return kept;
}

// A file of the page: of the build that the page is of.
async function file(event, path) {
    const name = builds.get(event.clientId);
    const kept = name && (await caches.match(path, { cacheName: FILES + name, ignoreVary: true }));
    if (kept) return kept;
    try {
        const answer = await fetch(event.request);
        if (name && answer.status === 200 && (await caches.has(FILES + name))) {
            const copy = answer.clone();
            event.waitUntil(caches.open(FILES + name).then(files => files.put(path, copy)).catch(() => {}));
        }
        return answer;
    } catch (error) {
        const any = await caches.match(path, { ignoreVary: true });
        if (any) return any;
        throw error;
    }
}

async function fetchToKeep(path) {
    const kept = await find(path);
    const age = Date.now() - Date.parse(kept?.headers.get('date') ?? '');
    if (age < (path === LIST ? FRESH.list : FRESH.room)) return;
    const began = era;
    try {
        await keep(path, await fetch(path, { headers: { accept: 'text/html' }, redirect: 'manual' }), began);
    } catch {
        // No line, or no room: what was kept before stays.
    }
}

// Keeps a page with all that it is made of, and nothing of another build or person. What was asked for before everything
// was forgotten may be somebody else's.
async function keep(path, answer, began) {
    if (era !== began) return;
    if (answer.status === 401) return forget();
    const build = answer.headers.get('x-parlance-build');
    const person = answer.headers.get('x-parlance-person');
    if (answer.status === 403 || answer.status === 404) return drop(path);
    if (answer.status !== 200 || !build || !person) return;
    const name = `${PAGES}${build} ${person}`;
    const others = (await caches.keys()).filter(other => other.startsWith(PAGES) && other !== name);
    if (others.some(other => !other.endsWith(` ${person}`))) {
        await forget();
        began = era;
    }
    const text = await answer.clone().text();
    const files = new Set(text.match(/\/(?:pkg|fonts)\/[\w./-]+|\/favicon\.svg/g));
    await Promise.all([...files].map(address => keepFile(build, address)));
    if (era !== began) return;
    const pages = await caches.open(name);
    await pages.delete(path);
    await pages.put(path, answer);
    if (era !== began) {
        await caches.delete(name);
        return;
    }
    const all = await pages.keys();
    await Promise.all(all.slice(0, Math.max(0, all.length - MOST_PAGES)).map(old => pages.delete(old)));
    const stale = (await caches.keys()).filter(
        other => (other.startsWith(PAGES) && other !== name) || (other.startsWith(FILES) && other !== FILES + build),
    );
    await Promise.all(stale.map(other => caches.delete(other)));
}

async function keepFile(build, address) {
    const files = await caches.open(FILES + build);
    if (await files.match(address, { ignoreVary: true })) return;
    const answer = await fetch(address, { cache: 'no-cache' });
    if (answer.status !== 200) throw new Error(`${address}: ${answer.status}`);
    await files.put(address, answer);
}

async function find(path) {
    for (const name of await caches.keys()) {
        if (!name.startsWith(PAGES)) continue;
        const page = await caches.match(path, { cacheName: name, ignoreVary: true });
        if (page) return page;
    }
}

// It is not this person's to see any more.
async function drop(path) {
    for (const name of await caches.keys()) {
        if (name.startsWith(PAGES)) await (await caches.open(name)).delete(path);
    }
}

async function forget() {
    era += 1;
    const pages = (await caches.keys()).filter(name => name.startsWith(PAGES));
    await Promise.all(pages.map(name => caches.delete(name)));
}

function remember(client, answer) {
    const build = answer.headers.get('x-parlance-build');
    if (!client || !build) return;
    builds.set(client, build);
    if (builds.size > 100) builds.delete(builds.keys().next().value);
}

function soon(answered) {
    return new Promise((resolve, reject) => {
        setTimeout(() => reject(new Error('late')), PATIENCE);
        answered.then(resolve, reject);
    });
}

// What is shown where nothing was kept: why, and what opens.
async function plainPage(words) {
    let rooms = '';
    let style = '';
    for (const name of await caches.keys()) {
        const kept = await caches.open(name);
        for (const { url } of await kept.keys()) {
            const path = new URL(url).pathname;
            if (name.startsWith(FILES) && path.endsWith('.css')) style = `<link rel="stylesheet" href="${path}">`;
            if (!name.startsWith(PAGES) || !ROOM.test(path)) continue;
            const text = await (await kept.match(path, { ignoreVary: true })).text();
            // As it stands in the page, where it was written safely.
            const title = text.match(/<title>([^<]*)<\/title>/)?.[1].replace(/^\(\d+\) /, '').replace(/ · Parlance$/, '');
            rooms += `<li><a href="${path}"><bdi>${title || 'A room'}</bdi></a></li>`;
        }
    }
    const opens = rooms
        ? `<p>These open as you last saw them, and what you write there is kept and sent when the line is back:</p><ul class="kept-rooms">${rooms}</ul>`
        : '<p>Rooms that you have opened in this browser while signed in open here without a line too. None is kept now.</p>';
    return new Response(
        `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>Offline · Parlance</title>${style}</head>
<body><main class="centered"><div class="notice"><h1>You are offline</h1><p>${words}</p>${opens}
<p><a class="button" href="">Try again</a></p></div></main></body></html>`,
        {
            status: 503,
            headers: {
                'content-type': 'text/html; charset=utf-8',
                'content-security-policy': "default-src 'none'; style-src 'self'; font-src 'self'; base-uri 'none'",
            },
        },
    );
}

// Notices. What is pushed is `{ show?, close?, badge }` (server/workspace/src/notices/payload.rs). A push that has something to
// show shows it, also where it cannot be read: browsers take the right away from who stays silent.
addEventListener('push', event => {
    let pushed;
    try {
        pushed = event.data.json();
    } catch {
        pushed = { show: { tag: 'parlance', title: 'Parlance', body: 'There is something new for you.', path: '/activity' } };
    }
    event.waitUntil(Promise.all([show(pushed.show), close(pushed.close), badge(pushed.badge)]));
});

async function show(notice) {
    if (!notice) return;
    const actions = [{ action: 'done', title: 'Mark read' }];
    if (notice.reply) actions.unshift({ action: 'reply', title: 'Reply' });
    await registration.showNotification(notice.title, {
        actions,
        body: notice.body,
        data: { path: notice.path, reply: notice.reply },
        silent: notice.silent,
        tag: notice.tag,
        timestamp: notice.at,
    });
}

async function close(tags = []) {
    for (const tag of tags) {
        for (const shown of await registration.getNotifications({ tag })) shown.close();
    }
}

// Not every browser has a number on its icon, and none has to show it.
const badge = async number => {
    if (number !== undefined) await navigator.setAppBadge?.(number).catch(() => {});
};

// What is shown here and was read elsewhere, where nothing could be pushed to close it.
async function closeWhatWasRead() {
    const shown = await registration.getNotifications();
    if (shown.length === 0) return;
    const answer = await call('notices', { 'filter[done]': false });
    if (!answer?.ok) return;
    const unread = (await answer.json()).filter(notice => notice.unread).map(notice => notice.id);
    for (const notification of shown) {
        if (!unread.includes(notification.tag)) notification.close();
    }
}

// Whoever goes takes their notices along.
async function silence() {
    for (const shown of await registration.getNotifications()) shown.close();
    await badge(0);
    await (await registration.pushManager?.getSubscription())?.unsubscribe();
}

addEventListener('notificationclick', event => {
    const { action, notification } = event;
    notification.close();
    const { path, reply } = notification.data;
    if (action === 'done') {
        event.waitUntil(call('finish_notice', { notice: notification.tag, done: true }));
    } else {
        event.waitUntil(
            Promise.all([open(action === 'reply' && reply ? reply : path), call('see_notice', { notice: notification.tag })]),
        );
    }
});

// In a window that is open already, where it can go there by itself and lose nothing; else in a new one.
async function open(path) {
    const windows = await clients.matchAll({ type: 'window' });
    const window = windows.find(one => one.focused) ?? windows.find(one => one.visibilityState === 'visible') ?? windows[0];
    if (!window) {
        await clients.openWindow(path);
        return;
    }
    window.postMessage(['go', path]);
    await window.focus();
}

// The browser has given up the address that we know: it gets a new one, and we learn of it.
addEventListener('pushsubscriptionchange', event => {
    event.waitUntil(subscribeAgain(event.oldSubscription, event.newSubscription));
});

async function subscribeAgain(before, given) {
    let now = given;
    if (!now) {
        const key = await call('push_key');
        if (!key?.ok) return;
        now = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: await key.json() });
    }
    const { endpoint, keys } = now.toJSON();
    const device = { 'device[endpoint]': endpoint, 'device[p256dh]': keys.p256dh, 'device[auth]': keys.auth };
    if (before) device['device[before]'] = before.endpoint;
    await call('add_device', device);
}

// Without a line, or without a session, nothing happens: what is not done here is still to be done under Activity.
async function call(name, fields = {}) {
    try {
        return await fetch(`/api/${name}`, {
            method: 'POST',
            headers: { accept: 'application/json' },
            body: new URLSearchParams(fields),
        });
    } catch {
        return undefined;
    }
}
