// /supports and /supports/<id>: drawn anew by the server when a support changes, but never while someone types. A file
// that is too large is refused before it is sent. Without this script the pages are forms.
import "../elements/line.js"
import { eager, fresh } from "../lib/fresh.js"
import { follow } from "../lib/live.js"

const page = JSON.parse(document.querySelector("#view").textContent)
const draw = eager(() => fresh("[data-fresh]"))
const shown = new Set(Object.keys(page.items))
const isList = location.pathname === "/supports"

follow("supports", page, {
  onChange: ({ changed, reset }) => {
    if (isList || reset || [...changed].some(([key]) => shown.has(key))) draw()
  },
  onState: (state) => (document.querySelector("mx-line").state = state),
})

document.addEventListener("change", ({ target }) => {
  const most = Number(target.dataset?.most)
  if (!most) return
  const tooLarge = [...target.files].some(({ size }) => size > most)
  const fault = target.closest(".field").querySelector("[data-too-large]")
  fault.hidden = !tooLarge
  target.setCustomValidity(tooLarge ? fault.textContent : "")
  if (tooLarge) target.setAttribute("aria-invalid", "true")
  else target.removeAttribute("aria-invalid")
})
