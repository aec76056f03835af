import assert from "node:assert/strict"
import { test } from "node:test"
import { age, best, burst, chosenBy, converted, free, neighbour, obstacle, ordered, remarks, successor, taken } from "../../static/js/review/queue.js"

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
  const ben = { id: "ben", decidesOwn: false }
  const photo = (changes) => item("a", { media: [{ status: "ready" }], ...changes })
  assert.equal(obstacle(photo({}), ben), null)
  assert.equal(obstacle(photo({ consent: "pending" }), ben), "consent")
  assert.equal(obstacle(photo({ consent: "refused" }), ben), "consent")
  assert.equal(obstacle(photo({ media: [{ status: "processing" }] }), ben), "processing")
  const announced = photo({ media: [{ status: "processing", original: "awaited" }], submitted_at: "2015-11-07T14:00:00Z" })
  const sent = Date.parse(announced.submitted_at)
  assert.equal(obstacle(announced, ben, sent + 5_000), "processing", "it is on its way")
  assert.equal(obstacle(announced, ben, sent + 14 * 60_000), "awaited", "its phone may be off")
  assert.equal(obstacle(photo({ media: [{ status: "processing", kind: "video", original: "awaited" }] }), ben), "arriving")
  const half = photo({ media: [{ status: "processing", kind: "video", original: "received", progress: 50 }] })
  assert.equal(obstacle(half, ben), "converting")
  assert.equal(converted(half), 50)
  assert.equal(obstacle(photo({ media: [{ status: "refused" }] }), ben), "refused")
  assert.equal(obstacle(item("a", { consent: "pending" }), ben), null)
  assert.equal(obstacle(item("a", { author: { id: "ben" } }), ben), "own")
  assert.equal(obstacle(item("a", { author: { id: "ben" } }), { id: "ben", decidesOwn: true }), null)
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

test("what someone else has open is passed over while their lease lasts", () => {
  const ben = { id: "ben", decidesOwn: false }
  const claim = { id: "lea", name: "Léa", until: "2015-11-07T20:00:00Z" }
  const list = ordered(map(item("a", { claim }), item("bb"), item("ccc", { claim: { ...claim, id: "ben" } })))
  const [then, later] = [Date.parse("2015-11-07T19:59:59Z"), Date.parse("2015-11-07T20:00:01Z")]
  assert.equal(taken(list[0], ben, then), true)
  assert.equal(taken(list[0], ben, later), false)
  assert.equal(taken(list[2], ben, then), false)
  assert.equal(free(list, null, ben, then), "bb")
  assert.equal(free(list, "a", ben, later), "a")
  assert.equal(free(list, "ccc", ben, then), "ccc")
  assert.equal(free(list.slice(0, 1), "a", ben, then), "a")
  assert.equal(free([], null, ben, then), null)
  assert.equal(obstacle(list[0], ben, then), "taken")
})

test("a burst is what one person shot in one go", () => {
  const at = (id, second, author = "chloe", media = [{}]) =>
    item(id, { submitted_at: new Date(Date.UTC(2015, 10, 7, 19, 0, second)).toISOString(), author: { id: author }, media })
  const list = [at("a", 0), at("x", 5, "driss"), at("b", 60), at("c", 140), at("d", 240), at("t", 141, "chloe", [])]
  assert.deepEqual(burst(list, "b"), ["a", "b", "c"])
  assert.deepEqual(burst(list, "d"), [])
  assert.deepEqual(burst(list, "x"), [])
  assert.deepEqual(burst(list, "t"), [])
  assert.deepEqual(burst(list, "gone"), [])
})

test("of a burst one is kept, and what others have open is left alone", () => {
  const ben = { id: "ben", decidesOwn: false }
  const now = Date.UTC(2015, 10, 7, 19, 1)
  const claim = { id: "lea", name: "Léa", until: "2015-11-07T20:00:00Z" }
  const shot = (id, second, changes = {}) =>
    item(id, { submitted_at: new Date(Date.UTC(2015, 10, 7, 19, 0, second)).toISOString(), media: [{ status: "ready" }], ...changes })
  const list = [shot("a", 0), shot("b", 5), shot("c", 9, { claim }), shot("d", 12, { consent: "pending" }), shot("x", 13, { author: { id: "driss" } })]
  const { rest, left } = best(list, "b", ben, now)
  assert.deepEqual(ids(rest), ["a", "d"]) // what could not be approved can be rejected
  assert.equal(left, 1)
  assert.deepEqual(best(list, "x", ben, now), { rest: [], left: 0 })
  const own = list.map((each) => ({ ...each, author: { id: "ben" } }))
  assert.deepEqual(best(own, "b", ben, now), { rest: [], left: 4 })
  assert.equal(best(own, "b", { id: "ben", decidesOwn: true }, now).rest.length, 3)
})

test("the list can be sifted", () => {
  const list = [item("a", { text: { fr: "Un", en: null } }), item("b", { text: { fr: null, en: "One" } }), item("c", { status: "held" })]
  assert.deepEqual(ids(chosenBy(list, "no_en")), ["a"])
  assert.deepEqual(ids(chosenBy(list, "no_fr")), ["b"])
  assert.deepEqual(ids(chosenBy(list, "held")), ["c"])
  assert.equal(chosenBy(list, "all").length, 3)
})
