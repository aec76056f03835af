// Keeps the calendar as others change it: the server arranges it, and this asks for it again. Never under a hand.
import "../elements/line.js"
import { eager, fresh } from "../lib/fresh.js"
import { follow } from "../lib/live.js"

const EVERY = 60_000 // ms; what is late, and which hour it is, nobody tells

// keep({held(), prepare(part)}) → {letGo()}: to be called once what was held is not any more.
export function keep({ held, prepare }) {
  let owed = false
  const ask = eager(draw, { every: 2500 })
  for (const { textContent } of document.querySelectorAll("#view, [data-view]")) {
    const first = JSON.parse(textContent)
    follow(first.view, first, {
      onChange: ({ changed, reset }) => (reset || changed.size) && ask(),
      onState: (state) => (document.querySelector("mx-line").state = state),
    })
  }
  setInterval(ask, EVERY)

  async function draw() {
    const seen = firstInSight()
    owed = !(await fresh("[data-fresh]", { held, prepare }))
    if (!owed) seen?.()
  }

  return { letGo: () => owed && ask() }
}

// Remembers the first cell in sight; the function that it returns scrolls back to it, however the rows above have grown.
function firstInSight() {
  const cells = () => [...document.querySelectorAll("[data-times] > [data-day]")]
  const name = ({ dataset: { day, hour } }) => `${day} ${hour}`
  const cell = cells().find((each) => each.getBoundingClientRect().bottom > 0)
  if (!cell || scrollY === 0) return null
  const before = cell.getBoundingClientRect().top
  return () => {
    const after = cells().find((each) => name(each) === name(cell))
    if (after) scrollBy(0, after.getBoundingClientRect().top - before)
  }
}
