// The panel of the system: what the server knows of itself, asked for every ten seconds.
import { call } from "../lib/api.js"
import { say } from "../lib/say.js"

const EVERY = 10

export function begin(element, board) {
  const put = (name, ok, text) => {
    const check = element.querySelector(`[data-check="${name}"]`)
    check.toggleAttribute("data-bad", !ok)
    check.querySelector("span").textContent = text
  }
  const look = async () => {
    let body
    try {
      ;({ body } = await call("GET", "/api/v1/dashboard"))
    } catch {
      return // the bar shows that the connection is down
    }
    for (const name of ["media", "worker", "database"]) {
      const fault = body.checks[name]
      put(name, fault === "ok", fault === "ok" ? say("health.ok") : say("health.bad"))
    }
  }
  board.every(EVERY, look)
  look()
}
