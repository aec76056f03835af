// Draws a part of the page anew, as the server makes it now: for pages whose arrangement only the server knows. What
// has the focus keeps it, a <details> stays open or closed, and what someone types or chooses is never replaced.
import { isTouched } from "./touched.js"

const PATIENCE = 10_000

// fresh("main") → true if it was drawn. It is not while `held()`; `prepare(part)` does to the new part what the page's
// script has done to the old one.
export async function fresh(selector, { held: isHeld = () => false, prepare = () => {} } = {}) {
  const before = document.querySelector(selector)
  if (!before || isTyping(before) || isHeld()) return false
  const page = await read(location.pathname + location.search)
  const after = page?.querySelector(selector)
  if (!after || isTyping(before) || isHeld()) return false
  const { activeElement } = document
  const held = before.contains(activeElement) ? path(activeElement) : null
  const open = new Map([...before.querySelectorAll("details")].map((each) => [path(each), each.open]))
  const scrolled = [...before.querySelectorAll("[tabindex='0']")].map((each) => [path(each), each.scrollLeft])
  prepare(document.adoptNode(after))
  before.replaceWith(after)
  for (const each of after.querySelectorAll("details")) each.open = open.get(path(each)) ?? each.open
  for (const [where, left] of scrolled) {
    const box = [...after.querySelectorAll("[tabindex='0']")].find((each) => path(each) === where)
    if (box) box.scrollLeft = left
  }
  if (held) find(after, held)?.focus({ preventScroll: true })
  return true
}

// Calls `draw` soon after the last of several calls, at most every `every` ms, and not while nobody looks.
export function eager(draw, { soon = 150, every = 1500 } = {}) {
  let timer = null
  let last = -Infinity
  const due = () => {
    timer = null
    if (document.hidden) return
    last = performance.now()
    draw()
  }
  document.addEventListener("visibilitychange", () => !document.hidden && ask())
  function ask() {
    timer ??= setTimeout(due, Math.max(soon, last + every - performance.now()))
  }
  return ask
}

// An XMLHttpRequest makes a document of an answer without running anything in it.
function read(url) {
  return new Promise((done) => {
    const request = new XMLHttpRequest()
    request.open("GET", url)
    request.responseType = "document"
    request.timeout = PATIENCE
    request.setRequestHeader("Accept", "text/html")
    request.onload = () => done(request.status === 200 ? request.responseXML : null)
    request.onerror = request.ontimeout = () => done(null)
    request.send()
  })
}

function isTyping(root) {
  const writing = "textarea, select, input:not([type=hidden], [readonly])"
  return (root.contains(document.activeElement) && document.activeElement.matches(writing)) || isTouched(root)
}

// The name of an element on both pages: the nearest id, and its place below it.
function path(element) {
  const steps = []
  for (let each = element; each?.parentElement; each = each.parentElement) {
    if (each.id) return `#${each.id} ${steps.join(" ")}`
    steps.unshift([...each.parentElement.children].indexOf(each))
  }
  return steps.join(" ")
}

function find(root, wanted) {
  return [...root.querySelectorAll("a, button, summary, [tabindex]")].find((each) => path(each) === wanted)
}
