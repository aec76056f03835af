// One followed view: keeps a Fold exact over a transport that may lose, delay and reorder messages. The transport,
// the timers and the random numbers are injected, so that tests control them.
import { Fold } from "./fold.js"

export const BEAT_SPREAD = 500 // ms; spreads the requests of many screens after a missed frame

export class Following {
  #asking = false
  #again = false
  #stopped = false

  // ask(view, after, start?) → promise of {seq, changes, reset?, more?}; later(ms, do) → cancel
  constructor(view, first, { ask, later, random = Math.random, onChange = () => {}, onBeat = () => {}, onAsked = () => {} }) {
    this.view = view
    this.fold = new Fold(first)
    Object.assign(this, { ask, later, random, onChange, onBeat, onAsked })
  }

  get items() {
    return this.fold.items
  }

  get cursor() {
    return this.fold.cursor
  }

  frame(frame) {
    if (this.#stopped) return
    const { changed, gap } = this.fold.frame(frame)
    this.#tell(changed, false)
    if (gap) this.catchUp()
  }

  beat(beat) {
    if (this.#stopped) return
    this.onBeat(beat)
    const { seq } = beat
    if (this.cancelBeat || !this.fold.beat(seq)) return
    this.cancelBeat = this.later(this.random() * BEAT_SPREAD, () => {
      this.cancelBeat = null
      if (this.fold.beat(seq)) this.catchUp()
    })
  }

  // Ask from the cursor, or from the beginning (0). One request at a time; calls in between lead to one more
  // afterwards.
  async catchUp(from = this.cursor) {
    if (this.#stopped) return
    if (this.#asking) {
      this.#again = true
      return
    }
    this.#asking = true
    const asked = from
    let failure = null
    try {
      const answer = await this.#whole(asked)
      if (this.#stopped) return
      const { changed, reset } = this.fold.answer(answer, asked)
      this.#tell(changed, reset)
    } catch (error) {
      failure = error
    } finally {
      this.#asking = false
    }
    this.onAsked(failure)
    // A failed question is not repeated here: the next beat, poll or connection asks again.
    if (this.#again) {
      this.#again = false
      if (!failure) await this.catchUp()
    }
    return !failure
  }

  // A long list comes in parts, each of which says where the next begins. It is as old as its first part: what
  // has changed since comes as frames, or with the next question.
  async #whole(asked) {
    const answer = checked(await this.ask(this.view, asked))
    let { more } = answer
    while (more && !this.#stopped) {
      const part = checked(await this.ask(this.view, 0, more))
      Object.assign(answer.changes, part.changes)
      more = part.more
    }
    return answer
  }

  stop() {
    this.#stopped = true
    this.cancelBeat?.()
  }

  #tell(changed, reset) {
    if (changed.size || reset) this.onChange({ changed, items: this.items, reset })
  }
}

function checked(answer) {
  if (!Number.isInteger(answer?.seq)) throw Object.assign(new Error("refused"), answer)
  return answer
}
