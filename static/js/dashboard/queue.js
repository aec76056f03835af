// The panel of the queue: what waits, and how long decisions have taken in the last hours.
import { say } from "../lib/say.js"
import { peopleOn } from "../lib/shifts.js"
import { since } from "../lib/time.js"

const MOST = 500 // waiting submissions that the server counts
const QUARTER = 900 // seconds
const QUARTERS = 12 // in the line
const LATE = 8 * 60_000 // ms that a submission may wait, as the reminder of the leads has it
const REVIEWERS = ["lead", "community_manager"] // the roles of shifts of those who decide
const WIDTH = 120
const HEIGHT = 27

export function begin(element, board) {
  const put = (name, text) => (element.querySelector(`[data-${name}]`).textContent = text)
  const draw = () => {
    const state = board.items("queue").get("state")
    if (!state) return
    const now = board.now()
    put("waiting", state.waiting >= MOST ? say("queue.more", { n: MOST }) : String(state.waiting))
    put("oldest", state.oldest ? say("queue.oldest", { time: since(state.oldest, now) }) : say("queue.empty"))
    put("median", state.usual === null ? "" : say("queue.median", { time: since(now - state.usual * 1000, now) }))
    const held = state.reviewing.filter(({ until }) => Date.parse(until) > now)
    put("reviewing", held.length ? [...new Set(held.map(({ name }) => name))].join(", ") : say("queue.nobody"))
    const on = peopleOn(board.items("shifts").values(), now).filter(({ role }) => REVIEWERS.includes(role))
    put("on", on.length ? say("queue.on", { names: on.map(({ name }) => name).join(", ") }) : "")
    element.toggleAttribute("data-late", Boolean(state.oldest) && now - Date.parse(state.oldest) > LATE)
    element.querySelector("polyline").setAttribute("points", line(state.pace, now))
  }
  board.onChange("queue", draw)
  board.onChange("shifts", draw)
  board.every(10, draw)
  draw()
}

// The points of the line: a quarter of an hour without decisions has none, twenty minutes are the full height.
export function line(pace, now) {
  const present = Math.floor(now / 1000 / QUARTER)
  return pace
    .map(([start, wait]) => [QUARTERS - 1 - (present - start / QUARTER), wait])
    .filter(([n]) => n >= 0 && n < QUARTERS)
    .map(([n, wait]) => `${Math.round((n * WIDTH) / (QUARTERS - 1))},${Math.round(HEIGHT - Math.min(1, wait / 1200) * (HEIGHT - 1))}`)
    .join(" ")
}
