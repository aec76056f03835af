import assert from "node:assert/strict"
import { test } from "node:test"
import { LARGEST, SMALLEST, learnt, portion, rendition } from "../../static/js/lib/uplink.js"

test("a preview is as large as the line has shown it can carry", () => {
  assert.equal(rendition(undefined).edge, 1280)
  assert.equal(rendition(250_000).edge, 720)
  assert.equal(rendition(1_000_000).edge, 1280)
  assert.equal(rendition(5_000_000).edge, 1600)
})

test("a portion of an original takes some seconds, within bounds", () => {
  assert.equal(portion(1_000_000), 500_000)
  assert.equal(portion(10_000), SMALLEST)
  assert.equal(portion(1e9), LARGEST)
})

test("the estimate follows the line, and small things teach nothing", () => {
  assert.equal(learnt(undefined, 125_000, 1000), 1_000_000)
  assert.equal(learnt(1_000_000, 250_000, 1000), 1_500_000)
  assert.equal(learnt(1_000_000, 100, 1000), 1_000_000)
})
