// SPDX-License-Identifier: GPL-2.0-only
/*
 * A file in memory.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"

/* The size of a file that can be read as a whole, or -errno. */
static off_t file_size(int fd)
{
	struct stat st;

	if (fstat(fd, &st))
		return -errno;
	if (S_ISDIR(st.st_mode))
		return -EISDIR;
	return st.st_size ? st.st_size : -ENODATA;
}

int file_read(const char *path, struct file *file)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	void *data = MAP_FAILED;
	off_t size;

	if (fd < 0)
		return -errno;
	size = file_size(fd);
	if (size > 0) {
		data = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
		if (data == MAP_FAILED)
			size = -errno;
	}
	close(fd);
	if (size < 0)
		return size;
	*file = (struct file){ data, size };
	return 0;
}

void file_drop(struct file *file)
{
	if (file->size)
		munmap((void *)file->data, file->size);
	*file = (struct file){ 0 };
}
