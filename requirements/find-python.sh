#!/bin/sh
# Prints a Python that is new enough for Caveat and can make environments; else says in one line what is missing.
# usage: find-python.sh [PYTHON]    only that one is looked at, where it is given

# One that was built without optimisations, as pyenv and asdf do unless told otherwise, takes nearly twice as long for
# everything. Those of systems are built with them, though they do not all say so.
system=${SYSTEM_PYTHONS:-/usr/bin}
optimised="
import os, sys, sysconfig
own = os.path.dirname(os.path.realpath(sys.executable)) == os.path.realpath('$system')
sys.exit(not own and '--enable-optimizations' not in (sysconfig.get_config_var('CONFIG_ARGS') or ''))
"
names="python3.14 python3.13 python3.12 python3.11 python3"

candidates=$1
if [ -z "$candidates" ]; then
    candidates="$names python"
    for name in $names; do candidates="$candidates $system/$name"; done
fi

without_venv=
usable=
for candidate in $candidates; do
    # A candidate is started, not only looked up: a name on the PATH may be a shim that leads nowhere.
    "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 || continue
    if ! "$candidate" -c 'import ensurepip, venv' >/dev/null 2>&1; then
        without_venv=$candidate
        continue
    fi
    : "${usable:=$candidate}"
    if "$candidate" -c "$optimised" >/dev/null 2>&1; then
        usable=$candidate
        break
    fi
done

if [ -n "$usable" ]; then
    echo "$usable"
    exit
elif [ -n "$without_venv" ]; then
    echo "$without_venv lacks the venv module: install it (Debian, Ubuntu: apt-get install python3-venv), then try again." >&2
elif [ -n "$1" ]; then
    echo "$1 is not Python 3.11 or newer: name one that is, as in make run PYTHON=/usr/local/bin/python3.12" >&2
else
    echo "Caveat needs Python 3.11 or newer: install it, or name one as in make run PYTHON=/usr/local/bin/python3.12" >&2
fi
exit 1
