# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# EL2 with the L1's kernel at EL1 and its stub at EL2 (nVHE). AXVCPU_BED_CPU=cortex-a57 for a
# CPU that has no VHE; by default one that has, and a kernel that is told not to use it.

. "$beds/arm64.inc"

bed_cpu=${AXVCPU_BED_CPU:-neoverse-n1}
arm64_append=id_aa64mmfr1.vh=0

bed_start() { arm64_start; }
