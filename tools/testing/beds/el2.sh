# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# EL2 with the L1's kernel at EL2 (VHE): QEMU's own CPU (TCG), a Neoverse N1. It has no
# caches, so missing cache maintenance does not show.

. "$beds/arm64.inc"

bed_cpu=${AXVCPU_BED_CPU:-neoverse-n1}

bed_start() { arm64_start; }
