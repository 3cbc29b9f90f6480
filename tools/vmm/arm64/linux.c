// SPDX-License-Identifier: GPL-2.0-only
/* Load an arm64 Linux: its Image, its initrd, and a device tree of the board. */
#include <endian.h>
#include <string.h>

#include <libfdt.h>

#include <linux.h>

#include "map.h"

#define IMAGE_MAGIC	0x644d5241U	/* "ARM\x64" */
#define IMAGE_ALIGN	0x200000ULL
#define FDT_ROOM	0x10000U
#define FDT_ALIGN	0x200000ULL
#define PAGE_ALIGN(x)	(((x) + 0xfff) & ~0xfffULL)

#define GIC_PPI		1
#define LEVEL_HIGH	4
#define CLOCK_PHANDLE	1

/* The head of an Image. */
struct image_head {
	uint32_t code[2];
	uint64_t text_offset;
	uint64_t image_size;
	uint64_t flags;
	uint64_t reserved[3];
	uint32_t magic;
	uint32_t pe;
};

static int reg(void *fdt, uint64_t at, uint64_t size)
{
	fdt64_t cells[2] = { cpu_to_fdt64(at), cpu_to_fdt64(size) };

	return fdt_property(fdt, "reg", cells, sizeof(cells));
}

static int fdt_cpus(void *fdt)
{
	int err = fdt_begin_node(fdt, "cpus");

	err = err ?: fdt_property_u32(fdt, "#address-cells", 1);
	err = err ?: fdt_property_u32(fdt, "#size-cells", 0);
	err = err ?: fdt_begin_node(fdt, "cpu@0");
	err = err ?: fdt_property_string(fdt, "device_type", "cpu");
	err = err ?: fdt_property_string(fdt, "compatible", "arm,armv8");
	err = err ?: fdt_property_string(fdt, "enable-method", "psci");
	err = err ?: fdt_property_u32(fdt, "reg", 0);
	err = err ?: fdt_end_node(fdt);
	err = err ?: fdt_end_node(fdt);
	err = err ?: fdt_begin_node(fdt, "psci");
	err = err ?: fdt_property_string(fdt, "compatible", "arm,psci-1.0");
	err = err ?: fdt_property_string(fdt, "method", "hvc");
	return err ?: fdt_end_node(fdt);
}

static int fdt_uart(void *fdt)
{
	static const char compatible[] = "arm,pl011\0arm,primecell";
	static const char names[] = "uartclk\0apb_pclk";
	const fdt32_t clocks[2] = { cpu_to_fdt32(CLOCK_PHANDLE), cpu_to_fdt32(CLOCK_PHANDLE) };
	int err = fdt_begin_node(fdt, "apb-pclk");

	err = err ?: fdt_property_string(fdt, "compatible", "fixed-clock");
	err = err ?: fdt_property_u32(fdt, "#clock-cells", 0);
	err = err ?: fdt_property_u32(fdt, "clock-frequency", 24000000);
	err = err ?: fdt_property_u32(fdt, "phandle", CLOCK_PHANDLE);
	err = err ?: fdt_end_node(fdt);
	err = err ?: fdt_begin_node(fdt, "pl011@9000000");
	err = err ?: fdt_property(fdt, "compatible", compatible, sizeof(compatible));
	err = err ?: reg(fdt, MAP_UART, MAP_UART_SIZE);
	err = err ?: fdt_property(fdt, "clocks", clocks, sizeof(clocks));
	err = err ?: fdt_property(fdt, "clock-names", names, sizeof(names));
	return err ?: fdt_end_node(fdt);
}

