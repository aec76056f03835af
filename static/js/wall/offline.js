// Has the service worker keep the page and its files, so that the wall starts again without a server.
import { scriptUrl } from "../lib/trusted.js"

export async function keepOffline() {
  if (!isSecureContext || !navigator.serviceWorker) return
  try {
    await navigator.serviceWorker.register(scriptUrl("/sw.js"), { type: "module", updateViaCache: "none" })
    const { active } = await navigator.serviceWorker.ready
    active.postMessage({ keep: location.pathname })
    await navigator.storage?.persist?.()
  } catch (error) {
    console.warn(error) // the browser has no module workers, or the connection is down
  }
}
