// Plays the wall: asks the schedule for the next scene, prepares it, shows it for its time, and lets its item fly to
// its place. Only one thing happens at a time; a recall interrupts everything. While the wall is paused or covered,
// its time stands still.
import { BREATH, SWAP } from "./schedule.js"
import { hangable, pictureOf } from "./shapes.js"
import { Standing } from "./standing.js"

const REHANG = 15 * 60_000 // ms between two new hangs
const LEAST = 1000 // ms that a scene stays: who asks for the next one again and again must not make the screen flash
const BACK = new Set(["again", "pinned", "moment"]) // scenes of one item that was there before
const YIELDS = new Set([...BACK, "hour", "team"]) // scenes that make room for what is new

export class Conductor {
  #wake = () => {}
  #playing = null // what has the screen now
  #coming = null // {plan, ready} what is being made ready; `ready` is null until that is known
  #hung = performance.now()
  #asked = null // {key} of an item that someone wants to see now; a key of null is whichever is next
  #skipped = false
  #run = 0 // of the loop; a run that got stuck is left behind
  #time
  beat = performance.now() // when the last step was begun
  onScene = () => {} // called when something else has the screen

  // scenes: by name, what can have the screen besides the mosaic: each has prepare(plan) → whether it can be shown,
  // show(plan), hide(), and box(item), from where an item flies to its place.
  // onTake(name): told what takes the screen, null once it is the mosaic's again; now(): ms that only grow.
  constructor({ turns, tongues, schedule, mosaic, scenes, pictures, empty, pace = 1, onTake = () => {}, now }) {
    Object.assign(this, { turns, tongues, schedule, mosaic, scenes, pictures, empty, pace, onTake })
    this.#time = new Standing(now)
  }

  get paused() {
    return this.#time.stands
  }

  set paused(on) {
    this.#time.hold(on)
  }

  // Whether nobody misses anything if the page is loaded anew.
  get isFree() {
    return this.paused || this.#playing === null
  }

  async play() {
    const run = ++this.#run
    while (run === this.#run) {
      this.beat = performance.now()
      try {
        await this.#step()
      } catch (error) {
        // one step that fails must not stop a wall that nobody watches over
        console.error(error)
        await this.#nap(1000)
      }
    }
  }

  // Begin anew, whatever the loop is waiting for.
  async restart() {
    this.#coming = null
    this.#take()
    this.play()
    await this.mosaic.build({ quiet: true })
  }

  // What is on the screen: a scene's name, the keys of its items, and what it is about where that is no item.
  get showing() {
    const { scene, items = [], seen = [], title, moment } = this.#playing ?? { scene: "mosaic" }
    const about = title ?? moment?.title ?? this.scenes[scene]?.about ?? null
    return { scene, keys: [...items, ...seen].map(({ id }) => id), title: about }
  }

  // Something came or went: look at once.
  wake() {
    this.#wake()
  }

