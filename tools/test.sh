#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# All tests, or those of some areas. The last line is the count.

set -u

top=$(cd "$(dirname "$0")/.." && pwd)
beds=$top/tools/testing/beds
. "$beds/lib.sh"
. "$beds/kernel.sh"

matrix=$top/tools/testing/matrix

usage() {
	cat <<-EOF
	usage: tools/test.sh [--all] [AREA...]
	       tools/test.sh --rst

	The areas; all of them by default:
	$(for area in $(areas); do
		paragraph 66 "$(printf '  %-10s' "$area")" "$(describe "$area")"
	done)

	--all takes the long campaigns too. What each job printed is kept in
	$logs. --rst prints the table of Documentation/testing.rst.
	EOF
}

# areas: their names, in the order in which they run.
areas() { sed -n 's/^\([a-z][a-z0-9-]*\) |.*/\1/p' "$matrix" | uniq; }

# words AREA WHEN: what the lines of the matrix say, in one line. WHEN is a pattern.
words() {
	awk -F ' *[|] *' -v area="$1" -v when="^($2)$" '
		$1 == area && $2 ~ when && $4 != "" { printf "%s%s", sep, $4; sep = "; " }' "$matrix"
}

# paragraph WIDTH HEAD TEXT: the text in lines of that width, behind the head.
paragraph() {
	printf '%s\n' "$3" | fold -s -w "$1" | sed 's/ *$//' |
		awk -v head="$2" '{ print head $0; gsub(/./, " ", head) }'
}

# describe AREA: all that it runs.
describe() {
	words "$1" 'always|short'
	d_all=$(words "$1" all)
	printf '%s\n' "${d_all:+. With --all: $d_all}"
}

# table: all areas but those of the sources, as reStructuredText.
table() {
	rule='=========  ===================================================================='
	echo "$rule"
	echo 'area       what runs'
	echo "$rule"
	for area in $(areas); do
		# shellcheck disable=SC2016
		paragraph 68 "$(printf '%-11s' "$area")" "$(describe "$area")" | sed 's/--all/``&``/'
	done
	echo "$rule"
}

