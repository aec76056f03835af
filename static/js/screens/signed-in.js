// Every signed-in page except the wall: marks the current page in the menu, and once the page has loaded, installs
// the service worker behind it.
import { scriptUrl } from "../lib/trusted.js"

const CALM = 2000 // ms after which a page has done what it has to
const LATEST = 5000 // ms more that a busy page may put it off

// A lead's menu is wider than a phone.
document.querySelector(".pages [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" })

if (globalThis.isSecureContext && navigator.serviceWorker) {
  if (document.readyState === "complete") soon()
  else addEventListener("load", soon, { once: true })
}

// Not before: on museum Wi-Fi it would compete with the page.
function soon() {
  const idle = globalThis.requestIdleCallback ?? ((act) => act())
  setTimeout(() => idle(begin, { timeout: LATEST }), CALM)
}

async function begin() {
  try {
    await navigator.serviceWorker.register(scriptUrl("/sw.js"), { type: "module", updateViaCache: "none" })
    const { resync } = await import("../lib/push.js")
    await resync()
  } catch {
    // A browser without module workers, or the line is gone: the page does without.
  }
}
