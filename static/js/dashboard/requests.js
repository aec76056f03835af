// The panel of requests. The asker sees an answer arrive, and thanks with one tap.
import { call } from "../lib/api.js"
import { fill, filter, refill } from "../lib/fill.js"
import { keyed } from "../lib/keyed.js"
import { inPageLanguage, languageOf, say } from "../lib/say.js"
import { since } from "../lib/time.js"

const MOST = 4 // that are listed
const ORDER = ["done", "open", "taken", "lapsed"] // an answer that nobody has thanked for comes first
const RECENT = 30 * 60_000 // ms for which an ended request is listed

filter("say", inPageLanguage)
filter("lang", languageOf)

export function begin(element, board) {
  const list = element.querySelector("[data-list]")
  const template = element.querySelector("template")
  const rows = new Map()
  const draw = () => {
    const now = board.now()
    const found = [...board.items("requests").values()].filter((each) => isListed(each, now)).sort(byUrgency)
    const nodes = found.slice(0, MOST).map((request) => {
      const data = describe(request, now)
      const node = rows.get(request.id)
      rows.set(request.id, node ? refill(node, data) : fill(template, data))
      return rows.get(request.id)
    })
    keyed(list, nodes)
    for (const id of rows.keys()) if (!board.items("requests").has(id)) rows.delete(id)
    const open = found.filter(({ status }) => status === "open" || status === "taken").length
    element.querySelector("[data-count]").textContent = open ? String(open) : ""
  }
  element.querySelector("[data-new]").addEventListener("click", () => board.ask({}))
  list.addEventListener("click", ({ target }) => {
    const id = target.closest("[data-id]")?.dataset.id
    const verb = target.closest("[data-thank]") ? "thanks" : target.closest("[data-cancel]") ? "cancellation" : null
    if (verb) call("POST", `/api/v1/requests/${id}/${verb}`, { json: {} }).catch(board.failed)
  })
  board.onChange("requests", draw)
  board.every(20, draw)
  draw()
}

function isListed({ status, ended_at: ended, thanked_at: thanked }, now) {
  if (status === "open" || status === "taken") return true
  if (status === "cancelled") return false
  return now - Date.parse(thanked ?? ended) < RECENT
}

function byUrgency(a, b) {
  return Boolean(a.thanked_at) - Boolean(b.thanked_at) || ORDER.indexOf(a.status) - ORDER.indexOf(b.status) || a.due.localeCompare(b.due)
}

function describe(request, now) {
  const { status, due, taken_by: taken, answered_by: answered, thanked_at: thanked } = request
  const left = Date.parse(due) > now ? since(now, Date.parse(due)) : null
  const current = status === "open" || status === "taken"
  const name = (status === "done" ? (answered ?? taken) : taken)?.name ?? ""
  const state = current && left === null ? say("requests.over") : say(`requests.${status}`, { name, time: left ?? "" })
  return {
    ...request,
    state: thanked ? `${state} · ${say("requests.thanked")}` : state,
    thankable: status === "done" && !thanked,
    cancellable: current,
  }
}
