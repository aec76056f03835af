// /send: connects the form, the outbox and the volunteer's own list.
import "../elements/composer.js"
import "../elements/line.js"
import "../elements/outbox.js"
import "../elements/tray.js"
import "../lib/pictures.js"
import { badge } from "../lib/badge.js"
import { newCourier, patient } from "../lib/carrier.js"
import { Darkroom } from "../lib/darkroom.js"
import { follow } from "../lib/live.js"
import { post } from "../lib/post.js"
import { say } from "../lib/say.js"
import { isKept, refresh } from "../lib/session.js"
import { openStore } from "../lib/store.js"
import { scriptUrl } from "../lib/trusted.js"

const AGAIN = 20_000 // ms between checks of the outbox, for browsers that do not report the network

const view = JSON.parse(document.querySelector("#view").textContent)
const line = document.querySelector("mx-line")
const composer = document.querySelector("mx-composer")
const outbox = document.querySelector("mx-outbox")
const tray = document.querySelector("mx-tray")
const quiet = document.querySelector("mx-notices")
const by = document.body.dataset.person
const title = document.title
let freshening = null
let asking = null // a promise of <mx-asked>, once there is something to ask
let asked = false

const store = await openStore()
const darkroom = new Darkroom({ store, url: scriptUrl(composer.dataset.worker) })
const courier = newCourier(store, patient)
courier.by = by

let waits = 0
tray.addEventListener("count", ({ detail }) => {
  waits = detail.waiting + detail.failed
  count()
})
tray.begin({ courier, store })
outbox.begin({ courier, mend: (chosen) => composer.mend(chosen), withdraw: post.withdraw })
await composer.begin({ store, by, darkroom, known: post.known, send, touched: () => courier.hush() })

const mine = follow("desk", view, {
  onChange: ({ items }) => see(items),
  onState: (state) => {
    line.state = state
    if (state === "live" || state === "polling") goOn()
  },
})
see(mine.items)
const kept = await store.note("asked")
const fresh = JSON.parse(document.querySelector("#requests").textContent)
const requests = follow("requests", kept?.by === by && kept.seq > fresh.seq ? kept : fresh, { onChange: ask })
ask()
const older = document.querySelector("[data-older]")
older.addEventListener("click", async () => {
  older.hidden = await mine.whole()
})
await courier.load(by)
await shared()
document.body.dataset.ready = ""
darkroom.wake().then(() => (document.body.dataset.takes = "files")).catch(() => {}) // the first photo retries
store.sweep().catch(() => {}) // the next visit tries again

courier.addEventListener("change", () => [...courier.entries.values()].some(isExpired) && renew())
addEventListener("online", () => courier.hurry())
addEventListener("pageshow", () => courier.hurry())
document.addEventListener("visibilitychange", () => document.hidden || courier.hurry())
setInterval(() => courier.pump(), AGAIN)
navigator.serviceWorker?.addEventListener("message", ({ data }) => data?.show && show(data.show.slice(1)))
await note().catch(() => {}) // no room: then the outbox needs the open page
point()

function see(items) {
  outbox.items = items
  courier.compare(items)
  count()
  if (items.size) asksOnce()
}

// Show what is asked of this person. What shows it is loaded only then, and tried again with the next change.
function ask() {
  if (!asking && !requests.items.size) return null
  asking ??= import("../elements/asked.js").then(() => {
    const element = document.querySelector("mx-asked")
    element.begin({ composer, courier, store, by })
    return element
  })
  asking.then((element) => element.see(requests), () => (asking = null))
  return asking
}

// After a submission, offer notifications about it.
async function asksOnce() {
  if (asked) return
  asked = true
  try {
    await import("../elements/notices.js")
    await quiet.look()
  } catch {
    asked = false // no connection: next time
  }
}

// Show the number on the app's icon, in the title and in the menu.
function count() {
  const back = [...mine.items.values()].filter(({ status }) => status === "returned").length
  const n = waits + back
  badge(n)
  document.title = n ? `(${n}) ${title}` : title
  for (const due of document.querySelectorAll('[data-due="/send"]')) due.textContent = back || ""
}

// The connection is back. A page from the service worker has an old form token, and may be someone else's.
async function goOn() {
  if (!isKept() || (await freshen())) courier.hurry()
}

async function renew() {
  if (!freshening && (await freshen())) courier.hurry()
}

function isExpired({ state, problem }) {
  return state === "waiting" && problem?.code === "form_expired"
}

// → whether the form token is valid now; one request at a time, and a limited number of them.
function freshen() {
  freshening ??= refresh()
    .then(async (mine) => {
      if (mine) await note()
      return mine
    }, () => false)
    .finally(() => setTimeout(() => (freshening = null), AGAIN / 4))
  return freshening
}

// Take in files that the gallery has shared, through the service worker.
async function shared() {
  const told = new URLSearchParams(location.search)
  document.querySelector("[data-shared-empty]").hidden = !(Number(told.get("empty")) > 0)
  if (told.has("shared")) history.replaceState(null, "", location.pathname)
  await composer.shared()
}

// The target of a notification or a shortcut: the camera, the list, or one row of it.
function point() {
  const what = location.hash.slice(1)
  if (what === "photo") composer.querySelector(".camera input").focus()
  else if (what && what !== "mine") show(what)
}

function show(what) {
  if (what.startsWith("request-")) ask()?.then((element) => element.show(what.slice(8)), () => {})
  else outbox.show(what)
}

async function send(entries) {
  await courier.send(...entries)
  navigator.storage?.persist?.().then(warn, () => {})
  // Upload without the page once the network is back, where the browser can.
  navigator.serviceWorker?.getRegistration().then((app) => app?.sync?.register("mixroom.outbox")).catch(() => {})
}

// Store them for the service worker, which has no page to read.
async function note() {
  await store.setNote("by", by)
  await store.setNote("csrf", document.querySelector('meta[name="csrf"]')?.content ?? null)
}

// Warn the author where the browser may evict the outbox, or has little room left.
async function warn(persisted) {
  const { usage = 0, quota = Infinity } = (await navigator.storage.estimate?.()) ?? {}
  const told = quota - usage < 100e6 ? say("room.little") : persisted ? "" : say("room.unsure")
  tray.querySelector("[data-room]").textContent = told
}
