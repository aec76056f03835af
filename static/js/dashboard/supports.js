// The panel of supports: what is late, due within days, and what waits for validation. Hidden while there is none.
import { fill, refill } from "../lib/fill.js"
import { keyed } from "../lib/keyed.js"
import { inPageLanguage, languageOf, say } from "../lib/say.js"
import { clock, when } from "../lib/time.js"

const SOON = 3 * 86_400_000
const MOST = 3 // lines
const AFTER_ALL = "9" // sorts after any time

export function begin(element, board) {
  const find = (selector) => element.querySelector(selector)
  const rows = new Map()
  const draw = () => {
    const now = board.now()
    const isLate = ({ due }) => due && Date.parse(due) < now
    const pressing = [...board.items("supports").values()]
      .filter(({ due, waits }) => waits || (due && Date.parse(due) <= now + SOON))
      .sort((a, b) => (a.due ?? AFTER_ALL).localeCompare(b.due ?? AFTER_ALL))
    element.hidden = pressing.length === 0
    const shown = pressing.slice(0, MOST)
    const nodes = shown.map((item) => {
      const { id, lang, title, owner, due, waits } = item
      const bad = isLate(item)
      const at = due && when(due, clock, now)
      const data = {
        path: `/supports/${id}`,
        what: title[lang] || inPageLanguage(title),
        lang: title[lang] ? lang : languageOf(title),
        whose: owner,
        when: waits ? say("supports.waits") : say(bad ? "supports.late" : "supports.due", { at }),
        bad,
      }
      rows.set(id, rows.has(id) ? refill(rows.get(id), data) : fill(find("template"), data))
      return rows.get(id)
    })
    keyed(find("[data-list]"), nodes)
    const left = pressing.length - shown.length
    find("[data-more]").hidden = left === 0
    if (left) find("[data-more] a").textContent = say("supports.more", { n: left })
  }
  board.onChange("supports", draw)
  board.every(30, draw)
  draw()
}
