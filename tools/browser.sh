#!/usr/bin/env bash
# Prints the path of a Chromium: the one on PATH, else one installed by apt (as root), else the
# one that the npm package @sparticuz/chromium ships.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

found() {
    local name
    for name in chromium chromium-browser google-chrome google-chrome-stable; do
        command -v "$name" && return 0
    done
    return 1
}

by_apt() {
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || return 1
    echo "Installing Chromium ..." >&2
    { apt-get update -qq && apt-get install -y -qq chromium fonts-noto-cjk; } >/dev/null 2>&1
}

by_npm() {
    command -v npm >/dev/null || return 1
    echo "Installing a Chromium with npm ..." >&2
    local folder=.venv/chromium
    [ -d "$folder/node_modules/@sparticuz/chromium" ] ||
        npm install --silent --no-save --prefix "$folder" @sparticuz/chromium >&2
    (cd "$folder" && node --input-type=module -e '
        import chromium from "@sparticuz/chromium"; console.log(await chromium.executablePath())')
}

found || { by_apt && found; } || by_npm || {
    echo "No Chromium here: ask an administrator for 'apt-get install chromium', then try again." >&2
    exit 1
}
