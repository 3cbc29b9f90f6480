// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual-processor identifiers: one for each vCPU, on every CPU the same. 0 is
 * the host's (SDM 30.1).
 */
#include <linux/idr.h>

#include "vmx.h"

static DEFINE_IDA(vpids);

/**
 * vmx_vpid_get() - an identifier that no other vCPU has
 *
 * Context: may sleep.
 * Return: 1 to 65535; 0 if there is none left.
 */
u16 vmx_vpid_get(void)
{
	int id = ida_alloc_range(&vpids, 1, VMX_NR_VPIDS - 1, GFP_KERNEL);

	return id < 0 ? 0 : id;
}

/**
 * vmx_vpid_put() - give it back; its next user flushes what CPUs know of it
 * @vpid: from vmx_vpid_get()
 */
void vmx_vpid_put(u16 vpid)
{
	ida_free(&vpids, vpid);
}
