/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-cgroup-figures.h"

#include "bh-cgroup-text.h"
#include "bh-held-file.h"

/*
 * Reads the figures of a cgroup. Where each comes from, see the kernel's
 * Documentation/admin-guide/cgroup-v2.rst:
 *
 *   memory         memory.current
 *   swap           memory.swap.current
 *   memory-peak    memory.peak, since Linux 5.19
 *   cpu, cpu-time  cpu.stat: usage_usec, without the controller as well
 *   disk-*         io.stat: rbytes and wbytes, where the controller is delegated
 *   stopped        cgroup.events: frozen
 *
 * They tell of processes that have ended as well.
 */

/* io.stat has a line for each device. */
#define BUFFER 4096

/**
 * bh_cgroup_figures_new:
 * @directory: the cgroup's directory
 *
 * Returns: (transfer full): room for its figures
 */
BhCgroupFigures *
bh_cgroup_figures_new (const char *directory)
{
  BhCgroupFigures *self = g_new0 (BhCgroupFigures, 1);

  self->directory = g_strdup (directory);
  self->memory_fd = self->swap_fd = self->peak_fd = BH_HELD_FILE_CLOSED;
  self->cpu_fd = self->io_fd = self->events_fd = BH_HELD_FILE_CLOSED;

  return self;
}

/**
 * bh_cgroup_figures_free:
 * @self: (transfer full): figures
 *
 * Frees them.
 */
void
bh_cgroup_figures_free (BhCgroupFigures *self)
{
  g_return_if_fail (self != NULL);

  bh_held_file_close (&self->memory_fd);
  bh_held_file_close (&self->swap_fd);
  bh_held_file_close (&self->peak_fd);
  bh_held_file_close (&self->cpu_fd);
  bh_held_file_close (&self->io_fd);
  bh_held_file_close (&self->events_fd);
  g_free (self->directory);
  g_free (self);
}

static gboolean
read_text (BhCgroupFigures *self, int *fd, const char *name, char buffer[BUFFER])
{
  gssize length = bh_held_file_read (fd, self->directory, name, buffer, BUFFER - 1);

  buffer[MAX (length, 0)] = '\0';

  return length > 0;
}

static gboolean
read_value (BhCgroupFigures *self, int *fd, const char *name, guint64 *value)
{
  char buffer[BUFFER];

  return read_text (self, fd, name, buffer) && bh_cgroup_parse_value (buffer, value);
}

/**
 * bh_cgroup_figures_look:
 * @self: figures
 *
 * Reads them.
 */
void
bh_cgroup_figures_look (BhCgroupFigures *self)
{
  char buffer[BUFFER];
  guint64 frozen;

  g_return_if_fail (self != NULL);

  self->has_memory = read_value (self, &self->memory_fd, "memory.current", &self->memory);
  self->has_swap = read_value (self, &self->swap_fd, "memory.swap.current", &self->swap);
  self->has_peak = read_value (self, &self->peak_fd, "memory.peak", &self->peak);
  self->has_cpu_time = read_text (self, &self->cpu_fd, "cpu.stat", buffer)
                       && bh_cgroup_find_key (buffer, "usage_usec", &self->cpu_time);
  self->has_io = read_text (self, &self->io_fd, "io.stat", buffer)
                 && bh_cgroup_sum_keys (buffer, "rbytes", &self->read)
                 && bh_cgroup_sum_keys (buffer, "wbytes", &self->written);
  self->frozen = read_text (self, &self->events_fd, "cgroup.events", buffer)
                 && bh_cgroup_find_key (buffer, "frozen", &frozen) && frozen != 0;
}
