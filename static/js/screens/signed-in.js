// Every signed-in page except the wall: marks the current page in the menu, keeps a form from being sent twice, and
// once the page has loaded, installs the service worker behind it and follows the announcements.
import { scriptUrl } from "../lib/trusted.js"

const CALM = 2000 // ms after which a page has settled
const LATEST = 5000 // further ms by which a busy page may delay it
const UNDER_WAY = 10000 // ms after which a form may be sent again, if its answer has not come

// The menu's rows can be wider than a phone.
for (const here of document.querySelectorAll(":is(.pages, .subpages) [aria-current]")) {
  here.scrollIntoView({ block: "nearest", inline: "center" })
}

// A second press while the first is under way would invite someone twice, or make two shifts.
let sent = new WeakSet()
addEventListener("submit", (event) => {
  const form = event.target
  if (event.defaultPrevented || form.getAttribute("method") !== "post") return
  if (sent.has(form)) return event.preventDefault()
  sent.add(form)
  setTimeout(() => sent.delete(form), UNDER_WAY)
})
addEventListener("pageshow", () => (sent = new WeakSet()))

const mayRead = (document.body.dataset.may ?? "").includes("announcement.read")
if (mayRead || (globalThis.isSecureContext && navigator.serviceWorker)) {
  if (document.readyState === "complete") soon()
  else addEventListener("load", soon, { once: true })
}

// Only after the page has loaded: on museum Wi-Fi it would compete with it.
function soon() {
  const idle = globalThis.requestIdleCallback ?? ((act) => act())
  setTimeout(() => idle(begin, { timeout: LATEST }), CALM)
}

async function begin() {
  // Where the connection is down, the next page has it.
  if (mayRead) import("../elements/banner.js").then((banner) => banner.begin(), () => {})
  try {
    await navigator.serviceWorker.register(scriptUrl("/sw.js"), { type: "module", updateViaCache: "none" })
    const { resync } = await import("../lib/push.js")
    await resync()
  } catch {
    // The browser has no module workers, or the connection is down: go on without.
  }
}
