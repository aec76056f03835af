import assert from "node:assert/strict"
import { test } from "node:test"
import { ApiError, call, settle } from "../../static/js/lib/api.js"

test("an answer is its body", () => {
  assert.deepEqual(settle(201, '{"id":"a"}').body, { id: "a" })
  assert.equal(settle(204, "").body, null)
})

test("a problem keeps its code, its words and its fields", () => {
  const body = JSON.stringify({ code: "invalid", title: "Il manque quelque chose.", errors: [{ field: "text", message: "Ceci manque." }] })
  assert.throws(() => settle(422, body), (error) => {
    assert.ok(error instanceof ApiError)
    assert.equal(error.code, "invalid")
    assert.equal(error.title, "Il manque quelque chose.")
    assert.equal(error.errors[0].field, "text")
    assert.equal(error.passing, false)
    return true
  })
})

test("a proxy's own page is a problem too", () => {
  assert.throws(() => settle(502, "<html>Bad gateway</html>"), ({ code, passing }) => code === "http_502" && passing)
})

const PAGE = "<!doctype html><h1>Acceptez les conditions</h1>"
const isNone = (error) => error.code === "network" && error.status === 0 && error.passing

test("a page of the Wi-Fi in place of our answer, or half of one, is no answer", async (t) => {
  for (const text of [PAGE, '{"id": "a', "{"]) {
    assert.throws(() => settle(200, text), isNone)
    for (const status of [200, 401, 403, 404]) {
      t.mock.method(globalThis, "fetch", async () => new Response(text, { status }))
      await assert.rejects(call("GET", "/api/v1/x"), isNone)
    }
  }
  t.mock.method(globalThis, "fetch", async () => new Response(PAGE, { status: 413 }))
  await assert.rejects(call("POST", "/api/v1/x"), ({ code, passing }) => code === "http_413" && !passing)
})

test("an empty answer is one only where the server says so", async (t) => {
  const answers = [new Response(null, { status: 204 }), new Response("", { status: 200 })]
  t.mock.method(globalThis, "fetch", async () => answers.shift())
  assert.equal((await call("DELETE", "/api/v1/x")).body, null)
  await assert.rejects(call("POST", "/api/v1/x"), isNone)
})

test("only what may pass is worth another try", () => {
  for (const status of [0, 401, 408, 425, 429, 500, 503, 507]) assert.ok(new ApiError({ code: "x", status }).passing, status)
  for (const status of [400, 403, 404, 409, 412, 413, 422]) assert.ok(!new ApiError({ code: "x", status }).passing, status)
})

test("Retry-After is heard, within reason", () => {
  const wait = (header) => {
    try {
      settle(429, "{}", () => header)
    } catch (error) {
      return error.after
    }
    return null
  }
  assert.equal(wait("12"), 12)
  assert.equal(wait("Wed, 21 Oct 2015 07:28:00 GMT"), 0)
  assert.equal(wait("86400"), 600)
})
