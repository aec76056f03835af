// Notifications on this phone: subscribed once, renewed by every page, and cancelled.
import { call } from "./api.js"
import { isInstalled, obstacle } from "./phone.js"

const SUBSCRIPTIONS = "/api/v1/me/push-subscriptions"
const PATIENCE = 10_000 // ms for a service worker that is still being set up
const WANTED = "mixroom.push" // who asked for messages here, and the address that the server was last told

// → {obstacle, on}: what stands in the way, or whether this phone is told.
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

// To be called by a press: a browser asks its question only then. Throws where the phone or the server refuses.
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

// iOS and Android drop subscriptions now and then, without a word: whoever wanted messages gets them again. Once
// in each visit; and whoever has signed in on someone else's phone does not get theirs.
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

// Messages are in the language of the page: another language is told anew.
function told(endpoint) {
  return `${document.documentElement.lang} ${endpoint}`
}

// Storage that is switched off only costs a question to be asked again.
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

// The server's public key, as the browser wants it.
function bytes(base64url) {
  const text = atob(base64url.replace(/-/g, "+").replace(/_/g, "/"))
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0))
}
