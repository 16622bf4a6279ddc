// Runs before the first paint, so that a dark page never flashes white. "auto" follows the system.
const root = document.documentElement, system = window.matchMedia("(prefers-color-scheme: dark)")
const apply = () => {
  const wanted = root.dataset.theme || "auto"
  root.dataset.bsTheme = wanted === "auto" ? (system.matches ? "dark" : "light") : wanted
}
apply()
system.addEventListener("change", apply)
document.addEventListener("dengta:theme", apply)
