// How long something was visible, sampled about every second; time under a cover does not count. In ms. Pure.
const GAP = 5000 // between two looks, beyond which the screen stood still

export class Seen {
  #last
  ms = 0

  constructor(now = () => performance.now()) {
    this.now = now
    this.#last = now()
  }

  // `visible`: whether it could be seen since the last look.
  look(visible) {
    const passed = this.now() - this.#last
    this.#last = this.now()
    if (visible && passed <= GAP) this.ms += passed
    return this.ms
  }
}
