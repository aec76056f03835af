// /wall before pairing: asks every few seconds whether a lead has admitted this screen.
import { call } from "../lib/api.js"
import { say } from "../lib/say.js"

const EVERY = 3000
const LASTS = 9 * 60_000 // a code lasts ten minutes; show a new one before it expires
const page = document.querySelector(".code-page")
const state = page.querySelector("[data-state]")
const shown = Date.now()

ask()

async function ask() {
  try {
    const { body } = await call("POST", "/api/v1/pairings/claim", { json: { secret: page.dataset.secret } })
    tell(body.status === "paired" ? "paired" : "waiting")
    if (body.status === "paired") return location.reload()
  } catch (error) {
    tell("offline")
    if (error.status === 404 || error.status === 410) return setTimeout(() => location.reload(), EVERY)
  }
  if (Date.now() - shown > LASTS && state.dataset.state === "waiting") return location.reload()
  return setTimeout(ask, EVERY)
}

function tell(name) {
  state.dataset.state = name
  const says = state.querySelector("[data-says]")
  const words = say(`pair.${name}`)
  if (says.textContent !== words) says.textContent = words
}
