// /translations: approved items that lack a language, live. A card that someone is typing in neither moves nor
// disappears.
import "../elements/line.js"
import "../elements/translation.js"
import "../lib/filters.js"
import "../lib/pictures.js"
import { fill } from "../lib/fill.js"
import { keyed } from "../lib/keyed.js"
import { follow } from "../lib/live.js"
import { may } from "../lib/may.js"
import { sorted, standing } from "../lib/pairs.js"
import { say } from "../lib/say.js"

const find = (selector) => document.querySelector(selector)
const me = { id: document.body.dataset.person, reviews: may("submission.approve") }
const list = find("[data-list]")
const cards = new Map() // item → its <li>

const lacking = follow("translations", JSON.parse(find("#view").textContent), {
  onChange: show,
  onState: (state) => (find("mx-line").state = state),
})
find("[data-filter]").addEventListener("change", show)
list.addEventListener("closed", ({ detail }) => {
  cards.delete(detail)
  show()
})
show()
reveal(location.hash)
navigator.serviceWorker?.addEventListener("message", ({ data }) => data?.show && reveal(data.show))

// Scroll to the item of a notification.
function reveal(hash) {
  document.getElementById(`t-${hash.slice(1)}`)?.scrollIntoView()
}

function show() {
  const filter = find("[data-filter]").value
  const wanted = sorted(lacking.items.values(), me).filter((item) => filter === "all" || standing(item, me) === filter)
  const ids = new Set(wanted.map(({ id }) => id))
  for (const [id, card] of cards) {
    const element = card.firstElementChild
    if (ids.has(id)) continue
    if (element.dirty && !lacking.items.has(id)) element.show(null, me)
    else if (!element.dirty) cards.delete(id)
  }
  for (const item of wanted) {
    if (!cards.has(item.id)) cards.set(item.id, fill(find("template[data-card]"), { id: item.id, anchor: `t-${item.id}` }))
  }
  const order = list.contains(document.activeElement) ? inPlace(wanted) : wanted.map(({ id }) => id)
  const kept = [...cards.keys()].filter((id) => !order.includes(id))
  keyed(list, [...kept, ...order].map((id) => cards.get(id)))
  for (const item of lacking.items.values()) cards.get(item.id)?.firstElementChild.show(item, me)
  find("[data-count]").textContent = say("lacking", { n: lacking.items.size })
  find("[data-none]").hidden = cards.size > 0
}

// Keep the present order, with new items at the end: nothing moves while someone is typing.
function inPlace(wanted) {
  const ids = wanted.map(({ id }) => id)
  const here = [...list.children].map((card) => card.firstElementChild.dataset.id).filter((id) => ids.includes(id))
  return [...here, ...ids.filter((id) => !here.includes(id))]
}
