// The panel of messages of the plan: what is late, and what is due within the hour. Hidden while there is neither.
import { fill, filter, refill } from "../lib/fill.js"
import { keyed } from "../lib/keyed.js"
import { inPageLanguage, say } from "../lib/say.js"
import { clock, when } from "../lib/time.js"

const SOON = 3_600_000
const MOST = 3 // lines

filter("say", inPageLanguage)

export function begin(element, board) {
  const list = element.querySelector("[data-list]")
  const template = element.querySelector("template[data-row]")
  const more = element.querySelector("[data-more]")
  const rows = new Map()
  const draw = () => {
    const now = board.now()
    const due = [...board.items("messages").values()]
      .filter((item) => Date.parse(item.due) <= now + SOON)
      .sort((a, b) => a.due.localeCompare(b.due))
    element.hidden = due.length === 0
    const shown = due.slice(0, MOST)
    keyed(
      list,
      shown.map((item) => {
        const late = Date.parse(item.due) < now
        const at = late ? say("messages.late", { at: when(item.due, clock, now) }) : clock(item.due)
        const data = { ...item, path: `/plan/messages/${item.id}`, late, when: at, whose: item.owner?.name ?? "" }
        rows.set(item.id, rows.has(item.id) ? refill(rows.get(item.id), data) : fill(template, data))
        return rows.get(item.id)
      }),
    )
    const left = due.length - shown.length
    more.hidden = left === 0
    if (left) more.firstElementChild.textContent = say("messages.more", { n: left })
  }
  board.onChange("messages", draw)
  board.every(10, draw)
  draw()
}
