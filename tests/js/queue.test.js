import assert from "node:assert/strict"
import { test } from "node:test"
import { age, converted, neighbour, obstacle, ordered, remarks, successor } from "../../static/js/lib/queue.js"

const item = (id, changes = {}) => ({
  id, status: "submitted", version: 1, submitted_at: `2015-11-07T19:0${id.length}:00Z`, consent: "cleared",
  text: { fr: "Un", en: "One" }, alt: { fr: "Un", en: null }, author: { id: "chloe" }, media: [], ...changes,
})
const map = (...items) => new Map(items.map((each) => [each.id, each]))
const ids = (list) => list.map(({ id }) => id)

test("oldest first, what is held behind, what one has decided left out", () => {
  const items = map(item("ccc"), item("a", { status: "held" }), item("bb"), item("dddd"))
  assert.deepEqual(ids(ordered(items)), ["bb", "ccc", "dddd", "a"])
  assert.deepEqual(ids(ordered(items, new Map([["bb", 1]]))), ["ccc", "dddd", "a"])
})

test("a decided item that comes back changed is shown again", () => {
  const items = map(item("a", { version: 2 }))
  assert.deepEqual(ids(ordered(items, new Map([["a", 1]]))), ["a"])
})

test("J and K stop at the ends", () => {
  const list = ordered(map(item("a"), item("bb"), item("ccc")))
  assert.equal(neighbour(list, "a", 1), "bb")
  assert.equal(neighbour(list, "a", -1), "a")
  assert.equal(neighbour(list, "ccc", 1), "ccc")
  assert.equal(neighbour(list, "gone", 1), "a")
  assert.equal(neighbour([], "a", 1), null)
})

test("the next in line takes the place of what was decided", () => {
  const list = ordered(map(item("a"), item("bb"), item("ccc")))
  assert.equal(successor(list, "bb"), "ccc")
  assert.equal(successor(list, "ccc"), "bb")
  assert.equal(successor(ordered(map(item("a"))), "a"), null)
})

test("what stands in the way of an approval", () => {
  const ben = { id: "ben", role: "community_manager" }
  const photo = (changes) => item("a", { media: [{ status: "ready" }], ...changes })
  assert.equal(obstacle(photo({}), ben), null)
  assert.equal(obstacle(photo({ consent: "pending" }), ben), "consent")
  assert.equal(obstacle(photo({ consent: "refused" }), ben), "consent")
  assert.equal(obstacle(photo({ media: [{ status: "processing" }] }), ben), "processing")
  assert.equal(obstacle(photo({ media: [{ status: "processing", kind: "video", original: "awaited" }] }), ben), "arriving")
  const half = photo({ media: [{ status: "processing", kind: "video", original: "received", progress: 50 }] })
  assert.equal(obstacle(half, ben), "converting")
  assert.equal(converted(half), 50)
  assert.equal(obstacle(photo({ media: [{ status: "refused" }] }), ben), "refused")
  assert.equal(obstacle(item("a", { consent: "pending" }), ben), null)
  assert.equal(obstacle(item("a", { author: { id: "ben" } }), ben), "own")
  assert.equal(obstacle(item("a", { author: { id: "ben" } }), { id: "ben", role: "lead" }), null)
})

test("an item grows old", () => {
  const sent = Date.parse("2015-11-07T19:01:00Z")
  assert.equal(age(item("a"), sent + 60_000), "new")
  assert.equal(age(item("a"), sent + 4 * 60_000), "slow")
  assert.equal(age(item("a"), sent + 9 * 60_000), "late")
})

test("remarks name what is missing", () => {
  assert.deepEqual(remarks(item("a"), 280), [])
  const bare = item("a", { text: { fr: "x".repeat(300), en: null }, alt: {}, media: [{}] })
  assert.deepEqual(remarks(bare, 280), ["no_en", "long", "no_alt"])
})
