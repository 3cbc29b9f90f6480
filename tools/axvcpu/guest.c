// SPDX-License-Identifier: GPL-2.0-only
/*
 * Making a guest.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli.h"
#include "guest.h"

#define HUGE_SIZE	(2ULL << 20)
#define LINUX_STACK	0x80000
#define FLAT_STACK	0x80000
#define REAL_STACK	0x7c00
#define RAM_ACCESS	(AXVCPU_ACCESS_READ | AXVCPU_ACCESS_WRITE | AXVCPU_ACCESS_EXEC)

static int read_file(const char *path, struct blob *blob)
{
	struct stat st;
	void *data;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st)) {
		st.st_size = -1;
	} else if (S_ISDIR(st.st_mode)) {
		errno = EISDIR;
		st.st_size = -1;
	} else if (!st.st_size) {
		errno = ENODATA;
		st.st_size = -1;
	}
	data = st.st_size < 0 ? MAP_FAILED :
				mmap(NULL, st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (data == MAP_FAILED) {
		int error = errno;

		close(fd);
		return -error;
	}
	close(fd);
	blob->data = data;
	blob->size = st.st_size;
	return 0;
}

static void drop_file(struct blob *blob)
{
	if (blob->size)
		munmap((void *)blob->data, blob->size);
}

static int get_huge_memory(struct guest *g, uint64_t size)
{
	uint64_t mapped = (size + HUGE_SIZE - 1) & ~(HUGE_SIZE - 1);
	void *at = mmap(NULL, mapped, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB, -1, 0);

	if (at == MAP_FAILED)
		return -errno;
	g->ram = (struct ram){ at, size };
	g->mapped = mapped;
	return 0;
}

/* Aligned, so that the host can back it with huge pages by itself. */
static int get_memory(struct guest *g, uint64_t size)
{
	uint64_t room = size + HUGE_SIZE;
	uint8_t *at, *aligned;

	at = mmap(NULL, room, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
		  -1, 0);
	if (at == MAP_FAILED)
		return -errno;
	aligned = (uint8_t *)(((uintptr_t)at + HUGE_SIZE - 1) & ~(HUGE_SIZE - 1));
	if (aligned > at)
		munmap(at, aligned - at);
	munmap(aligned + size, at + room - (aligned + size));
	madvise(aligned, size, MADV_HUGEPAGE);
	g->ram = (struct ram){ aligned, size };
	g->mapped = size;
	return 0;
}

static int map_memory(struct guest *g)
{
	uint64_t low = ram_low(&g->ram);
	int ret = axvcpu_vm_map(g->vm, 0, g->ram.hva, low, RAM_ACCESS);

	if (!ret && g->ram.size > low)
		ret = axvcpu_vm_map(g->vm, RAM_HIGH, g->ram.hva + low, g->ram.size - low,
				    RAM_ACCESS);
	return ret;
}

static int load_flat(struct guest *g, const struct options *o)
{
	struct blob image = { 0 };
	int ret = read_file(o->image, &image);
	void *to;

	if (ret)
		return explain(OP_FILE, ret, o->image);
	to = ram_at(&g->ram, o->load, image.size);
	if (to)
		memcpy(to, image.data, image.size);
	else
		complain("%s: %zu bytes at 0x%llx do not fit into %llu KiB: %s",
			 o->image, image.size, (unsigned long long)o->load,
			 (unsigned long long)o->mem >> 10, "give more --mem, or a lower --load");
	drop_file(&image);
	return to ? STATUS_OK : STATUS_HOST;
}

static int load_linux(struct guest *g, const struct options *o, uint64_t *entry)
{
	struct blob kernel = { 0 }, initrd = { 0 };
	struct linux_image image;
	const char *why = NULL;
	int ret = read_file(o->kernel, &kernel);

	if (ret)
		return explain(OP_FILE, ret, o->kernel);
	if (o->initrd)
		ret = read_file(o->initrd, &initrd);
	if (ret) {
		drop_file(&kernel);
		return explain(OP_FILE, ret, o->initrd);
	}
	why = linux_load(&g->ram, &kernel, &initrd, o->append, &image);
	if (why)
		complain("%s: %s", o->kernel, why);
	else
		*entry = image.entry;
	drop_file(&kernel);
	drop_file(&initrd);
	return why ? STATUS_HOST : STATUS_OK;
}

static int setup(struct guest *g, const struct options *o, uint64_t entry)
{
	struct axvcpu_x86_regs *regs = axvcpu_x86_run_regs(g->vcpu);
	uint64_t stack = o->kernel ? LINUX_STACK : FLAT_STACK;
	int ret = boot_cpuid(g->dev, g->vcpu);

	if (o->mode == MODE_REAL)
		stack = REAL_STACK;
	if (!ret)
		ret = boot_setup(g->vcpu, &g->ram, o->mode, entry, stack);
	if (ret)
		return explain(OP_SETUP, ret, o->kernel ? o->kernel : o->image);
	if (o->kernel)
		regs->gpr[AXVCPU_X86_RSI] = LOW_PARAMS;
	for (unsigned int i = 0; i < o->nr_regs; i++) {
		if (o->regs[i].reg == OPTIONS_REG_FLAGS)
			regs->rflags = o->regs[i].value;
		else
			regs->gpr[o->regs[i].reg] = o->regs[i].value;
	}
	return STATUS_OK;
}

static int create_vcpu(struct guest *g, const struct options *o)
{
	char name[32];
	int ret;

	ret = axvcpu_vcpu_create_on(g->vm, 0, o->cpu, NULL, 0, &g->vcpu);
	if (!ret)
		return STATUS_OK;
	if (o->cpu == OPTIONS_NO_CPU)
		return explain(OP_VCPU, ret, "vCPU 0");
	snprintf(name, sizeof(name), "--cpu %u", o->cpu);
	return explain(OP_VCPU, ret, name);
}

int guest_create(struct guest *g, const struct options *o)
{
	uint64_t entry = o->entry;
	char size[32];
	int ret;

	*g = (struct guest){ .dev = -1 };
	snprintf(size, sizeof(size), "%llu KiB", (unsigned long long)o->mem >> 10);
	ret = o->hugepages ? get_huge_memory(g, o->mem) : get_memory(g, o->mem);
	if (ret)
		return explain(OP_MEMORY, ret, size);
	ret = o->kernel ? load_linux(g, o, &entry) : load_flat(g, o);
	if (ret)
		return ret;
	g->dev = axvcpu_open(NULL);
	if (g->dev < 0)
		return explain(OP_OPEN, g->dev, AXVCPU_DEVICE);
	ret = axvcpu_vm_create(g->dev, &g->vm);
	if (ret)
		return explain(OP_VM, ret, AXVCPU_DEVICE);
	ret = map_memory(g);
	if (ret)
		return explain(OP_MAP, ret, size);
	ret = create_vcpu(g, o);
	if (ret)
		return ret;
	ret = setup(g, o, entry);
	if (ret)
		return ret;
	ret = axvcpu_vcpu_bind(g->vcpu);
	return ret ? explain(OP_BIND, ret, "vCPU 0") : STATUS_OK;
}

void guest_destroy(struct guest *g)
{
	axvcpu_vcpu_close(g->vcpu);
	axvcpu_vm_close(g->vm);
	if (g->dev >= 0)
		close(g->dev);
	if (g->ram.hva)
		munmap(g->ram.hva, g->mapped);
}
