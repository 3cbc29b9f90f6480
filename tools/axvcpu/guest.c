// SPDX-License-Identifier: GPL-2.0-only
/*
 * Making a guest.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <file.h>

#include "cli.h"
#include "guest.h"

static int load_flat(const struct board *board, struct linux_image *image)
{
	const struct board_config *config = board->config;
	struct file file = { 0 };
	int ret = file_read(config->image, &file);
	void *to;

	if (ret)
		return explain(OP_FILE, ret, config->image);
	to = ram_at(&board->ram, config->load, file.size);
	if (to)
		memcpy(to, file.data, file.size);
	else
		complain("%s: %zu bytes at 0x%llx do not fit into %llu KiB: %s",
			 config->image, file.size, (unsigned long long)config->load,
			 (unsigned long long)config->mem >> 10,
			 "give more --mem, or another --load");
	file_drop(&file);
	*image = (struct linux_image){ .entry = config->entry };
	return to ? STATUS_OK : STATUS_HOST;
}

static int load_linux(const struct board *board, struct linux_image *image)
{
	const struct board_config *config = board->config;
	struct file kernel = { 0 }, initrd = { 0 };
	const char *path = config->kernel;
	const char *why = NULL;
	int ret = file_read(path, &kernel);

	if (!ret && config->initrd) {
		path = config->initrd;
		ret = file_read(path, &initrd);
	}
	if (ret) {
		file_drop(&kernel);
		return explain(OP_FILE, ret, path);
	}
	why = linux_load(&board->ram, &kernel, &initrd, config->append, image);
	if (why)
		complain("%s: %s", config->kernel, why);
	file_drop(&kernel);
	file_drop(&initrd);
	return why ? STATUS_HOST : STATUS_OK;
}

static int create_board(struct guest *g, const struct options *o, struct linux_image *image)
{
	char size[32];
	int ret;

	snprintf(size, sizeof(size), "%llu KiB", (unsigned long long)o->guest.mem >> 10);
	g->board = board_create(&o->guest);
	ret = g->board ? ram_alloc(&g->board->ram, o->hugepages) : -ENOMEM;
	if (ret)
		return explain(OP_MEMORY, ret, size);
	return o->guest.kernel ? load_linux(g->board, image) : load_flat(g->board, image);
}

static int create_vm(struct guest *g)
{
	char size[32];
	int ret;

	g->dev = axvcpu_open(NULL);
	if (g->dev < 0)
		return explain(OP_OPEN, g->dev, AXVCPU_DEVICE);
	ret = axvcpu_vm_create(g->dev, &g->vm);
	if (ret)
		return explain(OP_VM, ret, AXVCPU_DEVICE);
	ret = ram_map(&g->board->ram, g->vm);
	snprintf(size, sizeof(size), "%llu KiB", (unsigned long long)g->board->ram.size >> 10);
	return ret ? explain(OP_MAP, ret, size) : STATUS_OK;
}

static int create_vcpu(struct guest *g, const struct options *o, const struct linux_image *image)
{
	char name[32];
	int ret;

	ret = axvcpu_vcpu_create_on(g->vm, 0, o->cpu, NULL, 0, &g->vcpu);
	if (ret) {
		snprintf(name, sizeof(name), "--cpu %u", o->cpu);
		return explain(OP_VCPU, ret, o->cpu == AXVCPU_NO_CPU ? "vCPU 0" : name);
	}
	ret = board_setup(g->board, g->dev, g->vcpu, image);
	if (ret)
		return explain(OP_SETUP, ret, o->guest.kernel ? o->guest.kernel : o->guest.image);
	return STATUS_OK;
}

int guest_create(struct guest *g, const struct options *o)
{
	struct linux_image image;
	int status;

	*g = (struct guest){ .dev = -1 };
	status = create_board(g, o, &image);
	if (!status)
		status = create_vm(g);
	if (!status)
		status = create_vcpu(g, o, &image);
	return status;
}

void guest_destroy(struct guest *g)
{
	axvcpu_vcpu_close(g->vcpu);
	axvcpu_vm_close(g->vm);
	if (g->dev >= 0)
		close(g->dev);
	if (g->board)
		ram_free(&g->board->ram);
	board_destroy(g->board);
}
