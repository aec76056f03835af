import assert from "node:assert/strict"
import { test } from "node:test"
import { Fold } from "../../static/js/lib/fold.js"
import { dice } from "./dice.js"

const plain = (map) => Object.fromEntries([...map].sort())

test("a page starts with what it was rendered with", () => {
  const fold = new Fold({ seq: 4, items: { a: 1 } })
  assert.deepEqual(plain(fold.items), { a: 1 })
  assert.equal(fold.cursor, 4)
})

test("the next frame is applied and moves the cursor", () => {
  const fold = new Fold({ seq: 4, items: { a: 1 } })
  const { changed, gap } = fold.frame({ after: 4, seq: 6, changes: { a: null, b: 2 } })
  assert.equal(gap, false)
  assert.deepEqual(plain(changed), { a: null, b: 2 })
  assert.deepEqual(plain(fold.items), { b: 2 })
  assert.equal(fold.cursor, 6)
})

test("a frame that is known already is ignored", () => {
  const fold = new Fold({ seq: 6, items: { a: "new" } })
  assert.equal(fold.frame({ after: 4, seq: 5, changes: { a: "old" } }).changed.size, 0)
  assert.deepEqual(plain(fold.items), { a: "new" })
})

test("a frame after a gap is shown at once, but the cursor waits for a follow", () => {
  const fold = new Fold({ seq: 4 })
  assert.equal(fold.frame({ after: 7, seq: 8, changes: { a: 8 } }).gap, true)
  assert.deepEqual(plain(fold.items), { a: 8 })
  assert.equal(fold.cursor, 4)
})

test("a follow that was answered before the gap's frame does not undo it", () => {
  const fold = new Fold({ seq: 4, items: { z: 0 } })
  fold.frame({ after: 7, seq: 8, changes: { a: "new", z: null } })
  fold.answer({ seq: 7, changes: { a: "old", z: "old", b: 7 } }, 4)
  assert.deepEqual(plain(fold.items), { a: "new", b: 7 })
  assert.equal(fold.cursor, 7)
})

test("a reset removes what is no longer in the list", () => {
  const fold = new Fold({ seq: 4, items: { a: 1, b: 1 } })
  const { changed, reset } = fold.answer({ reset: true, seq: 9, changes: { b: 2 } }, 4)
  assert.equal(reset, true)
  assert.deepEqual(plain(changed), { a: null, b: 2 })
  assert.deepEqual(plain(fold.items), { b: 2 })
})

test("a server whose numbers went back is believed", () => {
  const fold = new Fold({ seq: 90, items: { a: 1 } })
  fold.answer({ reset: true, seq: 12, changes: { b: 2 } }, 90)
  assert.deepEqual(plain(fold.items), { b: 2 })
  assert.equal(fold.cursor, 12)
  fold.frame({ after: 12, seq: 13, changes: { b: 3 } })
  assert.deepEqual(plain(fold.items), { b: 3 })
})

test("a page that knows nothing yet does not take the first frame for the whole list", () => {
  const fold = new Fold()
  assert.equal(fold.frame({ after: 0, seq: 3, changes: { a: 3 } }).gap, true)
  fold.answer({ seq: 2, changes: { b: 2 } }, 0)
  assert.deepEqual(plain(fold.items), { a: 3, b: 2 })
})

test("a beat ahead of the cursor means: ask again", () => {
  const fold = new Fold({ seq: 4 })
  assert.equal(fold.beat(4), false)
  assert.equal(fold.beat(5), true)
})

test("whatever the line does, the list ends exact", () => {
  for (let seed = 1; seed <= 4000; seed += 1) play(seed)
})

// A server with a numbered journal, of which a view hears some facts, and a line that delays, loses and
// reorders frames and answers; at the end one follow gets through.
function play(seed) {
  const { chance, below } = dice(seed)
  const server = { seq: 0, items: {}, touched: {}, lastHeard: 0 }
  const write = () => {
    server.seq += 1
    if (chance(0.25)) return null // a fact that this view does not hear
    const changes = {}
    for (let n = 1 + below(2); n > 0; n -= 1) {
      const key = "abcdef"[below(6)]
      if (chance(0.3)) delete server.items[key]
      else server.items[key] = server.seq
      server.touched[key] = server.seq
      changes[key] = server.items[key] ?? null
    }
    const frame = { after: server.lastHeard, seq: server.seq, changes }
    server.lastHeard = server.seq
    return frame
  }
  const answer = (after) => {
    if (!after) return { seq: server.seq, changes: { ...server.items } }
    if (chance(0.1)) return { reset: true, seq: server.seq, changes: { ...server.items } }
    const keys = Object.keys(server.touched).filter((key) => server.touched[key] > after)
    return {
      seq: server.seq,
      changes: Object.fromEntries(keys.map((key) => [key, server.items[key] ?? null])),
    }
  }
  for (let n = below(6); n > 0; n -= 1) write()
  const fold = chance(0.3) ? new Fold() : new Fold({ seq: server.seq, items: { ...server.items } })
  const shown = new Map(fold.items) // what a screen would show that only hears of changes
  const show = ({ changed }) => {
    for (const [key, item] of changed) item === null ? shown.delete(key) : shown.set(key, item)
  }
  let frames = []
  let question = null // at most one at a time
  const wild = chance(0.5)
  for (let step = 0; step < 60; step += 1) {
    if (chance(0.5)) {
      const frame = write()
      if (frame) frames.push(frame)
    }
    if (chance(0.06)) frames = [] // the line went down
    if (chance(0.06)) question = null // … with a question on it
    if (frames.length && chance(0.5)) {
      const [frame] = frames.splice(wild ? below(frames.length) : 0, 1)
      const told = fold.frame(frame)
      show(told)
      if (told.gap && !question && chance(0.8)) question = { asked: fold.cursor }
    }
    if (!question && chance(0.1)) question = { asked: fold.cursor }
    if (question && !question.answer && chance(0.6)) question.answer = answer(question.asked)
    if (question?.answer && chance(0.5)) {
      show(fold.answer(question.answer, question.asked))
      question = null
    }
  }
  if (question?.answer) show(fold.answer(question.answer, question.asked))
  for (const frame of frames) show(fold.frame(frame))
  if (fold.beat(server.seq) || fold.cursor < server.seq) show(fold.answer(answer(fold.cursor), fold.cursor))
  assert.deepEqual(plain(fold.items), plain(new Map(Object.entries(server.items))), `seed ${seed}`)
  assert.deepEqual(plain(shown), plain(fold.items), `told changes, seed ${seed}`)
}
