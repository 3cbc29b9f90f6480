#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The kernel of an L1 ends while a guest runs: by a panic and a reset, by a panic and a crash
# kernel, or by kexec. What comes next must find VMX and SVM off.

set -u

usage() { echo "usage: tools/testing/crash.sh BED reset|crash|kexec [OPTION OF bed.sh]..." >&2; exit 125; }

[ $# -ge 2 ] || usage
bed=$1 how=$2
shift 2
case $how in
reset)	what='Kernel panic' ;;
crash)	what='axvcpu-crash: another kernel runs, SVM is 0' ;;
kexec)	what='axvcpu-crash: another kernel runs, SVM is 0' ;;
*)	usage ;;
esac

top=$(cd "$(dirname "$0")/../.." && pwd)
log=$(mktemp "${TMPDIR:-/tmp}/axvcpu-crash.XXXXXX")
trap 'rm -f "$log"' EXIT

# verdict RESULT WHAT
verdict() {
	if [ "$1" -eq 0 ]; then echo "ok - $2"; else echo "not ok - $2"; failed=1; fi
}

failed=0
sh "$top/tools/bed.sh" "$bed" --smp 2 --append crashkernel=32M --timeout 300 --log "$log" "$@" -- \
	env "AXVCPU_TEST_CRASH=$how" tools/testing/selftests/bin/crash >"$log.out" 2>&1
status=$?
sed 's/^/# /' "$log.out"
grep -q '^ok 1 - a guest runs' "$log.out" && ! grep -q 'Bail out' "$log.out"
verdict $? "the kernel ends by $how while a guest runs"
[ "$status" -eq 125 ] && grep -q "$what" "$log"
verdict $? "what comes next does: $what"
rm -f "$log.out"
exit "$failed"
