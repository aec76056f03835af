// Plays the wall: news first, one at a time and at once; between them one exchange every few seconds
// and, now and then, something seen before. Only one thing happens at a time; a recall interrupts all.
import { pictureOf, hangable, secondsOf } from "./shapes.js"
import { dwell } from "./turns.js"

const SWAP = 7000 // ms between two exchanges
const BREATH = 1800 // ms between two news, in which the first one lands and the wall is seen
const AGAIN = 48_000 // ms between two returns to the spotlight
const REHANG = 15 * 60_000 // ms between two new hangs

export class Conductor {
  #wake = () => {}
  #spotted = new Map()
  #turn = 0
  #again = performance.now()
  #hung = performance.now()
  paused = false

  constructor({ turns, tongues, mosaic, hero, pictures, empty, pace = 1 }) {
    Object.assign(this, { turns, tongues, mosaic, hero, pictures, empty, pace })
  }

  async play() {
    for (;;) {
      try {
        await this.#step()
      } catch (error) {
        // one step that fails must not stop a wall that nobody watches over
        console.error(error)
        await this.#nap(1000)
      }
    }
  }

  // Something came or went: look at once.
  wake() {
    this.#wake()
  }

  // A recalled item leaves every part of the screen before this returns.
  recall(key, media) {
    if (this.hero.key === key) this.hero.hide()
    this.mosaic.remove(key)
    for (const each of media) this.pictures.forget(each)
    this.tongues.forget(key)
    this.#spotted.delete(key)
    this.empty.toggle(!this.#any())
    this.wake()
  }

  async spotlight(item, fresh) {
    const media = pictureOf(item)
    if (media && !(await this.pictures.ready(media, "wall"))) return
    if (this.turns.get(item.id) !== item) return
    const from = this.mosaic.boxOf(item.id)
    this.mosaic.dim(item.id, true)
    this.hero.show(item, { lang: this.tongues.of(item), fresh, from })
    this.empty.toggle(false)
    this.turns.show(item.id)
    this.#spotted.set(item.id, ++this.#turn)
    const stay = dwell(longest(item), this.turns.waiting, secondsOf(item)) / this.pace
    await this.#nap(stay, () => this.hero.key !== item.id || (!fresh && this.turns.waiting))
    await this.#bringDown(item)
    if (this.turns.waiting) await this.#nap(BREATH / this.pace, () => false)
    this.#again = performance.now()
  }

  async #bringDown(item) {
    if (this.hero.key !== item.id) return
    const [from, field] = [this.hero.box(), this.hero.field]
    const now = this.turns.get(item.id)
    if (now && pictureOf(now)) await this.pictures.ready(pictureOf(now), "card")
    if (this.hero.key !== item.id) return
    this.hero.hide()
    this.mosaic.dim(item.id, false)
    if (now) await this.mosaic.land(now, { from, field })
  }

  async #step() {
    this.empty.toggle(!this.#any())
    if (this.paused) return this.#nap(1000)
    const news = this.turns.news((item) => this.#showable(item))
    if (news) return this.spotlight(news, true)
    if (!this.#any()) return this.#nap(1000)
    if (performance.now() - this.#hung > REHANG / this.pace) {
      this.#hung = performance.now()
      return this.mosaic.build({ turn: true })
    }
    if (performance.now() - this.#again > AGAIN / this.pace) return this.#encore()
    const undisturbed = await this.#nap(SWAP / this.pace)
    if (undisturbed && !this.paused) await this.mosaic.swap()
  }

  // Back to the spotlight: what was there longest ago.
  #encore() {
    this.#again = performance.now()
    const [item] = this.mosaic.keys
      .map((key) => this.turns.get(key))
      .filter((each) => each && this.#showable(each))
      .sort((a, b) => (this.#spotted.get(a.id) ?? 0) - (this.#spotted.get(b.id) ?? 0))
    return item ? this.spotlight(item, false) : undefined
  }

  #showable(item) {
    const media = pictureOf(item)
    return hangable(item) && !(media && this.pictures.failed(media, "wall"))
  }

  #any() {
    return this.turns.some(hangable)
  }

  // Wait; a wake ends it, but while something is shown only if `enough` says so. Answers whether it
  // was slept through.
  #nap(ms, enough = () => true) {
    return new Promise((done) => {
      const timer = setTimeout(() => done(true), ms)
      this.#wake = () => {
        if (!enough()) return
        clearTimeout(timer)
        done(false)
      }
    })
  }
}

function longest(item) {
  return Math.max((item.text?.fr ?? "").length, (item.text?.en ?? "").length)
}
