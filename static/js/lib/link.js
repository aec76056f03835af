// The connection between this page and the server: the socket while it is up, HTTP polling while it is not, and one
// word for its state. Socket, timers and clock are injected.
const QUIET = 7000 // ms without a beat (one comes every 2 s) after which a socket counts as dead
const STALE = 5 // seconds since the server last read the journal, after which its lists may be out of date
const PATIENCE = 4000 // ms a connection may take before polling starts

export class Link {
  #followings = new Set()
  #listeners = new Set()
  #cancelPoll = null
  #cancelWatch = null
  #heard = 0
  #stale = false
  state = null

  constructor({ socket = null, get, later, now, every = 2000, patience = PATIENCE, hidden = () => false }) {
    Object.assign(this, { socket, get, later, now, every, patience, hidden })
    if (socket) this.#listen(socket)
    else this.#poll(every)
  }

  // Bound, because each Following gets it as its `ask`.
  ask = (view, after, start) => {
    if (!this.socket?.connected) return this.get(view, after, start)
    return this.socket.timeout(8000).emitWithAck("live.follow", start ? { view, after, start } : { view, after })
  }

  asked = (failure) => {
    if (this.state === "closed" || this.#stale) return
    if (!failure) this.#say(this.socket?.connected ? "live" : "polling")
    else if (failure.status === 401 || failure.status === 403) this.#close()
    else if (!this.socket?.connected) this.#say("offline")
  }

  add(following, onState) {
    this.#followings.add(following)
    if (onState) {
      this.#listeners.add(onState)
      if (this.state) onState(this.state)
    }
    if (this.socket?.connected) following.catchUp()
  }

  remove(following, onState) {
    following.stop()
    this.#followings.delete(following)
    this.#listeners.delete(onState)
    if (this.socket?.connected) this.socket.emit("live.unfollow", { view: following.view })
    if (!this.socket && !this.#followings.size) this.#cancelPoll?.()
  }

  // The network or the user is back: check now rather than at the next timer.
  wake() {
    if (this.state === "closed") return
    if (this.socket && !this.socket.connected) this.socket.connect()
    this.#catchUpAll()
  }

  #listen(socket) {
    socket.on("connect", () => {
      this.#heard = this.now()
      this.#cancelPoll?.()
      this.#cancelPoll = null
      this.#watch()
      this.#catchUpAll()
    })
    socket.on("live.changes", (frame) => this.#to(frame.view, (f) => f.frame(frame)))
    socket.on("live.beat", (beat) => {
      this.#believe(beat)
      this.#to(beat.view, (f) => f.beat(beat))
    })
    socket.on("live.closed", () => this.#close())
    socket.on("disconnect", (why) => {
      this.#stale = false
      if (this.state === "closed") return
      // After a disconnect by the server, the client does not retry by itself; the server may only be restarting.
      if (why === "io server disconnect") this.later(1000 + Math.random() * 2000, () => this.wake())
      this.#poll(500)
    })
    this.#poll(this.patience)
  }

  // A server that cannot read its database still sends beats, but its lists may be out of date.
  #believe({ read = 0 }) {
    this.#stale = read > STALE
    if (this.#stale) this.#say("offline")
    else if (this.state === "offline" && this.socket.connected) this.#say("live")
  }

  #to(view, act) {
    this.#heard = this.now()
    for (const following of this.#followings) if (following.view === view) act(following)
  }

  // When Wi-Fi drops silently the socket looks open; without beats the connection counts as lost.
  #watch() {
    this.#cancelWatch?.()
    this.#cancelWatch = this.later(2000, () => {
      if (!this.socket.connected) return
      if (this.#followings.size && this.now() - this.#heard > QUIET && !this.hidden()) {
        this.#say("offline")
        this.socket.disconnect().connect()
        this.#poll(500)
      } else this.#watch()
    })
  }

  #poll(ms) {
    if (this.#cancelPoll || this.state === "closed") return
    this.#cancelPoll = this.later(ms, async () => {
      this.#cancelPoll = null
      if (this.socket?.connected) return
      // Hidden pages of visitors do not poll; a page with a session keeps its list current.
      if (this.socket || !this.hidden()) await this.#catchUpAll()
      if (!this.socket?.connected) this.#poll(this.every * (0.9 + Math.random() * 0.2))
    })
  }

  #catchUpAll() {
    return Promise.all([...this.#followings].map((following) => following.catchUp()))
  }

  #close() {
    this.#cancelPoll?.()
    this.#cancelWatch?.()
    this.#say("closed")
    this.socket?.disconnect()
    for (const following of this.#followings) following.stop()
  }

  #say(state) {
    if (state === this.state) return
    this.state = state
    for (const listener of this.#listeners) listener(state)
  }
}
