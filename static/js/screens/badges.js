// A sheet of badges: the button that prints it.
document.querySelector("[data-print]").addEventListener("click", () => print())
