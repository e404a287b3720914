/** What the service workers of installed pages do: keep every file of their page on the device. They keep no data of people. */

/// <reference lib="webworker" />

/** Put before the worker's script by the server: every file of the page, with the hash of what is in it. */
declare const FILES: readonly { readonly url: string; readonly hash: string }[];
declare const VERSION: string;

/** Keeps the page at the address `shell`; `name` is that of its caches, so that each page leaves the others' alone. */
export function keepPage(name: string, shell: string): void {
  const worker = globalThis as unknown as ServiceWorkerGlobalScope;
  const cacheName = `${name}-${VERSION}`;
  const kept = new Set(FILES.map(({ url }) => url));

  worker.addEventListener("install", (event) => {
    event.waitUntil(keepAll(cacheName).then(() => worker.skipWaiting()));
  });
  worker.addEventListener("activate", (event) => {
    event.waitUntil(dropOthers(name, cacheName).then(() => worker.clients.claim()));
  });
  worker.addEventListener("fetch", (event) => {
    const { request } = event;
    const url = new URL(request.url);
    if (request.method !== "GET" || url.origin !== worker.location.origin) return;
    if (request.mode === "navigate" && url.pathname === shell) event.respondWith(fromCache(cacheName, shell, request));
    else if (kept.has(url.pathname + url.search)) event.respondWith(fromCache(cacheName, url.pathname + url.search, request));
  });
}

/** All or nothing: a page of which half is old is not kept. */
async function keepAll(cacheName: string): Promise<void> {
  const cache = await caches.open(cacheName);
  await cache.addAll(FILES.map(({ url }) => new Request(url, { cache: "reload", credentials: "omit" })));
}

async function dropOthers(name: string, cacheName: string): Promise<void> {
  for (const other of await caches.keys()) if (other.startsWith(`${name}-`) && other !== cacheName) await caches.delete(other);
}

async function fromCache(cacheName: string, url: string, request: Request): Promise<Response> {
  return (await (await caches.open(cacheName)).match(url)) ?? fetch(request);
}
