// Fields that hold something else than the server sent: typed, chosen or ticked, also before a script of the page ran.

export function isTouched(root) {
  return [...root.querySelectorAll("input, select, textarea")].some(isTouchedField)
}

// Whether one field does.
export function isTouchedField(field) {
  if (field.type === "hidden" || field.readOnly) return false
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked
  if (field.type === "file") return field.files.length > 0
  if (field.localName !== "select") return field.value !== field.defaultValue
  const sent = [...field.options].filter(({ defaultSelected }) => defaultSelected)
  const chosen = [...field.selectedOptions]
  // Without a choice from the server, a list that shows one line shows its first.
  if (!sent.length && !field.multiple) return field.selectedIndex > 0
  return sent.length !== chosen.length || chosen.some(({ defaultSelected }) => !defaultSelected)
}
