#!/bin/sh
# Prints a Python that is new enough for Caveat and can make environments; else says in one line what is missing.
# usage: find-python.sh [PYTHON]    only that one is looked at, where it is given

# A candidate is started, not only looked up: a name on the PATH may be a shim that leads nowhere.
without_venv=
for candidate in ${1:-python3.14 python3.13 python3.12 python3.11 python3 python}; do
    "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 || continue
    if "$candidate" -c 'import ensurepip, venv' >/dev/null 2>&1; then
        echo "$candidate"
        exit
    fi
    without_venv=$candidate
done

if [ -n "$without_venv" ]; then
    echo "$without_venv lacks the venv module: install it (Debian, Ubuntu: apt-get install python3-venv), then try again." >&2
elif [ -n "$1" ]; then
    echo "$1 is not Python 3.11 or newer: name one that is, as in make run PYTHON=/usr/local/bin/python3.12" >&2
else
    echo "Caveat needs Python 3.11 or newer: install it, or name one as in make run PYTHON=/usr/local/bin/python3.12" >&2
fi
exit 1
