# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# The kernels an L1 can run. Each is a folder of the cache with the same three things in it:
# vmlinuz, build (what KDIR wants) and modules (a tree with lib/modules in it).
#
# Needs lib.sh.

# The variables a bed may set before: the Debian architecture and the kernel flavour.
deb_arch=${deb_arch:-amd64}

# kernel_get VERSION|PATH VARIANT: print the folder of that kernel, made when it is not there.
# The variants are in kernel/; without one it is Debian's own, with "rt" that with PREEMPT_RT.
kernel_get() {
	case $1 in
	*/*)	{ [ -e "$1/vmlinuz" ] && [ -d "$1/build/" ] && [ -d "$1/modules/" ]; } ||
			die "$1: no kernel: wants vmlinuz, build/ and modules/ in it"
		(cd "$1" && pwd) ;;
	*)	case $2 in
		rt)	kernel_stock "$1" "rt-$deb_arch" ;;
		?*)	kernel_made "$@" ;;
		*)	kernel_stock "$1" "$deb_arch" ;;
		esac ;;
	esac
}

# kernel_stock VERSION FLAVOUR: Debian's own, unpacked from its packages and not installed.
kernel_stock() {
	ks_dir=$cache/kernel/$1-$2
	[ -e "$ks_dir/complete" ] ||
		locked "kernel-$1-$2" kernel_stock_make "$1" "$2" "$ks_dir" >&2 || return 1
	printf '%s\n' "$ks_dir"
}

# stock_release VERSION FLAVOUR: the release its packages are named by, e.g. 6.1 amd64 ->
# 6.1.0-56-amd64.
stock_release() {
	sr_re=$(printf '%s' "$1" | sed 's/[.]/\\./g')
	sr_rel=$(dependency "linux-image-$2" "linux-image-$sr_re\\.[^ ]*")
	if [ -z "$sr_rel" ]; then
		sr_rel=$(foreign apt-cache pkgnames "linux-image-$1." | sort -V |
			sed -n "/^linux-image-[0-9][^-]*\(-[0-9]*\)\{0,1\}-$2\$/p" | tail -n 1)
	fi
	printf '%s\n' "${sr_rel#linux-image-}"
}

kernel_stock_make() {
	[ ! -e "$3/complete" ] || return 0
	need dpkg xz-utils kmod
	locked "apt-$deb_arch" foreign_setup || die "no package lists for $deb_arch"
	k_rel=$(stock_release "$1" "$2")
	if [ -z "$k_rel" ]; then
		apt_try "look for kernel $1" foreign as_root apt-get update
		k_rel=$(stock_release "$1" "$2")
	fi
	[ "$k_rel" ] || die "apt knows no kernel $1 for $2"
	say "kernel $1 is $k_rel"
	rm -rf "$3"
	mkdir -p "$3/root"
	for k_pkg in "linux-image-$k_rel" "linux-headers-$k_rel" \
		     "$(dependency "linux-headers-$k_rel" 'linux-headers-.*')" \
		     "$(dependency "linux-headers-$k_rel" 'linux-kbuild-.*'):$(dpkg --print-architecture)"; do
		k_deb=$(deb "$k_pkg") || die "cannot download $k_pkg"
		say "unpacking $k_pkg"
		dpkg -x "$k_deb" "$3/root" || die "cannot unpack $k_deb"
	done
	k_src=$3/root/usr/src
	# The headers name each other by where they would be installed.
	sed -i "s|/usr/src/|$k_src/|" "$k_src/linux-headers-$k_rel/Makefile"
	ln -s "root/boot/vmlinuz-$k_rel" "$3/vmlinuz"
	ln -s "root/usr/src/linux-headers-$k_rel" "$3/build"
	ln -s root "$3/modules"
	depmod -b "$3/root" "$k_rel"
	touch "$3/complete"
}

# source_get VERSION: print the folder of Debian's patched source of that kernel.
source_get() {
	sg_dir=$cache/source/$1
	[ -e "$sg_dir/complete" ] ||
		locked "source-$1" source_make "$1" "$sg_dir" >&2 || return 1
	printf '%s\n' "$sg_dir"
}

source_make() {
	[ ! -e "$2/complete" ] || return 0
	need dpkg xz-utils
	s_deb=$(deb "linux-source-$1") || die "cannot download linux-source-$1"
	rm -rf "$2"
	mkdir -p "$2"
	progress "unpack linux-source-$1" "$2.log" source_unpack "$s_deb" "$2" ||
		die "cannot unpack $s_deb"
	touch "$2/complete"
}

# The drivers left out are half of the bulk, and no kernel here has them.
source_unpack() {
	dpkg --fsys-tarfile "$1" | tar -x -O --wildcards '*/linux-source-*.tar.xz' | xz -dc |
		tar -x -C "$2" --strip-components=1 --wildcards \
			--exclude='*/drivers/gpu/drm/*.[ch]' --exclude='*/drivers/media/*.[ch]' \
			--exclude='*/drivers/net/*.[ch]' --exclude='*/sound/*.[ch]' \
			--exclude='*/drivers/staging/*.[ch]' --exclude='*/Documentation/*.rst' \
			--exclude='*/tools/testing/*.[ch]'
}

