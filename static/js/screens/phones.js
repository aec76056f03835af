// /help/phones: looks at what this browser can do at this address, one mark for each line.
import { isInstalled, system } from "../lib/phone.js"
import { say } from "../lib/say.js"
import { openStore } from "../lib/store.js"

const secure = Boolean(globalThis.isSecureContext)
const ios = system({ agent: navigator.userAgent, touch: navigator.maxTouchPoints }) === "ios"

const CHECKS = {
  outbox: async () => (await openStore()).lasting,
  photos: () => Boolean(globalThis.createImageBitmap && HTMLCanvasElement.prototype.toBlob),
  live: () => Boolean(globalThis.WebSocket),
  secure: () => secure,
  worker: async () => secure && Boolean(await navigator.serviceWorker?.getRegistration()),
  sync: () => secure && "SyncManager" in globalThis,
  push: () => secure && "PushManager" in globalThis && Notification.permission !== "denied" && (!ios || isInstalled()),
  persist: async () => secure && Boolean(await navigator.storage?.persisted?.()),
  awake: () => secure && "wakeLock" in navigator,
  share: () => secure && !ios && isInstalled(),
}

for (const [name, works] of Object.entries(CHECKS)) {
  const line = document.querySelector(`[data-check="${name}"]`)
  tell(line, await Promise.resolve(works()).catch(() => false))
}
// The first visit sets the service worker up behind the page.
navigator.serviceWorker?.ready.then(() => tell(document.querySelector('[data-check="worker"]'), true))

function tell(line, works) {
  line.dataset.works = works ? "yes" : "no"
  line.querySelector("[data-says]").textContent = say(works ? "works.yes" : "works.no")
}
