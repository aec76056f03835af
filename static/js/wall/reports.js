// Reports this screen's state: every few seconds, and at once when an item has been recalled or the scene changes.
const EVERY = 5000 // ms
const SOON = 1500 // minimum ms between two reports without a receipt
const MEASURED = 1000 // ms during which frames are counted

export class Reports {
  #gone = new Map() // key → the journal's number at which it went
  #fps = 0
  #last = -Infinity
  #timer = null
  #sending = false
  #stopped = false

  // tell(report) → the server's answer; read() → {showing, seq, version, viewport, held}; hear(answer).
  constructor({ tell, read, hear = () => {} }) {
    Object.assign(this, { tell, read, hear })
  }

  start() {
    this.#soon(SOON)
    setInterval(() => this.#measure(), EVERY)
  }

  stop() {
    this.#stopped = true
    clearTimeout(this.#timer)
  }

  // Confirm recalled items at once, and again until the server has it.
  let(keys, seq) {
    for (const key of keys) this.#gone.set(key, seq)
    if (keys.length) this.#soon(0)
  }

  // They are shown again; another recall needs another receipt.
  shown(keys) {
    for (const key of keys) this.#gone.delete(key)
  }

  // The scene has changed.
  changed() {
    this.#soon(Math.max(0, SOON - (performance.now() - this.#last)))
  }

  #soon(ms) {
    clearTimeout(this.#timer)
    if (!this.#stopped) this.#timer = setTimeout(() => this.#send(), ms)
  }

  async #send() {
    if (this.#sending) return this.#soon(200)
    this.#sending = true
    this.#last = performance.now()
    const gone = [...this.#gone].slice(0, 200)
    try {
      const answer = await this.tell({ ...this.read(), fps: this.#fps, gone: gone.map(([key, seq]) => ({ key, seq })) })
      if (answer && !answer.error) {
        for (const [key] of gone) this.#gone.delete(key)
        this.hear(answer)
      }
    } catch {
      // no connection: the next report includes it
    } finally {
      this.#sending = false
    }
    this.#soon(EVERY)
  }

  // Count frames for a second only: a page that requests frames never idles.
  #measure() {
    let frames = 0
    let counting = true
    const count = () => {
      frames++
      if (counting) requestAnimationFrame(count)
    }
    const began = performance.now()
    requestAnimationFrame(count)
    setTimeout(() => {
      counting = false
      this.#fps = Math.round((frames * 10_000) / (performance.now() - began)) / 10
    }, MEASURED)
  }
}
