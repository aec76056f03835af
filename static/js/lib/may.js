// Says whether the signed-in person has a permission: the server writes the verbs of their role on the page.
export function may(verb) {
  return (document.body.dataset.may ?? "").split(" ").includes(verb)
}
