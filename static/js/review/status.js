// The status of the reviewers' queue, in words: how many wait, and for how long the oldest has.
import { say } from "../lib/say.js"
import { since } from "../lib/time.js"
import { age } from "./queue.js"

const SUMMARY_EVERY = 5000 // ms; a screen reader must not announce every item of a burst

export class Status {
  #size = 0
  #reminded = "new"
  #timer = null
  #announced = ""

  // piece(name): the element for each part.
  constructor(piece) {
    this.piece = piece
  }

  // size: how many wait; list: the oldest of them.
  show(size, list) {
    this.#size = size
    this.piece("count").textContent = this.#words
    document.title = document.title.replace(/^(\(\d+\) )?/, size ? `(${size}) ` : "")
    this.showAge(list)
  }

  // Show how long the oldest has waited, and remind the reviewer once as it gets old.
  showAge(list) {
    const oldest = list.find(({ status }) => status === "submitted")
    const line = this.piece("oldest")
    line.hidden = !oldest
    if (!oldest) return void (this.#reminded = "new")
    const words = { since: since(oldest.submitted_at) }
    const now = age(oldest, Date.now())
    line.textContent = say("oldest", words)
    line.dataset.age = now
    if (now !== this.#reminded && now !== "new") this.announce(say(`remind.${now}`, words))
    this.#reminded = now
  }

  // Announce soon how many wait, unless that has been said.
  summarise() {
    this.#timer ??= setTimeout(() => {
      this.#timer = null
      if (this.#announced !== this.#words) this.announce((this.#announced = this.#words))
    }, SUMMARY_EVERY)
  }

  announceSize() {
    this.announce(this.#words)
  }

  announce(words) {
    this.piece("summary").textContent = words
  }

  get #words() {
    return say("waiting", { n: this.#size })
  }
}
