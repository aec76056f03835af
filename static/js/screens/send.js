// /send: the form, the outbox and the volunteer's own list, tied together.
import "../elements/composer.js"
import "../elements/line.js"
import "../elements/outbox.js"
import "../elements/tray.js"
import "../lib/pictures.js"
import { newCourier, patient } from "../lib/carrier.js"
import { Darkroom } from "../lib/darkroom.js"
import { follow } from "../lib/live.js"
import { post } from "../lib/post.js"
import { say } from "../lib/say.js"
import { openStore } from "../lib/store.js"
import { scriptUrl } from "../lib/trusted.js"

const AGAIN = 20_000 // ms: a look at what waits, where the browser says nothing of the network

const view = JSON.parse(document.querySelector("#view").textContent)
const line = document.querySelector("mx-line")
const composer = document.querySelector("mx-composer")
const outbox = document.querySelector("mx-outbox")
const tray = document.querySelector("mx-tray")
const by = document.body.dataset.person

const store = await openStore()
const darkroom = new Darkroom({ store, url: scriptUrl(composer.dataset.worker) })
const courier = newCourier(store, patient)
courier.by = by

tray.begin({ courier, store })
outbox.begin({ courier, mend: (chosen) => composer.mend(chosen), withdraw: post.withdraw })
await composer.begin({ store, by, darkroom, known: post.known, send })

const mine = follow("desk", view, {
  onChange: ({ items }) => see(items),
  onState: (state) => {
    line.state = state
    if (state === "live" || state === "polling") courier.hurry()
  },
})
see(mine.items)
await courier.load(by)
await composer.shared()
document.body.dataset.ready = ""

addEventListener("online", () => courier.hurry())
addEventListener("pageshow", () => courier.hurry())
document.addEventListener("visibilitychange", () => document.hidden || courier.hurry())
setInterval(() => courier.pump(), AGAIN)
await note()

function see(items) {
  outbox.items = items
  courier.compare(items)
}

async function send(entries) {
  await courier.send(...entries)
  navigator.storage?.persist?.().then(warn, () => {})
  // Where the browser can send without the page, once the network is back.
  navigator.serviceWorker?.getRegistration().then((app) => app?.sync?.register("mixroom.outbox")).catch(() => {})
}

// For the service worker, which has no page to read them from.
async function note() {
  await store.setNote("by", by)
  await store.setNote("csrf", document.querySelector('meta[name="csrf"]')?.content ?? null)
}

// A browser that will not promise to keep what waits, or has little room left, says so.
async function warn(persisted) {
  const { usage = 0, quota = Infinity } = (await navigator.storage.estimate?.()) ?? {}
  const told = quota - usage < 100e6 ? say("room.little") : persisted ? "" : say("room.unsure")
  tray.querySelector("[data-room]").textContent = told
}
