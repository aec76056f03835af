// The worker that imports files. One question, one answer: {id, file, still, rendition} → {id, taken} or {id,
// fault}.
import { intake } from "../lib/intake.js"
import { openStore } from "../lib/store.js"

const opening = openStore()
postMessage({}) // it is here

addEventListener("message", async ({ data: { id, file, still, rendition } }) => {
  try {
    const store = await opening
    if (!store.lasting) throw new Error("the worker keeps nothing")
    postMessage({ id, taken: await intake(store, id, file, { rendition, still }) })
  } catch (error) {
    postMessage({ id, fault: error.name || "Error" })
  }
})
