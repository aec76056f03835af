// /shifts: keeps one's own shifts and what one can take current. A change of one's own is drawn anew by the server;
// seats that others take are counted here, so that three hundred phones need not ask for it.
import "../elements/line.js"
import { eager, fresh } from "../lib/fresh.js"
import { follow } from "../lib/live.js"
import { say } from "../lib/say.js"

const page = JSON.parse(document.querySelector("#view").textContent)
const me = document.body.dataset.person
const before = new Map(Object.entries(page.items).map(([key, item]) => [key, item]))
const draw = eager(() => fresh("[data-fresh]").then(count))

const followed = follow("shifts", page, {
  onChange: ({ changed, reset }) => {
    let own = reset
    for (const [key, item] of changed) {
      own ||= concerns(before.get(key)) || concerns(item) || wasAsked(before.get(key)) !== wasAsked(item)
      own ||= (item === null) !== !document.querySelector(`[data-offer="${CSS.escape(key)}"]`) && isOffered(key, item)
      if (item) before.set(key, item)
      else before.delete(key)
    }
    count()
    if (own) draw()
  },
  onState: (state) => (document.querySelector("mx-line").state = state),
})

// Some things become true by themselves: one may arrive, is late, is done.
if (page.again) {
  const wait = Date.parse(page.again) - Date.now() + Math.random() * 3000
  if (wait < 12 * 3_600_000) setTimeout(draw, Math.max(wait, 1000))
}

function count() {
  for (const offer of document.querySelectorAll("[data-offer]")) {
    const item = followed.items.get(offer.dataset.offer)
    const left = offer.querySelector("[data-left]")
    if (!item || !left) continue
    const free = item.seats - item.taken
    left.textContent = free > 0 ? say("shifts.free", { n: free }) : say("shifts.full")
    offer.querySelectorAll(".seats i").forEach((seat, n) => seat.toggleAttribute("data-full", n < item.taken))
    const take = offer.querySelector("[data-take]")
    if (take) take.hidden = free <= 0
  }
}

function concerns(item) {
  return Boolean(item?.people.some(({ id }) => id === me))
}

function wasAsked(item) {
  return Boolean(item?.people.some(({ asks }) => asks))
}

// A shift of one's role that came, went or moved.
function isOffered(key, item) {
  const known = before.get(key)
  return document.body.dataset.role === (item ?? known)?.role && (!item || !known || item.from !== known.from || item.to !== known.to)
}