# tally FILE: "passed failed skipped" of the TAP in it. A line that sums up the deeper
# lines before it is not counted.
tally() {
	awk '
		match($0, /^ *(not )?ok( |$)/) {
			depth = match($0, /[^ ]/)
			parent = depth < last
			last = depth
			if (parent) next
			if (/# SKIP/) skipped++
			else if (/^ *ok/) passed++
			else failed++
		}
		END { print passed + 0, failed + 0, skipped + 0 }' "$1"
}

# job NAME COMMAND...: run it, count its TAP, tell what failed. An ending that the lines do not
# explain counts as one failed.
job() {
	j_name=$1 j_log=$logs/$1
	shift
	j_start=$(date +%s) progress_tail=0
	progress "$j_name" "$j_log" "$@"
	j_status=$?
	tally "$j_log" >"$j_log.tally"
	read -r j_passed j_failed j_skipped <"$j_log.tally"
	if [ "$j_status" -eq 124 ] || [ "$j_status" -eq 125 ] ||
	   [ "$((j_passed + j_failed + j_skipped))" -eq 0 ] ||
	   { [ "$j_status" -ne 0 ] && [ "$j_failed" -eq 0 ]; }; then
		j_failed=$((j_failed + 1))
		echo "$j_passed $j_failed $j_skipped" >"$j_log.tally"
		echo "not ok - $j_name ended with status $j_status" >>"$j_log"
	fi
	[ "$j_failed" -eq 0 ] || { echo "---- $j_name:"; tail -n 200 "$j_log"; echo "----"; }
	echo "$j_name: $j_passed passed, $j_failed failed, $j_skipped skipped," \
		"$(($(date +%s) - j_start)) s"
}

# jobs_of AREA: its jobs, one a line: NAME COMMAND...
jobs_of() {
	if [ "$slow" ]; then o_when='always|all'; else o_when='always|short'; fi
	awk -F ' *[|] *' -v area="$1" -v when="^($o_when)$" '$1 == area && $2 ~ when { print $3 }' \
		"$matrix" |
	while read -r line; do
		eval "jobs_$line"
	done
}

# The functions that the matrix names: each prints its jobs.

# script NAME PATH
jobs_script() { echo "$1 sh $2"; }

# kunit NAME BED SECONDS: on the debug kernel.
jobs_kunit() {
	echo "$1 sh tools/bed.sh $2 --debug --leaks --smp 2 --timeout $3 -- tools/testing/kunit.sh"
}

# kvm BED: KVM patches the scheduler while other CPUs run it, where QEMU up to 8.0 may go on
# with the old code: seen as an int3 that nobody knows.
jobs_kvm() {
	echo "$1-kvm sh tools/bed.sh $1 --one-thread --smp 2 --timeout 600 --" \
		"tools/testing/selftests/run.sh kvm"
}

# machine_check BED: the kernel recovers from memory errors on processors that say they can,
# which QEMU's does as one of Intel's.
jobs_machine_check() {
	echo "$1-machine-check sh tools/bed.sh $1 --monitor --model max,vendor=GenuineIntel" \
		"--timeout 300 -- env AXVCPU_TEST_MONITOR=/dev/ttyS2" \
		"tools/testing/selftests/bin/machine_check"
}

# linux_612 BED SMP [NAME]...: from 6.12 on KVM takes the hardware when it is loaded.
jobs_linux_612() {
	l_bed=$1 l_smp=$2
	shift 2
	echo "$l_bed-6.12-smp$l_smp sh tools/bed.sh $l_bed --one-thread --kernel 6.12 --smp $l_smp" \
		"--timeout 1500 -- tools/testing/selftests/run.sh --smp $l_smp --skip debug-only" \
		"${*:-$slow}"
}

# kexec BED HOW...: the same as crash, on arm64.
jobs_kexec() {
	k_bed=$1
	shift
	for how; do
		echo "$k_bed-$how sh tools/testing/kexec.sh $k_bed $how"
	done
}

# selftests_slow BED: Debian's kernel, for each number of CPUs. The emulator is slow, so that
# repetitions are divided.
jobs_selftests_slow() {
	awk '!/^#/ && NF { print $3 }' tools/testing/selftests/tests.list | sort -un |
	while read -r smp; do
		echo "$1-stock-smp$smp sh tools/bed.sh $1 --smp $smp --timeout 3000 --" \
			"env AXVCPU_TEST_SCALE=10 tools/testing/selftests/run.sh" \
			"--smp $smp $slow --skip debug-only --stretch 4"
	done
}

# model BED NAME MODEL: another processor, with the programs that depend on it.
jobs_model() {
	echo "$1-$2 sh tools/bed.sh $1 --model $3 --timeout 1500 --" \
		"env AXVCPU_TEST_SCALE=10 tools/testing/selftests/run.sh --stretch 4 info transcript" \
		"io_string mmio fault cpuid msr control debug exception inject_irq inject_nmi" \
		"fail_entry state xsetbv budget mem_dontneed mem_dirty"
}

# protected BED NAME MODEL: a processor with speculation controls, under a kernel that uses them.
# Bochs' XSAVE of that processor is not what the kernel expects.
jobs_protected() {
	echo "$1-$2 sh tools/bed.sh $1 --model $3 --append mitigations=auto" \
		"--append spectre_v2=ibrs --append noxsave --timeout 1500 --" \
		"env AXVCPU_TEST_SCALE=10 tools/testing/selftests/run.sh --stretch 4 spec_ctrl" \
		"l1d info msr cpuid io exception"
}

# refused BED NAME MODEL WORDS: the module does not load there, and says why.
jobs_refused() {
	echo "$1-$2 sh tools/bed.sh $1 --model $3 --no-load --timeout 300 --" \
		"tools/testing/refused.sh $4"
}

# selftests_rt BED STRETCH: Debian's kernel with PREEMPT_RT.
jobs_selftests_rt() {
	for smp in 1 2; do
		echo "$1-rt-smp$smp sh tools/bed.sh $1 --kernel rt --smp $smp --timeout 3000 --" \
			"env AXVCPU_TEST_SCALE=10 tools/testing/selftests/run.sh --smp $smp" \
			"--skip debug-only --skip patches-kernel --stretch $2"
	done
}

# refused_arm64 BED NAME ASSIGNMENT WORDS: the same as refused, on a machine that lacks something.
jobs_refused_arm64() {
	echo "$1-$2 env $3 sh tools/bed.sh $1 --no-load --timeout 300 --" \
		"tools/testing/refused.sh $4"
}

# refused_kvm BED WORDS: the same where KVM has EL2.
jobs_refused_kvm() {
	echo "$1-kvm sh tools/bed.sh $1 --kvm --timeout 300 -- tools/testing/refused.sh $2"
}

# crash BED HOW...: the kernel ends while a guest runs.
jobs_crash() {
	c_bed=$1
	shift
	for how; do
		echo "$c_bed-$how sh tools/testing/crash.sh $c_bed $how"
	done
}

# arm64_cpu BED NAME CPU: another processor.
jobs_arm64_cpu() {
	echo "$1-$2 env AXVCPU_BED_CPU=$3 sh tools/bed.sh $1 --timeout 1500 --" \
		"env AXVCPU_TEST_SCALE=10 tools/testing/selftests/run.sh --smp 1 --skip debug-only" \
		"--stretch 4"
}

# selftests_debug BED PREEMPT SMP STRETCH: the debug kernel.
jobs_selftests_debug() {
	echo "$1-debug-$2-smp$3 sh tools/bed.sh $1 --debug --leaks" \
		"--append preempt=$2 --smp $3 --timeout 3000 --" \
		"tools/testing/selftests/run.sh --smp $3 $slow --skip stock-only" \
		"--skip patches-kernel --stretch $4"
}

# selftests BED: every kernel, and one L1 for each number of CPUs that a program wants. The
# emulator of EL2 takes longer.
jobs_selftests() {
	case $1 in el2*) s_debug=12 ;; *) s_debug=4 ;; esac
	awk '!/^#/ && NF { print $3 }' tools/testing/selftests/tests.list | sort -un |
	while read -r smp; do
		for preempt in voluntary full; do
			jobs_selftests_debug "$1" "$preempt" "$smp" "$s_debug"
		done
		echo "$1-stock-smp$smp sh tools/bed.sh $1 --smp $smp --timeout 2400 --" \
			"tools/testing/selftests/run.sh --smp $smp $slow --skip debug-only" \
			"--skip patches-kernel --stretch 4"
	done
}

