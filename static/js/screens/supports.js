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

for (const field of document.querySelectorAll("[data-most]")) measure(field) // chosen before this script ran
document.addEventListener("change", ({ target }) => target.dataset?.most && measure(target))

function measure(field) {
  const tooLarge = [...field.files].some(({ size }) => size > Number(field.dataset.most))
  const fault = field.closest(".field").querySelector("[data-too-large]")
  fault.hidden = !tooLarge
  field.setCustomValidity(tooLarge ? fault.textContent : "")
  if (tooLarge) field.setAttribute("aria-invalid", "true")
  else field.removeAttribute("aria-invalid")
}
