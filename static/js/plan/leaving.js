// Asks before a page with unsaved words is left.

export function ask(form) {
  let dirty = false
  form.addEventListener("input", () => (dirty = true))
  form.addEventListener("submit", () => (dirty = false))
  addEventListener("beforeunload", (event) => {
    if (dirty) event.preventDefault()
  })
}
