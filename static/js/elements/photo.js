// <mx-photo>: the photos and clips of one submission, one of them uncropped and large. It reserves the space before
// the picture has loaded, explains why a picture is missing, and tries again.
import { fill, refill } from "../lib/fill.js"
import { keyed } from "../lib/keyed.js"
import { isAwaited } from "../review/queue.js"
import { inPageLanguage, say } from "../lib/say.js"

const MIN_SIDE = 640 // pixels on the long side: fewer are too small for a projector
const AGAIN = 4000 // ms before a failed picture is requested once more

customElements.define(
  "mx-photo",
  class extends HTMLElement {
    #media = []
    #at = 0
    #late = () => false

    connectedCallback() {
      this.img = this.querySelector("[data-big] img")
      this.trouble = this.querySelector("[data-trouble]")
      this.figure = this.querySelector("[data-big]")
      this.video = this.querySelector("[data-big] video")
      this.img.addEventListener("error", () => this.#failed())
      this.img.addEventListener("load", () => this.#media[this.#at]?.status !== "refused" && this.#say(""))
      this.addEventListener("click", (event) => {
        const frame = event.target.closest("[data-frame]")
        if (frame) this.#go(Number(frame.dataset.frame))
      })
    }

    show(item) {
      const { media } = item
      this.#media = media
      this.#late = (one) => isAwaited(item, one)
      this.#go(Math.min(this.#at, Math.max(media.length - 1, 0)))
    }

    step(by) {
      if (this.#media.length > 1) this.#go((this.#at + by + this.#media.length) % this.#media.length)
    }

    // A photo can be retouched once it is ready; a clip cannot.
    get #canBeRetouched() {
      const one = this.#media[this.#at]
      return Boolean(one) && one.kind !== "video" && one.status === "ready"
    }

    retouch() {
      if (this.#canBeRetouched) document.querySelector("mx-retouch").open(this.#media, this.#at)
    }

    #go(at) {
      this.#at = at
      const one = this.#media[at]
      this.#frames()
      const button = this.closest(".item").querySelector("[data-act=retouch]")
      button.hidden = !this.#canBeRetouched
      if (!one) return
      const { style } = this.figure
      style.setProperty("--shade", one.color ?? "")
      style.setProperty("--ratio", one.width ? `${one.width} / ${one.height}` : "4 / 3")
      style.setProperty("--wide", one.width ? one.width / one.height : 4 / 3)
      style.backgroundImage = one.placeholder ? `url("${one.placeholder}")` : ""
      const source = one.card ?? one.thumb
      if (one.status === "refused") this.#say(inPageLanguage(one.refusal) || say("photo.broken"))
      else if (!source) this.#say(say(this.#late(one) ? "photo.awaited" : "photo.processing"))
      else if (one.clip) this.#say("")
      const seen = source && (one.status !== "refused" || one.kind === "video")
      this.#note(remarks(one))
      this.#picture(one.id, seen ? source : null)
      this.#play(one, source)
    }

    // Replace the picture by a better one only once that is decoded.
    async #picture(id, source) {
      const same = this.shown === id && this.img.getAttribute("src")
      Object.assign(this, { shown: id, wanted: source })
      if (!source) return this.img.removeAttribute("src")
      if (this.img.getAttribute("src") === source) return
      const fresh = Object.assign(new Image(), { src: source })
      if (same) await fresh.decode().catch(() => {})
      if (this.wanted === source) Object.assign(this.img, { decoding: "sync", src: source })
    }

    // Do not touch a playing clip; show its still before it, and alone until it is ready.
    #play(one, poster) {
      const ready = one.status === "ready" && one.clip
      this.video.hidden = !ready
      this.img.hidden = Boolean(ready)
      if (ready) {
        if (poster && this.video.getAttribute("poster") !== poster) this.video.poster = poster
        if (this.video.getAttribute("src") !== one.clip) this.video.src = one.clip
      } else if (this.video.hasAttribute("src")) {
        this.video.removeAttribute("src")
        this.video.load()
      }
    }

    #failed() {
      this.#say(say("photo.broken"))
      const source = this.img.getAttribute("src")
      clearTimeout(this.retry)
      this.retry = setTimeout(() => {
        if (this.isConnected && this.img.getAttribute("src") === source) {
          this.img.removeAttribute("src")
          this.img.src = source
        }
      }, AGAIN)
    }

    #say(words) {
      this.trouble.textContent = words
      this.trouble.hidden = !words
      this.figure.toggleAttribute("data-broken", Boolean(words))
    }

    #note(words) {
      const note = this.querySelector("[data-note]")
      note.textContent = words
      note.hidden = !words
    }

    #frames() {
      const list = this.querySelector("[data-frames]")
      list.hidden = this.#media.length < 2
      if (list.hidden) return list.replaceChildren()
      const template = document.querySelector("template[data-frame]")
      const nodes = this.#media.map((one, index) => {
        const model = { index, color: one.color, thumb: one.thumb ?? one.placeholder, pressed: String(index === this.#at), label: say("photo.frame", { n: index + 1 }) }
        const held = list.children[index]
        return held ? refill(held, model) : fill(template, model)
      })
      return keyed(list, nodes)
    }
  },
)

// Facts about this picture that a reviewer cannot see in it.
function remarks({ kind, original, width, height, muted }) {
  const said = []
  if (kind === "photo" && width && Math.max(width, height) < MIN_SIDE) said.push(say("photo.small", { width, height }))
  if (muted) said.push(say("photo.muted"))
  if (original === "different") said.push(say("photo.different"))
  return said.join(" ")
}
