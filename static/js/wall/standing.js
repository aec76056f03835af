// The wall's own time, which stops while the wall is paused, so that nothing expires behind a cover. In ms. Pure.
export class Standing {
  #before = 0 // the time up to the last change
  #since // when it started to run, by the clock; null while it is stopped

  constructor(now = () => performance.now()) {
    this.now = now
    this.#since = now()
  }

  get stands() {
    return this.#since === null
  }

  hold(on) {
    if (on === this.stands) return
    this.#before = this.read()
    this.#since = on ? null : this.now()
  }

  read() {
    return this.#before + (this.stands ? 0 : this.now() - this.#since)
  }
}
