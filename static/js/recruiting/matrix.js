// The matrix of roles and half-days on the lead's page: its cells are there already, and get their numbers.
import { stateOf, tally } from "./sift.js"

const NONE = { need: 0, have: 0, offer: 0 }

export function draw(table, items, needs) {
  const found = tally(items, needs)
  for (const cell of table.querySelectorAll("[data-cell]")) {
    const numbers = found.get(cell.dataset.cell) ?? NONE
    const state = stateOf(numbers)
    if (cell.dataset.state !== state) cell.dataset.state = state
    put(cell, "have", numbers.have)
    put(cell, "need", numbers.need)
    put(cell, "offer", numbers.offer)
    cell.querySelector("small").toggleAttribute("data-none", !numbers.offer)
    cell.querySelector("[data-of]").hidden = !numbers.need
  }
}

// The half-days in which one of these roles is lacking.
export function lacking(table, roles) {
  const short = [...table.querySelectorAll('[data-cell][data-state="short"]')].map(({ dataset }) => dataset.cell.split(" "))
  return new Set(short.filter(([role]) => roles.includes(role)).map(([, half]) => half))
}

export function choose(table, { role, half }) {
  for (const cell of table.querySelectorAll("[data-cell]")) {
    cell.toggleAttribute("data-chosen", cell.dataset.cell === `${role} ${half}`)
  }
}

function put(cell, name, number) {
  const slot = cell.querySelector(`[data-${name}]`)
  if (slot.textContent !== String(number)) slot.textContent = number
}
