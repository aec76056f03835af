// <mx-install>: how to install the app on this phone: a button where the browser offers one, else the steps for this
// kind of phone.
import { isInside, isInstalled, system } from "../lib/phone.js"

customElements.define(
  "mx-install",
  class extends HTMLElement {
    #offer = null

    connectedCallback() {
      addEventListener("beforeinstallprompt", (event) => {
        event.preventDefault()
        this.#offer = event
        this.#show()
      })
      addEventListener("appinstalled", () => this.#show("installed"))
      this.addEventListener("click", (event) => event.target.closest("[data-act=install]") && this.#install())
      this.#show()
    }

    async #install() {
      const offer = this.#offer
      this.#offer = null // it may be made once
      await offer.prompt()
      const { outcome } = await offer.userChoice
      this.#show(outcome === "accepted" ? "installed" : undefined)
    }

    #show(state = this.#state()) {
      for (const part of this.querySelectorAll("[data-when]")) part.hidden = part.dataset.when !== state
      this.hidden = false
    }

    #state() {
      if (isInstalled()) return "installed"
      if (isInside(navigator.userAgent)) return "inside"
      if (!globalThis.isSecureContext) return "insecure"
      return this.#offer ? "offered" : system({ agent: navigator.userAgent, touch: navigator.maxTouchPoints })
    }
  },
)
