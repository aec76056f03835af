// /event: adds rows to the programme's table and takes rows out; the forms work by themselves.
const editor = document.querySelector("[data-programme]")
const body = editor.querySelector("tbody")

editor.addEventListener("click", ({ target }) => {
  if (target.closest("[data-add]")) add(body.lastElementChild)
  const drop = target.closest("[data-drop]")
  if (drop) remove(drop.closest("tr"))
})

// Enter in a row goes on to the next one, as in a spreadsheet; the button saves.
editor.addEventListener("keydown", (event) => {
  const row = event.target.closest("tbody tr")
  if (event.key !== "Enter" || !row || event.target.matches("button")) return
  event.preventDefault()
  const next = row.nextElementSibling ?? add(row)
  next.querySelector(`[name="${event.target.name}"]`).focus()
})

// Rows that are typed and not saved go along when others are brought from elsewhere.
document.querySelector("[data-bring]").addEventListener("submit", ({ target }) => {
  const rows = [...body.rows].map((row) =>
    [...row.querySelectorAll("select, input")].map((field) => field.value.replace(/\t/g, " ")).join("\t"),
  )
  target.elements.typed.value = rows.join("\n")
})

function add(like) {
  const row = like.cloneNode(true)
  for (const field of row.querySelectorAll("input")) {
    field.value = ""
    field.removeAttribute("aria-invalid")
  }
  row.querySelector("select").value = like.querySelector("select").value
  body.append(row)
  row.querySelector("[name=at]").focus()
  return row
}

function remove(row) {
  const next = row.nextElementSibling ?? row.previousElementSibling
  if (next) row.remove()
  else for (const field of row.querySelectorAll("input")) field.value = ""
  ;(next ?? row).querySelector("[name=at]").focus()
}
