// What the column announces: what has begun, and what follows.
import assert from "node:assert/strict"
import { test } from "node:test"
import { upcoming } from "../../static/js/wall/programme.js"

const day = ["09:00", "14:00", "16:30", "19:00"].map((at) => ({ at, title: { fr: at, en: null } }))
const shown = (now, entries = day, index = 0) =>
  upcoming(entries, now, index).map(({ at, running }) => (running ? `${at}*` : at))

test("before the first, the first three", () => assert.deepEqual(shown("07:00"), ["09:00", "14:00", "16:30"]))
test("what has begun leads", () => assert.deepEqual(shown("14:10"), ["14:00*", "16:30", "19:00"]))
test("what began long ago is over, also where nothing has followed", () =>
  assert.deepEqual(shown("11:28"), ["14:00", "16:30", "19:00"]))
test("the last stays for its hour", () => assert.deepEqual(shown("19:40"), ["19:00*"]))
test("then there is nothing to announce", () => assert.deepEqual(shown("20:30"), []))
test("an entry late at night does not end before it began", () =>
  assert.deepEqual(shown("23:50", [{ at: "23:30", title: {} }]), ["23:30*"]))
test("the order they came in does not matter", () => assert.deepEqual(shown("14:10", [...day].reverse()), ["14:00*", "16:30", "19:00"]))
test("entries of another day are not announced", () => {
  const entries = [{ at: "10:00", day: 0, title: {} }, { at: "11:00", day: 1, title: {} }, { at: "12:00", title: {} }]
  assert.deepEqual(shown("08:00", entries, 1), ["11:00", "12:00"])
})
test("no programme, nothing", () => assert.deepEqual(shown("08:00", []), []))
