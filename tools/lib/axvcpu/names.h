/* SPDX-License-Identifier: MIT */
/*
 * libaxvcpu: names of the numbers in the interface. Programs include <axvcpu.h>.
 */
#ifndef AXVCPU_NAMES_H
#define AXVCPU_NAMES_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Names, for people; NULL for a number without one. */
const char *axvcpu_state_name(uint32_t state);
const char *axvcpu_activity_name(uint32_t activity);
const char *axvcpu_exit_name(uint32_t reason);
const char *axvcpu_stat_name(uint32_t id);
const char *axvcpu_cap_name(uint32_t id);
const char *axvcpu_feature_name(unsigned int bit);
const char *axvcpu_mitigation_name(unsigned int bit);
const char *axvcpu_gpr_name(uint32_t reg);

#ifdef __cplusplus
}
#endif

#endif /* AXVCPU_NAMES_H */
