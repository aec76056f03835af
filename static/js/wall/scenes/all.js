// Every scene of the wall and every cover over it, by name, on the elements that the page has for them.
import { Hero } from "../hero.js"
import { Cover, TestCard } from "./cover.js"
import { Panel } from "./panel.js"
import { Recap } from "./recap.js"
import { Support } from "./support.js"
import { Trio } from "./trio.js"
import { Wrap } from "./wrap.js"

// find(key): an item of the wall; latest(wrap): a wrap as it is now.
export function build({ pictures, tongues, room, share, thanks, find, latest }) {
  const hero = new Hero(document.querySelector("#hero"), { pictures, tongues, room, share })
  const scenes = { hero, trio: new Trio(element("trio"), { pictures, tongues, room, share }) }
  for (const name of ["hour", "team"]) scenes[name] = new Recap(element(name), { pictures, room, share })
  scenes.sponsor = new Support(element("sponsor"), { room, thanks })
  scenes.wrap = new Wrap(element("wrap"), { pictures, tongues, room, share, find, latest })
  for (const name of ["join", "programme"]) scenes[name] = new Panel(element(name), { room, share })
  for (const name of ["card", "message"]) scenes[name] = new Cover(element(name), { room, share })
  const { card, message } = scenes
  const covers = { card, message, testcard: new TestCard(element("testcard"), { room }) }
  for (const name of ["blank", "identify"]) covers[name] = new Cover(element(name), { room })
  return { scenes, covers }
}

function element(name) {
  return document.querySelector(`#scene-${name}`)
}
