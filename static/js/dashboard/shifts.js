// The panels of shifts: who is on now and next, and which seats are empty within two hours.
import { fill, refill } from "../lib/fill.js"
import { keyed } from "../lib/keyed.js"
import { inPageLanguage, say } from "../lib/say.js"
import { nowAndNext, standing } from "../lib/shifts.js"
import { clock } from "../lib/time.js"

const SOON = 2 * 3_600_000
const NEXT = 4 * 3_600_000
const MOST = { present: 4, next: 2, empty: 2 } // lines of each list

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
    keyed(find("[data-present]"), urgent(present, now).slice(0, MOST.present).map((item) => row("on", item, describe(item, now, say("shifts.until", { at: clock(item.to) })))))
    keyed(find("[data-next]"), next.slice(0, MOST.next).map((item) => row("on", item, describe(item, now, clock(item.from)))))
    keyed(find("[data-empty]"), empty.slice(0, MOST.empty).map((item) => row("gap", item, gap(item, now))))
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

// Where someone is late or missing comes first.
function urgent(items, now) {
  const calm = (item) => !item.people.some((person) => ["late", "missing"].includes(standing(item, person, now)))
  return [...items].sort((a, b) => calm(a) - calm(b))
}

function describe(item, now, when) {
  const how = (person) => standing(item, person, now)
  const absent = item.people.filter((person) => ["late", "missing"].includes(how(person)))
  const others = item.people.filter((person) => !absent.includes(person)).map(({ name }) => name)
  const who = [...absent.map((person) => say(`shifts.${how(person)}`, { name: person.name })), ...others].join(", ")
  return { id: item.id, path: `/shifts/${item.id}`, where: where(item), when, who: who || say("shifts.nobody"), bad: absent.length > 0 }
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
