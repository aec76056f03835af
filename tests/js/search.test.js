import assert from "node:assert/strict"
import { test } from "node:test"
import { matching } from "../../static/js/lib/search.js"

const item = (id, changes = {}) => ({
  id, text: { fr: null, en: null }, alt: { fr: null, en: null }, credit: null, team: null, place: null, ...changes,
})
const ITEMS = [
  item("robot", { text: { fr: "Le robot danse à l’atelier.", en: "The robot dances." }, credit: "Chloé Gagnon" }),
  item("work", { text: { fr: "Un chef-d’œuvre.", en: null }, team: { fr: "Équipe Écho", en: "Team Echo" } }),
  item("photo", { alt: { fr: "Deux médiatrices", en: null }, credit: "Chloé Roy", place: { fr: "Rotonde", en: null } }),
]
const found = (typed) => matching(ITEMS, typed).map(({ id }) => id)

test("nothing typed is everything, in its order", () => {
  assert.deepEqual(found("  "), ["robot", "work", "photo"])
})

test("words in either language, descriptions, credit, team and place", () => {
  assert.deepEqual(found("dances"), ["robot"])
  assert.deepEqual(found("mediatrices"), ["photo"])
  assert.deepEqual(found("chloé"), ["robot", "photo"])
  assert.deepEqual(found("team echo"), ["work"])
  assert.deepEqual(found("rotonde"), ["photo"])
})

test("every word must be there, in any order", () => {
  assert.deepEqual(found("gagnon robot"), ["robot"])
  assert.deepEqual(found("roy robot"), [])
})

test("capitals, accents and the form of an apostrophe do not matter", () => {
  for (const typed of ["CHEF-D'OEUVRE", "chef-d’œuvre", "Chef-d'Œuvre", "equipe ECHO"]) assert.deepEqual(found(typed), ["work"])
})
