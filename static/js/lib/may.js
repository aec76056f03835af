// Whether the signed-in person may do something: the server writes the verbs of their role on the page.
export function may(verb) {
  return (document.body.dataset.may ?? "").split(" ").includes(verb)
}
