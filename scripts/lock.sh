#!/bin/sh
# Writes requirements.lock (what Sanad runs on) and requirements-dev.lock (what its tests and linters need besides):
# exact versions, no addresses. What is locked already stays as it is; `scripts/lock.sh --upgrade` takes the newest
# that the ranges of pyproject.toml allow. The Python that locks is the oldest one that must install them:
# Debian 12's 3.11.2, for some packages ask for a later 3.11.
set -eu

cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

held="$work/held.txt"
: >"$held"
if [ "${1:-}" != "--upgrade" ]; then
    for lock in requirements.lock requirements-dev.lock; do
        [ ! -f "$lock" ] || grep -v '^-r ' "$lock" >>"$held"
    done
fi

PYTHON=${PYTHON:-/usr/bin/python3.11} scripts/make-venv "$work/venv"
python="$work/venv/bin/python"

wanted() { # the requirements of pyproject.toml: `wanted run` or `wanted dev`
    "$python" - "$1" <<'PYTHON'
import sys, tomllib

with open("pyproject.toml", "rb") as file:
    settings = tomllib.load(file)
project = settings["project"]
build = settings["build-system"]["requires"]
print(*(project["dependencies"] + build if sys.argv[1] == "run" else project["optional-dependencies"]["dev"]), sep="\n")
PYTHON
}

installed() { # pip itself belongs to the environment, not to us
    "$python" -m pip --disable-pip-version-check freeze --all --exclude pip 2>/dev/null | LC_ALL=C sort -f
}

install() {
    wanted "$1" >"$work/$1.txt"
    "$python" -m pip install --quiet --disable-pip-version-check --upgrade -c "$held" -r "$work/$1.txt"
}

install run
installed >"$work/run.lock"
install dev
installed >"$work/all.lock"

{
    echo "# Written by scripts/lock.sh. What Sanad runs on, to the exact version."
    cat "$work/run.lock"
} >requirements.lock
{
    echo "# Written by scripts/lock.sh. What the tests and the linters need besides requirements.lock."
    echo "-r requirements.lock"
    grep -vxF -f "$work/run.lock" "$work/all.lock"
} >requirements-dev.lock
echo "$(grep -c == requirements.lock) packages to run on, $(grep -c == requirements-dev.lock) more to test with"