/* The secure, physical, virtual and hypervisor timers have PPIs 13, 14, 11 and 10. */
static int fdt_timer(void *fdt)
{
	static const uint32_t ppi[] = { 13, 14, 11, 10 };
	fdt32_t cells[12];
	int err = fdt_begin_node(fdt, "timer");

	for (unsigned int i = 0; i < 4; i++) {
		cells[3 * i] = cpu_to_fdt32(GIC_PPI);
		cells[3 * i + 1] = cpu_to_fdt32(ppi[i]);
		cells[3 * i + 2] = cpu_to_fdt32(LEVEL_HIGH);
	}
	err = err ?: fdt_property_string(fdt, "compatible", "arm,armv8-timer");
	err = err ?: fdt_property(fdt, "interrupts", cells, sizeof(cells));
	return err ?: fdt_end_node(fdt);
}

static int fdt_chosen(void *fdt, const char *cmdline, uint64_t initrd, uint64_t size)
{
	int err = fdt_begin_node(fdt, "chosen");

	err = err ?: fdt_property_string(fdt, "bootargs", cmdline);
	err = err ?: fdt_property_string(fdt, "stdout-path", "/pl011@9000000");
	if (size) {
		err = err ?: fdt_property_u64(fdt, "linux,initrd-start", initrd);
		err = err ?: fdt_property_u64(fdt, "linux,initrd-end", initrd + size);
	}
	return err ?: fdt_end_node(fdt);
}

static int fdt_board(void *fdt, const struct ram *ram, const char *cmdline,
		     uint64_t initrd, uint64_t initrd_size)
{
	int err = fdt_create(fdt, FDT_ROOM);

	err = err ?: fdt_finish_reservemap(fdt);
	err = err ?: fdt_begin_node(fdt, "");
	err = err ?: fdt_property_string(fdt, "compatible", "axvcpu,board");
	err = err ?: fdt_property_string(fdt, "model", "axvcpu board");
	err = err ?: fdt_property_u32(fdt, "#address-cells", 2);
	err = err ?: fdt_property_u32(fdt, "#size-cells", 2);
	err = err ?: fdt_begin_node(fdt, "memory@40000000");
	err = err ?: fdt_property_string(fdt, "device_type", "memory");
	err = err ?: reg(fdt, MAP_RAM, ram->size);
	err = err ?: fdt_end_node(fdt);
	err = err ?: fdt_cpus(fdt);
	err = err ?: fdt_uart(fdt);
	err = err ?: fdt_timer(fdt);
	err = err ?: fdt_chosen(fdt, cmdline, initrd, initrd_size);
	err = err ?: fdt_end_node(fdt);
	return err ?: fdt_finish(fdt);
}

const char *linux_load(const struct ram *ram, const struct file *kernel,
		       const struct file *initrd, const char *cmdline,
		       struct linux_image *image)
{
	struct image_head head;
	uint64_t end;
	void *to;

	if (kernel->size < sizeof(head))
		return "too short for an arm64 Image";
	memcpy(&head, kernel->data, sizeof(head));
	if (le32toh(head.magic) != IMAGE_MAGIC)
		return "no arm64 Image: give the uncompressed one (Debian's vmlinuz is it)";
	*image = (struct linux_image){
		.load = MAP_RAM + (le64toh(head.text_offset) & (IMAGE_ALIGN - 1)),
	};
	image->entry = image->load;
	end = image->load + (le64toh(head.image_size) > kernel->size ?
			     le64toh(head.image_size) : kernel->size);
	if (end < image->load)
		return "its header asks for more memory than there can be";
	image->params = (end + FDT_ALIGN - 1) & ~(FDT_ALIGN - 1);
	image->initrd = PAGE_ALIGN(image->params + FDT_ROOM);
	to = ram_at(ram, image->load, end - image->load);
	if (!to)
		return "kernel larger than memory: give more --mem";
	memcpy(to, kernel->data, kernel->size);
	to = ram_at(ram, image->initrd, initrd->size);
	if (!to)
		return "no room for device tree and initrd: give more --mem";
	if (initrd->size)
		memcpy(to, initrd->data, initrd->size);
	if (fdt_board(ram_at(ram, image->params, FDT_ROOM), ram, cmdline, image->initrd,
		      initrd->size))
		return "device tree larger than expected: give a shorter --append";
	return NULL;
}
