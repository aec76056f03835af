// <mx-tray>: a line that stays in sight during uploads: how many submissions wait on this phone and how much of the
// originals is left. It also asks before the author leaves the page with uploads pending.
import { summary } from "../lib/outbox.js"
import { say } from "../lib/say.js"

const SEEN = 5000 // ms for which it reports an arrival

customElements.define(
  "mx-tray",
  class extends HTMLElement {
    #now = { waiting: 0, failed: 0, originals: 0, bytes: 0, sent: 0 }
    #lock = null
    #arrived = 0 // until when it says that the last one has arrived

    begin({ courier, store }) {
      Object.assign(this, { courier, store })
      this.sheet = this.querySelector("dialog")
      courier.addEventListener("change", () => this.#soon())
      document.addEventListener("click", (event) => this.#leaving(event))
      addEventListener("beforeunload", (event) => {
        if (!store.lasting && this.#now.waiting) event.preventDefault()
      })
      document.addEventListener("visibilitychange", () => this.#soon())
      this.#render()
    }

    #soon() {
      this.frame ??= setTimeout(() => {
        this.frame = null
        this.#render()
      }, 100)
    }

    #render() {
      const { courier } = this
      const now = summary([...courier.entries.values()])
      const under = [...courier.running.keys()].filter((id) => id.startsWith("original/"))
      const parts = []
      if (now.waiting) parts.push(say("tray.waiting", { n: now.waiting }))
      if (now.failed) parts.push(say("tray.failed", { n: now.failed }))
      if (now.originals) parts.push(say("tray.originals", { n: now.originals }))
      if (this.#now.waiting && !now.waiting && !now.failed) {
        this.#arrived = Date.now() + SEEN
        setTimeout(() => this.#soon(), SEEN + 100)
      }
      if (Date.now() < this.#arrived) parts.unshift(say("state.received"))
      this.hidden = !parts.length
      this.querySelector("[data-words]").textContent = parts.join(" · ")
      this.querySelector("[data-network]").hidden = navigator.onLine
      this.querySelector("[data-room]").hidden = !now.waiting && !now.failed && !now.originals
      const bar = this.querySelector("progress")
      bar.hidden = !now.originals
      const live = under.reduce((sum, id) => sum + this.#live(id.slice(9)), 0)
      bar.value = now.bytes ? Math.min(100, ((now.sent + live) / now.bytes) * 100) : 0
      if (now.waiting !== this.#now.waiting || now.failed !== this.#now.failed) this.dispatchEvent(new CustomEvent("count", { detail: now }))
      this.#now = now
      this.#awake(courier.running.size > 0)
    }

    // Bytes of an original under way, beyond those the server has confirmed.
    #live(id) {
      for (const { photos } of this.courier.entries.values()) {
        const photo = photos.find((each) => each.id === id)
        if (photo) return Math.max(0, (this.courier.progress.get(`original/${id}`) ?? 0) * photo.size - photo.offset)
      }
      return 0
    }

    // A screen that goes dark takes the network with it.
    async #awake(busy) {
      if (!busy || document.hidden) {
        const lock = this.#lock
        this.#lock = null
        await lock?.release?.().catch(() => {})
      } else if (!this.#lock && navigator.wakeLock) {
        this.#lock = await navigator.wakeLock.request("screen").catch(() => null)
        this.#lock?.addEventListener("release", () => (this.#lock = null))
      }
    }

    #leaving(event) {
      const link = event.target.closest("a[href]")
      const left = this.#now.waiting + this.#now.originals
      if (!link || !left || link.target || event.defaultPrevented || event.metaKey || event.ctrlKey || event.shiftKey) return
      if (link.getAttribute("href").startsWith("#")) return
      event.preventDefault()
      this.sheet.querySelector("h2").textContent = say("leave.title", { n: left })
      this.sheet.returnValue = "no"
      this.sheet.showModal()
      this.sheet.addEventListener("close", () => this.sheet.returnValue === "yes" && location.assign(link.href), { once: true })
    }
  },
)
