// What the service worker may answer from what it keeps. Pure: addresses and answers in, decisions out.

// "static": ours and unchanging · "share": files from the phone's gallery · "page": somebody opens a page · null:
// none of its business. A projector's page looks after itself.
export function kindOf({ method, mode, url, referrer = "" }, origin) {
  const { origin: theirs, pathname } = new URL(url)
  if (theirs !== origin || isWall(pathname)) return null
  if (method === "POST") return pathname === "/send/share" ? "share" : null
  if (method !== "GET") return null
  if (pathname.startsWith("/static/")) return referrer && isWall(new URL(referrer).pathname) ? null : "static"
  return mode === "navigate" ? "page" : null
}

// Our server has answered, and with something of use: not a captive portal, not a proxy whose server is away.
export function isOurs({ status, headers }) {
  return headers.has("Mixroom-For") && status < 500
}

// The page that opens without a network. Not the one that confirms a form, nor a refusal.
export function isKept({ ok, headers }, url) {
  const { pathname, searchParams } = new URL(url)
  return ok && isOurs({ status: 200, headers }) && pathname === "/send" && !searchParams.has("sent")
}

// Someone else has signed in, or nobody is: what was kept for the one before is not theirs to see.
export function isAnothers(kept, { headers }) {
  return headers.has("Mixroom-For") && kept.headers.get("Mixroom-For") !== headers.get("Mixroom-For")
}

function isWall(pathname) {
  return pathname === "/wall" || pathname.startsWith("/wall/")
}
