// The keyboard shortcuts of the reviewers' page: a key for each command, and in an open sheet a number for each
// reason.
const ACTS = {
  j: "next", k: "previous", a: "approve", r: "return", h: "hold", x: "reject", "?": "help",
  ArrowRight: "frame+", ArrowLeft: "frame-", e: "edit", o: "showing", y: "history", s: "mark", b: "burst",
  t: "take", z: "undo", c: "retouch", p: "keep",
}

// silent(): are they switched off? sheet(): the open one, if any; act(name): run a command.
export function shortcuts({ silent, sheet, act }) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const typing = event.target.closest?.("textarea, select, input:not([type=radio]):not([type=checkbox])")
    if (typing || silent()) return
    const open = sheet()
    if (open) return choose(open, event)
    const name = ACTS[event.key] ?? ACTS[event.key.toLowerCase()]
    if (!name || event.repeat) return
    event.preventDefault()
    act(name)
  })
}

function choose(sheet, event) {
  const choice = sheet.querySelectorAll("input[type=radio]")[Number(event.key) - 1]
  if (!choice) return
  choice.click()
  choice.focus()
  event.preventDefault()
}
