// The public page. It polls for approved items, since visitors have no session; a reviewer, who can recall an item,
// sees at once that it is gone. While someone reads further down, new items wait behind a button, so that the page
// never jumps. A page of older items (data-past) gets no new ones, but what is taken off leaves it too.
import "../elements/line.js"
import "../lib/filters.js"
import "../lib/pictures.js"
import { fill, filter, refill } from "../lib/fill.js"
import { keyed } from "../lib/keyed.js"
import { follow } from "../lib/live.js"
import { say } from "../lib/say.js"

filter("me", (id) => (id ? `/p/${id}/me` : null))
// A photo has no poster: browsers would fetch it at once, however far down it is.
filter("still", (card, { clip }) => (clip ? card : null))
const EVERY = 5000
const MAX_CARDS = 200
const view = JSON.parse(document.querySelector("#view").textContent)
const line = document.querySelector("mx-line")
const list = document.querySelector("[data-cards]")
const template = document.querySelector("template[data-card]")
const fresh = document.querySelector("[data-fresh]")
const show = document.querySelector("[data-show]")
const behind = document.querySelector("[data-behind]")
const strip = document.querySelector(".strip") // photos of the pinned story
const isPast = "past" in list.dataset
const cards = new Map([...list.children].map((node) => [node.dataset.key, node]))

const live = follow(
  "public",
  view,
  {
    onChange: ({ changed, items }) => {
      for (const [key, item] of changed) if (!item) strip?.querySelector(`[data-key="${CSS.escape(key)}"]`)?.remove()
      render(items)
    },
    onState: (state) => (line.state = state === "polling" ? "live" : state),
  },
  { socket: Boolean(document.querySelector("mx-recall")), every: EVERY },
)
render(live.items)
show.addEventListener("click", () => {
  fresh.hidden = true
  render(live.items, true)
  scrollTo({ top: 0 })
})

function render(items, all = false) {
  const known = [...items.values()].filter(({ id }) => !isPast || cards.has(id))
  const ordered = known.sort((a, b) => (place(a) < place(b) ? 1 : -1))
  const latest = ordered.slice(0, MAX_CARDS)
  const reading = !all && cards.size > 0 && scrollY > 240
  const held = reading ? latest.filter(({ id }) => !cards.has(id)) : []
  const shown = reading ? latest.filter(({ id }) => cards.has(id)) : latest
  fresh.hidden = !held.length
  if (held.length) show.textContent = say("fresh", { n: held.length })
  else if (shown.some(({ id }) => !cards.has(id))) tell(shown.filter(({ id }) => !cards.has(id)).length)
  for (const item of shown) {
    const card = cards.get(item.id)
    if (card) refill(card, item)
    else cards.set(item.id, fill(template, item))
  }
  keyed(list, shown.map(({ id }) => cards.get(id)))
  for (const id of cards.keys()) if (!items.has(id)) cards.delete(id)
  document.querySelector("[data-none]").hidden = isPast || latest.length > 0
  if (ordered.length > MAX_CARDS) leadTo(latest.at(-1))
}

// Where an item stands, as in mixroom/submissions/public.py.
function place({ approved_at: at, id }) {
  return `${at}.${id}`
}

function leadTo(last) {
  behind.hidden = false
  behind.querySelector("a").href = `/?before=${encodeURIComponent(place(last))}`
}

function tell(n) {
  document.querySelector("[data-news]").textContent = say("fresh", { n })
}
