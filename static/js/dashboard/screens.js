// The panel of screens: settings come live, reports are asked for.
import { call } from "../lib/api.js"
import { fill, refill } from "../lib/fill.js"
import { keyed } from "../lib/keyed.js"
import { inPageLanguage, say } from "../lib/say.js"
import { since } from "../lib/time.js"

const EVERY = 5 // seconds between two requests for the screens' reports

export function begin(element, board) {
  const list = element.querySelector("[data-list]")
  const template = element.querySelector("template")
  const rows = new Map()
  let reports = new Map()
  const draw = () => {
    const found = [...board.items("screens").values()].sort((a, b) => a.number - b.number)
    const nodes = found.map((screen) => {
      const data = describe(screen, reports.get(screen.id), board.now())
      const node = rows.get(screen.id)
      rows.set(screen.id, node ? refill(node, data) : fill(template, data))
      return rows.get(screen.id)
    })
    keyed(list, nodes)
    for (const id of rows.keys()) if (!board.items("screens").has(id)) rows.delete(id)
    element.querySelector("[data-none]").hidden = found.length > 0
  }
  const look = async () => {
    try {
      const { body } = await call("GET", "/api/v1/screens")
      reports = new Map(body.items.map(({ id, report }) => [id, report]))
      draw()
    } catch {
      // the bar shows that the connection is down
    }
  }
  board.onChange("screens", draw)
  board.every(EVERY, look)
  draw()
  look()
}

function describe(screen, report, now) {
  if (!report) return { ...screen, bad: true, shows: say("screens.never"), title: null }
  if (!report.here) return { ...screen, bad: true, shows: say("screens.silent", { time: since(report.at, now) }), title: null }
  return { ...screen, bad: null, shows: say(`shows.${report.showing.scene}`), title: inPageLanguage(report.title) || null }
}
