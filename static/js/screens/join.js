// /j: reads the invitation from the address, shows the name on it, and joins only when the button is pressed.
import { call } from "../lib/api.js"
import { inPageLanguage, say } from "../lib/say.js"

const known = document.querySelector("[data-known]")
const code = document.querySelector("[data-code]")
const refused = document.querySelector("[data-refused]")
const token = decodeURIComponent(location.hash.slice(1))

addEventListener("hashchange", () => location.reload())
if (token) await look()

async function look() {
  let found
  try {
    found = (await call("POST", "/api/v1/invites/look", { json: { token } })).body
  } catch (error) {
    refused.textContent = reason(error)
    refused.hidden = false
    return
  }
  document.querySelector("[data-name]").textContent = found.name
  document.querySelector("[data-event]").textContent = inPageLanguage(found.event)
  document.querySelector("[data-role-name]").textContent = say(`role.${found.role}`)
  known.hidden = false
  code.hidden = true
  known.querySelector("[data-join]").addEventListener("click", join)
}

async function join({ currentTarget: button }) {
  const problem = known.querySelector("[data-problem]")
  button.disabled = true
  problem.hidden = true
  try {
    const { body } = await call("POST", "/api/v1/invites/redeem", { json: { token, device: "" } })
    // Leave no token in the history of a phone that may be lent.
    history.replaceState(null, "", "/j")
    location.replace(body.next)
  } catch (error) {
    button.disabled = false
    problem.textContent = reason(error)
    problem.hidden = false
  }
}

function reason(error) {
  return error.title || say(`problem.${error.code}`) || say("problem.other")
}
