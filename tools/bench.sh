#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The length of the paths through axvcpu and through KVM, counted in instructions.

set -u

top=$(cd "$(dirname "$0")/.." && pwd)
beds=$top/tools/testing/beds
. "$beds/lib.sh"

usage() {
	cat <<-EOF
	usage: tools/bench.sh [OPTION]... [BED]...
	       tools/bench.sh --profile ROW BED

	Measures both hypervisors with the same guest and the same L1 kernel in each BED
	(default: $all), shows a table, and leaves it as BED.txt, BED.json
	and BED.svg in the folder of the results.

	  --kernel K    as for bed.sh; the results with "small" are BED-small.txt and so on
	  --no-wall     leave out the second boot, which takes wall time
	  --out DIR     the folder of the results (default: $out)
	  --docs        the tables and charts of Documentation/ instead
	  --profile ROW the kernel's functions by the instructions that one round of axvcpu's
	                ROW takes in each; rows as BED.json names them

	Documentation/benchmark.rst says what the rows mean, and what they do not.
	EOF
}

all='svm vmx el2 el2-nvhe' kernel=6.1 wall=1 out=${TMPDIR:-/tmp}/axvcpu-bench selected='' profile=''
while [ $# -gt 0 ]; do
	case $1 in
	--kernel | --out | --profile) [ $# -gt 1 ] || die "$1 wants a value" ;;
	esac
	case $1 in
	--kernel)	kernel=$2; shift ;;
	--out)		out=$2; shift ;;
	--docs)		out=$top/Documentation/benchmark ;;
	--no-wall)	wall='' ;;
	--profile)	profile=$2; shift ;;
	-h | --help)	usage; exit 0 ;;
	-*)		usage >&2; exit 125 ;;
	*)		selected="$selected $1" ;;
	esac
	shift
done

# An emulator counts each round of a REP as an instruction, which no processor does: have
# memory cleared by a loop instead. These are REP_GOOD and ERMS.
no_rep=clearcpuid=112,297

# measure BED OPTION... -- ARGUMENT...: one boot.
measure() {
	m_bed=$1
	shift
	m_options=''
	while [ "$1" != -- ]; do m_options="$m_options $1"; shift; done
	shift
	# shellcheck disable=SC2086
	sh "$top/tools/bed.sh" "$m_bed" --no-load --kernel "$kernel" --timeout 1800 \
		--append "$no_rep" $m_options -- tools/testing/bench/run.sh "$@"
}

# boots BED OPTION... -- ARGUMENT...: as many as it takes for both. On arm64 KVM is built into
# the kernel and has the hardware from boot on, or not at all.
boots() {
	b_bed=$1
	case $b_bed in
	el2*)	measure "$@" && shift && measure "$b_bed" --kvm "$@" ;;
	*)	measure "$@" ;;
	esac
}

bench() {
	boots "$1" --icount -- >"$work/rows" || return 1
	# In Bochs all time is instructions.
	case $wall$1 in
	1vmx | 1svm-bochs) ;;
	1*)	boots "$1" -- --wall >"$work/wall" || return 1
		sed -n 's/^row/wall/p' "$work/wall" >>"$work/rows" ;;
	esac
	b_name=$1
	[ "$kernel" != small ] || b_name=$1-small
	awk -v bed="$b_name" -v json="$out/$b_name.json" -v svg="$out/$b_name.svg" \
		-f "$top/tools/testing/bench/report.awk" "$work/rows" >"$out/$b_name.txt" &&
		cat "$out/$b_name.txt"
}

# profile ROW BED
profile() {
	measure "$2" --icount --profile "$work/counts" -- --symbols "$1" >"$work/rows" || return 1
	[ -s "$work/counts" ] || { echo "$0: $2 has no profiler" >&2; return 1; }
	sed -n 's/^symbol \([0-9a-f]*\) [tTwW] \([^\t]*\).*/\1 0 \2/p' "$work/rows" |
		cat - "$work/counts" | LC_ALL=C sort |
		awk -v rounds="$(awk '$1 == "row" { print $7 }' "$work/rows")" '
			NF == 3 { name = $3; next }
			{ count[name] += int($2 / rounds + 0.5) }
			END { for (name in count) if (count[name]) print count[name], name }' |
		sort -rn | awk '{ print; sum += $1 } END { print sum, "in all" }'
}

work=$(mktemp -d "${TMPDIR:-/tmp}/axvcpu-bench.XXXXXX")
trap 'rm -rf "$work"' EXIT
[ -z "$profile" ] || { profile "$profile" "${selected# }"; exit; }
mkdir -p "$out"
for bed in ${selected:-$all}; do
	bench "$bed" || die "no result for $bed"
done
