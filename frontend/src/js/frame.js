// The frame: folding side navigation, theme without a reload, menus that close, badges.
function keep(name, value) {
  document.cookie = `${name}=${value}; path=/; max-age=31536000; samesite=lax`
}

function closeMenus(but) {
  for (const menu of document.querySelectorAll("details.menu[open]")) if (menu !== but && !menu.contains(but)) menu.open = false
}

function moveInMenu(event) {
  const menu = event.target.closest("details.menu[open]")
  if (!menu || !["ArrowDown", "ArrowUp", "Home", "End"].includes(event.key)) return
  if (event.target.matches("input:not([type=checkbox], [type=radio]), textarea, select")) return
  const items = [...menu.querySelectorAll(".menu-item")]
  if (!items.length) return
  event.preventDefault()
  const at = items.indexOf(document.activeElement)
  const to = { ArrowDown: at + 1, ArrowUp: at < 1 ? items.length - 1 : at - 1, Home: 0, End: items.length - 1 }[event.key]
  items[to % items.length].focus()
}

// The server keeps it with the person, so that the next device knows.
function tell(button) {
  const data = new FormData(button.form)
  data.set(button.name, button.value)
  fetch(button.form.action, { method: "POST", body: data, redirect: "manual" }).catch(() => {})
}

export function start() {
  document.addEventListener("click", (event) => {
    closeMenus(event.target.closest("details.menu") || null)
    if (event.target.closest("[data-fold]")) {
      const folded = document.querySelector(".shell").classList.toggle("nav-icons")
      event.target.closest("[data-fold]").setAttribute("aria-expanded", String(!folded))
      keep("dengta_nav", folded ? "icons" : "wide")
    }
    const theme = event.target.closest("[data-set-theme]")
    if (theme) {
      event.preventDefault()
      document.documentElement.dataset.theme = theme.dataset.setTheme
      keep("dengta_theme", theme.dataset.setTheme)
      document.dispatchEvent(new Event("dengta:theme"))
      tell(theme)
      for (const other of document.querySelectorAll("[data-set-theme]")) other.setAttribute("aria-pressed", String(other.dataset.setTheme === theme.dataset.setTheme))
    }
  })
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      const menu = document.activeElement.closest?.("details.menu[open]")
      closeMenus(null)
      menu?.querySelector("summary").focus()
    }
    moveInMenu(event)
  })
}
