// Choices that bring others along: a result suggests when to try again, a typed time replaces a chosen one, and the
// number each person would get is said while people are ticked.
const own = new WeakSet()

function suggest(box) {
  const other = document.getElementById(box.dataset.suggest)
  if (!other || own.has(other.form)) return
  other.checked = true
  const typed = other.form.querySelector("[data-instead]")
  if (typed) typed.value = ""
}

function say(form) {
  const place = form.querySelector("[data-share-says]"), all = Number(form.dataset.share)
  const people = form.querySelectorAll("input[type=checkbox]:checked").length
  if (!place) return
  const least = people ? Math.floor(all / people) : 0, even = people && all % people === 0
  place.textContent = people ? (even ? place.dataset.shareSays : place.dataset.shareRest).replace("{n}", least).replace("{m}", least + 1) : ""
}

export function start() {
  document.addEventListener("change", (event) => {
    const box = event.target
    if (box.dataset?.suggest) suggest(box)
    else if (box.form && box.closest(".next-time")) own.add(box.form)
    const share = box.closest?.("form[data-share]")
    if (share) say(share)
  })
  document.addEventListener("input", (event) => {
    const typed = event.target
    if (!typed.matches("[data-instead]")) return
    for (const one of typed.form.querySelectorAll(`input[type=radio][name="${typed.name}"]`)) one.checked = false
    own.add(typed.form)
  })
}