# Two L1s at a time where there are two CPUs; the checks use all of them by themselves.
run_jobs() {
	grep '^check ' "$1" | while read -r line; do
		# shellcheck disable=SC2086
		job $line
	done
	grep -v '^check ' "$1" | xargs -r -P "$(((jobs + 2) / 2))" -L 1 sh tools/test.sh --job
}

# The debug kernels, built one after the other and not by the first jobs at once.
debug_kernels() {
	! grep -q '^[^ ]* sh tools/bed.sh svm .*--debug' "$logs/jobs" ||
		kernel_get 6.1 debug >/dev/null || return 1
	! grep -q '^[^ ]* sh tools/bed.sh el2.*--debug' "$logs/jobs" ||
		(. "$beds/el2.sh" && kernel_get 6.1 debug >/dev/null)
}

slow='' chosen=''
logs=$cache/log/test-$checkout
cd "$top" || exit 1
while [ $# -gt 0 ]; do
	case $1 in
	-h | --help)	usage; exit 0 ;;
	--all)		slow=--slow ;;
	--job)		shift; job "$@"; exit 0 ;;
	--rst)		table; exit 0 ;;
	*)		areas | grep -qxF -e "$1" || { usage >&2; die "no area $1"; }
			chosen="$chosen $1" ;;
	esac
	shift
done

rm -rf "$logs"
mkdir -p "$logs"
for area in ${chosen:-$(areas)}; do
	jobs_of "$area" >"$logs/area"
	[ -s "$logs/area" ] || die "the area $area has nothing to run"
	cat "$logs/area" >>"$logs/jobs"
done
debug_kernels || exit 125
run_jobs "$logs/jobs"

cat "$logs"/*.tally 2>/dev/null | awk -v jobs="$(wc -l <"$logs/jobs")" '
	{ passed += $1; failed += $2; skipped += $3 }
	END {
		if (NR < jobs) failed += jobs - NR
		printf "%d passed, %d failed%s\n", passed, failed,
			skipped ? ", " skipped " skipped" : ""
		exit !passed || failed
	}'
