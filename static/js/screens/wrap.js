// /wrap: the pieces move at once, and everything is saved as one types. Without this script it is a form.
import "../elements/line.js"
import "../lib/filters.js"
import "../lib/pictures.js"
import { call } from "../lib/api.js"
import { fill } from "../lib/fill.js"
import { follow } from "../lib/live.js"
import { say } from "../lib/say.js"
import { clock } from "../lib/time.js"
import { isTouched } from "../lib/touched.js"
import { Order, described } from "../wrap/order.js"
import { Saving } from "../wrap/saving.js"

const find = (selector) => document.querySelector(selector)
const view = JSON.parse(find("#view").textContent)
const page = find(".wrap")
const form = find("#story")
const alert = find("[data-alert]")
let held = view.wrap // the wrap as it was last seen
let sent = "" // what the fields hold that are on their way
let leaving = false
let refused = "refused" in page.dataset // a form was, and what it had is here and not saved

const order = new Order({
  list: find("[data-pieces]"),
  template: find("template[data-piece]"),
  items: view.offered,
  onChange: (said) => (said ? tell(said) : changed()),
  onRemove: offerAgain,
})
const saving = new Saving({ day: Number(page.dataset.day), version: held.version, read, onState })

form.addEventListener("input", changed)
if (isTouched(form)) changed() // typed before this script ran
// A button that acts on the whole wrap takes along what is typed; the version is the one saved last.
form.addEventListener("submit", () => {
  form.elements.version.value = saving.version
  leaving = true
})
find("[data-offers]").addEventListener("click", (event) => {
  const row = event.target.closest("[data-add]")?.closest("li")
  if (!row) return
  event.preventDefault()
  if (order.add(row.dataset.key)) row.remove()
})
find("[data-search]").addEventListener("submit", async (event) => {
  event.preventDefault()
  if (await saving.flush()) go(() => event.target.submit())
})
find("[data-search] select").addEventListener("change", () => find("[data-search]").requestSubmit())
find("[data-play]")?.addEventListener("click", async () => {
  if (await saving.flush()) command("POST", "playing", { wrap: held.id })
})
find("[data-stop]")?.addEventListener("click", () => command("DELETE", "stopped"))
// The server puts both together, field by field.
find("[data-mine]").addEventListener("click", () => form.requestSubmit(form.querySelector("[value=save]")))
find("[data-theirs]").addEventListener("click", () => go(anew))
addEventListener("beforeunload", (event) => {
  if ((saving.isDirty || refused) && !leaving) event.preventDefault()
})
follow("wraps", view, { onChange: ({ changed }) => arrived(changed), onState: (state) => (find("mx-line").state = state) })

// A piece that was taken out can be put back at once.
function offerAgain(key) {
  const item = view.offered[key]
  if (item) find("[data-offers]").prepend(fill(find("template[data-offer]"), described(item)))
}

// The page may be the answer to a form, which would be sent again.
function anew() {
  location.replace(location.pathname + location.search)
}

function go(act) {
  leaving = true
  act()
}

function changed() {
  mark()
  saving.change()
}

// Write the present fields as the hidden field `held` has the first ones: the server compares them (core/merging.py).
function holds() {
  const fields = new FormData(form)
  const texts = [...fields].filter(([name]) => /^(title|opening|thanks)_|:/.test(name))
  return JSON.stringify({ ...Object.fromEntries(texts), piece: fields.getAll("piece"), named: fields.getAll("named") })
}

// The content of the form, as the API takes it.
function read() {
  sent = holds()
  const field = (name) => form.elements[name].value.trim() || null
  const both = (name) => ({ fr: field(`${name}_fr`), en: field(`${name}_en`) })
  const pieces = order.keys.map((id) => ({ id, caption: { fr: field(`fr:${id}`), en: field(`en:${id}`) } }))
  const unnamed = [...form.querySelectorAll("[name=named]:not(:checked)")].map(({ value }) => value)
  return { title: both("title"), opening: both("opening"), thanks: both("thanks"), pieces, unnamed }
}

// Mark the language that is missing where the other is there.
function mark() {
  for (const sides of form.querySelectorAll(".pair, .sides")) {
    const fields = [...sides.querySelectorAll(".input")]
    const isFull = ({ value, placeholder, name }) => Boolean(value.trim() || (!name.startsWith("title") && placeholder))
    const some = fields.some(isFull)
    for (const field of fields) field.closest(".side").toggleAttribute("data-missing", some && !isFull(field))
  }
  find("[data-count]").textContent = order.keys.length || ""
  find("[data-none]").hidden = order.keys.length > 0
}

function onState(state, error, body) {
  if (body) {
    held = body
    form.elements.held.value = sent
    refused = false
  }
  if (state === "saving") return tell(say("saving"))
  tell(state === "saved" ? say("saved", { at: clock(new Date().toISOString()) }) : state === "unsaved" ? say("unsaved") : "")
  if (state === "saved" && !page.dataset.id) return go(anew) // it can be exported and shown now
  const isLost = state === "lost"
  warn(isLost ? say("lost") : state === "refused" ? error.detail || error.title : "", isLost)
}

// Someone has saved: show it, unless something here is not saved yet.
async function arrived(changes) {
  const now = changes.get(held.id) ?? [...changes.values()].find((each) => each?.day === held.day)
  if (!now || saving.isDirty || now.version <= saving.version) return
  held = now
  if (refused || form.contains(document.activeElement)) warn(say("changed", { name: now.saved_by ?? "?" }), true)
  else go(anew)
}

async function command(method, phrase, json) {
  try {
    await call(method, "/api/v1/screens/all/wrap", { json })
    warn("")
    tell(say(phrase))
    find("[data-stop]").hidden = method === "DELETE"
  } catch (error) {
    warn(error.detail || error.title || say("problem.other"))
  }
}

function tell(words) {
  find("[data-saved]").textContent = words
}

function warn(words, asks = false) {
  alert.hidden = !words
  find("[data-alert-says]").textContent = words
  for (const name of ["mine", "theirs"]) find(`[data-${name}]`).hidden = !asks
}
