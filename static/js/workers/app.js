// The service worker: /send opens without a network, what waits leaves without the page, the phone's gallery
// shares into the outbox, and a message from the server is shown. /sw.js calls serve() with this release's files.
import { call, vouch } from "../lib/api.js"
import { drain } from "../lib/drain.js"
import { isAnothers, isKept, isOurs, kindOf } from "../lib/shell.js"
import { openStore } from "../lib/store.js"

const PATIENCE = 4000 // ms for an answer before the page that is kept is shown
const PAGE = "/send"
const PICTURES = { icon: "/static/img/icon-192.png", badge: "/static/img/badge-96.png" }

export function serve({ release, shell }) {
  const name = `mixroom.${release}`

  addEventListener("install", (event) => event.waitUntil(install()))
  addEventListener("activate", (event) => event.waitUntil(activate()))
  addEventListener("fetch", (event) => {
    const kind = kindOf(event.request, location.origin)
    if (kind === "static") event.respondWith(file(event.request))
    if (kind === "share") event.respondWith(receive(event.request))
    if (kind === "page") event.respondWith(page(event))
  })
  addEventListener("sync", (event) => event.tag === "mixroom.outbox" && event.waitUntil(drain()))
  addEventListener("push", (event) => event.waitUntil(show(event.data)))
  addEventListener("notificationclick", (event) => event.waitUntil(open(event.notification)))
  addEventListener("pushsubscriptionchange", (event) => event.waitUntil(renew(event)))

  // All of a release or nothing: where the line breaks, the one before stays.
  async function install() {
    const cache = await caches.open(name)
    await cache.addAll(shell)
    const answer = await fetch(PAGE)
    if (isKept(answer, answer.url)) await cache.put(PAGE, answer)
    await self.skipWaiting() // open pages keep the modules they have loaded; what they type is in the store
  }

  async function activate() {
    for (const other of await caches.keys()) if (other.startsWith("mixroom.") && other !== name) await caches.delete(other)
    await self.clients.claim()
  }

  // Workers ask for their modules without the hash.
  async function file(request) {
    const hashed = new URL(request.url).search
    const kept = await caches.match(request, { cacheName: name, ignoreSearch: !hashed, ignoreVary: true })
    return kept ?? fetch(request)
  }

  // The network first: nobody is shown yesterday's page while today's can be had.
  async function page(event) {
    const asked = fetch(event.request).then(heard)
    if (new URL(event.request.url).pathname !== PAGE) return asked
    event.waitUntil(asked.catch(() => {}))
    const answer = await Promise.race([asked.catch(() => null), after(PATIENCE)])
    if (answer && isOurs(answer)) return answer
    return (await kept()) ?? answer ?? asked
  }

  async function heard(answer) {
    const cache = await caches.open(name)
    const before = await cache.match(PAGE, { ignoreVary: true })
    if (before && isAnothers(before, answer)) await cache.delete(PAGE)
    if (isKept(answer, answer.url)) await cache.put(PAGE, answer.clone())
    return answer
  }

  // Marked, so that the page knows to ask for a fresh form token once there is a line.
  async function kept() {
    const found = await caches.match(PAGE, { cacheName: name, ignoreVary: true })
    if (!found) return null
    const headers = new Headers(found.headers)
    headers.set("Server-Timing", "kept")
    return new Response(found.body, { status: 200, headers })
  }
}

// Android's gallery sometimes hands over files with nothing in them, or shares twice: the page says the one and
// notices the other.
async function receive(request) {
  const files = await request.formData().then((form) => form.getAll("files").filter((file) => file instanceof File), () => [])
  const store = await openStore()
  const whole = store.lasting ? files.filter(({ size }) => size > 0) : []
  const taken = await store.receive(whole.map((file) => ({ name: file.name, type: file.type, blob: file }))).catch(() => 0)
  return Response.redirect(`${PAGE}?shared=${taken}&empty=${Math.max(files.length, 1) - taken}`, 303)
}

// Something is always shown: iOS takes the permission back from who stays silent.
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

// The browser has changed the address by which this phone is reached.
async function renew({ oldSubscription, newSubscription }) {
  const options = oldSubscription?.options
  const fresh = newSubscription ?? (options && (await self.registration.pushManager.subscribe(options)))
  if (!fresh) return
  vouch((await call("GET", "/api/v1/session")).body.csrf)
  const { endpoint, keys } = fresh.toJSON()
  await call("POST", "/api/v1/me/push-subscriptions", { json: { endpoint, keys } })
}

function after(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms, null))
}
