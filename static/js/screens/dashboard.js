// /dashboard: one live view; each panel draws its own items. A panel's module exports begin(element, board), where
// board has: items(name) → Map, onChange(name, draw), here() → Set of people, onBeat(draw), now() in ms by the
// server's clock, every(seconds, act), ask(request) to open the form of a request, failed(error) to say that an action
// did not work, whole() to fetch the items of other days, and page: the page's own data.
import "../elements/line.js"
import { follow } from "../lib/live.js"
import { say } from "../lib/say.js"
import { announce, openRequest } from "../dashboard/ask.js"

const page = JSON.parse(document.querySelector("#view").textContent)
const offset = new Date(page.now) - Date.now()
const items = new Map() // panel → Map of key → item
const drawers = new Map() // panel → functions
const beats = []
let here = new Set()
let due = new Map() // panel → keys that have changed since the last frame

const board = {
  page,
  items: (name) => items.get(name) ?? new Map(),
  onChange: (name, draw) => drawers.set(name, [...(drawers.get(name) ?? []), draw]),
  here: () => here,
  onBeat: (draw) => beats.push(draw),
  now: () => Date.now() + offset,
  every: (seconds, act) => setInterval(() => document.hidden || act(), seconds * 1000),
  whole: () => followed.whole(),
  ask: (request) => openRequest(board, request),
  failed: (error) => announce(error.title || say(`problem.${error.code}`) || say("problem.other")),
}

for (const [key, item] of Object.entries(page.items)) put(key, item)
const followed = follow("dashboard", page, {
  onChange: ({ changed }) => changed.forEach((item, key) => put(key, item)),
  onState: (state) => (document.querySelector("mx-line").state = state),
  onBeat: (beat) => {
    here = new Set(beat.here ?? [])
    for (const draw of beats) draw()
  },
})
for (const element of document.querySelectorAll("[data-script]")) begin(element)

async function begin(element) {
  try {
    const { begin } = await import(import.meta.resolve(`../${element.dataset.script.slice(3)}`))
    begin(element, board)
  } catch (error) {
    console.error(error) // one panel that fails leaves the others alone
  }
}

function put(key, item) {
  const cut = key.indexOf(":")
  const [name, own] = [key.slice(0, cut), key.slice(cut + 1)]
  if (!items.has(name)) items.set(name, new Map())
  if (item === null) items.get(name).delete(own)
  else items.get(name).set(own, item)
  if (!due.size) requestAnimationFrame(draw)
  if (!due.has(name)) due.set(name, new Set())
  due.get(name).add(own)
}

function draw() {
  const changed = due
  due = new Map()
  for (const [name, keys] of changed) for (const act of drawers.get(name) ?? []) act(keys)
}
