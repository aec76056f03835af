import assert from "node:assert/strict"
import { test } from "node:test"
import { answers } from "../../static/js/wall/watch.js"

const says = (text, status = 200) => async () => new Response(text, { status })

test("a wall is loaded anew only where our server answers", async () => {
  assert.equal(await answers(says('{"status":"ok"}')), true)
  assert.equal(await answers(says("<h1>Acceptez les conditions</h1>")), false)
  assert.equal(await answers(says("null")), false)
  assert.equal(await answers(says("Bad Gateway", 502)), false)
  assert.equal(await answers(() => Promise.reject(new TypeError("Failed to fetch"))), false)
})
