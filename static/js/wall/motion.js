// All animations of the wall, on transform and opacity only; with reduced motion, fades only.
const EASE = "cubic-bezier(.22, .8, .2, 1)"
const calm = globalThis.matchMedia?.("(prefers-reduced-motion: reduce)")

export function still() {
  return calm.matches
}

// Slide from the old position to the new; with reduced motion, fade in there.
export function slide(element, from, to, resized) {
  const moved = Math.abs(from.x - to.x) >= 1 || Math.abs(from.y - to.y) >= 1
  if (still() && (moved || resized)) return fade(element, 0, 1, 300)
  if (still() || !moved) return
  element.animate([{ transform: at(from) }, { transform: at(to) }], { duration: 900, easing: EASE })
}

export function enter(element, { x, y }, rise, delay = 220) {
  const frames = still()
    ? [{ opacity: 0 }, { opacity: 1 }]
    : [
        { opacity: 0, transform: at({ x, y: y + rise }) },
        { opacity: 1, transform: at({ x, y }) },
      ]
  element.animate(frames, { duration: still() ? 300 : 800, easing: EASE, delay, fill: "backwards" })
}

export async function leave(element, duration = 420) {
  await done(element.animate([{ opacity: 1 }, { opacity: 0 }], { duration, easing: "ease-out", fill: "forwards" }))
}

export async function fade(element, from, to, duration = 500, delay = 0) {
  await done(element.animate([{ opacity: from }, { opacity: to }], { duration, delay, easing: "ease-out", fill: "backwards" }))
}

export async function rise(element, by, duration = 900, delay = 0) {
  const moved = still() ? {} : { transform: `translateY(${by}px)` }
  const frames = [{ opacity: 0, ...moved }, { opacity: 1, ...(still() ? {} : { transform: "none" }) }]
  await done(element.animate(frames, { duration, delay, easing: EASE, fill: "backwards" }))
}

// Fly from the old box to the new.
export async function fly(element, from, to, duration = 1100) {
  if (still()) return fade(element, 0, 1, 300)
  element.style.transformOrigin = "0 0"
  const start = `translate(${from.x - to.x}px, ${from.y - to.y}px) scale(${from.width / to.width}, ${from.height / to.height})`
  await done(element.animate([{ transform: start }, { transform: "none" }], { duration, easing: EASE }))
}

export async function flyTo(element, start, duration = 1100) {
  if (still()) return fade(element, 0, 1, 300)
  element.style.transformOrigin = "0 0"
  await done(element.animate([{ transform: start }, { transform: element.style.transform }], { duration, easing: EASE }))
}

// A cancelled animation is over too.
async function done(animation) {
  await animation.finished.catch(() => {})
}

function at({ x, y }) {
  return `translate(${x}px, ${y}px)`
}
