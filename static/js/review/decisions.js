// A reviewer's decisions on their way to the server. Each counts as made at once; if the server refuses it, it is
// undone. Pure but for its arguments: decide(item, action, why) asks the server, refused(item, error) hears of a
// refusal.
const AT_ONCE = 4 // more would queue in the browser until they time out

export class Decisions {
  made = new Map() // id → version decided on, until the server confirms it

  constructor({ decide, refused }) {
    Object.assign(this, { decide, refused })
  }

  // Forget decisions that the server has confirmed, or that a later change has overtaken.
  hear(items) {
    for (const [id, version] of this.made) if (items.get(id)?.version !== version) this.made.delete(id)
  }

  // [[item, action, why]…] → the ids that the server accepted; throws where it accepted none.
  async make(decisions) {
    for (const each of decisions) this.#note(each)
    return this.#inTurn(decisions)
  }

  // The others depend on the first: if it is refused, none of them is made.
  async makeAfter(first, others) {
    for (const each of [first, ...others]) this.#note(each)
    await this.#send(first, others)
    const made = others.length ? await this.#inTurn(others).catch(() => []) : []
    return [first[0].id, ...made]
  }

  // A held item stays in the queue.
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
