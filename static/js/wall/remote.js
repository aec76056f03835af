// Carries out requests to this screen, from the remote or from its own keyboard. They arrive as a state, complete
// each time: a screen that was offline needs only the last one, and receiving one twice has no effect.
const STATES = ["paused", "blank", "panic", "testcard"]
const IDENTIFIED = 10_000 // ms
const STAYS = 1000 // minimum ms of a cover: pressing keys repeatedly must not make the screen flash
const COVERS = { card: "panic", identify: "identified", blank: "blank", message: "message", testcard: "testcard" }

export class Remote {
  #held = null // the latest request
  #on = { identified: false, message: null } // the present state, which the keyboard may have changed
  #facts = {} // the screen's name and number
  #shown = ""
  #cancel = { identified: () => {}, message: () => {}, fresh: () => {} }

  // covers: by name; the first of COVERS that is requested is shown; each has show(plan), hide().
  // now(): the server's time in ms; reload(); tell(wrap): play {id, loop}, or end it (null); onChange(): the display
  // has changed.
  constructor({ conductor, covers, later, now, reload, tell = () => {}, onChange = () => {} }) {
    Object.assign(this, { conductor, covers, later, now, reload, tell, onChange })
  }

  // The cover's name, or null where the wall is visible.
  cover = null

  get paused() {
    return Boolean(this.#on.paused)
  }

  // Requests counted before the first state are done: act only on later ones.
  apply({ name, number, asked }) {
    const before = this.#held
    this.#held = asked
    this.#facts = { name, number: String(number) }
    for (const state of STATES) if (asked[state] !== before?.[state]) this.#on[state] = asked[state]
    if (JSON.stringify(asked.message) !== JSON.stringify(before?.message ?? null)) this.#say(asked.message)
    if (before) this.#follow(before, asked)
    else if (asked.wrap?.loop) this.tell(asked.wrap)
    this.#look()
  }

  // From the keyboard: valid until the remote requests something else.
  press(what) {
    if (what === "next") this.conductor.skip()
    else if (what === "reload") this.reload()
    else if (what === "identify") this.#identify()
    else this.#on[what] = !this.#on[what]
    this.#look()
  }

  // Lay the cover out again after a change of the room.
  refresh() {
    if (this.cover) this.covers[this.cover].show({ ...this.#facts, ...this.#on.message })
  }

  #follow(before, asked) {
    if (asked.next !== before.next) this.conductor.skip()
    if (asked.identify !== before.identify) this.#identify()
    if (asked.spotlight.n !== before.spotlight.n) this.conductor.spotlight(asked.spotlight.key)
    if (asked.wrap?.n !== before.wrap?.n) this.tell(asked.wrap ?? null)
    if (asked.reload !== before.reload) this.reload()
  }

  #identify() {
    this.#for("identified", IDENTIFIED, true)
  }

  #say(message) {
    const left = message ? Date.parse(message.until) - this.now() : 0
    this.#for("message", left, left > 0 ? { text: message } : null)
  }

  // Set a value for so many ms.
  #for(name, ms, value) {
    this.#cancel[name]()
    this.#on[name] = value
    if (!value) return
    this.#cancel[name] = this.later(ms, () => {
      this.#on[name] = null
      this.#look()
    })
  }

  // Nothing has its turn under a cover: pause the wall.
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
