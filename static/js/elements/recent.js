// The list of what was approved lately: followed from the moment it is opened, so that a reviewer can
// take something off the wall whoever approved it.
import { call } from "../lib/api.js"
import { fill, refill } from "../lib/fill.js"
import { keyed } from "../lib/keyed.js"
import { follow } from "../lib/live.js"
import { inPageLanguage, languageOf, say } from "../lib/say.js"
import { clock } from "../lib/time.js"
import { showTaken } from "./taken.js"

const MOST = 20
const queue = document.querySelector("mx-queue")
const recent = queue.querySelector("[data-recent]")
const list = recent.querySelector("[data-recent-list]")
const rows = new Map()
let shown = new Map()

recent.addEventListener("toggle", () => {
  if (!recent.open || recent.followed) return
  recent.followed = true
  const wall = follow("wall", null, { onChange: ({ items }) => show(items) })
  show(wall.items)
  const taken = follow("recalls", null, { onChange: ({ items }) => showTaken(items) })
  showTaken(taken.items)
})

queue.addEventListener("recall", async ({ detail: { id, why } }) => {
  const button = rows.get(id)?.querySelector("button")
  if (button) button.disabled = true
  try {
    await call("POST", `/api/v1/submissions/${id}/recall`, { json: why })
  } catch (error) {
    if (button) button.disabled = false
    queue.querySelector("[data-alert]").textContent = error.title || say(`problem.${error.code}`) || say("problem.other")
  }
})

list.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-light-table]")
  if (button) document.querySelector("mx-retouch").open(photosOf(shown.get(button.dataset.id)), 0)
})

function photosOf({ media }) {
  return media.filter(({ kind }) => kind === "photo")
}

function show(items) {
  shown = items
  const latest = [...items.values()].sort((a, b) => (a.approved_at < b.approved_at ? 1 : -1)).slice(0, MOST)
  recent.querySelector("[data-recent-empty]").hidden = latest.length > 0
  for (const item of latest) {
    const title = inPageLanguage(item.text) || say("title.photo")
    const model = {
      id: item.id,
      title,
      title_lang: languageOf(item.text),
      thumb: item.media[0]?.thumb ?? null,
      color: item.media[0]?.color ?? "",
      credit: item.credit ?? "",
      at: clock(item.approved_at),
      label: say("recall", { title: title.slice(0, 60) }),
      retouch: say("retouch.title", { title: title.slice(0, 60) }),
      photos: photosOf(item).length,
    }
    const held = rows.get(item.id)
    if (held) refill(held, model)
    else rows.set(item.id, fill(queue.querySelector("template[data-recent-row]"), model))
  }
  keyed(list, latest.map(({ id }) => rows.get(id)))
  for (const id of rows.keys()) if (!items.has(id)) rows.delete(id)
}
