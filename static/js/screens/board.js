// /plan/board: the messages by status, live; what is late comes on top as its time passes.
import "../elements/line.js"
import { fill, filter, refill } from "../lib/fill.js"
import { keyed } from "../lib/keyed.js"
import { follow } from "../lib/live.js"
import { inPageLanguage, say } from "../lib/say.js"
import { when } from "../lib/time.js"

const EVERY = 15_000 // ms between two looks at the clock
const view = JSON.parse(document.querySelector("#view").textContent)
const template = document.querySelector("template[data-row]")
const lanes = [...document.querySelectorAll("[data-lane]")]
const late = document.querySelector("[data-late]")
const ahead = Date.parse(view.now) - Date.now() // of this computer's clock
const rows = new Map()

filter("say", inPageLanguage)
const messages = follow("messages", view, {
  onChange: draw,
  onState: (state) => (document.querySelector("mx-line").state = state),
})
setInterval(draw, EVERY)
draw()

function draw() {
  const now = Date.now() + ahead
  const all = [...messages.items.values()]
  for (const lane of lanes) {
    const found = all.filter(({ status }) => status === lane.dataset.lane).sort(lane.dataset.lane === "published" ? lastFirst : firstFirst)
    lane.querySelector("[data-count]").textContent = found.length < view.most ? found.length : `${view.most}+`
    keyed(lane.querySelector("[data-cards]"), found.map((item) => row(lane.dataset.lane, item, now)))
  }
  const overdue = all.filter((item) => isLate(item, now)).sort(firstFirst)
  late.hidden = overdue.length === 0
  late.querySelector("[data-count]").textContent = overdue.length
  keyed(late.querySelector("[data-cards]"), overdue.map((item) => row("late", item, now)))
}

function row(place, item, now) {
  const key = `${place} ${item.id}`
  const data = {
    ...item,
    path: `/plan/messages/${item.id}`,
    when: item.due ? when(item.due) : "",
    late: isLate(item, now),
    where: item.channels.map((channel) => say(`channel.${channel}`)).join(", "),
    whose: item.owner?.name ?? "",
    progress: item.out && item.out < item.wanted ? `${item.out}/${item.wanted}` : "",
  }
  rows.set(key, rows.has(key) ? refill(rows.get(key), data) : fill(template, data))
  return rows.get(key)
}

function isLate({ status, due }, now) {
  return due && Date.parse(due) < now && status !== "published" && status !== "dropped"
}

function firstFirst(a, b) {
  return (a.due ?? "9").localeCompare(b.due ?? "9") || a.id.localeCompare(b.id)
}

function lastFirst(a, b) {
  return firstFirst(b, a)
}
