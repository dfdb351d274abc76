/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-machine-figures.h"

#include "bh-held-file.h"
#include "bh-process-scanner.h"

#include <time.h>
#include <unistd.h>

/*
 * The figures of the machine, and of the service itself. Where each comes from:
 *
 *   memory, memory-used   /proc/meminfo: MemTotal, and that less MemAvailable
 *   swap, swap-used       /proc/meminfo: SwapTotal, and that less SwapFree
 *   cpu, cores            /proc/stat: the line "cpu", and how many have a number
 *   supervisor-memory     our smaps_rollup: Pss
 *   supervisor-cpu        our CPU clock, of all threads
 */

/* Both are longer on large machines; what is used of them stands at the beginning. */
#define MEMORY_BUFFER 2048
#define CPU_BUFFER    65536

/* Microseconds until our own memory is read again: it costs some 100 µs. */
#define OWN_AGE (10 * G_TIME_SPAN_SECOND)

struct _BhMachineFigures
{
  int memory_fd;
  int cpu_fd;
  gboolean has_own;
  guint64 own_memory;
  gint64 own_at;
};

/**
 * bh_machine_figures_new:
 *
 * Returns: (transfer full): what measures the machine
 */
BhMachineFigures *
bh_machine_figures_new (void)
{
  BhMachineFigures *self = g_new0 (BhMachineFigures, 1);

  self->memory_fd = self->cpu_fd = BH_HELD_FILE_CLOSED;

  return self;
}

/**
 * bh_machine_figures_free:
 * @self: (transfer full): what measures the machine
 *
 * Frees it.
 */
void
bh_machine_figures_free (BhMachineFigures *self)
{
  g_return_if_fail (self != NULL);

  bh_held_file_close (&self->memory_fd);
  bh_held_file_close (&self->cpu_fd);
  g_free (self);
}

static void
add_memory (BhMachineFigures *self, GVariantBuilder *machine)
{
  char buffer[MEMORY_BUFFER];
  gssize length = bh_held_file_read (&self->memory_fd, "/proc", "meminfo", buffer, sizeof buffer);
  BhMachineMemory memory;

  if (length <= 0 || !bh_machine_parse_memory (buffer, (gsize) length, &memory))
    return;
  g_variant_builder_add (machine, "{sv}", "memory", g_variant_new_uint64 (memory.total));
  g_variant_builder_add (machine, "{sv}", "memory-used",
                         g_variant_new_uint64 (memory.total - memory.available));
  g_variant_builder_add (machine, "{sv}", "swap", g_variant_new_uint64 (memory.swap));
  g_variant_builder_add (machine, "{sv}", "swap-used",
                         g_variant_new_uint64 (memory.swap - memory.swap_free));
}

static void
add_cpu (BhMachineFigures *self, GVariantBuilder *machine, BhMachineBase *base)
{
  g_autofree char *buffer = g_malloc (CPU_BUFFER);
  gssize length = bh_held_file_read (&self->cpu_fd, "/proc", "stat", buffer, CPU_BUFFER);
  BhMachineCpu cpu;

  if (length <= 0 || !bh_machine_parse_cpu (buffer, (gsize) length, &cpu))
    return;
  g_variant_builder_add (machine, "{sv}", "cores", g_variant_new_uint32 (cpu.cores));
  /* The kernel may take time back from a core that waits (proc(5)). */
  if (base->time != 0 && cpu.total > base->cpu.total && cpu.busy >= base->cpu.busy)
    {
      double share = (double) (cpu.busy - base->cpu.busy) / (double) (cpu.total - base->cpu.total);

      g_variant_builder_add (machine, "{sv}", "cpu", g_variant_new_double (MIN (share, 1) * 100));
    }
  base->cpu = cpu;
}

static void
add_own (BhMachineFigures *self, GVariantBuilder *machine, BhMachineBase *base, gint64 now)
{
  BhProcRollup rollup;
  struct timespec used;
  gint64 own;

  if (self->own_at == 0 || now - self->own_at >= OWN_AGE)
    {
      self->has_own = bh_process_read_rollup (getpid (), &rollup);
      self->own_memory = self->has_own ? rollup.pss : 0;
      self->own_at = now;
    }
  if (self->has_own)
    g_variant_builder_add (machine, "{sv}", "supervisor-memory",
                           g_variant_new_uint64 (self->own_memory));

  if (clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &used) < 0)
    return;
  own = (gint64) used.tv_sec * G_USEC_PER_SEC + used.tv_nsec / 1000;
  if (base->time != 0 && now > base->time)
    g_variant_builder_add (machine, "{sv}", "supervisor-cpu",
                           g_variant_new_double ((double) (own - base->own)
                                                 / (double) (now - base->time) * 100));
  base->own = own;
}

/**
 * bh_machine_figures_measure:
 * @self: what measures the machine
 * @base: (inout): what CPU is measured from
 * @now: the time
 *
 * Returns: (transfer floating): a{sv} as Supervisor1.MachineSampled has it
 */
GVariant *
bh_machine_figures_measure (BhMachineFigures *self, BhMachineBase *base, gint64 now)
{
  GVariantBuilder machine;

  g_return_val_if_fail (self != NULL && base != NULL, NULL);

  g_variant_builder_init (&machine, G_VARIANT_TYPE_VARDICT);
  add_memory (self, &machine);
  add_cpu (self, &machine, base);
  add_own (self, &machine, base, now);
  base->time = now;

  return g_variant_builder_end (&machine);
}
