// A reviewer's decisions on their way to the server. Each counts as made at once; what the server refuses is as it
// was. Pure but for what it is given: decide(item, action, why) asks, refused(item, error) hears of a refusal.
const AT_ONCE = 4 // two hundred at once would wait for each other until they are given up

export class Decisions {
  made = new Map() // id → version decided on, until the server has said so

  constructor({ decide, refused }) {
    Object.assign(this, { decide, refused })
  }

  // The server has said so, or someone has changed it since.
  hear(items) {
    for (const [id, version] of this.made) if (items.get(id)?.version !== version) this.made.delete(id)
  }

  // [[item, action, why]…] → the ids of those that the server agreed to; an error where there are none.
  async make(decisions) {
    for (const each of decisions) this.#note(each)
    return this.#inTurn(decisions)
  }

  // One that the others hang on: where it is refused, none of them is made.
  async makeAfter(first, others) {
    for (const each of [first, ...others]) this.#note(each)
    await this.#send(first, others)
    const made = others.length ? await this.#inTurn(others).catch(() => []) : []
    return [first[0].id, ...made]
  }

  // What is kept aside stays in the queue.
  #note([{ id, version }, action]) {
    if (action !== "hold") this.made.set(id, version)
  }

  async #inTurn(decisions) {
    const left = [...decisions]
    const failures = new Map()
    const work = async () => {
      while (left.length) {
        const next = left.shift()
        await this.#send(next).catch((error) => failures.set(next[0].id, error))
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, work))
    const made = decisions.map(([{ id }]) => id).filter((id) => !failures.has(id))
    if (!made.length) throw failures.values().next().value
    return made
  }

  async #send([item, action, why], others = []) {
    try {
      await this.decide(item, action, why)
    } catch (error) {
      for (const { id } of [item, ...others.map(([other]) => other)]) this.made.delete(id)
      this.refused(item, error)
      throw error
    }
  }
}
