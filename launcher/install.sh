#!/bin/sh
# Makes .venv with the first Python that is new enough, and installs the pinned packages. Needs no package itself.
set -eu

find_python() {
    for candidate in "${WAYMARK_PYTHON:-}" python3 python3.13 python3.12 python3.11 python; do
        if [ -n "$candidate" ] && "$candidate" -c "$is_good" 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
}

# Also asks for venv and pip, which some systems ship apart.
is_good='import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))'
# What is installed is known by the content of the two lists, not by their dates.
wanted=$(cat requirements.txt requirements-dev.txt | cksum)

if [ -x .venv/bin/python ] && .venv/bin/python -c "$is_good" && [ "$(cat .venv/installed 2>/dev/null)" = "$wanted" ]; then
    touch .venv/installed
    exit 0
fi

if ! { [ -x .venv/bin/python ] && .venv/bin/python -c "$is_good" 2>/dev/null; }; then
    python=$(find_python)
    if [ -z "$python" ]; then
        echo "Waymark needs Python 3.11, 3.12 or 3.13 with venv (on Debian: apt-get install python3 python3-venv)." >&2
        echo "If it is not on the path, name it: make setup WAYMARK_PYTHON=/path/to/python3.12" >&2
        exit 1
    fi
    echo "Making .venv with $("$python" --version)"
    rm -rf .venv
    "$python" -m venv .venv
fi

echo "Installing the pinned packages; this takes about half a minute the first time"
.venv/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
echo "$wanted" > .venv/installed
