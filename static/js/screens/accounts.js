// /plan/accounts: what a network says of an account is shown as soon as it has answered. Without this script the page is
// what it was when it was made.
import "../elements/line.js"
import { fresh } from "../lib/fresh.js"
import { follow } from "../lib/live.js"

const view = JSON.parse(document.querySelector("#view").textContent)
follow(view.view, view, {
  onChange: ({ changed }) => changed.size && fresh("main"),
  onState: (state) => (document.querySelector("mx-line").state = state),
})
