// Who is this? While a name or phone is typed, likely doubles appear: `<input data-hint="/address" data-hint-into="id">`.
let timer = 0, asked = 0, last = ""

async function look(input) {
  const place = document.getElementById(input.dataset.hintInto), mine = ++asked
  if (!place) return
  const given = new URLSearchParams()
  for (const one of input.form?.querySelectorAll("[data-hint]") ?? [input]) given.set(one.dataset.hintName || one.name, one.value)
  const least = Number(input.dataset.hintLeast || 2)
  if (![...given.values()].some((value) => value.trim().length >= least)) { last = ""; return place.replaceChildren() }
  const address = `${input.dataset.hint}${input.dataset.hint.includes("?") ? "&" : "?"}${given}`
  if (address === last) return
  last = address
  const answer = await fetch(address, { headers: { "HX-Request": "true" } })
  if (!answer.ok || answer.redirected || mine !== asked) return
  place.innerHTML = await answer.text()
  window.htmx.process(place)
}

export function start() {
  document.addEventListener("input", (event) => {
    if (!event.target.matches?.("[data-hint]") || event.isComposing) return
    clearTimeout(timer)
    timer = setTimeout(look, 220, event.target)
  })
  document.addEventListener("compositionend", (event) => { if (event.target.matches?.("[data-hint]")) look(event.target) })
}
