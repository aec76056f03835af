// The panel of announcements: the newest ones with their receipts, and the form of a new one.
import { call } from "../lib/api.js"
import { fill, filter, refill } from "../lib/fill.js"
import { newId } from "../lib/ids.js"
import { keyed } from "../lib/keyed.js"
import { inPageLanguage, languageOf, say } from "../lib/say.js"
import { since } from "../lib/time.js"
import { announce } from "./ask.js"

const MOST = 2 // that are listed
const RECENT = 2 * 3_600_000 // ms for which one is listed

filter("say", inPageLanguage)
filter("lang", languageOf)

export function begin(element, board) {
  const list = element.querySelector("[data-list]")
  const template = element.querySelector("template")
  const rows = new Map()
  const draw = () => {
    const now = board.now()
    const newest = [...board.items("announcements").values()]
      .filter(({ sent_at: sent }) => now - Date.parse(sent) < RECENT)
      .sort((a, b) => b.sent_at.localeCompare(a.sent_at))
    const nodes = newest.slice(0, MOST).map((each) => {
      const state = say("announcements.read", { read: each.read, told: each.told, time: since(each.sent_at, now) })
      const data = { ...each, state, over: Date.parse(each.until) <= now }
      const node = rows.get(each.id)
      rows.set(each.id, node ? refill(node, data) : fill(template, data))
      return rows.get(each.id)
    })
    keyed(list, nodes)
  }
  list.addEventListener("click", ({ target }) => {
    const id = target.closest("[data-end]") && target.closest("[data-id]").dataset.id
    if (id) call("DELETE", `/api/v1/announcements/${id}`).catch(board.failed)
  })
  prepare(element)
  board.onChange("announcements", draw)
  board.every(20, draw)
  draw()
}

function prepare(element) {
  const dialog = element.querySelector("dialog")
  const form = dialog.querySelector("form")
  const fault = dialog.querySelector("[data-fault]")
  let id = null // the same until it is sent: a second try sends nothing twice
  element.querySelector("[data-new]")?.addEventListener("click", () => {
    form.reset()
    fault.hidden = true
    id = newId()
    dialog.showModal()
  })
  dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close())
  form.addEventListener("submit", async (event) => {
    event.preventDefault()
    const { fr, en, to, minutes, walls } = form.elements
    const [audience, role] = to.value.split(":")
    const text = { fr: fr.value.trim() || null, en: en.value.trim() || null }
    const json = { id, text, to: audience, role, minutes: Number(minutes.value), walls: walls.checked }
    try {
      const { body } = await call("POST", "/api/v1/announcements", { json })
      dialog.close()
      announce(say("announcements.sent", { n: body.told }))
    } catch (error) {
      fault.hidden = false
      fault.textContent = error.errors?.map(({ message }) => message).join(" ") || error.title || say(`problem.${error.code}`) || say("problem.other")
    }
  })
}
