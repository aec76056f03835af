// The three numbers of the stand-up, from the cells of today.
import { say } from "../lib/say.js"
import { cellsBy, covered } from "./cells.js"

const TWO_HOURS = 2 * 3_600_000

export function begin(element, board) {
  const draw = () => {
    const event = board.items("coverage").get("event")
    if (!event) return
    const now = board.now()
    const langs = cellsBy(board.items("coverage"), "lang")
    const today = event.days.find(({ day }) => day === board.page.day)
    const hours = new Set(today?.hours.map((hour) => Date.parse(hour)))
    const count = (rows) => rows.flatMap((row) => [...(langs.get(row) ?? [])])
      .reduce((sum, [hour, item]) => sum + (hours.has(hour) ? item.count : 0), 0)
    const all = count(["fr", "en", "both", "none"])
    const teams = cellsBy(board.items("coverage"), "team")
    const recent = event.teams.filter(({ key }) =>
      [...covered(teams, "team", key)].some((hour) => hour > now - TWO_HOURS - 3_600_000 && hour <= now),
    )
    const put = (name, text) => (element.querySelector(`[data-${name}]`).textContent = text)
    put("approved", String(all))
    put("covered", say("numbers.covered", { covered: recent.length, all: event.teams.length }))
    put("bilingual", all ? say("numbers.percent", { n: Math.round((100 * count(["both"])) / all) }) : "–")
  }
  board.onChange("coverage", draw)
  board.every(60, draw)
  draw()
}
