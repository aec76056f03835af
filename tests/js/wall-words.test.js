import assert from "node:assert/strict"
import test from "node:test"

import { counted } from "../../static/js/wall/words.js"

const phrases = {
  says: "{items} publications, {people} personnes",
  one: "une publication",
  byOne: "{items} publications d’une même personne",
}
const of = (items, people) => counted(phrases, { items, people })

test("a recap counts its posts and their authors", () => assert.equal(of(4, 3), "4 publications, 3 personnes"))
test("one person is not several", () => assert.equal(of(4, 1), "4 publications d’une même personne"))
test("one post is not several", () => assert.equal(of(1, 1), "une publication"))
