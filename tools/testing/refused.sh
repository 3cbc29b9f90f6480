#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Runs in the L1, the module not loaded, where it cannot work: it must refuse to load and say
# why, in the words that are the arguments.

set -u

# verdict RESULT WHAT
verdict() {
	if [ "$1" -eq 0 ]; then echo "ok - $2"; else echo "not ok - $2"; failed=1; fi
}

failed=0
! insmod /axvcpu.ko
verdict $? "the module does not load"
dmesg | grep 'axvcpu:' | grep -F -- "$*"
verdict $? "the log says: $*"
exit "$failed"
