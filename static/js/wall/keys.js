// The keyboard of the screen itself, for a technician.
const KEYS = { Space: "paused", ArrowRight: "next", KeyB: "blank", KeyP: "panic", KeyR: "reload", KeyI: "identify" }

export function listen(remote, sheet) {
  addEventListener("keydown", (event) => {
    const { code, key, ctrlKey, metaKey, altKey, repeat } = event
    if (ctrlKey || metaKey || altKey || repeat) return
    if (key === "?") sheet.hidden = !sheet.hidden
    else if (key === "Escape") sheet.hidden = true
    else if (code === "KeyF") fullScreen()
    else if (KEYS[code]) remote.press(KEYS[code])
    else return
    event.preventDefault()
  })
}

function fullScreen() {
  if (document.fullscreenElement) document.exitFullscreen()
  else document.documentElement.requestFullscreen().catch(() => {})
}
