#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# All tests, or those of some areas. The last line is the count.

set -u

top=$(cd "$(dirname "$0")/.." && pwd)
beds=$top/tools/testing/beds
. "$beds/lib.sh"
. "$beds/kernel.sh"

usage() {
	cat <<-EOF
	usage: tools/test.sh [--all] [AREA...]

	The areas; all of them by default:
	  check    the sources: style, static analysis, headers (make check)
	  unit     the userspace without a device
	  kunit    the KUnit suites on the debug kernel
	  svm      the selftests in the svm bed: on Debian's kernel, on the debug kernel,
	           and on that with preempt=full; beside KVM on Linux 6.12; --all takes
	           everything there, and Debian's kernel with PREEMPT_RT
	  vmx      the same programs in the bed vmx, on Debian's kernel, what other CPU
	           models of it can do or are refused for, and the end of the kernel while
	           a guest runs; --all takes more of both
	  svm-bochs  the same programs in the bed svm-bochs, on Debian's kernel
	  el2      the same programs in the bed el2, on Debian's kernel and the debug kernel,
	           and the KUnit suites on arm64; --all repeats as often as on x86, and
	           takes all three kernels, that with PREEMPT_RT and a CPU with everything
	  el2-nvhe the same programs in the bed el2-nvhe, and on a CPU without VHE, on
	           Debian's kernel; a kernel that crashes; --all likewise

	--all takes the long campaigns too. What each job printed is kept in
	$logs.
	EOF
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

# The areas: each prints its jobs, one a line: NAME COMMAND...

area_check() { echo "check sh tools/testing/check.sh"; }

area_unit() { echo "unit sh tools/testing/unit.sh"; }

area_kunit() {
	echo "kunit sh tools/bed.sh svm --debug --leaks --smp 2 --timeout 1200 --" \
		"tools/testing/kunit.sh"
}

# From Linux 6.12 on KVM takes the hardware when it is loaded. It patches the scheduler while
# other CPUs run it, where QEMU up to 8.0 may go on with the old code: seen as an int3 that
# nobody knows. The kernel recovers from memory errors on processors that say they can, which
# QEMU's does as one of Intel's.
area_svm() {
	selftests svm
	echo "svm-kvm sh tools/bed.sh svm --one-thread --smp 2 --timeout 600 --" \
		"tools/testing/selftests/run.sh kvm"
	echo "svm-machine-check sh tools/bed.sh svm --monitor --model max,vendor=GenuineIntel" \
		"--timeout 300 -- env AXVCPU_TEST_MONITOR=/dev/ttyS2" \
		"tools/testing/selftests/bin/machine_check"
	for smp in 1 2; do
		[ "$slow" ] || [ "$smp" -eq 2 ] || continue
		echo "svm-6.12-smp$smp sh tools/bed.sh svm --one-thread --kernel 6.12 --smp $smp --timeout 1500 --" \
			"tools/testing/selftests/run.sh --smp $smp --skip debug-only" \
			"${slow:-transcript kvm}"
	done
	refused svm no-svm Haswell 'this CPU has no SVM'
	refused svm no-npt max,-npt 'no nested paging'
	[ "$slow" ] || return 0
	selftests_rt svm 6
	crash svm reset crash kexec
}

# Two modes of one backend: the debug kernel judges what they share in the first.
area_el2() {
	refused_arm64 el2 gicv2 AXVCPU_BED_MACHINE=gic-version=2 'a GICv2 is not supported'
	refused_kvm el2 'kvm-arm.mode=none'
	echo "el2-kunit sh tools/bed.sh el2 --debug --leaks --smp 2 --timeout 2400 --" \
		"tools/testing/kunit.sh"
	if [ "$slow" ]; then
		selftests el2
		selftests_rt el2 8
		arm64_cpu el2 max 'max,pauth-impdef=on'
		echo "el2-kexec sh tools/testing/kexec.sh el2 kexec"
		echo "el2-crash sh tools/testing/kexec.sh el2 crash"
	else
		selftests_slow el2
		selftests_debug el2 full 2 12
	fi
}

area_el2_nvhe() {
	refused_arm64 el2-nvhe gicv2 AXVCPU_BED_MACHINE=gic-version=2 'a GICv2 is not supported'
	refused_arm64 el2-nvhe no-el2 AXVCPU_BED_MACHINE=virtualization=off 'this CPU has no EL2'
	refused_kvm el2-nvhe 'kvm-arm.mode=none'
	if [ "$slow" ]; then selftests el2-nvhe; else selftests_slow el2-nvhe; fi
	arm64_cpu el2-nvhe a57 cortex-a57
	echo "el2-nvhe-crash sh tools/testing/kexec.sh el2-nvhe crash"
	[ "$slow" ] || return 0
	arm64_cpu el2-nvhe a53 cortex-a53
	echo "el2-nvhe-kexec sh tools/testing/kexec.sh el2-nvhe kexec"
}

# Bochs is slow: the repeat counts are divided, the debug kernel is left out. A model's
# processor is one more to be right on, so it runs what depends on it.
area_vmx() {
	selftests_slow vmx
	model vmx broadwell broadwell_ult
	refused vmx prescott p4_prescott_celeron_336 'this CPU has no VMX'
	refused vmx penryn core2_penryn_t9600 'enable EPT'
	refused vmx lynnfield corei5_lynnfield_750 'unrestricted guest'
	crash vmx crash
	[ "$slow" ] || return 0
	crash vmx reset kexec
	model vmx arrandale corei5_arrandale_m520
	model vmx sandy-bridge corei7_sandy_bridge_2600k
	model vmx skylake corei7_skylake_x
}

area_svm_bochs() {
	selftests_slow svm-bochs
	[ -z "$slow" ] || model svm-bochs ryzen ryzen
}

# selftests_slow BED: Debian's kernel, for each number of CPUs.
selftests_slow() {
	awk '!/^#/ && NF { print $3 }' tools/testing/selftests/tests.list | sort -un |
	while read -r smp; do
		echo "$1-stock-smp$smp sh tools/bed.sh $1 --smp $smp --timeout 3000 --" \
			"env AXVCPU_TEST_SCALE=10 tools/testing/selftests/run.sh" \
			"--smp $smp $slow --skip debug-only --stretch 4"
	done
}

# model BED NAME MODEL: what a CPU model could make a difference to.
model() {
	echo "$1-$2 sh tools/bed.sh $1 --model $3 --timeout 1500 --" \
		"env AXVCPU_TEST_SCALE=10 tools/testing/selftests/run.sh --stretch 4 info transcript" \
		"io_string mmio fault cpuid msr control debug exception inject_irq inject_nmi" \
		"fail_entry state xsetbv budget mem_dontneed mem_dirty"
}

# refused BED NAME MODEL WORDS: the module does not load there, and says why.
refused() {
	echo "$1-$2 sh tools/bed.sh $1 --model $3 --no-load --timeout 300 --" \
		"tools/testing/refused.sh $4"
}

# selftests_rt BED STRETCH: Debian's kernel with PREEMPT_RT.
selftests_rt() {
	for smp in 1 2; do
		echo "$1-rt-smp$smp sh tools/bed.sh $1 --kernel rt --smp $smp --timeout 3000 --" \
			"env AXVCPU_TEST_SCALE=10 tools/testing/selftests/run.sh --smp $smp" \
			"--skip debug-only --skip patches-kernel --stretch $2"
	done
}

# refused_arm64 BED NAME ASSIGNMENT WORDS: the same on a machine that lacks something.
refused_arm64() {
	echo "$1-$2 env $3 sh tools/bed.sh $1 --no-load --timeout 300 --" \
		"tools/testing/refused.sh $4"
}

# refused_kvm BED WORDS: the same where KVM has EL2.
refused_kvm() {
	echo "$1-kvm sh tools/bed.sh $1 --kvm --timeout 300 -- tools/testing/refused.sh $2"
}

# crash BED HOW...: the kernel ends while a guest runs.
crash() {
	c_bed=$1
	shift
	for how; do
		echo "$c_bed-$how sh tools/testing/crash.sh $c_bed $how"
	done
}

# arm64_cpu BED NAME CPU: another processor.
arm64_cpu() {
	echo "$1-$2 env AXVCPU_BED_CPU=$3 sh tools/bed.sh $1 --timeout 1500 --" \
		"env AXVCPU_TEST_SCALE=10 tools/testing/selftests/run.sh --smp 1 --skip debug-only" \
		"--stretch 4"
}

# selftests_debug BED PREEMPT SMP STRETCH: the debug kernel.
selftests_debug() {
	echo "$1-debug-$2-smp$3 sh tools/bed.sh $1 --debug --leaks" \
		"--append preempt=$2 --smp $3 --timeout 3000 --" \
		"tools/testing/selftests/run.sh --smp $3 $slow --skip stock-only" \
		"--skip patches-kernel --stretch $4"
}

# selftests BED: every kernel, and one L1 for each number of CPUs that a program wants. The
# emulator of EL2 takes longer.
selftests() {
	case $1 in el2*) s_debug=12 ;; *) s_debug=4 ;; esac
	awk '!/^#/ && NF { print $3 }' tools/testing/selftests/tests.list | sort -un |
	while read -r smp; do
		for preempt in voluntary full; do
			selftests_debug "$1" "$preempt" "$smp" "$s_debug"
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

slow='' areas=''
logs=$cache/log/test-$checkout
cd "$top" || exit 1
while [ $# -gt 0 ]; do
	case $1 in
	-h | --help)	usage; exit 0 ;;
	--all)		slow=--slow ;;
	--job)		shift; job "$@"; exit 0 ;;
	check | unit | kunit | svm | vmx | svm-bochs | el2 | el2-nvhe)
			areas="$areas $1" ;;
	*)		usage >&2; die "no area $1" ;;
	esac
	shift
done
areas=${areas:-check unit kunit svm vmx svm-bochs el2 el2-nvhe}

rm -rf "$logs"
mkdir -p "$logs"
for area in $areas; do
	"area_$(echo "$area" | tr - _)" >"$logs/area"
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
