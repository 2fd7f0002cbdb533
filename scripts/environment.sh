#!/bin/sh
# Makes .venv with a Python that is new enough, and puts the locked uv into it.
set -eu

fail() {
    echo "$*" >&2
    exit 1
}

suits() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

if [ ! -x .venv/bin/python ] || ! suits .venv/bin/python; then
    # A half-made or outdated environment is of no use to anybody.
    rm -rf .venv
    found=
    for name in ${PYTHON:-python3.11 python3.12 python3.13 python3.14 python3 python}; do
        if suits "$name"; then
            found=$name
            break
        fi
    done
    if [ -z "$found" ]; then
        asked=${PYTHON:-python3}
        version=$("$asked" --version 2>/dev/null) || version="nothing called $asked"
        fail "Python 3.11 or later is needed; found: $version." \
            "Install it, or name it: make run PYTHON=python3.11"
    fi
    echo "Making .venv with $("$found" --version)"
    "$found" -m venv .venv || {
        rm -rf .venv
        fail "This Python cannot make environments; on Debian and Ubuntu: apt-get install python3-venv"
    }
fi
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes \
    -r requirements/uv.txt ||
    fail "uv could not be installed. Does this machine reach a Python package index?"
