// Reorders a list on the page with the fewest moves. Nodes that stay are not touched, so focus, scroll position and
// loaded pictures stay too.
export function keyed(list, nodes) {
  let place = null
  for (const node of nodes) {
    const next = place ? place.nextElementSibling : list.firstElementChild
    if (next !== node) list.insertBefore(node, next)
    place = node
  }
  while ((place ? place.nextElementSibling : list.firstElementChild) !== null) {
    ;(place ? place.nextElementSibling : list.firstElementChild).remove()
  }
}
