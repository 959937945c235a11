#!/usr/bin/env bash
# Every check of `make check`; runs all of them and names the ones that failed at the end.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export PATH="$PWD/.venv/bin:$PATH"

failed=()
check() {
    local name="$1"
    shift
    echo "--- $name"
    "$@" || failed+=("$name")
}

check "format" ruff format --check --quiet .
check "lint" ruff check --quiet .
check "types" mypy
check "import contracts" lint-imports --no-logo
check "templates: lint" djlint templates --lint --quiet
check "translations complete" python -m tools.translations check
check "unused code" vulture
check "dependencies" deptry .

if [ "${#failed[@]}" -gt 0 ]; then
    printf 'Failed: %s\n' "${failed[@]}" >&2
    exit 1
fi
echo "All checks passed."
