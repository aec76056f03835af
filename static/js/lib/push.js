// Notifications on this phone: subscribed once, renewed by every page, and cancelled.
import { call } from "./api.js"
import { isInstalled, obstacle } from "./phone.js"

const SUBSCRIPTIONS = "/api/v1/me/push-subscriptions"
const PATIENCE = 10_000 // ms for a service worker that is still being set up
const WANTED = "mixroom.push" // the person who subscribed here, and the endpoint last sent to the server

// → {obstacle, on}: why notifications are impossible, or whether they are on.
export async function standing() {
  const able = Boolean(globalThis.PushManager && globalThis.Notification && navigator.serviceWorker)
  const facts = {
    agent: navigator.userAgent,
    touch: navigator.maxTouchPoints,
    secure: globalThis.isSecureContext,
    installed: isInstalled(),
    able,
    permission: globalThis.Notification?.permission,
  }
  const early = obstacle({ ...facts, key: "unknown" })
  if (early) return { obstacle: early, on: false }
  const late = obstacle({ ...facts, key: await serverKey() })
  return { obstacle: late, on: !late && Boolean(await current()) }
}

// Call it from a click: browsers prompt only then. Throws where the phone or the server refuses.
export async function begin() {
  const key = await serverKey()
  const permission = await Notification.requestPermission()
  if (permission !== "granted") return
  const app = await Promise.race([navigator.serviceWorker.ready, tooLate()])
  await tell(await app.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(key) }))
}

export async function end() {
  const subscription = await current()
  keep(localStorage, WANTED, "")
  if (!subscription) return
  const { endpoint } = subscription
  await subscription.unsubscribe()
  await call("DELETE", SUBSCRIPTIONS, { json: { endpoint } })
}

// iOS and Android silently drop subscriptions now and then: renew it for the person who subscribed, once a visit.
// Someone else who signs in on this phone does not get theirs.
export async function resync() {
  const [whose, endpoint] = (kept(localStorage, WANTED) ?? "").split(" ")
  if (!endpoint || globalThis.Notification?.permission !== "granted") return
  if (whose !== document.body.dataset.person) return end()
  if (kept(sessionStorage, WANTED) !== told(endpoint)) await begin()
}

let asked = null

function serverKey() {
  return (asked ??= call("GET", SUBSCRIPTIONS).then(
    ({ body }) => body.key,
    (error) => {
      asked = null
      throw error
    },
  ))
}

async function current() {
  const app = await navigator.serviceWorker.getRegistration()
  return (await app?.pushManager?.getSubscription()) ?? null
}

async function tell(subscription) {
  const { endpoint, keys } = subscription.toJSON()
  await call("POST", SUBSCRIPTIONS, { json: { endpoint, keys } })
  keep(localStorage, WANTED, `${document.body.dataset.person} ${endpoint}`)
  keep(sessionStorage, WANTED, told(endpoint))
}

// Notifications are in the page's language: subscribe again after a switch.
function told(endpoint) {
  return `${document.documentElement.lang} ${endpoint}`
}

// Without storage the user is asked again next time.
function keep(storage, name, value) {
  try {
    storage.setItem(name, value)
  } catch {
    return
  }
}

function kept(storage, name) {
  try {
    return storage.getItem(name)
  } catch {
    return null
  }
}

function tooLate() {
  return new Promise((_, reject) => setTimeout(() => reject(new Error("no service worker")), PATIENCE))
}

// The server's public key, in the format that browsers need.
function bytes(base64url) {
  const text = atob(base64url.replace(/-/g, "+").replace(/_/g, "/"))
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0))
}