  // On to what is next, whatever is on the screen. Of a mosaic that is held the next item is: it would not move else.
  skip() {
    if (this.paused && !this.#playing) this.#ask({ key: null })
    this.#skipped = true
    this.#wake()
  }

  // A recalled item leaves every part of the screen before this returns.
  recall(key, media) {
    if (this.showing.keys.includes(key)) this.#take()
    this.mosaic.remove(key)
    for (const each of media) this.pictures.forget(each)
    this.tongues.forget(key)
    this.empty.toggle(!this.#any())
    this.wake()
  }

  // A corrected item is seen at once, even by those who are reading.
  refresh(item) {
    this.mosaic.refresh(item)
    if (this.showing.keys.includes(item.id)) this.scenes[sceneOf(this.#playing)].refresh?.(item)
  }

  // What is on the screen is measured anew.
  refit() {
    this.mosaic.refit()
    for (const item of this.#playing?.items ?? []) this.scenes[sceneOf(this.#playing)].refresh?.(item)
  }

  // Someone asks for an item on the whole screen.
  spotlight(key) {
    this.#ask({ key })
    this.#skipped = true
    this.#wake()
  }

  #ask(asked) {
    this.#asked = asked
    this.#coming = null
  }

  async #step() {
    this.empty.toggle(!this.#any())
    if (this.paused && !this.#asked && !this.#coming?.plan.asked) return this.#nap(1000)
    if (!this.#coming || this.#isOvertaken(this.#coming.plan)) this.#prepare(this.#plan())
    const { plan, ready } = this.#coming
    if (plan.scene === "mosaic" || ready === null) {
      if (ready) this.#coming = null
      return this.#exchange(SWAP)
    }
    this.#coming = null
    if (ready && this.#isCurrent(plan)) return this.#perform(plan)
    this.schedule.played({ ...plan, items: [], began: this.#now() }, this.#now())
  }

  // The wall goes on while pictures are fetched and decoded, however long that takes.
  #prepare(plan) {
    const coming = { plan, ready: plan.scene === "mosaic" || null }
    this.#coming = coming
    if (coming.ready) return
    const known = (ready) => {
      coming.ready = ready
      this.wake()
    }
    this.scenes[sceneOf(plan)].prepare(plan).then(known, () => known(false))
  }

  async #exchange(ms) {
    if (!this.#any()) return this.#nap(1000)
    if (performance.now() - this.#hung > REHANG / this.pace) {
      this.#hung = performance.now()
      return this.mosaic.build({ turn: true })
    }
    const undisturbed = this.#skipped || (await this.#nap(ms / this.pace))
    const isDue = undisturbed || this.#skipped
    this.#skipped = false
    if (isDue && !this.paused) await this.mosaic.swap()
  }

  #plan() {
    const asked = this.#asked
    this.#asked = null
    const usable = (each) => this.#showable(each)
    if (asked?.key === null) return { ...this.schedule.nextItem(usable), asked: true }
    const item = asked && this.turns.get(asked.key)
    const plan = this.schedule.next(this.#now(), usable)
    return item ? { ...plan, scene: "again", items: [item], ms: 20_000, asked: true } : plan
  }

  async #perform(plan) {
    const scene = this.scenes[sceneOf(plan)]
    this.#playing = { ...plan, began: this.#now(), fresh: !BACK.has(plan.scene) }
    for (const { id } of plan.items ?? []) this.mosaic.dim(id, true)
    scene.show(this.#playing, (id) => this.mosaic.boxOf(id))
    this.onTake(plan.scene)
    this.empty.toggle(false)
    this.onScene()
    this.#skipped = false
    await this.#stay(plan)
    this.#skipped = false
    await this.#end(scene)
  }

  // Until its time is over, or something ends it before.
  async #stay(plan) {
    const end = this.#now() + plan.ms
    await this.#nap(LEAST / this.pace, () => this.#playing === null)
    const goesOn = () => this.#playing && !this.#skipped && (this.paused || !this.#isOvertaken(plan))
    while (goesOn() && this.#now() < end) {
      this.beat = performance.now()
      await this.#nap(this.paused ? 1000 : (end - this.#now()) / this.pace)
    }
  }

  #isOvertaken({ scene, asked }) {
    return !asked && YIELDS.has(scene) && this.turns.waiting > 0
  }

  async #end(scene) {
    const played = this.#playing
    if (!played) return
    const items = (played.items ?? []).filter(({ id }) => this.turns.get(id))
    const landing = items.map(({ id }) => ({ id, from: scene.box(id), field: scene.fieldOf?.(id) ?? null }))
    for (const item of items) if (pictureOf(item)) await this.pictures.ready(pictureOf(item), "card")
    this.schedule.played({ ...played, items }, this.#now())
    this.#take()
    for (const { id, from, field } of landing) {
      const now = this.turns.get(id)
      if (now) await this.mosaic.land(now, { from, field })
    }
    if (this.turns.waiting) await this.#nap(BREATH / this.pace, () => false)
  }

  // The screen belongs to the mosaic again.
  #take() {
    const played = this.#playing
    if (!played) return
    this.#playing = null
    this.onScene()
    this.scenes[sceneOf(played)].hide()
    this.mosaic.rehang()
    this.onTake(null)
    for (const { id } of played.items ?? []) this.mosaic.dim(id, false)
  }

  #isCurrent({ items = [] }) {
    return items.every((item) => this.turns.get(item.id) === item)
  }

  #showable(item) {
    const media = pictureOf(item)
    return hangable(item) && !(media && this.pictures.failed(media, "wall"))
  }

  #any() {
    return this.turns.some(hangable)
  }

  // The schedule's own time, which runs faster where the wall is played faster.
  #now() {
    return this.#time.read() * this.pace
  }

  // Wait; a wake ends it, but only if `enough` says so. Answers whether it was slept through.
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

// Which scene plays a plan: one item is the spotlight's, also when it comes back.
function sceneOf({ scene }) {
  return BACK.has(scene) ? "hero" : scene
}
