// Keeps a screen healthy for three days: awake, free of burn-in, dimmed at night, never stuck, on the latest
// release.
import { dimness } from "./dim.js"

const SHIFTS = [[0, 0], [3, 0], [3, 3], [0, 3], [-3, 0], [-3, -3], [0, -3]]

export function stayAwake() {
  const ask = () => document.hidden || navigator.wakeLock?.request("screen").catch(() => {})
  document.addEventListener("visibilitychange", ask)
  ask()
}

// Shift the page by a few pixels against burn-in.
export function drift(element, every = 180_000) {
  let step = 0
  setInterval(() => {
    const [x, y] = SHIFTS[++step % SHIFTS.length]
    element.style.translate = `${x}px ${y}px`
  }, every)
}

// A veil over everything, as dark as dims() requires at this hour.
export function dim(veil, dims, clock) {
  const set = () => {
    const dark = dimness(dims(), clock())
    veil.hidden = dark === 0
    veil.style.opacity = dark
  }
  set()
  setInterval(set, 1000)
}

// Reload between two scenes, and only if the server answers; until then this page goes on.
export async function reload(isFree) {
  while (!isFree() || !(await answers())) await new Promise((done) => setTimeout(done, 1000))
  location.reload()
}

// Reload at four in the morning, to free memory.
export function renew({ clock, isFree, at = "04:00" }) {
  let due = false
  setInterval(() => {
    const now = clock()
    if (now === at && due) reload(isFree)
    due = now !== at
  }, 20_000)
}

// Steps in when the wall has been stuck for too long: first restarts the conductor; if that does not help, reloads the
// page, but only if the server answers: a still picture is better than none.
export class Watchdog {
  #mended = null // {beat, at}: the wall's last step before the restart, and when that was

  // beat(): when the last step was taken, in ms of now(); limit: ms.
  constructor({ beat, mend, limit, now = () => performance.now(), reload = () => location.reload(), asks = answers }) {
    Object.assign(this, { beat, mend, limit, now, reload, asks })
  }

  async look() {
    const [now, beat] = [this.now(), this.beat()]
    if (this.#mended?.beat === beat) {
      if (now - this.#mended.at > this.limit && (await this.asks())) this.reload()
      return
    }
    this.#mended = now - beat > this.limit ? { beat, at: now } : null
    if (this.#mended) this.mend()
  }

  start() {
    setInterval(() => this.look(), this.limit / 3)
    return this
  }
}

// Does our server answer, and not a captive portal, which would replace the wall?
export async function answers(ask = fetch) {
  const asked = ask("/healthz", { cache: "no-store", signal: AbortSignal.timeout(3000) })
  const said = await asked.then((answer) => answer.json()).catch(() => null)
  return said?.status === "ok"
}
