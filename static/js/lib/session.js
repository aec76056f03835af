// The session of a page that the service worker kept: someone else may have signed in since, with another form
// token.
import { call } from "./api.js"

// Was this page kept by the service worker?
export function isKept() {
  const [entry] = performance.getEntriesByType("navigation")
  return Boolean(entry?.serverTiming?.some(({ name }) => name === "kept"))
}

// → whether the page may go on. A page of someone else is reloaded for the person now signed in.
export async function refresh() {
  const { body } = await call("GET", "/api/v1/session")
  const meta = document.querySelector('meta[name="csrf"]')
  if (body.person !== document.body.dataset.person) {
    location.reload()
    return false
  }
  if (meta) meta.content = body.csrf
  return true
}
