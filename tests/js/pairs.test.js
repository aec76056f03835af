import assert from "node:assert/strict"
import { test } from "node:test"
import { begun, sorted, standing, writable, written } from "../../static/js/lib/pairs.js"

const ben = { id: "ben", reviews: true }
const driss = { id: "driss", reviews: false }
const item = (id, asked = null, changes = {}) => ({
  id, lacks: "en", text: { fr: "Un", en: null }, alt: { fr: null, en: null }, media: [], approved_at: `2015-11-07T19:00:0${id}Z`, asked, ...changes,
})
const proposed = { text: "One", alt: null, media: [], at: "2015-11-07T19:30:00Z", outdated: false }

test("whose it is, for each who looks", () => {
  const of = (asked) => [standing(item("1", asked), ben), standing(item("1", asked), driss)]
  assert.deepEqual(of(null), ["free", "free"])
  assert.deepEqual(of({ id: "driss", proposed: null }), ["theirs", "mine"])
  assert.deepEqual(of({ id: "driss", proposed }), ["review", "waits"])
  assert.deepEqual(of({ id: "chloe", proposed }), ["review", "theirs"])
  assert.deepEqual(of({ id: "ben", proposed: null }), ["mine", "theirs"])
})

test("what one can do something about comes first, the longest shown before the others", () => {
  const items = [item("1", { id: "chloe", proposed: null }), item("2"), item("3", { id: "driss", proposed: null }), item("4", { id: "chloe", proposed }), item("5")]
  const ids = (me) => sorted(items, me).map(({ id }) => id)
  assert.deepEqual(ids(ben), ["4", "2", "5", "1", "3"])
  assert.deepEqual(ids(driss), ["3", "2", "5", "1", "4"])
  assert.deepEqual(ids(driss), sorted(items.toReversed(), driss).map(({ id }) => id))
})

test("the fields begin with what is proposed, else with what there is", () => {
  assert.deepEqual(begun(item("1")), { text: "", alt: "" })
  assert.deepEqual(begun(item("1", { id: "driss", proposed })), { text: "One", alt: "" })
  assert.deepEqual(begun(item("1", null, { text: { fr: "Un", en: "One" } })), { text: "One", alt: "" })
})

test("each photo of which something is said has fields of its own, and they are sent as they are named", () => {
  const photo = { id: "m2", caption: { fr: "La maquette", en: null }, alt: { fr: "Du carton", en: "Cardboard" } }
  const fields = { text: "", alt: "", "m2.caption": "", "m2.alt": "Cardboard" }
  assert.deepEqual(begun(item("1", null, { media: [photo] })), fields)
  const theirs = { ...proposed, media: [{ id: "m2", caption: "The model", alt: null }] }
  assert.equal(begun(item("1", { id: "driss", proposed: theirs }, { media: [photo] }))["m2.caption"], "The model")
  assert.deepEqual(written({ ...fields, text: "One", "m2.caption": "The model" }), {
    text: "One", alt: "", media: [{ id: "m2", caption: "The model", alt: "Cardboard" }],
  })
})

test("what was asked of someone else is written by reviewers alone", () => {
  const theirs = item("1", { id: "chloe", proposed: null })
  assert.deepEqual([writable(theirs, ben), writable(theirs, driss), writable(item("1"), driss)], [true, false, true])
})
