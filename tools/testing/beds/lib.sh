# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# What every script here stands on: messages, progress, locks, packages, the cache.
# Sourced with $top set to the top of the tree.

cache=${AXVCPU_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/axvcpu}
jobs=$(nproc)
# What is built from a checkout is kept apart from what is built from another.
checkout=$(printf '%s' "$top" | sha256sum | cut -c 1-8)

say() { printf '%s\n' "$*" >&2; }
die() { say "${0##*/}: $*"; exit 125; }

# kill_below PID: what it has started, and what that has.
kill_below() {
	# shellcheck disable=SC2013
	for k in $(cat "/proc/$1/task/$1/children" 2>/dev/null); do
		kill_below "$k"
		kill "$k" 2>/dev/null
	done
}

# A job in the background does not see the terminal's interrupt.
trap 'kill_below $$; exit 130' INT TERM HUP

# last_line FILE: the last line that says something, cut to the terminal.
last_line() { tail -n 3 "$1" | tr '\r' '\n' | grep . | tail -n 1 | cut -c 1-100; }

# progress WHAT LOG COMMAND...: run it with its output in LOG and a line of news every
# five seconds; on failure show the end of LOG ($progress_tail lines).
progress_tail=30
progress() {
	p_what=$1 p_log=$2
	shift 2
	"$@" >"$p_log" 2>&1 &
	p_pid=$! p_start=$(date +%s) p_tick=0
	while kill -0 "$p_pid" 2>/dev/null; do
		sleep 0.2
		p_tick=$((p_tick + 1))
		[ $((p_tick % 25)) -eq 0 ] || continue
		say "$p_what: $(($(date +%s) - p_start)) s: $(last_line "$p_log")"
	done
	p_rc=0
	wait "$p_pid" || p_rc=$?
	if [ "$p_rc" -ne 0 ] && [ "$progress_tail" -gt 0 ]; then
		say "$p_what: failed ($p_rc):"
		tail -n "$progress_tail" "$p_log" >&2
	fi
	return "$p_rc"
}

# locked NAME COMMAND...: one process at a time; says so when it has to wait.
locked() {
	l_file=$cache/lock/$1
	shift
	mkdir -p "$cache/lock"
	(
		flock -n 9 || {
			say "waiting for another ${l_file##*/} to finish"
			while ! flock -w 9 9; do say "still waiting for ${l_file##*/}"; done
		}
		"$@" 9>&-
	) 9>"$l_file"
}

# as_root COMMAND...: apt needs it to install; nothing else does.
as_root() {
	if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

# apt_try WHAT COMMAND...: three attempts, the package lists refreshed after the first.
apt_try() {
	a_what=$1
	shift
	mkdir -p "$cache/log"
	for a_try in 1 2 3; do
		! progress "$a_what" "$cache/log/apt.$$" "$@" || { rm -f "$cache/log/apt.$$"; return 0; }
		[ "$a_try" -lt 3 ] || return 1
		say "$a_what: attempt $a_try failed, refreshing the package lists"
		progress "apt-get update" "$cache/log/apt.$$" foreign as_root apt-get update || :
	done
}

# need PACKAGE...: install what is missing.
need() {
	n_missing=
	for n_pkg; do
		dpkg-query -W -f '${Status}' "$n_pkg" 2>/dev/null | grep -q 'ok installed' ||
			n_missing="$n_missing $n_pkg"
	done
	[ -n "$n_missing" ] || return 0
	say "installing$n_missing"
	# shellcheck disable=SC2086
	locked apt apt_try "apt-get install" as_root env DEBIAN_FRONTEND=noninteractive \
		apt-get install -y --no-install-recommends -o DPkg::Lock::Timeout=600 $n_missing ||
		die "cannot install$n_missing"
}

# foreign COMMAND...: apt as a machine of the bed's architecture has it. Its sources and keys
# are this machine's; lists, cache and what is installed (nothing) are its own.
foreign() {
	if [ "$deb_arch" = "$(dpkg --print-architecture)" ]; then
		"$@"
	else
		APT_CONFIG=$cache/apt/$deb_arch/apt.conf "$@"
	fi
}

# foreign_setup: make that configuration and fetch the lists, when it is not there.
foreign_setup() {
	f_dir=$cache/apt/$deb_arch
	[ "$deb_arch" != "$(dpkg --print-architecture)" ] || return 0
	[ ! -e "$f_dir/complete" ] || return 0
	mkdir -p "$f_dir/state/lists/partial" "$f_dir/cache/archives/partial"
	: >"$f_dir/state/status"
	cat >"$f_dir/apt.conf" <<-EOF
	APT::Architecture "$deb_arch";
	APT::Architectures { "$deb_arch"; "$(dpkg --print-architecture)"; };
	APT::Sandbox::User "root";
	Dir::State "$f_dir/state";
	Dir::State::status "$f_dir/state/status";
	Dir::Cache "$f_dir/cache";
	EOF
	progress "package lists for $deb_arch" "$f_dir/log" foreign apt-get update || return 1
	touch "$f_dir/complete"
}

# deb PACKAGE[:ARCH]: the path of its .deb in the cache, downloaded when it is not there.
deb() {
	mkdir -p "$cache/deb"
	d_name=${1%:*}
	case $1 in *:*) d_arch=${1#*:} ;; *) d_arch=$deb_arch ;; esac
	d_file=$(deb_find)
	if [ -z "$d_file" ]; then
		mkdir -p "$cache/deb/$1.part"
		(cd "$cache/deb/$1.part" && apt_try "download $1" \
			foreign apt-get -o APT::Sandbox::User=root download "$1") || return 1
		mv "$cache/deb/$1.part/"*.deb "$cache/deb/"
		rmdir "$cache/deb/$1.part"
		d_file=$(deb_find)
	fi
	printf '%s\n' "$d_file"
}

deb_find() {
	find "$cache/deb" -name "${d_name}_*_$d_arch.deb" -o -name "${d_name}_*_all.deb" |
		sort -V | tail -n 1
}

# dependency PACKAGE PATTERN: the package it depends on whose name matches.
dependency() {
	foreign apt-cache depends "$1" 2>/dev/null |
		sed -n "s/.*Depends: \\($2\\)\$/\\1/p" | head -n 1
}
