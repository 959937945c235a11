#!/usr/bin/env bash
# Brings .venv to the locked requirements: `tools/setup.sh run` or `tools/setup.sh dev`.
# Does nothing when the locks have not changed since the last time.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

kind="${1:?say run or dev}"
case "$kind" in
    run) lock=requirements.txt ;;
    dev) lock=requirements-dev.txt ;;
    *) echo "tools/setup.sh: say run or dev, not '$kind'." >&2; exit 2 ;;
esac

# Whoever develops here keeps the tools: the development lock holds everything of the running one.
if [ -e .venv/.lock-dev ]; then kind=dev lock=requirements-dev.txt; fi

say() { echo "$*" >&2; }
fail() { say "$*"; exit 1; }
fingerprint() { cat tools/uv.txt "$@" | sha256sum | cut -d' ' -f1; }

install_venv_module() {
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null ||
        fail "Python cannot make a virtual environment here: ask an administrator for 'apt-get install python3-venv', then try again."
    say "Installing python3-venv ..."
    apt-get update -qq && apt-get install -y -qq python3-venv >/dev/null
}

make_venv() {
    command -v python3 >/dev/null || fail "python3 is missing: install Python 3.11 or newer, then try again."
    python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
        fail "Python 3.11 or newer is needed; python3 here is $(python3 -V | cut -d' ' -f2)."
    python3 -c 'import ensurepip' 2>/dev/null || install_venv_module
    say "Creating .venv ..."
    python3 -m venv --clear .venv
}

with_uv() {
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r tools/uv.txt &&
        .venv/bin/uv pip sync --quiet --require-hashes --python .venv/bin/python "$lock"
}

with_pip() {
    say "uv is not to be had here; installing with pip, which takes about a minute ..."
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r "$lock"
}

install_requirements() {
    .venv/bin/python -m pip --version >/dev/null 2>&1 || .venv/bin/python -m ensurepip --upgrade >/dev/null
    say "Installing $lock into .venv ..."
    with_uv || with_pip ||
        fail "The requirements could not be installed: the lines above say why (is the package registry reachable?)."
    rm -f .venv/.lock-run .venv/.lock-dev
    fingerprint "$lock" >".venv/.lock-$kind"
}

up_to_date() {
    [ "$(cat ".venv/.lock-$kind" 2>/dev/null)" = "$(fingerprint "$lock")" ]
}

compile_translations() {
    local source
    for source in translations/*/LC_MESSAGES/*.po; do
        [ -e "$source" ] || continue
        [ "${source%.po}.mo" -nt "$source" ] && continue
        .venv/bin/python -m babel.messages.frontend --quiet compile -i "$source" -o "${source%.po}.mo"
    done
}

exec 9>.setup-lock
command -v flock >/dev/null && flock 9 # two at once would trip over each other
.venv/bin/python -c '' 2>/dev/null || make_venv
up_to_date || install_requirements
compile_translations
