// The house's own posters, written on the page, which fill rows that have too few items.
export function houses(elements) {
  return [...elements].map((element, index) => {
    const text = { fr: null, en: null }
    for (const part of element.children) text[part.lang.slice(0, 2)] = part.textContent
    return { id: `house-${index}`, house: true, kind: "post", text, credit: element.dataset.credit, media: [] }
  })
}
