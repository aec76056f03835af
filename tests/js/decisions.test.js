import assert from "node:assert/strict"
import { test } from "node:test"
import { Decisions } from "../../static/js/review/decisions.js"

const item = (id, version = 1) => ({ id, version })
const none = { reason: "better_one" }

// A server that answers when it is told to, and what it has heard.
function server() {
  const asked = []
  const waiting = new Map()
  const refusals = []
  const decisions = new Decisions({
    decide: ({ id }, action) => {
      asked.push(`${action} ${id}`)
      return new Promise((resolve, reject) => waiting.set(id, { resolve, reject }))
    },
    refused: ({ id }) => refusals.push([id, [...decisions.made.keys()].sort()]),
  })
  const answer = async (id, how = "resolve") => {
    waiting.get(id)[how](new Error("refused"))
    await new Promise((done) => setImmediate(done))
  }
  return { asked, refusals, decisions, answer }
}

test("a decision counts as made at once, until the server has said so", async () => {
  const { decisions, answer } = server()
  const done = decisions.make([[item("a"), "approve", {}], [item("b"), "hold", {}]])
  assert.deepEqual([...decisions.made], [["a", 1]])
  decisions.hear(new Map([["a", item("a")]]))
  assert.deepEqual([...decisions.made], [["a", 1]])
  decisions.hear(new Map())
  assert.deepEqual([...decisions.made], [])
  await answer("a")
  await answer("b")
  assert.deepEqual(await done, ["a", "b"])
})

test("what is refused is as it was, and the rest can be undone", async () => {
  const { decisions, answer, refusals } = server()
  const done = decisions.make(["a", "b", "c"].map((id) => [item(id), "approve", {}]))
  await answer("b", "reject")
  await answer("a")
  await answer("c")
  assert.deepEqual(refusals, [["b", ["a", "c"]]])
  assert.deepEqual(await done, ["a", "c"])
})

test("where everything is refused there is nothing to undo", async () => {
  const { decisions, answer } = server()
  const done = decisions.make([[item("a"), "approve", {}]])
  const failed = assert.rejects(done, /refused/)
  await answer("a", "reject")
  await failed
})

test("of a burst the others wait for the one that is kept", async () => {
  const { decisions, answer, asked } = server()
  const others = ["b", "c"].map((id) => [item(id), "reject", none])
  const done = decisions.makeAfter([item("a"), "approve", {}], others)
  assert.deepEqual([...decisions.made.keys()], ["a", "b", "c"])
  assert.deepEqual(asked, ["approve a"])
  await answer("a")
  assert.deepEqual(asked, ["approve a", "reject b", "reject c"])
  await answer("c")
  await answer("b", "reject")
  assert.deepEqual(await done, ["a", "c"])
})

test("where the one is refused none of the others is touched", async () => {
  const { decisions, answer, asked, refusals } = server()
  const done = decisions.makeAfter([item("a"), "approve", {}], [[item("b"), "reject", none]])
  const failed = assert.rejects(done, /refused/)
  await answer("a", "reject")
  await failed
  assert.deepEqual(asked, ["approve a"])
  assert.deepEqual(refusals, [["a", []]])
})

test("never more than four at once", async () => {
  const { decisions, answer, asked } = server()
  const ids = ["a", "b", "c", "d", "e", "f"]
  decisions.make(ids.map((id) => [item(id), "approve", {}]))
  assert.equal(asked.length, 4)
  await answer("c")
  assert.equal(asked.length, 5)
})