# configuration VARIANT: the options of that kernel, on this architecture.
configuration() {
	for c_file in machine "machine-$deb_arch" "$1" "$1-$deb_arch"; do
		[ ! -e "$beds/kernel/$c_file.config" ] || cat "$beds/kernel/$c_file.config"
	done | grep CONFIG_ | LC_ALL=C sort
}

# kernel_made_dir VERSION VARIANT: where that kernel is, or will be.
kernel_made_dir() {
	km_sum=$(configuration "$2" | sha256sum | cut -c 1-8)
	printf '%s\n' "$cache/kernel/$1-$deb_arch-$2-$km_sum"
}

# kernel_made_there VERSION VARIANT: print the folder when it has been made.
kernel_made_there() {
	kt_dir=$(kernel_made_dir "$1" "$2")
	[ ! -e "$kt_dir/complete" ] || printf '%s\n' "$kt_dir"
}

# kernel_made VERSION VARIANT: Debian's source, tinyconfig and what the variant has beyond it.
kernel_made() {
	km_dir=$(kernel_made_dir "$1" "$2")
	[ -e "$km_dir/complete" ] ||
		locked "kernel-$1-$deb_arch-$2" kernel_make "$1" "$2" "$km_dir" >&2 || return 1
	printf '%s\n' "$km_dir"
}

kernel_make() {
	[ ! -e "$3/complete" ] || return 0
	need gcc libc6-dev make flex bison bc libelf-dev rsync kmod perl
	km_src=$(source_get "$1") || return 1
	mkdir -p "$3/build"
	configuration "$2" >"$3/config"
	progress "configure the $2 kernel" "$3/config.log" kernel_configure "$km_src" "$3" ||
		die "cannot configure the $2 kernel"
	progress "build the $2 kernel" "$3/build.log" kernel_build "$km_src" "$3" ||
		die "cannot build the $2 kernel"
	touch "$3/complete"
}

# kernel_target SOURCE BUILD TARGET [OPTION]...
# shellcheck disable=SC2086
kernel_target() {
	kt_src=$1 kt_build=$2
	shift 2
	nice make -C "$kt_src" O="$kt_build" ${bed_kbuild:-} "$@"
}

kernel_configure() {
	kernel_target "$1" "$2/build" tinyconfig &&
		"$1/scripts/kconfig/merge_config.sh" -m -O "$2/build" "$2/build/.config" "$2/config" &&
		kernel_target "$1" "$2/build" olddefconfig &&
		kernel_configured "$2/build/.config" "$2/config"
}

# An option that another one turned off would be missed in silence.
kernel_configured() {
	! grep '^CONFIG_' "$2" | grep -vxF -f "$1" || {
		echo "these options did not take"
		return 1
	}
}

kernel_build() {
	kernel_target "$1" "$2/build" -j"$jobs" all &&
		INSTALL_MOD_PATH=$2/modules kernel_target "$1" "$2/build" -j"$jobs" modules_install &&
		ln -sf "build/$(kernel_target "$1" "$2/build" -s image_name)" "$2/vmlinuz"
}
