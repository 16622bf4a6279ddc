// Builds everything in dengta/core/static/core and writes down what it was built from (see test_ui_assets.py).
import { createHash } from "node:crypto"
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { dirname, join, relative } from "node:path"
import { fileURLToPath } from "node:url"
import { gzipSync } from "node:zlib"
import { transform } from "lightningcss"
import * as sass from "sass"
import { build } from "vite"

const here = dirname(fileURLToPath(import.meta.url))
const out = join(here, "../dengta/core/static/core")
const BROWSERS = { chrome: 111 << 16, safari: (16 << 16) | (4 << 8), firefox: 115 << 16 }

const files = (folder) => readdirSync(folder).flatMap((name) => {
  const path = join(folder, name)
  return statSync(path).isDirectory() ? files(path) : [path]
})
const digest = (data) => createHash("sha256").update(data).digest("hex")

function sources() {
  const all = ["package.json", "package-lock.json", "build.mjs", "icons.txt"].map((name) => join(here, name)).concat(files(join(here, "src")))
  const hash = createHash("sha256")
  for (const path of all.sort()) hash.update(relative(here, path).replaceAll("\\", "/")).update("\0").update(readFileSync(path)).update("\0")
  return hash.digest("hex")
}

// htmx can evaluate attribute values; we never allow it, so the call itself is not shipped either.
const noEval = {
  name: "no-eval",
  transform: (code, id) => id.endsWith("htmx.esm.js") ? code.replace("return eval(str)", 'throw new Error("not allowed")') : null,
}

async function script(name, format) {
  await build({
    configFile: false, root: here, logLevel: "warn", publicDir: false, plugins: [noEval],
    build: {
      outDir: out, emptyOutDir: false, target: ["chrome111", "safari16.4", "firefox115"], modulePreload: false, sourcemap: false, minify: true,
      chunkSizeWarningLimit: 1000,
      rolldownOptions: {
        input: join(here, `src/js/${name}.js`), preserveEntrySignatures: "strict",
        output: { format, entryFileNames: `${name}.js`, codeSplitting: false },
      },
    },
    define: { "process.env.NODE_ENV": '"production"' },
  })
}

function styles() {
  const { css } = sass.compile(join(here, "src/css/app.scss"), { quietDeps: true, silenceDeprecations: ["import"] })
  const { code } = transform({ filename: "app.css", code: Buffer.from(css), minify: true, targets: BROWSERS })
  writeFileSync(join(out, "app.css"), code)
}

function icons() {
  const names = readFileSync(join(here, "icons.txt"), "utf8").split(/\s+/).filter(Boolean).sort()
  const symbols = names.map((name) => {
    const svg = readFileSync(join(here, `node_modules/@tabler/icons/icons/outline/${name}.svg`), "utf8")
    const inner = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.indexOf("</svg>")).replace(/\s*\n\s*/g, "")
    return `<symbol id="${name}" viewBox="0 0 24 24">${inner}</symbol>`
  })
  writeFileSync(join(out, "icons.svg"), `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("\n")}</svg>\n`)
  return names
}

mkdirSync(out, { recursive: true })
for (const old of ["app.js", "app.css", "charts.js", "theme.js", "icons.svg", "lighthouse.svg", "build.json"]) rmSync(join(out, old), { force: true })
styles()
const names = icons()
copyFileSync(join(here, "src/lighthouse.svg"), join(out, "lighthouse.svg"))
await script("theme", "iife")
await script("app", "iife")
await script("charts", "es")
const built = Object.fromEntries(["app.css", "app.js", "charts.js", "icons.svg", "lighthouse.svg", "theme.js"].map((name) => [name, digest(readFileSync(join(out, name)))]))
writeFileSync(join(out, "build.json"), JSON.stringify({ sources: sources(), files: built, icons: names }, null, 1) + "\n")
for (const name of Object.keys(built)) {
  const data = readFileSync(join(out, name))
  console.log(name.padEnd(10), `${(data.length / 1024).toFixed(0)} kB`, `${(gzipSync(data).length / 1024).toFixed(0)} kB gzip`)
}
