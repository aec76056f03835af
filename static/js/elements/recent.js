// The newest items on the wall, or the results of a search. The list is followed from the moment it is opened, so
// that a reviewer can recall or retouch any item, including those that others approved.
import { fill, refill } from "../lib/fill.js"
import { keyed } from "../lib/keyed.js"
import { follow } from "../lib/live.js"
import { inPageLanguage, languageOf, say } from "../lib/say.js"
import { matching } from "../lib/search.js"
import { clock } from "../lib/time.js"
import { showTaken } from "./taken.js"

const MAX_ROWS = 20
const queue = document.querySelector("mx-queue")
const recent = queue.querySelector("[data-recent]")
const list = recent.querySelector("[data-recent-list]")
const sought = recent.querySelector("[data-sought]")
const said = recent.querySelector("[data-found]")
const rows = new Map()
let wall = null

recent.addEventListener("toggle", () => {
  if (!recent.open || wall) return
  wall = follow("wall", null, { onChange: show })
  show()
  const taken = follow("recalls", null, { onChange: ({ items }) => showTaken(items) })
  showTaken(taken.items)
})

sought.addEventListener("input", show)

list.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-light-table]")
  if (button) document.querySelector("mx-retouch").open(photosOf(wall.items.get(button.dataset.id)), 0)
})

recent.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-history]")
  if (button) queue.querySelector("mx-history").of(button.dataset.history)
})

function photosOf({ media }) {
  return media.filter(({ kind }) => kind === "photo")
}

function show() {
  if (!wall) return
  const newest = [...wall.items.values()].sort((a, b) => (a.approved_at < b.approved_at ? 1 : -1))
  const found = matching(newest, sought.value)
  const shown = new Map(found.slice(0, MAX_ROWS).map((item) => [item.id, item]))
  const says = sought.value.trim() ? say(found.length > MAX_ROWS ? "found.more" : "found", { n: found.length, most: MAX_ROWS }) : ""
  if (said.textContent !== says) said.textContent = says
  recent.querySelector("[data-recent-empty]").hidden = newest.length > 0
  for (const item of shown.values()) {
    const title = inPageLanguage(item.text) || say("title.photo")
    const model = {
      id: item.id,
      title,
      title_lang: languageOf(item.text),
      thumb: item.media[0]?.thumb ?? null,
      color: item.media[0]?.color ?? "",
      credit: item.credit ?? "",
      at: clock(item.approved_at),
      story: say("story", { title: title.slice(0, 60) }),
      label: say("recall", { title: title.slice(0, 60) }),
      retouch: say("retouch.title", { title: title.slice(0, 60) }),
      photos: photosOf(item).length,
    }
    const held = rows.get(item.id)
    if (held) refill(held, model)
    else rows.set(item.id, fill(queue.querySelector("template[data-recent-row]"), model))
  }
  for (const id of rows.keys()) if (!shown.has(id)) rows.delete(id)
  keyed(list, [...shown.keys()].map((id) => rows.get(id)))
}
