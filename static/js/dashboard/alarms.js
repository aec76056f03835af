// The panel of alarms: unseen ones first, the longest first; those of one rule share a line.
import { call } from "../lib/api.js"
import { fill, filter, refill } from "../lib/fill.js"
import { keyed } from "../lib/keyed.js"
import { inPageLanguage, say } from "../lib/say.js"
import { when } from "../lib/time.js"

const MOST = 4 // kinds that are listed; the page of alarms has all
const ASKS = ["team", "place", "lang"] // particulars that a request can be about

filter("say", inPageLanguage)

export function begin(element, board) {
  const list = element.querySelector("[data-list]")
  const template = element.querySelector("template")
  const rows = new Map()
  const draw = () => {
    const now = board.now()
    const all = [...board.items("alarms").values()].sort(
      (a, b) => Boolean(a.acknowledged) - Boolean(b.acknowledged) || a.since.localeCompare(b.since),
    )
    const kinds = Map.groupBy(all, ({ rule }) => rule)
    const groups = [...kinds.values()].map(([first, ...alike]) => ({ ...first, alike: alike.length }))
    const shown = groups.slice(0, MOST).map((alarm) => ({
      ...alarm,
      since: say("alarms.since", { time: when(alarm.since, undefined, now) }),
      others: alarm.alike ? say("alarms.alike", { n: alarm.alike }) : null,
      seen: alarm.acknowledged && say("alarms.seen", { name: alarm.acknowledged.by }),
      asks: ASKS.some((name) => alarm.particulars[name]),
    }))
    const nodes = shown.map((alarm) => {
      const node = rows.get(alarm.id)
      rows.set(alarm.id, node ? refill(node, alarm) : fill(template, alarm))
      return rows.get(alarm.id)
    })
    keyed(list, nodes)
    for (const id of rows.keys()) if (!board.items("alarms").has(id)) rows.delete(id)
    const more = element.querySelector("[data-more]")
    const left = groups.slice(MOST).reduce((sum, { alike }) => sum + 1 + alike, 0)
    more.hidden = left === 0
    more.firstElementChild.textContent = left ? say("alarms.more", { n: left }) : ""
    element.querySelector("[data-none]").hidden = all.length > 0
    element.toggleAttribute("data-ringing", all.some(({ acknowledged }) => !acknowledged))
  }
  list.addEventListener("click", ({ target }) => {
    const alarm = board.items("alarms").get(target.closest("[data-id]")?.dataset.id)
    if (!alarm) return
    if (target.closest("[data-ask]")) {
      const { team, place, lang, hour } = alarm.particulars
      board.ask({ team, place, lang, hour, alarm: alarm.id, about: inPageLanguage(alarm.title) })
    }
    if (target.closest("[data-see]")) call("POST", `/api/v1/alarms/${alarm.id}/acknowledgement`, { json: {} }).catch(board.failed)
  })
  board.onChange("alarms", draw)
  board.every(20, draw)
  draw()
}
