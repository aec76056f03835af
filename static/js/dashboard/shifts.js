// The panels of shifts: who is on now and next, and which seats are empty within two hours.
import { fill, refill } from "../lib/fill.js"
import { keyed } from "../lib/keyed.js"
import { inPageLanguage, say } from "../lib/say.js"
import { nowAndNext, standing } from "../lib/shifts.js"
import { clock } from "../lib/time.js"

const SOON = 2 * 3_600_000
const NEXT = 4 * 3_600_000
const MOST = 6 // lines of each list

export function begin(element, board) {
  const find = (selector) => element.querySelector(selector)
  const rows = new Map()
  const row = (name, item, data) => {
    const key = `${name} ${item.id}`
    const node = rows.get(key)
    rows.set(key, node ? refill(node, data) : fill(find(`template[data-${name}]`), data))
    return rows.get(key)
  }
  const draw = () => {
    const now = board.now()
    const items = [...board.items("shifts").values()]
    element.hidden = items.length === 0 // an event without shifts has no such panel
    const { present, next } = nowAndNext(items, now, NEXT)
    const empty = items
      .filter(({ from, to, seats, taken }) => taken < seats && Date.parse(from) <= now + SOON && Date.parse(to) > now)
      .sort((a, b) => a.from.localeCompare(b.from))
    keyed(find("[data-present]"), present.slice(0, MOST).map((item) => row("on", item, describe(item, now, say("shifts.until", { at: clock(item.to) })))))
    keyed(find("[data-next]"), next.slice(0, MOST - 2).map((item) => row("on", item, describe(item, now, clock(item.from)))))
    keyed(find("[data-empty]"), empty.slice(0, MOST).map((item) => row("gap", item, gap(item, now))))
    find("[data-none]").hidden = present.length > 0
    find("[data-next-title]").hidden = next.length === 0
    find("[data-empty-title]").hidden = empty.length === 0
    const on = present.flatMap((item) => item.people.map((person) => standing(item, person, now)))
    find("[data-count]").textContent = on.length ? say("shifts.on", { n: on.filter((how) => how === "here").length, all: on.length }) : ""
    const shown = new Set([...present, ...next, ...empty].map(({ id }) => id))
    for (const key of rows.keys()) if (!shown.has(key.split(" ")[1])) rows.delete(key)
  }
  board.onChange("shifts", draw)
  board.every(10, draw)
  draw()
}

function describe(item, now, when) {
  const people = item.people.map((person) => {
    const how = standing(item, person, now)
    return ["late", "missing"].includes(how) ? say(`shifts.${how}`, { name: person.name }) : person.name
  })
  const bad = item.people.some((person) => ["late", "missing"].includes(standing(item, person, now)))
  return { id: item.id, path: `/shifts/${item.id}`, where: where(item), when, who: people.join(", ") || say("shifts.nobody"), bad }
}

function gap(item, now) {
  const begun = Date.parse(item.from) <= now
  return {
    id: item.id,
    path: `/shifts/${item.id}`,
    where: where(item),
    says: say("shifts.empty", { n: item.seats - item.taken }),
    when: begun ? say("shifts.now") : clock(item.from),
  }
}

function where(item) {
  const role = say(`shifts.role.${item.role}`)
  return item.place ? `${inPageLanguage(item.place)} · ${role}` : role
}
