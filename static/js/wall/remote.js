// Carries out requests to this screen, from the remote or from its own keyboard. They arrive as a state, complete
// each time: a screen that was offline needs only the last one, and receiving one twice has no effect.
const STATES = ["paused", "blank", "panic", "testcard"]
const IDENTIFIED = 10_000 // ms
const STAYS = 1000 // ms before a cover gives way to what is under it: hammered keys must not make the screen flash
const COVERS = { card: "panic", identify: "identified", blank: "blank", message: "message", testcard: "testcard" }

export class Remote {
  #held = null // what was asked last
  #on = { identified: false, message: null } // what holds now: a keyboard may differ from what was asked
  #facts = {} // the screen's name and number
  #shown = ""
  #cancel = { identified: () => {}, message: () => {}, fresh: () => {} }

  // covers: by name, what lies over the wall, the first of COVERS that is asked: each has show(plan), hide().
  // now(): the server's time in ms; reload(); onChange(): what is shown has changed.
  constructor({ conductor, covers, later, now, reload, onChange = () => {} }) {
    Object.assign(this, { conductor, covers, later, now, reload, onChange })
  }

  // The cover's name, or null where the wall is seen.
  cover = null

  get paused() {
    return Boolean(this.#on.paused)
  }

  // What was counted before the first state was done then: only what is counted from now on is followed.
  apply({ name, number, asked }) {
    const before = this.#held
    this.#held = asked
    this.#facts = { name, number: String(number) }
    for (const state of STATES) if (asked[state] !== before?.[state]) this.#on[state] = asked[state]
    if (JSON.stringify(asked.message) !== JSON.stringify(before?.message ?? null)) this.#say(asked.message)
    if (before) this.#follow(before, asked)
    this.#look()
  }

  // At the keyboard: it holds until something else is asked from elsewhere.
  press(what) {
    if (what === "next") this.conductor.skip()
    else if (what === "reload") this.reload()
    else if (what === "identify") this.#identify()
    else this.#on[what] = !this.#on[what]
    this.#look()
  }

  // Set what lies over the wall anew: the room has changed.
  refresh() {
    if (this.cover) this.covers[this.cover].show({ ...this.#facts, ...this.#on.message })
  }

  #follow(before, asked) {
    if (asked.next !== before.next) this.conductor.skip()
    if (asked.identify !== before.identify) this.#identify()
    if (asked.spotlight.n !== before.spotlight.n) this.conductor.spotlight(asked.spotlight.key)
    if (asked.reload !== before.reload) this.reload()
  }

  #identify() {
    this.#for("identified", IDENTIFIED, true)
  }

  #say(message) {
    const left = message ? Date.parse(message.until) - this.now() : 0
    this.#for("message", left, left > 0 ? { text: message } : null)
  }

  // Hold a value for so many ms.
  #for(name, ms, value) {
    this.#cancel[name]()
    this.#on[name] = value
    if (!value) return
    this.#cancel[name] = this.later(ms, () => {
      this.#on[name] = null
      this.#look()
    })
  }

  // Nothing has its turn under a cover: the wall waits.
  #look() {
    const on = this.#on
    const names = Object.keys(COVERS)
    const asked = names.find((name) => on[COVERS[name]]) ?? null
    const below = names.slice(names.indexOf(this.cover) + 1)
    if (!on.fresh || (asked && !below.includes(asked))) this.#lay(asked)
    this.conductor.paused = Boolean(on.paused || (this.cover && this.cover !== "identify"))
    this.conductor.wake()
    this.onChange()
  }

  #lay(cover) {
    const plan = JSON.stringify([cover, cover === "message" ? this.#on.message : null])
    if (plan === this.#shown) return
    this.#shown = plan
    if (cover !== this.cover) {
      this.covers[this.cover]?.hide()
      this.cover = cover
      this.#for("fresh", STAYS, Boolean(cover))
    }
    this.refresh()
  }
}
