// /help/phones: checks what this browser supports at this address, one mark for each line.
import { isInstalled, system } from "../lib/phone.js"
import { say } from "../lib/say.js"
import { openStore } from "../lib/store.js"

const PATIENCE = 15_000 // ms
const secure = Boolean(globalThis.isSecureContext)
const ios = system({ agent: navigator.userAgent, touch: navigator.maxTouchPoints }) === "ios"

const CHECKS = {
  outbox: async () => (await openStore()).lasting,
  photos: () => Boolean(globalThis.createImageBitmap && HTMLCanvasElement.prototype.toBlob),
  live: () => Boolean(globalThis.WebSocket),
  secure: () => secure,
  // The first visit installs the service worker.
  worker: () => secure && "serviceWorker" in navigator && Promise.race([navigator.serviceWorker.ready, after(PATIENCE)]),
  sync: () => secure && "SyncManager" in globalThis,
  push: () => secure && "PushManager" in globalThis && Notification.permission !== "denied" && (!ios || isInstalled()),
  persist: async () => secure && Boolean(await navigator.storage?.persisted?.()),
  awake: () => secure && "wakeLock" in navigator,
  share: () => secure && !ios && isInstalled(),
}

for (const [name, works] of Object.entries(CHECKS)) {
  const line = document.querySelector(`[data-check="${name}"]`)
  Promise.resolve(works()).then((found) => tell(line, found), () => tell(line, false))
}

function tell(line, works) {
  line.dataset.works = works ? "yes" : "no"
  line.querySelector("[data-says]").textContent = say(works ? "works.yes" : "works.no")
}

function after(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms, false))
}
