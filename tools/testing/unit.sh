#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The unit tests of the userspace: built in the cache, run here, TAP out.

set -u

top=$(cd "$(dirname "$0")/../.." && pwd)
beds=$top/tools/testing/beds
. "$beds/lib.sh"
. "$beds/image.sh"

need gcc libc6-dev make rsync pkg-config libzydis-dev
tree=$(build_tree unit) || die "cannot copy the sources to $cache"
make -s -C "$tree/tools/testing/unit" -j"$jobs" all >&2 && make -s -C "$tree/tools/testing/unit" check
