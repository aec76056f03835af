// /plan, /plan/month/… and /plan/day/…: moves a message to another day or hour. By the mouse one drags it; its menu
// does the same for fingers and keys. A refusal puts it back and says why; a move can be undone. What others change is
// drawn by keeping.js.
import { call } from "../lib/api.js"
import { say } from "../lib/say.js"
import { clock, local, when } from "../lib/time.js"
import { keep } from "../plan/keeping.js"
import { dropped, position, reason } from "../plan/moving.js"

const ZONED = /(Z|[+-]\d\d:\d\d)$/ // a time that names its zone; others are by the museum's clock
const page = document.querySelector(".calendar")
const grid = () => page.querySelector("[data-times]")
const note = document.querySelector("[data-moved]")
const undo = note.querySelector("[data-undo]")
const dialog = document.querySelector("[data-move]")
const form = dialog.querySelector("form")
const fault = dialog.querySelector("[data-fault]")
const menu = document.querySelector("template[data-menu]")
let dragged = null // the slot under the mouse
let chosen = null // the slot that the dialog is about
let takeBack = null
let moving = 0 // requests under way
const moveWords = say("move", { name: "{name}" })

// The menus come after the first paint, into room that the style keeps free.
requestAnimationFrame(() => setTimeout(() => prepare(page)))
const { letGo } = keep({ held: () => dragged || moving || dialog.open, prepare })
document.querySelector("[data-print]")?.addEventListener("click", () => print())

page.addEventListener("dragstart", (event) => {
  dragged = event.target.closest(".slot")
  if (!dragged) return
  event.dataTransfer.effectAllowed = "move"
  event.dataTransfer.setData("text/plain", nameOf(dragged))
})
page.addEventListener("dragover", (event) => {
  const cell = dragged && event.target.closest("[data-day]")
  mark(cell)
  if (cell) event.preventDefault()
})
page.addEventListener("drop", (event) => {
  const cell = event.target.closest("[data-day]")
  if (!dragged || !cell) return
  event.preventDefault()
  const before = local(Date.parse(dueOf(dragged)))
  const wanted = dropped(cell.dataset, before)
  if (wanted !== before.slice(0, 16)) move(dragged, wanted).catch(refused)
})
page.addEventListener("dragend", () => {
  dragged = null
  mark(null)
  letGo()
})

page.addEventListener("click", ({ target }) => {
  const slot = target.closest(".shift")?.closest(".slot")
  if (!slot) return
  chosen = slot
  dialog.querySelector("[data-name]").textContent = nameOf(chosen)
  form.elements.due.value = local(Date.parse(dueOf(chosen))).slice(0, 16)
  fault.hidden = true
  dialog.showModal()
})
dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close())
dialog.addEventListener("close", letGo)
form.addEventListener("submit", async (event) => {
  event.preventDefault()
  const slot = chosen
  try {
    await move(slot, form.elements.due.value)
    dialog.close()
    ;(slot.isConnected ? slot.querySelector("button") : undo).focus()
  } catch (error) {
    fault.textContent = reason(error, say)
    fault.hidden = false
    form.elements.due.focus()
  }
})
undo.addEventListener("click", () => takeBack?.().catch(refused))

// Save its time; raises an ApiError, with the message back where it was.
async function move(slot, due, said = "moved") {
  const entry = slot.querySelector(".entry")
  const before = dueOf(slot)
  const [parent, next] = [slot.parentNode, slot.nextSibling]
  moving += 1
  place(slot, due)
  slot.setAttribute("aria-busy", "true")
  try {
    const { version } = entry.dataset
    const { body } = await call("PATCH", `/api/v1/messages/${entry.dataset.key}`, { json: { due }, version })
    entry.dataset.version = body.version
    show(entry, body.due)
    place(slot, body.due)
    const again = async () => {
      await move(document.getElementById(slot.id) ?? slot, before, "back")
      document.getElementById(slot.id)?.querySelector("button")?.focus() // the button that was pressed goes
    }
    tell(say(said, { when: when(body.due) }), said === "moved" && again)
  } catch (error) {
    if (parent) parent.insertBefore(slot, next?.parentNode === parent ? next : null)
    else slot.remove()
    emptied()
    throw error
  } finally {
    slot.removeAttribute("aria-busy")
    moving -= 1
    letGo()
  }
}

function refused(error) {
  tell(say("not_moved", { why: reason(error, say) }), null)
}

// Put it into the day or hour of a time, in order; off the page if that is not shown.
function place(slot, due) {
  const [day, time] = (ZONED.test(due) ? local(Date.parse(due)) : due).split("T")
  const hour = grid().dataset.times === "hour" ? `[data-hour="${Number(time.slice(0, 2))}"]` : ""
  const cell = grid().querySelector(`[data-day="${day}"]${hour}`)
  slot.remove()
  const box = hour ? cell?.querySelector("div") : cell
  const others = [...(box?.querySelectorAll(".entry") ?? [])]
  const times = others.map((each) => each.querySelector("time").getAttribute("datetime"))
  const next = others[position(times, due)]
  box?.insertBefore(slot, next?.closest(".slot") ?? next ?? box.querySelector(".more"))
  emptied()
}

function show(entry, due) {
  const time = entry.querySelector("time")
  time.setAttribute("datetime", due)
  time.textContent = clock(due)
  const late = Date.parse(due) < Date.now()
  entry.toggleAttribute("data-late", late)
  entry.querySelector(".state")?.remove()
  if (late) entry.append(" ", Object.assign(document.createElement("span"), { className: "state", textContent: say("late") }))
  const above = document.querySelector(`.lateness a[href="${entry.getAttribute("href")}"]`)
  if (above) above.closest("li").hidden = !late
}

function tell(words, back) {
  takeBack = back || null
  undo.hidden = !takeBack
  note.hidden = false
  note.querySelector("[data-says]").textContent = words
}

function emptied() {
  for (const cell of grid().children) cell.toggleAttribute("data-empty", !cell.querySelector(".entry"))
}

function mark(cell) {
  for (const each of grid().querySelectorAll("[data-over]")) if (each !== cell) each.removeAttribute("data-over")
  cell?.setAttribute("data-over", "")
}

// Give what may be moved its menu, and each entry a name, by which the focus finds it again.
function prepare(part) {
  const entries = part.querySelectorAll("[data-times] .entry")
  for (const each of entries) {
    if (!each.dataset.version) each.id = `at${each.pathname}`
    else if (!each.closest(".slot")) slotOf(each)
  }
}

function slotOf(entry) {
  const slot = Object.assign(document.createElement("div"), { className: "slot", id: `at${entry.pathname}` })
  const button = menu.content.firstElementChild.cloneNode(true)
  entry.replaceWith(slot)
  entry.draggable = true
  slot.append(entry, button)
  button.querySelector(".unseen").textContent = moveWords.replace("{name}", () => nameOf(slot))
}

function nameOf(slot) {
  return slot.querySelector(".what").textContent
}

function dueOf(slot) {
  return slot.querySelector("time").getAttribute("datetime")
}
