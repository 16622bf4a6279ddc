// Which columns, in which order: boxes in a menu; the choice goes to the server in the address (`cols=a,b`).
export function start() {
  document.addEventListener("click", (event) => {
    const mover = event.target.closest("[data-move]")
    if (!mover) return
    event.preventDefault()
    const item = mover.closest("[data-column]")
    const other = mover.dataset.move === "up" ? item.previousElementSibling : item.nextElementSibling
    if (!other?.matches("[data-column]")) return
    if (mover.dataset.move === "up") other.before(item)
    else other.after(item)
    mover.focus()
  })
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("form[data-columns]")) return
    const form = event.target, chosen = [...form.querySelectorAll("[data-column] input:checked")].map((box) => box.value)
    for (const box of form.querySelectorAll("[data-column] input")) box.disabled = true
    form.querySelector("input[name=cols]").value = chosen.join(",")
  }, true)
}
