// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual-processor identifiers: one for each vCPU, on every CPU the same. 0 is
 * the host's (SDM 30.1).
 *
 * A vCPU that comes when all of them are given out runs without. Each entry and each exit
 * then drops what the TLB has of VPID 0, which is the guest's and the host's (SDM
 * 30.4.3.1): slower, but nothing is left to be flushed but what the EPT pointer tags.
 */
#include <linux/errno.h>
#include <linux/idr.h>
#include <linux/moduleparam.h>

#include "check.h"
#include "decode.h"
#include "tlb.h"
#include "vmcs.h"
#include "vmx.h"

static unsigned int vpids = VMX_NR_VPIDS - 1;
module_param(vpids, uint, 0444);
MODULE_PARM_DESC(vpids, "VMX: how many vCPUs get a VPID; the others run without (default: 65535)");

static DEFINE_IDA(ida);

/**
 * vmx_vpid_get() - an identifier that no other vCPU has
 *
 * Context: may sleep.
 * Return: 1 to 65535; 0 if there is none left; -ENOMEM.
 */
int vmx_vpid_get(void)
{
	int id = ida_alloc_range(&ida, 1, min(vpids, VMX_NR_VPIDS - 1U), GFP_KERNEL);

	return id == -ENOSPC ? 0 : id;
}

/**
 * vmx_vpid_put() - give it back; its next user flushes what CPUs know of it
 * @vpid: from vmx_vpid_get()
 */
void vmx_vpid_put(u16 vpid)
{
	if (vpid)
		ida_free(&ida, vpid);
}
