# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# SVM: Bochs. Unlike the bed svm it has NRIPS and flush by ASID; it lacks virtual GIF and
# decode assists. --model: zambezi, trinity_apu, ryzen.

bed_model=${bed_model:-zambezi}
. "$beds/bochs/bochs.sh"

# bed_start: see svm.sh.
bed_start() { bochs_start; }
