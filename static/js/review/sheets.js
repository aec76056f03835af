// The sheets of the reviewers' page: the reason of a decision, or how an approved item is to be shown.
import { atMuseum } from "../lib/time.js"

const PINS = [30, 60, 180] // minutes

export class Sheets {
  // root: the <mx-queue>; decide(items, action, why): what to do once a sheet is confirmed.
  constructor(root, decide) {
    Object.assign(this, { root, decide })
    root.addEventListener("close", ({ target }) => this.#closed(target), true)
  }

  // The sheet remembers which items it is about, in which version.
  ask(action, items) {
    const sheet = this.root.querySelector(`[data-sheet="${action}"]`)
    sheet.querySelector("form").reset()
    const note = sheet.querySelector("textarea")
    if (note) note.required = false
    sheet.returnValue = ""
    sheet.items = items
    sheet.showModal()
    sheet.querySelector("input, textarea")?.focus()
  }

  #closed(sheet) {
    if (!sheet.dataset.sheet || sheet.returnValue !== "yes") return
    sheet.returnValue = "" // a busy browser may tell of two closings together: it was confirmed once
    const form = new FormData(sheet.querySelector("form"))
    if (sheet.dataset.sheet === "showing") return void this.decide(sheet.items, "approve", shownAs(form))
    const why = { reason: form.get("reason"), note: form.get("note").trim() || null }
    this.decide(sheet.items, sheet.dataset.sheet, why)
  }
}

// How it is to be shown: from when, by the museum's clock, and until when it is pinned.
function shownAs(form) {
  const shown = {}
  for (const flag of ["key_moment", "press", "global"]) if (form.get(flag)) shown[flag] = true
  const at = form.get("at") ? atMuseum(form.get("at")) : null
  if (at) shown.at = at
  const pin = PINS.find((minutes) => String(minutes) === form.get("pin"))
  if (pin) shown.pin_until = new Date((at ? Date.parse(at) : Date.now()) + pin * 60_000).toISOString()
  return shown
}
