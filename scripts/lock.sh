#!/bin/sh
# Write requirements/*.txt: exact versions with hashes, and no address of any package index.
# Extras stay in the lines (coverage[toml]): older pips look for a hash of each form of a name that is asked for.
set -eu
cd "$(dirname "$0")/.."
lock() {
    output=$1
    shift
    UV_CUSTOM_COMPILE_COMMAND="make lock" .venv/bin/uv pip compile --quiet --generate-hashes --universal \
        --python-version 3.11 --no-emit-index-url --no-emit-find-links --no-annotate --no-strip-extras \
        "$@" --output-file "requirements/$output.txt" pyproject.toml
}
lock run --extra fast --extra match
lock dev --extra fast --extra match --group pyproject.toml:dev
