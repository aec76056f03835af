// /send: the form, the outbox and the volunteer's own list, tied together.
import "../elements/composer.js"
import "../elements/line.js"
import "../elements/outbox.js"
import "../lib/pictures.js"
import { Courier } from "../lib/courier.js"
import { follow } from "../lib/live.js"
import { post } from "../lib/post.js"
import { openStore } from "../lib/store.js"

const view = JSON.parse(document.querySelector("#view").textContent)
const line = document.querySelector("mx-line")
const composer = document.querySelector("mx-composer")
const outbox = document.querySelector("mx-outbox")
const by = document.body.dataset.person

const store = await openStore()
const courier = new Courier({ store, post, later, alone })

outbox.begin({ courier, mend: (chosen) => composer.mend(chosen), withdraw: post.withdraw })
await composer.begin({ store, by, send: (entry) => courier.send(entry) })

const mine = follow("desk", view, {
  onChange: ({ items }) => see(items),
  onState: (state) => {
    line.state = state
    if (state === "live" || state === "polling") courier.hurry()
  },
})
see(mine.items)
await courier.load(by)

addEventListener("online", () => courier.hurry())
addEventListener("pageshow", () => courier.hurry())
document.addEventListener("visibilitychange", () => document.hidden || courier.hurry())

function see(items) {
  outbox.items = items
  courier.compare(items)
}

function later(ms, act) {
  const timer = setTimeout(act, ms)
  return () => clearTimeout(timer)
}

// One tab carries at a time, where the browser can say so; elsewhere the keys keep a double harmless.
function alone(act) {
  return navigator.locks ? navigator.locks.request("mixroom.outbox", act) : act()
}
