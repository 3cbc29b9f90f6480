#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Runs in the L1: the programs of tests.list that want this number of CPUs, one after the
# other. A program fails also when it dies, when it leaves its plan unfinished and when the
# kernel warned meanwhile. Output: TAP, one line per check; status 1 when any failed.

set -u

usage() {
	cat <<-EOF
	usage: run.sh [--smp N] [--slow] [--stretch F] [--skip TAG]... [NAME]...

	Runs the programs NAME, or all of tests.list that want N CPUs (default: as many
	as there are). --slow takes those tagged slow too, --stretch multiplies each time
	limit, --skip leaves out those with that tag.
	EOF
}

here=$(cd "$(dirname "$0")" && pwd)
smp=$(nproc) slow='' stretch=1 skips='' names=''
while [ $# -gt 0 ]; do
	case $1 in
	--smp)		smp=$2; shift ;;
	--slow)		slow=1 ;;
	--stretch)	stretch=$2; shift ;;
	--skip)		skips="$skips $2"; shift ;;
	-h | --help)	usage; exit 0 ;;
	*)		names="$names $1 " ;;
	esac
	shift
done

# wanted NAME SMP TAGS: not those of other architectures, which are not built.
wanted() {
	[ -x "$here/bin/$1" ] || [ -x "$here/$1" ] || return 1
	if [ "$names" ]; then
		case $names in *" $1 "*) return 0 ;; *) return 1 ;; esac
	fi
	[ "$2" = "$smp" ] || return 1
	for skip in $skips; do
		case " $3 " in *" $skip "*) return 1 ;; esac
	done
	[ "$slow" ] || case " $3 " in *" slow "*) return 1 ;; esac
}

# What a program's output leaves to be said: its plan kept, its status in line with it.
unfinished() {
	awk -v status="$2" '
		/^1\.\.[0-9]+/ { split($1, p, "[.][.]"); plan = p[2]; planned = 1 }
		/^ok/ { done++ }
		/^not ok/ { done++; failed++ }
		END {
			if (!done && (status == 77 || status == 0 && planned && !plan)) exit
			if (status == 124 || status == 137 || status == 143) print "stopped at its time limit"
			else if (status > 128) print "killed by signal " status - 128
			else if (!planned) print "no plan, status " status
			else if (done < plan) print "only " done + 0 " of " plan " checks, status " status
			else if (status != 0 && status != 77 && !failed) print "status " status
		}' "$1"
}

# run NAME TIMEOUT
run() {
	prog=$here/bin/$1
	[ -x "$prog" ] || prog=$here/$1
	echo "# $1"
	echo "axvcpu-test: $1" >/dev/kmsg
	dmesg -c >/dev/null
	{
		# A session of its own, so that no child of it outlives the program.
		setsid sh -c 'echo $$ >/tmp/run.pid; exec timeout -s KILL "$@"' - \
			$(($2 * stretch)) "$prog"
		echo $? >/tmp/run.status
		kill -KILL -- "-$(cat /tmp/run.pid)" 2>/dev/null
	} 2>&1 </dev/null | tee /tmp/run.out
	status=$(cat /tmp/run.status)
	problem=$(unfinished /tmp/run.out "$status")
	dmesg -c | grep -E -m 1 -f /bed/warnings.list >/tmp/run.warning &&
		problem="kernel warning: $(cat /tmp/run.warning)${problem:+, $problem}"
	if [ "$problem" ]; then
		echo "not ok - $1: $problem"
	elif ! grep -qE '^(not )?ok' /tmp/run.out; then
		echo "ok - $1 # SKIP"
	fi
	if [ "$problem" ] || grep -q '^not ok' /tmp/run.out; then failed=1; fi
}

failed='' ran='' done=' '
while read -r name limit want tags; do
	case $name in '' | '#'*) continue ;; esac
	wanted "$name" "$want" "$tags" || continue
	# By name it comes once, however many lines it has.
	case ${names:+$done} in *" $name "*) continue ;; esac
	ran=1 done="$done$name "
	run "$name" "$limit"
done <"$here/tests.list"

[ "$ran" ] || echo "# nothing in tests.list wants $smp CPUs"
[ -z "$failed" ]
