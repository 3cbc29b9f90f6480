# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# VMX: Bochs. It flushes the TLB at every entry and exit and has no posted interrupts.
# --model: corei5_arrandale_m520, corei7_sandy_bridge_2600k, corei7_ivy_bridge_3770k,
# broadwell_ult, corei7_skylake_x, ... (bochs -q --help cpu); without unrestricted guest:
# core2_penryn_t9600, corei5_lynnfield_750. The default raises #GP for MSRs that it does not
# have.

bed_model=${bed_model:-corei7_haswell_4770,ignore_bad_msrs=0}
bed_msrs=$beds/bochs/msrs.def
. "$beds/bochs/bochs.sh"

# bed_start: see svm.sh.
bed_start() { bochs_start; }
