// The panel of the programme: the present entry and the next one.
import { inPageLanguage, languageOf, say } from "../lib/say.js"
import { clock, since } from "../lib/time.js"

export function begin(element, board) {
  const find = (selector) => element.querySelector(selector)
  const draw = () => {
    const event = board.items("coverage").get("event")
    if (!event) return
    const now = board.now()
    const entries = event.programme.map(({ at, title }) => ({ at: Date.parse(at), title }))
    const next = entries.find(({ at }) => at > now)
    const present = entries.findLast(({ at }) => at <= now && now - at < 6 * 3_600_000)
    show(find("[data-now]"), present, present && say("programme.since", { time: since(present.at, now) }))
    show(find("[data-next]"), next, next && `${clock(next.at)}, ${say("programme.in", { time: until(next.at, now) })}`)
    const none = find("[data-none]")
    none.hidden = Boolean(next)
    none.textContent = entries.length ? say("programme.none") : say("programme.empty")
    const add = find("[data-add]")
    if (add) add.hidden = entries.length > 0
  }
  board.onChange("coverage", draw)
  board.every(5, draw)
  draw()
}

function until(at, now) {
  return since(new Date(now), at)
}

function show(slot, entry, time) {
  slot.hidden = !entry
  if (!entry) return
  const title = slot.querySelector("[data-title]")
  title.textContent = inPageLanguage(entry.title)
  title.lang = languageOf(entry.title) ?? ""
  slot.querySelector("[data-time]").textContent = time
}
