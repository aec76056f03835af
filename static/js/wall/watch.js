// What keeps a screen well for three days: awake, not burnt in, renewed once a night, never stuck.
const SHIFTS = [[0, 0], [3, 0], [3, 3], [0, 3], [-3, 0], [-3, -3], [0, -3]]

export function stayAwake() {
  const ask = () => document.hidden || navigator.wakeLock?.request("screen").catch(() => {})
  document.addEventListener("visibilitychange", ask)
  ask()
}

// A few pixels to and fro, so that nothing is burnt into the panel.
export function drift(element, every = 180_000) {
  let step = 0
  setInterval(() => {
    const [x, y] = SHIFTS[++step % SHIFTS.length]
    element.style.translate = `${x}px ${y}px`
  }, every)
}

// A fresh page between two scenes, and only if the server answers; until then this one goes on.
export async function reload(isFree) {
  while (!isFree() || !(await answers())) await new Promise((done) => setTimeout(done, 1000))
  location.reload()
}

async function answers() {
  const answer = await fetch("/healthz", { signal: AbortSignal.timeout(5000) }).catch(() => null)
  return Boolean(answer?.ok)
}

// A fresh page at four in the morning, if the server can be reached: a new release, a clean memory.
export function renew({ clock, live, at = "04:00" }) {
  let due = false
  setInterval(() => {
    const now = clock()
    if (now === at && due && live()) location.reload()
    due = now < at || now > at
  }, 20_000)
}
