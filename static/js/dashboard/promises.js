// The panel of promises to sponsors: those that are owed today, the late ones first. Nothing owed, no panel.
import { fill, refill } from "../lib/fill.js"
import { keyed } from "../lib/keyed.js"
import { inPageLanguage, languageOf, say } from "../lib/say.js"
import { clock } from "../lib/time.js"

const MOST = 4 // lines

export function begin(element, board) {
  const find = (selector) => element.querySelector(selector)
  const rows = new Map()
  const zone = document.documentElement.dataset.zone
  const day = (time) => new Date(time).toLocaleDateString("en-CA", { timeZone: zone })
  const draw = () => {
    const now = board.now()
    const owed = [...board.items("promises").values()]
      .filter(({ due }) => Date.parse(due) <= now || day(Date.parse(due) - 1) === day(now))
      .sort((a, b) => a.due.localeCompare(b.due))
    element.hidden = owed.length === 0
    find("[data-count]").textContent = owed.length || ""
    const nodes = owed.slice(0, MOST).map((item) => {
      const bad = Date.parse(item.due) <= now
      const said = item.words.fr || item.words.en
      const data = {
        path: `/promises/${item.id}`,
        what: said ? inPageLanguage(item.words) : say(`promises.kind.${item.kind}`),
        lang: said ? languageOf(item.words) : null,
        done: say("promises.done", { has: item.has, wants: item.wants }),
        when: bad ? say("promises.late") : say("promises.today", { at: clock(item.due) }),
        bad,
      }
      const node = rows.get(item.id)
      rows.set(item.id, node ? refill(node, data) : fill(find("template"), data))
      return rows.get(item.id)
    })
    keyed(find("[data-list]"), nodes)
  }
  board.onChange("promises", draw)
  board.every(30, draw)
  draw()
}
