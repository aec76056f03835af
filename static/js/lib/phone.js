// Tells the kind of phone, and what its browser supports. Pure: the browser's answers are passed in.

// Browsers inside other apps: they store little, install nothing, and often cannot take photos.
const INSIDE = /FBAN|FBAV|Instagram|LinkedInApp|Line\/|MicroMessenger|Snapchat|Twitter|; wv\)/

// "ios" | "android" | "desk"
export function system({ agent, touch = 0 }) {
  if (/iPhone|iPad|iPod/.test(agent) || (/Macintosh/.test(agent) && touch > 1)) return "ios"
  return /Android/.test(agent) ? "android" : "desk"
}

export function isInside(agent) {
  return INSIDE.test(agent)
}

// The obstacle to notifications on this phone, null where there is none.
//   "insecure": plain HTTP · "inside": another app's browser · "home": iOS notifies installed apps only ·
//   "never": not supported · "server": the server sends none · "denied": the user refused
export function obstacle({ agent, touch, secure, installed, able, permission, key }) {
  if (!secure) return "insecure"
  if (isInside(agent)) return "inside"
  if (system({ agent, touch }) === "ios" && !installed) return "home"
  if (!able) return "never"
  if (!key) return "server"
  return permission === "denied" ? "denied" : null
}

export function isInstalled() {
  return navigator.standalone === true || matchMedia("(display-mode: standalone)").matches
}
