// The service worker: opens /send and /shifts, and /wall on a projector, without a network; uploads from the outbox
// without a page; receives files that the phone's gallery shares; shows push messages. /sw.js calls serve() with
// this release's files.
import { call, vouch } from "../lib/api.js"
import { drain } from "../lib/drain.js"
import { isAnothers, isKept, isOurs, isWall, kindOf, PAGES } from "../lib/shell.js"
import { openStore } from "../lib/store.js"

const PATIENCE = 4000 // ms to wait for the server before showing the cached page
const PAGE = "/send"
const WALL = "/wall"
const WALL_PICTURES = "wall.pictures" // filled and emptied by the wall itself
const PICTURES = { icon: "/static/img/icon-192.png", badge: "/static/img/badge-96.png" }

const HOWEVER = { ignoreSearch: true, ignoreVary: true } // whatever the query and headers

export function serve({ release, shell, wall }) {
  const name = `mixroom.${release}`

  addEventListener("install", (event) => event.waitUntil(install()))
  addEventListener("activate", (event) => event.waitUntil(activate()))
  addEventListener("fetch", (event) => {
    const kind = kindOf(event.request, location.origin)
    if (kind === "static") event.respondWith(file(event.request))
    if (kind === "share") event.respondWith(receive(event.request))
    if (kind === "picture") event.respondWith(picture(event.request))
    if (kind === "page") event.respondWith(page(event))
  })
  addEventListener("message", (event) => {
    if (event.data?.keep === WALL) event.waitUntil(keepWall(event.source.url))
    if (event.data?.forget === WALL) event.waitUntil(forgetWalls())
  })
  addEventListener("sync", (event) => event.tag === "mixroom.outbox" && event.waitUntil(drain()))
  addEventListener("push", (event) => event.waitUntil(show(event.data)))
  addEventListener("notificationclick", (event) => event.waitUntil(open(event.notification)))
  addEventListener("pushsubscriptionchange", (event) => event.waitUntil(renew(event)))

  // All files of a release or none: if the connection drops, the previous release stays.
  async function install() {
    const cache = await caches.open(name)
    await cache.addAll(shell)
    await put(await fetch(PAGE))
    for (const url of await walls()) await keepWall(url)
    await self.skipWaiting() // open pages keep their loaded modules; drafts are in the store
  }

  async function activate() {
    for (const other of await releases()) if (other !== name) await caches.delete(other)
    await self.clients.claim()
  }

  // Workers request modules without the hash.
  async function file(request) {
    const hashed = new URL(request.url).search
    const kept = await caches.match(request, { cacheName: name, ignoreSearch: !hashed, ignoreVary: true })
    return kept ?? fetch(request)
  }

  // A picture's address changes with its content.
  async function picture(request) {
    const kept = await caches.match(request, { cacheName: WALL_PICTURES, ignoreVary: true })
    return kept ?? fetch(request)
  }

  // Network first: never show an old page while the new one can be fetched.
  async function page(event) {
    const asked = fetch(event.request).then(heard)
    const { pathname } = new URL(event.request.url)
    if (!PAGES.includes(pathname) && !isWall(pathname)) return asked
    event.waitUntil(asked.catch(() => {}))
    const answer = await Promise.race([asked.catch(() => null), after(PATIENCE)])
    if (answer && isOurs(answer)) return answer
    return (await kept(pathname)) ?? answer ?? asked
  }

  async function heard(answer) {
    const cache = await caches.open(name)
    for (const page of [...PAGES, WALL]) {
      const before = await cache.match(page, HOWEVER)
      if (before && isAnothers(before, answer)) await cache.delete(page, HOWEVER)
    }
    // a wall without a screen's sign-in is not kept: see wall/offline.js
    const keeps = !isWall(new URL(answer.url).pathname) || (await cache.match(WALL, HOWEVER))
    if (keeps && isKept(answer, answer.url)) await put(answer.clone())
    return answer
  }

  // One of each page.
  async function put(answer) {
    if (!isKept(answer, answer.url)) return
    const cache = await caches.open(name)
    const { pathname } = new URL(answer.url)
    await cache.delete(pathname, HOWEVER)
    await cache.put(isWall(pathname) ? answer.url : pathname, answer)
  }

  // A projector asks to keep its page and all its files.
  async function keepWall(url) {
    const cache = await caches.open(name)
    const missing = []
    for (const part of wall) if (!(await cache.match(part))) missing.push(part)
    await cache.addAll(missing)
    await put(await fetch(url))
  }

  async function forgetWalls() {
    for (const other of await releases()) await (await caches.open(other)).delete(WALL, HOWEVER)
  }

  // The addresses of walls that earlier releases kept here: this is a projector.
  async function walls() {
    const found = []
    for (const other of await releases()) {
      for (const { url } of await (await caches.open(other)).keys()) if (isWall(new URL(url).pathname)) found.push(url)
    }
    return found.slice(0, 1)
  }

  // Mark the page, so that it asks for a new form token once there is a connection.
  async function kept(pathname) {
    const found = await caches.match(pathname, { cacheName: name, ...HOWEVER })
    if (!found) return null
    const headers = new Headers(found.headers)
    headers.set("Server-Timing", "kept")
    return new Response(found.body, { status: 200, headers })
  }
}

// Android's gallery sometimes shares empty files, or shares twice: the page reports the former and detects the latter.
async function receive(request) {
  const files = await request.formData().then((form) => form.getAll("files").filter((file) => file instanceof File), () => [])
  const store = await openStore()
  const whole = store.lasting ? files.filter(({ size }) => size > 0) : []
  const taken = await store.receive(whole.map((file) => ({ name: file.name, type: file.type, blob: file }))).catch(() => 0)
  return Response.redirect(`${PAGE}?shared=${taken}&empty=${Math.max(files.length, 1) - taken}`, 303)
}

// Always show a notification: iOS revokes the permission after a silent push.
async function show(data) {
  const { title = "Mixroom", body = "", lang = "fr", tag, url = PAGE } = read(data)
  await self.registration.showNotification(title, { body, lang, tag, ...PICTURES, data: { url } })
}

function read(data) {
  try {
    return data.json()
  } catch {
    return {}
  }
}

async function open(notification) {
  notification.close()
  const url = new URL(notification.data?.url ?? PAGE, location.origin)
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true })
  const here = windows.find((window) => new URL(window.url).pathname === url.pathname)
  if (!here) return self.clients.openWindow(url.href)
  here.postMessage({ show: url.hash })
  return here.focus()
}

// The browser has changed this phone's push endpoint.
async function renew({ oldSubscription, newSubscription }) {
  const options = oldSubscription?.options
  const fresh = newSubscription ?? (options && (await self.registration.pushManager.subscribe(options)))
  if (!fresh) return
  vouch((await call("GET", "/api/v1/session")).body.csrf)
  const { endpoint, keys } = fresh.toJSON()
  await call("POST", "/api/v1/me/push-subscriptions", { json: { endpoint, keys } })
}

async function releases() {
  return (await caches.keys()).filter((each) => each.startsWith("mixroom."))
}

function after(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms, null))
}
