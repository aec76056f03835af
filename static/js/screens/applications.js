// /applications: who is lacking and who has applied, live; one opened at a time, decided on by buttons or keys.
// Without this script the same page works by links and forms.
import "../elements/line.js"
import "../lib/filters.js"
import { call } from "../lib/api.js"
import { follow } from "../lib/live.js"
import { say } from "../lib/say.js"
import { List } from "../recruiting/list.js"
import { choose as chooseCell, draw, lacking } from "../recruiting/matrix.js"
import { counts, sifted, twins } from "../recruiting/sift.js"
import { Stage } from "../recruiting/stage.js"

const KEYS = { a: "acceptance", s: "shortlisting", w: "waiting", d: "decline" }
// The move to where the application was before takes a decision back.
const BACK = { received: "reopening", shortlisted: "shortlisting", waiting: "waiting", declined: "decline", left: "reopening" }
const find = (selector) => document.querySelector(selector)
const sift = find("[data-sift]")
const table = find(".lacking table")
const list = new List(find("[data-list]"), find("template[data-row]"), find("[data-more]"))
const stage = new Stage(find("[data-stage]"), find("template[data-whole]"))
let here = stage.key
let undoes = null // {id, name, move}
let busy = false

const needs = follow("needs", null, { onChange: show })
const all = follow("applications", null, {
  onChange: ({ changed }) => {
    show()
    if (changed.get(here) === null) close()
    else if (changed.has(here) && !busy) open(here, { again: true })
  },
  onState: (state) => (find("mx-line").state = state),
})

function asked() {
  return Object.fromEntries(new FormData(sift))
}

function query() {
  const wanted = Object.entries(asked()).filter(([, value]) => value)
  return wanted.length ? `?${new URLSearchParams(wanted)}` : ""
}

function show() {
  const items = [...all.items.values()]
  const same = twins(items)
  const found = sifted(items, asked(), same)
  list.draw(found, { same, here, query: query() })
  draw(table, items, needs.items)
  chooseCell(table, asked())
  mark()
  find("[data-total]").textContent = found.length
  find("[data-none]").hidden = found.length > 0
  const each = counts(items, same)
  for (const option of sift.status.options) option.text = option.text.replace(/\(\d+\)$/, `(${each[option.value] ?? 0})`)
  find("[data-apart-note]").hidden = !each.apart
  find("[data-apart-count]").textContent = each.apart
  tell()
}

function mark() {
  if (stage.item) stage.mark(lacking(table, stage.item.roles))
}

async function open(id, { again = false } = {}) {
  if (!id) return
  here = id
  find("[data-desk]").toggleAttribute("data-opened", true)
  if (!again) {
    history.replaceState(null, "", `/applications/${id}${query()}`)
    show()
    list.scrollTo(id)
  }
  try {
    const { body } = await call("GET", `/api/v1/applications/${id}`)
    if (here === id) stage.show(body)
    mark()
  } catch (error) {
    if (here === id) alarm(error)
  }
}

function close() {
  const left = find("[data-stage]").contains(document.activeElement) ? here : null
  here = null
  stage.close()
  find("[data-desk]").toggleAttribute("data-opened", false)
  history.replaceState(null, "", `/applications${query()}`)
  show()
  if (left) list.focus(left)
}

function toTitle() {
  find("[data-title]")?.focus({ preventScroll: innerWidth > 900 })
}

async function decide(move) {
  const { item } = stage
  if (!item || busy) return
  busy = true
  const next = list.next(item.id, 1)
  try {
    const json = move === "acceptance" ? { role: find("[data-role]").value } : {}
    await call("POST", `/api/v1/applications/${item.id}/${move}`, { json })
    const back = move === "acceptance" ? null : BACK[item.status]
    offer(say(`done.${move}`, { name: item.name }), back && { id: item.id, move: back })
    busy = false
    await open(move === "reopening" || !next ? item.id : next, { again: next === undefined })
  } catch (error) {
    stage.obstacle(reason(error))
  } finally {
    busy = false
  }
}

