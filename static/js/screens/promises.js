// /promises and /promises/<id>: drawn anew by the server when a promise changes, but never while someone types. Without
// this script the pages are forms.
import "../elements/line.js"
import { eager, fresh } from "../lib/fresh.js"
import { follow } from "../lib/live.js"

const page = JSON.parse(document.querySelector("#view").textContent)
const draw = eager(() => fresh("[data-fresh]"))
const shown = new Set(Object.keys(page.items))
const isList = location.pathname === "/promises"

follow("promises", page, {
  onChange: ({ changed, reset }) => {
    if (isList || reset || [...changed].some(([key]) => shown.has(key))) draw()
  },
  onState: (state) => (document.querySelector("mx-line").state = state),
})
