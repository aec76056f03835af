// The panel of people: who is here, who has sent something lately, and who has been silent.
import { fill, refill } from "../lib/fill.js"
import { keyed } from "../lib/keyed.js"
import { say } from "../lib/say.js"
import { since } from "../lib/time.js"

const SILENT = 2 * 3_600_000

export function begin(element, board) {
  const list = element.querySelector("[data-list]")
  const template = element.querySelector("template")
  const rows = new Map()
  const draw = () => {
    const now = board.now()
    const here = board.here()
    const people = [...board.items("people").values()]
      .map((person) => describe(person, here, now))
      .sort((a, b) => b.here - a.here || (b.last_at ?? "").localeCompare(a.last_at ?? "") || a.name.localeCompare(b.name))
    const nodes = people.map((person) => {
      const node = rows.get(person.id)
      rows.set(person.id, node ? refill(node, person) : fill(template, person))
      return rows.get(person.id)
    })
    keyed(list, nodes)
    for (const id of rows.keys()) if (!board.items("people").has(id)) rows.delete(id)
    element.querySelector("[data-here]").textContent = say("people.here", { n: people.filter(({ here }) => here).length })
  }
  list.addEventListener("click", ({ target }) => {
    const person = board.items("people").get(target.closest("[data-id]")?.dataset.id)
    if (person) board.ask({ to: { person: person.id, name: person.name } })
  })
  board.onChange("people", draw)
  board.onBeat(draw)
  board.every(20, draw)
  draw()
}

function describe(person, here, now) {
  const last = person.last_at ? Date.parse(person.last_at) : null
  const when = last ? say("people.ago", { time: since(last, now) }) : say("people.silent")
  const isHere = here.has(person.id)
  return {
    ...person,
    here: isHere,
    silent: !last || now - last > SILENT,
    since: last ? since(last, now) : "",
    says: [person.name, isHere && say("people.is_here"), when].filter(Boolean).join(", "),
  }
}
