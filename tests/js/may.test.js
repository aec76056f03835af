import assert from "node:assert/strict"
import { test } from "node:test"
import { may } from "../../static/js/lib/may.js"

function page(verbs) {
  globalThis.document = { body: { dataset: verbs === null ? {} : { may: verbs } } }
}

test("a verb is allowed if the page lists it, whole", () => {
  page("submission.approve submission.recall")
  assert.equal(may("submission.recall"), true)
  assert.equal(may("submission"), false)
  assert.equal(may("crew.invite"), false)
})

test("a visitor may do nothing", () => {
  page(null)
  assert.equal(may("submission.submit"), false)
})
