// SPDX-License-Identifier: GPL-2.0-only
/*
 * axvcpu info: the device as it is here.
 */
#include <axvcpu.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"

#define MAX_CAPS	64

static void print_bits(const char *title, uint64_t bits, const char *(*name)(unsigned int bit))
{
	printf("%-13s", title);
	if (!bits)
		printf(" none");
	for (unsigned int bit = 0; bit < 64; bit++) {
		if (!(bits >> bit & 1))
			continue;
		if (name(bit))
			printf(" %s", name(bit));
		else
			printf(" bit-%u", bit);
	}
	printf("\n");
}

/* What a capability's value is a number of, or a mask of, or whether it is there. */
static void print_cap(const struct axvcpu_cap *cap)
{
	const char *name = axvcpu_cap_name(cap->id);

	if (!name)
		printf("              capability %u: %" PRIu64 "\n", cap->id, (uint64_t)cap->value);
	else if (cap->id == AXVCPU_CAP_X86_XCR0)
		printf("              %s: 0x%" PRIx64 "\n", name, (uint64_t)cap->value);
	else if (cap->id == AXVCPU_CAP_STATE_GROUPS || cap->id == AXVCPU_CAP_DIRTY_LOG ||
		 cap->id == AXVCPU_CAP_STRING_IO)
		printf("              %s: %s\n", name, cap->value ? "yes" : "no");
	else
		printf("              %s: %" PRIu64 "\n", name, (uint64_t)cap->value);
}

static int print_caps(int dev)
{
	struct axvcpu_cap caps[MAX_CAPS];
	uint32_t count = MAX_CAPS;
	int ret = axvcpu_get_caps(dev, caps, &count);

	if (ret)
		return ret;
	printf("capabilities\n");
	for (uint32_t i = 0; i < count; i++)
		print_cap(&caps[i]);
	return 0;
}

static int print_info(int dev)
{
	struct axvcpu_info info;
	int ret = axvcpu_get_info(dev, &info);

	if (ret)
		return ret;
	printf("module        axvcpu %.*s, interface %u\n", (int)sizeof(info.module_version),
	       info.module_version, info.api_version);
	printf("backend       %.*s\n", (int)sizeof(info.backend_name), info.backend_name);
	print_bits("features", info.features, axvcpu_feature_name);
	print_bits("missing", info.features_missing, axvcpu_feature_name);
	print_bits("mitigations", info.mitigations, axvcpu_mitigation_name);
	print_bits("vulnerable", info.mitigations_missing, axvcpu_mitigation_name);
	printf("limits        %u vCPUs a VM, %u memory regions, %u-bit guest physical addresses\n",
	       info.max_vcpus, info.max_regions, info.gpa_bits);
	return print_caps(dev);
}

int cmd_info(int argc, char **argv)
{
	int dev, ret;

	if (argc > 1) {
		int help = !strcmp(argv[1], "--help") || !strcmp(argv[1], "-h");

		fputs("usage: axvcpu info\n\n"
		      "Shows the module's version, the backend and the hardware features it uses or\n"
		      "misses, the mitigations in force, those that this CPU's bugs ask for and that are\n"
		      "not in force (vulnerable), and the limits. Without a device, says why.\n",
		      help ? stdout : stderr);
		return help ? STATUS_OK : STATUS_USAGE;
	}
	dev = axvcpu_open(NULL);
	if (dev < 0)
		return explain(OP_OPEN, dev, AXVCPU_DEVICE);
	ret = print_info(dev);
	close(dev);
	return ret ? explain(OP_INFO, ret, AXVCPU_DEVICE) : STATUS_OK;
}
