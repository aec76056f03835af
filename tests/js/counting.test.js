import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { test } from "node:test"
import { addresses, count } from "../../static/js/lib/counting.js"

const read = (name) => JSON.parse(readFileSync(new URL(`../data/${name}.json`, import.meta.url)))
const theirs = read("twitter-text")
const LIMITS = {
  x: { limit: 280 }, bluesky: { limit: 300 }, mastodon: { limit: 500 }, instagram: { limit: 2200, hashtags: 30 },
  linkedin: { limit: 3000 }, facebook: { limit: 63206 }, newsletter: {},
}

for (const { description, text, length } of theirs.weighted) {
  test(`X counts as its own library does: ${description}`, () => assert.equal(count("x", text).length, length))
}

for (const { description, text, urls } of theirs.urls) {
  test(`X finds the addresses that its own library finds: ${description}`, () => assert.deepEqual(addresses(text), urls))
}

for (const { channel, description, text, limit, ...expected } of read("counting")) {
  test(`${channel}: ${description}`, () => {
    const counted = count(channel, text, { ...LIMITS[channel], ...(limit ? { limit } : {}) })
    assert.equal(counted.length, expected.length)
    assert.equal(counted.over, expected.over)
    assert.equal(counted.hashtags, expected.hashtags ?? 0)
  })
}

for (const { start = "", text, times, end = "" } of read("counting-long")) {
  test(`no long text takes long to count: ${start}${text.slice(0, 12)}`, () => {
    for (const channel of ["x", "mastodon", "bluesky"]) {
      const began = process.cpuUsage().user
      count(channel, start + text.repeat(times) + end)
      assert.ok(process.cpuUsage().user - began < 2e6) // microseconds; it takes 0.3 s
    }
  })
}
