// Which kind of phone this is, and what its browser supports. Pure: the browser's answers are passed in.

// Browsers inside other apps: they keep nothing for long, install nothing, and often cannot take photos.
const INSIDE = /FBAN|FBAV|Instagram|LinkedInApp|Line\/|MicroMessenger|Snapchat|Twitter|; wv\)/

// "ios" | "android" | "desk"
export function system({ agent, touch = 0 }) {
  if (/iPhone|iPad|iPod/.test(agent) || (/Macintosh/.test(agent) && touch > 1)) return "ios"
  return /Android/.test(agent) ? "android" : "desk"
}

export function isInside(agent) {
  return INSIDE.test(agent)
}

// What stands between a person and a message on this phone, null where nothing does.
//   "insecure": plain HTTP · "inside": another app's browser · "home": iOS shows messages of installed apps only ·
//   "never": a browser without it · "server": the server sends none · "denied": the person said no
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
