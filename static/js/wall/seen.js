// How long something was visible, sampled about every second; time under a cover does not count. In ms. Pure.
const GAP = 5000 // between two samples, beyond which the screen counts as frozen

export class Seen {
  #last
  ms = 0

  constructor(now = () => performance.now()) {
    this.now = now
    this.#last = now()
  }

  // `visible`: whether it was visible since the last sample.
  look(visible) {
    const passed = this.now() - this.#last
    this.#last = this.now()
    if (visible && passed <= GAP) this.ms += passed
    return this.ms
  }
}
