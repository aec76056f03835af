// Plays the wall: asks the schedule for the next scene, prepares it, shows it for its time, and lets its item fly to
// its place. Only one thing happens at a time; a recall interrupts everything. While the wall is paused or covered,
// its time stands still.
import { BREATH, SWAP } from "./schedule.js"
import { hangable, pictureOf } from "./shapes.js"
import { Standing } from "./standing.js"

const REHANG = 15 * 60_000 // ms between two complete rearrangements
const MIN_SCENE = 1000 // minimum ms of a scene: pressing "next" repeatedly must not make the screen flash
const BACK = new Set(["again", "pinned", "moment"]) // scenes that show an earlier item again
const YIELDS = new Set([...BACK, "hour", "team"]) // scenes that yield to new items

export class Conductor {
  #wake = () => {}
  #playing = null // the current scene's plan
  #coming = null // {plan, ready} in preparation; `ready` is null until it is known
  #hung = performance.now()
  #asked = null // {key} of an item requested now; null for whichever is next
  #skipped = false
  #stopped = false // someone has ended the wrap
  #run = 0 // number of the loop; a stuck loop is abandoned
  #time
  beat = performance.now() // when the last step began
  onScene = () => {} // called when the scene changes

  // scenes: all but the mosaic, by name; each has prepare(plan) → whether it can be shown, show(plan), hide(), and
  // box(item), from which an item flies to its place.
  // A scene of several leaves has turn() → whether there is another, ms of the present one, keys on it, and drop(key).
  // onTake(name): called with the scene that takes the screen, null for the mosaic; now(): monotonic ms.
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

  // Can the page be reloaded without anyone missing anything?
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
        // a failed step must not stop an unattended wall
        console.error(error)
        await this.#nap(1000)
      }
    }
  }

  // Start a new loop, whatever the present one is waiting for.
  async restart() {
    this.#coming = null
    this.#take()
    this.play()
    await this.mosaic.build({ quiet: true })
  }

  // The current scene: its name, the keys of its items, and its subject if that is no item.
  get showing() {
    const { scene, items = [], seen = [], title, moment } = this.#playing ?? { scene: "mosaic" }
    const about = title ?? moment?.title ?? this.scenes[scene]?.about ?? null
    return { scene, keys: this.scenes[scene]?.keys ?? [...items, ...seen].map(({ id }) => id), title: about }
  }

  // Items came or went: check at once.
  wake() {
    this.#wake()
  }

  // Go on to the next scene. From a paused mosaic, to the next item, since nothing else would move.
  skip() {
    if (this.paused && !this.#playing) this.#ask({ key: null })
    this.#skipped = true
    this.#wake()
  }

  // A recalled item leaves every part of the screen before this returns.
  recall(key, media) {
    if (this.showing.keys.includes(key)) this.#drop(key)
    this.mosaic.remove(key)
    for (const each of media) this.pictures.forget(each)
    this.tongues.forget(key)
    this.empty.toggle(!this.#any())
    this.wake()
  }

  // Show a correction at once, even to those who are reading.
  refresh(item) {
    this.mosaic.refresh(item)
    if (this.showing.keys.includes(item.id)) this.scenes[sceneOf(this.#playing)].refresh?.(item)
  }

  // Measure the current scene again.
  refit() {
    this.mosaic.refit()
    for (const item of this.#playing?.items ?? []) this.scenes[sceneOf(this.#playing)].refresh?.(item)
  }

  // Show an item on the whole screen, on request.
  spotlight(key) {
    this.#ask({ key })
    this.#skipped = true
    this.#wake()
  }

  // Play the wrap of a day, on request: {wrap, loop}; null ends it.
  tell(story) {
    if (story) {
      this.#ask({ plan: { scene: "wrap", ...story } })
      this.#skipped = true
    } else {
      if (this.#asked?.plan) this.#asked = null
      if (this.#coming?.plan.scene === "wrap") this.#coming = null
      if (this.#playing?.scene === "wrap") this.#stopped = this.#skipped = true
    }
    this.#wake()
  }

  // A recalled item leaves the scene; a scene of several leaves goes on with the next.
  #drop(key) {
    const scene = this.scenes[sceneOf(this.#playing)]
    if (!scene.drop) return this.#take()
    scene.drop(key)
    this.#skipped = true
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

  // The wall goes on while pictures load, however long that takes.
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
    if (asked?.plan) return { ...asked.plan, asked: true }
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
    this.#stopped = false
    do {
      this.#skipped = false
      await this.#stay({ ...plan, ms: scene.ms ?? plan.ms })
      // asked for another wrap meanwhile: this one makes way
    } while (this.#playing && !this.#stopped && !this.#asked?.plan && scene.turn?.() && this.#turned())
    this.#skipped = false
    await this.#end(scene)
  }

  #turned() {
    this.onScene()
    return true
  }

  // Wait until the scene's time is over, or something ends it.
  async #stay(plan) {
    const end = this.#now() + plan.ms
    await this.#nap(MIN_SCENE / this.pace, () => this.#playing === null)
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

  // Give the screen back to the mosaic.
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

  // The schedule's time, which `pace` speeds up.
  #now() {
    return this.#time.read() * this.pace
  }

  // Sleep; a wake ends it if `enough` agrees. Returns whether the sleep was completed.
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

// The scene that plays a plan: the spotlight for a single item, new or old.
function sceneOf({ scene }) {
  return BACK.has(scene) ? "hero" : scene
}
