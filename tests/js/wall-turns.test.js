// Who comes next: news in order and never dropped, everything else again and again.
import assert from "node:assert/strict"
import { test } from "node:test"
import { seeded } from "../../static/js/wall/rows.js"
import { reading } from "../../static/js/wall/schedule.js"
import { Tongues, sides } from "../../static/js/wall/bilingual.js"
import { Turns } from "../../static/js/wall/turns.js"

const item = (id, at = "2015-11-07T19:00:00Z", text = { fr: "Bonjour", en: "Hello" }) => ({ id, approved_at: at, text })

function wall(count) {
  const turns = new Turns()
  turns.begin(Array.from({ length: count }, (_, i) => [`k${i}`, item(`k${i}`)]))
  return turns
}

const news = (turns) => turns.next(1)[0] ?? null

test("what the page was rendered with is not news", () => {
  assert.equal(news(wall(3)), null)
})

test("a burst is shown whole and in order", () => {
  const turns = wall(10)
  const burst = Array.from({ length: 200 }, (_, i) => `n${i}`)
  for (const key of burst) turns.change(key, item(key))
  const seen = []
  for (let next = news(turns); next; next = news(turns)) {
    seen.push(next.id)
    turns.show(next.id)
  }
  assert.deepEqual(seen, burst)
})

test("news stay in line until they were shown", () => {
  const turns = wall(0)
  turns.change("n", item("n"))
  assert.equal(news(turns).id, "n")
  assert.equal(news(turns).id, "n")
  assert.deepEqual(turns.order(), [])
  turns.show("n")
  assert.equal(news(turns), null)
  assert.equal(turns.order()[0].id, "n")
})

test("news that cannot be shown yet wait, the others do not wait for them", () => {
  const turns = wall(0)
  for (const key of ["a", "b"]) turns.change(key, item(key))
  assert.equal(turns.next(1, ({ id }) => id !== "a")[0].id, "b")
  turns.show("b")
  assert.equal(news(turns).id, "a")
})

test("everyone comes back, and nobody waits for more than a round", () => {
  const turns = wall(57)
  const random = seeded(11)
  const last = new Map()
  for (let n = 0; n < 57 * 6; n++) {
    const order = turns.order()
    // the wall takes the longest wait, and now and then someone else beside them
    for (const { id } of random() < 0.3 ? [order[0], order[Math.floor(random() * 20)]] : [order[0]]) {
      turns.show(id)
      last.set(id, n)
    }
    if (n % 9 === 4) turns.change(`late${n}`, item(`late${n}`))
    const late = news(turns)
    if (late) turns.show(late.id)
  }
  const end = 57 * 6
  for (let i = 0; i < 57; i++) assert.ok(end - last.get(`k${i}`) <= 130, `k${i} was last seen at ${last.get(`k${i}`)}`)
})

test("the latest approved come first among those who never hung", () => {
  const turns = new Turns()
  turns.begin([["a", item("a", "2015-11-06T10:00:00Z")], ["b", item("b", "2015-11-07T10:00:00Z")]])
  assert.deepEqual(turns.order().map(({ id }) => id), ["b", "a"])
})

test("a recalled item is nowhere any more", () => {
  const turns = wall(2)
  turns.change("n", item("n"))
  assert.equal(turns.change("n", null), "gone")
  assert.equal(turns.change("k0", null), "gone")
  assert.equal(news(turns), null)
  assert.deepEqual(turns.order().map(({ id }) => id), ["k1"])
  turns.show("k0")
  assert.equal(turns.size, 1)
})

test("a correction is not news", () => {
  const turns = wall(1)
  assert.equal(turns.change("k0", item("k0", undefined, { fr: "Corrigé", en: null })), "changed")
  assert.equal(news(turns), null)
  assert.equal(turns.get("k0").text.fr, "Corrigé")
})

test("it is shown as long as it takes to read it", () => {
  assert.equal(reading(0), 7000)
  assert.equal(reading(16), 10_000)
  assert.equal(reading(300), 14_000)
})

test("to hang among others is not a turn of one's own", () => {
  const turns = wall(2)
  turns.show("k0")
  turns.hang("k1")
  assert.equal(turns.longest().id, "k1")
  assert.deepEqual(turns.order().map(({ id }) => id), ["k0", "k1"])
})

test("what was approved while the screen was dark is news when it is back", () => {
  const turns = new Turns()
  turns.begin([["a", item("a", "2015-11-06T10:00:00Z")], ["b", item("b", "2015-11-07T10:00:00Z")]], ({ id }) => id === "b")
  assert.equal(news(turns).id, "b")
  assert.equal(turns.longest().id, "a")
})

test("French goes first on every item that has it, and English where there is nothing else", () => {
  for (const languages of ["french_first", "equal", undefined]) {
    const tongues = new Tongues("fr", languages)
    assert.deepEqual(["a", "b", "c", "d"].map((id) => tongues.of(item(id))), ["fr", "fr", "fr", "fr"])
    tongues.shown("a")
    assert.equal(tongues.of(item("a")), "fr")
    assert.equal(tongues.of(item("e", undefined, { fr: null, en: "Only English" })), "en")
  }
  assert.equal(new Tongues("en", "english_first").of(item("a")), "en")
})

test("a label has both sides, a text in one language that one, and a name that is the same in both stands once", () => {
  assert.deepEqual(sides({ fr: "Oui", en: "Yes" }, "fr"), { first: { lang: "fr", text: "Oui" }, second: { lang: "en", text: "Yes" } })
  assert.deepEqual(sides({ fr: "Oui", en: "Yes" }, "en").first, { lang: "en", text: "Yes" })
  assert.deepEqual(sides({ fr: null, en: "Yes" }, "fr"), { first: { lang: "en", text: "Yes" }, second: null })
  assert.equal(sides({ fr: "Mixroom", en: "Mixroom" }, "fr").second, null)
})

test("where they alternate both lead in turn, and a missing one never", () => {
  const tongues = new Tongues("fr", "alternating")
  const spoken = ["a", "b", "c", "d"].map((id) => tongues.of(item(id)))
  assert.deepEqual(spoken, ["fr", "en", "fr", "en"])
  tongues.shown("a")
  assert.equal(tongues.of(item("a")), "en")
  const only = item("e", undefined, { fr: null, en: "Only English" })
  assert.equal(tongues.of(only), "en")
  tongues.shown("e")
  assert.equal(tongues.of(only), "en")
})
