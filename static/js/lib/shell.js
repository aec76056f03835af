// Which requests the service worker answers, and which answers it may keep. Pure: addresses and answers in,
// decisions out.

// "static": ours and unchanging · "share": files from the phone's gallery · "page": somebody opens a page ·
// "picture": a projector shows one · null: none of its business.
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

// Our server has answered, and with something of use: not a captive portal, not a proxy whose server is away.
export function isOurs({ status, headers }) {
  return headers.has("Mixroom-For") && status < 500
}

// The pages that open without a network. Not one that confirms a form, nor a refusal, nor a screen that has no
// sign-in yet and shows a code.
export function isKept({ ok, headers }, url) {
  const { pathname, searchParams } = new URL(url)
  if (!ok || !isOurs({ status: 200, headers })) return false
  return isWall(pathname) ? headers.get("Mixroom-For") !== "nobody" : pathname === "/send" && !searchParams.has("sent")
}

// Someone else has signed in, or nobody is: what was kept for the one before is not theirs to see.
export function isAnothers(kept, { headers }) {
  return headers.has("Mixroom-For") && kept.headers.get("Mixroom-For") !== headers.get("Mixroom-For")
}

export function isWall(pathname) {
  return pathname === "/wall"
}
