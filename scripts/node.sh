#!/bin/sh
# Makes sure of Node 20 or later with npm: the machine's own, else the locked one inside .venv.
set -eu

suits() {
    command -v node >/dev/null && command -v npm >/dev/null &&
        node -e 'process.exit(Number(process.versions.node.split(".")[0]) < 20 ? 1 : 0)'
}

if suits; then
    exit 0
fi
echo "Node 20 or later is not installed here: taking it from the Python package index"
.venv/bin/uv pip install --quiet --python .venv --require-hashes -r requirements/node.txt
suits || {
    echo "Node could not be installed. Install Node 20 or later and try again." >&2
    exit 1
}