async function takeBack() {
  const back = undoes ?? (stage.item && stage.item.status !== "accepted" && { id: stage.item.id, move: "reopening" })
  if (!back || busy) return
  undoes = null
  find("[data-undo]").hidden = true
  try {
    await call("POST", `/api/v1/applications/${back.id}/${back.move}`, { json: {} })
    await open(back.id)
  } catch (error) {
    stage.obstacle(reason(error))
  }
}

function offer(said, back) {
  undoes = back
  const note = find("[data-undo]")
  note.hidden = false
  note.querySelector("span").textContent = said
  note.querySelector("button").hidden = !back
  find("[data-said]").textContent = said
}

async function decideMany(move) {
  const ticked = list.ticked
  let done = 0
  for (const id of ticked) {
    try {
      await call("POST", `/api/v1/applications/${id}/${move}`, { json: {} })
      done += 1
      list.box(id)?.click()
    } catch (error) {
      alarm(error)
    }
  }
  offer(say("many", { n: done }), null)
}

function tell() {
  const n = list.ticked.length
  find("[data-many]").toggleAttribute("data-any", n > 0)
  if (n) find("[data-ticked]").textContent = say("ticked", { n })
}

function alarm(error) {
  const note = find("[data-alert]")
  note.textContent = reason(error)
  note.hidden = false
}

function reason(error) {
  return error.detail || error.title || say(`problem.${error.code}`) || say("problem.other")
}

sift.addEventListener("input", () => {
  history.replaceState(null, "", `${location.pathname}${query()}`)
  show()
})
sift.addEventListener("submit", (event) => event.preventDefault())
find("[data-list]").addEventListener("change", tell)
find("[data-list]").addEventListener("click", (event) => {
  const row = event.target.closest("li")
  if (!event.target.closest("a") || event.ctrlKey || event.metaKey || event.shiftKey) return
  event.preventDefault()
  open(row.dataset.key).then(toTitle)
})
table.addEventListener("click", (event) => {
  const cell = event.target.closest("[data-cell]")
  if (!cell || event.ctrlKey || event.metaKey) return
  event.preventDefault()
  const [role, half] = cell.dataset.cell.split(" ")
  const off = cell.hasAttribute("data-chosen")
  sift.role.value = off ? "" : role
  sift.half.value = off ? "" : half
  sift.dispatchEvent(new Event("input"))
})
find("[data-apart-note] a").addEventListener("click", (event) => {
  event.preventDefault()
  sift.status.value = "apart"
  sift.dispatchEvent(new Event("input"))
})
find("[data-many]").addEventListener("submit", (event) => {
  event.preventDefault()
  decideMany(event.submitter.value)
})
find("[data-stage]").addEventListener("click", (event) => {
  const act = event.target.closest("[data-act]")?.dataset.act
  if (!act) return
  event.preventDefault()
  decide(act)
})
find("[data-stage]").addEventListener("submit", async (event) => {
  if (!event.target.matches("[data-note]")) return
  event.preventDefault()
  const { text } = event.target
  const fault = event.target.querySelector("[data-note-fault]")
  try {
    await call("POST", `/api/v1/applications/${here}/notes`, { json: { text: text.value } })
    text.value = ""
    fault.hidden = true
  } catch (error) {
    fault.textContent = reason(error)
    fault.hidden = false
  }
})
find("[data-back]").addEventListener("click", (event) => {
  event.preventDefault()
  close()
})
find("[data-undo] button").addEventListener("click", () => takeBack().then(toTitle)) // the button goes
find("[data-help]").addEventListener("click", () => find("[data-keys]").showModal())

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || find("[data-keys]").open) return
  if (event.target.closest("textarea, select, input:not([type=checkbox])")) return
  const key = event.key.toLowerCase()
  const act =
    KEYS[key] ? () => decide(KEYS[key])
    : key === "j" ? () => open(list.next(here, 1))
    : key === "k" ? () => open(list.next(here, -1))
    : key === "z" ? takeBack
    : key === "x" ? () => list.box(here)?.click()
    : key === "n" ? () => find("[data-note] textarea")?.focus()
    : key === "escape" && here ? close
    : key === "/" ? () => sift.q.focus()
    : key === "?" ? () => find("[data-keys]").showModal()
    : null
  if (!act || event.repeat) return
  event.preventDefault()
  act()
})

if (here) open(here, { again: true })
