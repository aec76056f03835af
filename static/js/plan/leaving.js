// Asks before a page with unsaved words is left.
import { isTouched } from "../lib/touched.js"

export function ask(form) {
  let isSending = false
  form.addEventListener("submit", () => (isSending = true))
  addEventListener("beforeunload", (event) => {
    if (!isSending && isTouched(form)) event.preventDefault()
  })
}
