// /alarms: what is wrong now, live, above what rang before. An alarm that is over moves down by itself.
import "../elements/line.js"
import "../lib/filters.js"
import { call } from "../lib/api.js"
import { fill, filter, refill } from "../lib/fill.js"
import { keyed } from "../lib/keyed.js"
import { follow } from "../lib/live.js"
import { say } from "../lib/say.js"
import { when } from "../lib/time.js"

const find = (selector) => document.querySelector(selector)
const page = find(".alarms")
const cards = new Map([...page.querySelectorAll("li[id]")].map((card) => [card.id, card]))

filter("moment", (time) => (time ? when(time) : ""))
const alarms = follow("alarms", JSON.parse(find("#view").textContent), {
  onChange: show,
  onState: (state) => (find("mx-line").state = state),
})
show()

page.addEventListener("submit", async (event) => {
  event.preventDefault()
  const form = event.target
  const alert = find("[data-alert]")
  try {
    await call("POST", `/api/v1${new URL(form.action).pathname}`, { json: { note: form.note.value } })
    alert.hidden = true
    form.closest("details").open = false
  } catch (error) {
    alert.hidden = false
    alert.textContent = error.detail || error.title || say(`problem.${error.code}`) || say("problem.other")
  }
})

function show() {
  const found = [...alarms.items.values()].sort((a, b) => (a.id < b.id ? 1 : -1))
  for (const alarm of found) {
    const data = { ...alarm, acknowledgement: `/alarms/${alarm.id}/acknowledgement` }
    const card = cards.get(alarm.id)
    if (card) refill(card, data)
    else cards.set(alarm.id, fill(find("template[data-row]"), data))
  }
  const ringing = found.filter(({ cleared_at }) => !cleared_at)
  const over = found.filter(({ cleared_at }) => cleared_at)
  keyed(find("[data-ringing]"), ringing.map(({ id }) => cards.get(id)))
  keyed(find("[data-over]"), over.map(({ id }) => cards.get(id)))
  for (const id of cards.keys()) if (!alarms.items.has(id)) cards.delete(id)
  find("[data-count]").textContent = ringing.length || ""
  find("[data-calm]").hidden = ringing.length > 0
  find("[data-before]").hidden = over.length === 0
}
