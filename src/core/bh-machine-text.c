/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-core"

#include "bh-machine-text.h"

#include "bh-proc-text.h"

#include <string.h>

/* Reads what /proc tells of the whole machine, as proc(5) describes it. */

/* The fields of a line of /proc/stat. Guests' time is part of the user's. */
enum {
  USER,
  NICE,
  SYSTEM,
  IDLE,
  WAITING,
  IRQ,
  SOFTIRQ,
  STOLEN,
  N_FIELDS
};

/**
 * bh_machine_parse_memory:
 * @text: the text of /proc/meminfo, not necessarily terminated
 * @length: its length in bytes
 * @memory: (out caller-allocates): where the figures go
 *
 * Returns: whether the text was understood
 */
gboolean
bh_machine_parse_memory (const char *text, gsize length, BhMachineMemory *memory)
{
  g_return_val_if_fail (text != NULL && memory != NULL, FALSE);

  return bh_proc_find_size (text, length, "MemTotal", &memory->total)
         && bh_proc_find_size (text, length, "MemAvailable", &memory->available)
         && bh_proc_find_size (text, length, "SwapTotal", &memory->swap)
         && bh_proc_find_size (text, length, "SwapFree", &memory->swap_free)
         && memory->available <= memory->total && memory->swap_free <= memory->swap;
}

/* How many lines begin with "cpu" and a digit. */
static guint
count_cores (const char *text, gsize length)
{
  const char *end = text + length;
  guint cores = 0;

  while (text < end)
    {
      const char *newline = memchr (text, '\n', (gsize) (end - text));

      if (end - text > 3 && memcmp (text, "cpu", 3) == 0 && g_ascii_isdigit (text[3]))
        cores++;
      text = newline != NULL ? newline + 1 : end;
    }

  return cores;
}

/**
 * bh_machine_parse_cpu:
 * @text: the text of /proc/stat, as far as its lines of the cores, not necessarily terminated
 * @length: its length in bytes
 * @cpu: (out caller-allocates): where the figures go
 *
 * A core that waits for the storage does not work; one whose time was taken by another virtual
 * machine does.
 *
 * Returns: whether the text was understood
 */
gboolean
bh_machine_parse_cpu (const char *text, gsize length, BhMachineCpu *cpu)
{
  const char *end = text + length;
  const char *p = text;
  guint64 fields[N_FIELDS] = { 0 };
  guint64 total = 0;

  g_return_val_if_fail (text != NULL && cpu != NULL, FALSE);

  if (length < 4 || memcmp (text, "cpu ", 4) != 0)
    return FALSE;
  p += 4;
  for (guint i = 0; i < N_FIELDS; i++)
    {
      while (p < end && *p == ' ')
        p++;
      if (!bh_proc_take_number (&p, end, &fields[i]) || fields[i] > G_MAXUINT64 - total)
        return FALSE;
      total += fields[i];
    }
  cpu->total = total;
  cpu->busy = total - fields[IDLE] - fields[WAITING];
  cpu->cores = count_cores (text, length);

  return cpu->cores > 0;
}
