// Builds service_desk/static and templates/components/icons.html from assets/ and npm packages.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { compile } from 'sass'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const assets = join(root, 'assets')
const packages = join(root, 'node_modules')
const target = join(root, 'service_desk', 'static')

const copies = [
  ['node_modules/@fontsource/noto-serif-tibetan/LICENSE', 'OFL.txt'],
  ['node_modules/htmx.org/dist/htmx.min.js', 'htmx.min.js'],
  ['assets/img/favicon.svg', 'favicon.svg'],
  ['assets/img/ridge-far.svg', 'ridge-far.svg'],
  ['assets/img/ridge-near.svg', 'ridge-near.svg'],
  ...[400, 700].map((weight) => [
    `node_modules/@fontsource/noto-serif-tibetan/files/noto-serif-tibetan-tibetan-${weight}-normal.woff2`,
    `noto-serif-tibetan-${weight}.woff2`
  ])
]

function buildStyles () {
  const result = compile(join(assets, 'scss', 'app.scss'), {
    loadPaths: [packages],
    style: 'compressed',
    quietDeps: true
  })
  writeFileSync(join(target, 'app.css'), `${result.css.replace(/^\uFEFF/, '')}\n`)
}

async function buildScripts () {
  await build({
    entryPoints: ['app.js', 'charts.js'].map((name) => join(assets, 'js', name)),
    outdir: target,
    bundle: true,
    minify: true,
    format: 'iife',
    target: ['es2020'],
    legalComments: 'none',
    logLevel: 'warning'
  })
}

function iconPaths (tablerName) {
  const file = join(packages, '@tabler', 'icons', 'icons', 'outline', `${tablerName}.svg`)
  const body = readFileSync(file, 'utf8').replace(/<svg[\s\S]*?>/, '').replace('</svg>', '')
  return body
    .replace(/<path stroke="none" d="M0 0h24v24H0z" fill="none" \/>/, '')
    .replace(/\s*\n\s*/g, '')
    .replace(/ \/>/g, '/>')
    .trim()
}

function buildIcons () {
  const names = JSON.parse(readFileSync(join(assets, 'icons.json'), 'utf8'))
  const lines = Object.entries(names).map(([name, tabler]) => `  '${name}': '${iconPaths(tabler)}',`)
  const template = readFileSync(join(assets, 'icons.template.html'), 'utf8')
  const page = template.replace('  {# PATHS #}', lines.join('\n'))
  writeFileSync(join(root, 'templates', 'components', 'icons.html'), page)
}

mkdirSync(target, { recursive: true })
buildStyles()
await buildScripts()
buildIcons()
for (const [from, to] of copies) copyFileSync(join(root, from), join(target, to))
