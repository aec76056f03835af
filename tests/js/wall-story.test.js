import assert from "node:assert/strict"
import test from "node:test"

import { captioned, leavesOf, stayOf } from "../../static/js/wall/story.js"

const none = { fr: null, en: null }
const wrap = {
  pieces: ["a", "b", "gone"].map((id) => ({ id, caption: none })),
  counts: [{ count: 3, label: {} }],
  people: [{ name: "Léa", named: true }],
  thanks: none,
  opening: none,
}
const find = (key) => ({ a: { text: { fr: "un", en: null } }, b: { text: none } })[key]
const kinds = (leaves) => leaves.map(({ kind }) => kind).join(" ")

test("a wrap begins with its title, ends with the end, and shows only what may be shown", () => {
  assert.equal(kinds(leavesOf(wrap, find)), "title piece piece numbers thanks end")
  assert.equal(kinds(leavesOf({ ...wrap, counts: [], people: [{ name: "Léa", named: false }] }, () => undefined)), "title end")
  assert.equal(kinds(leavesOf({ ...wrap, people: [], thanks: { fr: "Merci", en: null } }, find)), "title piece piece numbers thanks end")
})

test("a caption replaces the words of one language, and leaves the other", () => {
  const item = { id: "a", text: { fr: "un", en: "one" } }
  assert.deepEqual(captioned(item, { fr: "Une", en: null }).text, { fr: "Une", en: "one" })
  assert.deepEqual(captioned(item, undefined).text, item.text)
})

test("each leaf stays long enough to be read, and no longer than a scene", () => {
  const long = { text: { fr: "mot ".repeat(400), en: null }, media: [] }
  for (const kind of ["title", "piece", "numbers", "thanks", "end"]) {
    for (const item of [long, { text: none, media: [] }]) {
      const ms = stayOf({ kind }, { wrap: { ...wrap, opening: item.text }, item, count: 80 })
      assert.ok(ms >= 7000 && ms <= 14_000, `${kind}: ${ms}`)
    }
  }
})
