// /screens: every screen with its remote. Requests to screens arrive live; the screens' reports are polled.
import "../elements/line.js"
import "../elements/recall.js"
import "../elements/screen.js"
import { call } from "../lib/api.js"
import { fill } from "../lib/fill.js"
import { keyed } from "../lib/keyed.js"
import { follow } from "../lib/live.js"
import { inPageLanguage, languageOf, say } from "../lib/say.js"
import { matching } from "../lib/search.js"
import { weekday } from "../wall/words.js"

const EVERY = 2500 // ms between two requests for the screens' reports
const PICKS = 40
const find = (selector) => document.querySelector(selector)
const view = JSON.parse(find("#view").textContent)
const page = find(".screens")
const panic = find("[data-panic]")
const cards = new Map() // screen → <li>
// Known at once: when they come later, they move the buttons.
let reports = new Map(Object.entries(JSON.parse(find("#reports").textContent)))
let wall = null // followed once someone looks for an item
let wraps = null // followed once someone looks for one
let chosen = null // the screen that the open sheet is about
let wanted = "spotlight" // or "recall": the action for the chosen item

for (const day of find("template[data-screen]").content.querySelectorAll("[data-day]")) {
  day.textContent = `${weekday(day.dataset.day)} ${Number(day.dataset.day.slice(8))}`
}
const screens = follow("screens", view, { onChange: show, onState: (state) => (find("mx-line").state = state) })
show()
look()
setInterval(() => document.hidden || look(), EVERY)
document.addEventListener("visibilitychange", () => document.hidden || look())

page.addEventListener("ask", ({ detail: { method, path, json } }) => ask(method, path, json))
page.addEventListener("choose", ({ detail: { id, what } }) => open(id, what))
panic.addEventListener("click", () => ask(panic.ariaPressed === "true" ? "DELETE" : "POST", "panic"))
for (const button of page.querySelectorAll("[data-every]")) {
  const { every } = button.dataset
  button.addEventListener("click", () => (every === "identify" ? ask("POST", "all/identify") : open("all", every)))
}
for (const button of page.querySelectorAll("[data-close]")) {
  button.addEventListener("click", () => button.closest("dialog").close())
}
find("[data-say] form").addEventListener("submit", ({ target }) => {
  const { fr, en, minutes } = target.elements
  const text = { fr: fr.value.trim() || null, en: en.value.trim() || null }
  ask("POST", `${chosen}/message`, { text, minutes: Number(minutes.value) })
})
find("[data-tell] form").addEventListener("submit", ({ target }) => {
  const { wrap, loop } = target.elements
  if (wrap) ask("POST", `${chosen}/wrap`, { wrap: wrap.value, loop: loop.checked })
})
find("[data-picks]").addEventListener("click", ({ target }) => {
  const button = target.closest("[data-key]")
  if (!button) return
  find("[data-pick]").close()
  if (wanted === "spotlight") ask("POST", `${chosen}/spotlight`, { key: button.dataset.key })
})
find("[data-sought]").addEventListener("input", pick)

async function ask(method, path, json) {
  const alert = find("[data-alert]")
  try {
    await call(method, `/api/v1/screens/${path}`, { json })
    alert.hidden = true
    look()
  } catch (error) {
    alert.hidden = false
    alert.textContent = error.detail || error.title || say(`problem.${error.code}`) || say("problem.other")
  }
}

async function look() {
  try {
    const { body } = await call("GET", "/api/v1/screens")
    reports = new Map(body.items.map(({ id, report }) => [id, report]))
    show()
  } catch {
    // the bar shows that the connection is down
  }
}

function show() {
  const found = [...screens.items.values()].sort((a, b) => a.number - b.number)
  for (const state of found) {
    const card = cards.get(state.id) ?? fill(find("template[data-screen]"), { id: state.id })
    cards.set(state.id, card)
  }
  keyed(find("[data-list]"), found.map(({ id }) => cards.get(id)))
  for (const state of found) {
    cards.get(state.id).firstElementChild.state = { ...state, report: reports.get(state.id) ?? null }
  }
  for (const id of cards.keys()) if (!screens.items.has(id)) cards.delete(id)
  const here = found.filter(({ id }) => reports.get(id)?.here).length
  find("[data-none]").hidden = found.length > 0
  find("[data-summary]").textContent = found.length ? say("summary", { n: found.length, here }) : ""
  panic.ariaPressed = String(found.some(({ asked }) => asked.panic))
}

function open(id, what) {
  chosen = id
  if (what === "message") {
    find("[data-say] form").reset()
    find("[data-say]").showModal()
    return
  }
  if (what === "wrap") {
    wraps ??= follow("wraps", null, { onChange: listWraps })
    listWraps()
    find("[data-tell]").showModal()
    return
  }
  wanted = what
  wall ??= follow("wall", null, { onChange: pick })
  find("[data-sought]").value = ""
  find("[data-pick-what]").textContent = say(`pick.${what}`)
  pick()
  find("[data-pick]").showModal()
}

// The wraps of the days, the latest first.
function listWraps() {
  const found = [...(wraps?.items.values() ?? [])].filter(({ status }) => status !== "taken_down")
  const latest = found.sort((a, b) => b.day - a.day).map((wrap) => ({ ...wrap, title: inPageLanguage(wrap.name), date: inPageLanguage(wrap.date_words), title_lang: languageOf(wrap.name) }))
  find("[data-wraps]").replaceChildren(...latest.map((wrap) => fill(find("template[data-wrap]"), wrap)))
  const [first] = find("[data-wraps]").querySelectorAll("input")
  if (first) first.checked = true
  find("[data-tell-none]").hidden = found.length > 0
}

// The items on the wall, newest first, or the results of a search; for a recall, those that the screen shows first.
function pick() {
  const up = new Set(wanted === "recall" ? reports.get(chosen)?.showing.keys : [])
  const newest = [...(wall?.items.values() ?? [])].sort((a, b) => (a.approved_at < b.approved_at ? 1 : -1))
  const typed = find("[data-sought]").value.trim()
  const found = matching(newest, typed).sort((a, b) => up.has(b.id) - up.has(a.id))
  find("[data-found]").textContent = typed && say(found.length > PICKS ? "found.more" : "found", { n: found.length, most: PICKS })
  find("[data-pick-none]").hidden = newest.length > 0
  const rows = found.slice(0, PICKS).map((item) => {
    const words = inPageLanguage(item.text) ? item.text : item.alt
    return {
      id: item.id,
      recall: wanted === "recall" ? item.id : null,
      title: inPageLanguage(words) || say("title.photo"),
      title_lang: languageOf(words),
      thumb: item.media[0]?.thumb ?? null,
    }
  })
  find("[data-picks]").replaceChildren(...rows.map((row) => fill(find("template[data-pick-row]"), row)))
}
