// Plays one clip at a time: muted, in the spotlight, over its own still, and only once it runs. One <video> serves
// for three days, because a browser keeps a decoder for each. With reduced motion the still stays.
import { still } from "./motion.js"

export class Film {
  #video = Object.assign(document.createElement("video"), { muted: true, loop: true, playsInline: true, disableRemotePlayback: true })
  #at = 0

  constructor() {
    this.#video.setAttribute("muted", "")
  }

  // Play a clip in a frame; if it does not play, the still stays.
  play(frame, clip, alt) {
    this.stop()
    if (still()) return
    const turn = ++this.#at
    this.#video.setAttribute("aria-label", alt)
    this.#video.src = clip
    frame.append(this.#video)
    this.#onFirstFrame(() => turn === this.#at && this.#video.setAttribute("data-runs", ""))
    this.#video.play().catch((error) => {
      if (turn === this.#at) this.stop()
      if (error.name !== "AbortError") console.warn(error)
    })
  }

  #onFirstFrame(act) {
    if (this.#video.requestVideoFrameCallback) this.#video.requestVideoFrameCallback(act)
    else this.#video.addEventListener("playing", act, { once: true })
  }

  // Remove the clip from the page and from memory.
  stop() {
    this.#at += 1
    if (!this.#video.hasAttribute("src")) return
    this.#video.pause()
    this.#video.remove()
    this.#video.removeAttribute("src")
    this.#video.removeAttribute("data-runs")
    this.#video.load()
  }
}
