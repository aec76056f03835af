// Chooses the requests that the service worker answers, and the answers that it may keep. Pure: addresses and answers in,
// decisions out.

// "static": a file of ours that never changes · "share": files from the phone's gallery · "page": a navigation ·
// "picture": one for a projector · null: not handled here.
export function kindOf({ method, mode, url, referrer = "" }, origin) {
  const { origin: theirs, pathname } = new URL(url)
  if (theirs !== origin) return null
  if (method === "POST") return pathname === "/send/share" ? "share" : null
  if (method !== "GET") return null
  if (pathname.startsWith("/static/")) return "static"
  if (mode === "navigate") return "page"
  return PICTURE.test(pathname) && referrer && isWall(new URL(referrer).pathname) ? "picture" : null
}

const PICTURE = /^\/(media|sponsors)\/[^/]+\/[^/]+\.(jpg|png)$/

// Did our server answer, and successfully? Not a captive portal, nor a proxy without its server.
export function isOurs({ status, headers }) {
  return headers.has("Mixroom-For") && status < 500
}

// Is this a page to keep for opening offline? Not the confirmation of a form, nor an error, nor a screen that shows its
// pairing code.
export function isKept({ ok, headers }, url) {
  const { pathname, searchParams } = new URL(url)
  if (!ok || !isOurs({ status: 200, headers })) return false
  return isWall(pathname) ? headers.get("Mixroom-For") !== "nobody" : PAGES.includes(pathname) && !searchParams.has("sent")
}

// The phone opens these without a network: what it sends, and when its person is on.
export const PAGES = ["/send", "/shifts"]

// Has someone else signed in, or has the user signed out? Then delete the previous person's pages.
export function isAnothers(kept, { headers }) {
  return headers.has("Mixroom-For") && kept.headers.get("Mixroom-For") !== headers.get("Mixroom-For")
}

export function isWall(pathname) {
  return pathname === "/wall"
}
