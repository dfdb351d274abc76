/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-shell"

#include "bh-task-format.h"

#include "bh-units.h"

#include <glib/gi18n.h>

/*
 * The task manager's figures as text. What was not measured is a dash, never a zero.
 */

#define UNMEASURED_TEXT "–"

/**
 * bh_task_format_pid:
 * @pid: a PID, or 0
 *
 * Returns: (transfer full): the text
 */
char *
bh_task_format_pid (guint pid)
{
  return pid != 0 ? g_strdup_printf ("%u", pid) : g_strdup (UNMEASURED_TEXT);
}

/**
 * bh_task_format_memory:
 * @bytes: a size, or a negative number when it was not measured
 *
 * Returns: (transfer full): the text
 */
char *
bh_task_format_memory (gint64 bytes)
{
  return bytes >= 0 ? bh_units_format_size ((guint64) bytes) : g_strdup (UNMEASURED_TEXT);
}

/**
 * bh_task_format_memory_kind:
 * @kind: (nullable): what a figure of memory is, as on D-Bus, or %NULL when there is no figure
 *
 * Returns: (transfer none): what is counted in it, for people
 */
const char *
bh_task_format_memory_kind (const char *kind)
{
  if (g_strcmp0 (kind, "cgroup") == 0)
    return _("As the kernel counts it for this app");
  if (g_strcmp0 (kind, "pss") == 0)
    return _("Proportional: what processes share is divided among them");
  if (g_strcmp0 (kind, "resident") == 0)
    return _("Without what is shared with other processes");

  return _("Not measured");
}

/**
 * bh_task_format_cpu:
 * @percent: per cent of one core, or a negative number when it was not measured
 *
 * Returns: (transfer full): the text
 */
char *
bh_task_format_cpu (double percent)
{
  if (percent < 0)
    return g_strdup (UNMEASURED_TEXT);

  /* Translators: a share of the processor, such as “12.5 %”. */
  return g_strdup_printf (_("%.1f %%"), percent);
}

/**
 * bh_task_format_uptime:
 * @seconds: a duration, or a negative number when there is none
 *
 * Returns: (transfer full): the text
 */
char *
bh_task_format_uptime (gint64 seconds)
{
  if (seconds < 0 || seconds > G_MAXINT64 / G_USEC_PER_SEC)
    return g_strdup (UNMEASURED_TEXT);

  /* The unit's zero would be one of milliseconds. */
  if (seconds == 0)
    return g_strdup (_("0 s"));

  return bh_units_format_duration (seconds * G_USEC_PER_SEC);
}

/**
 * bh_task_format_role:
 * @role: a process's role on D-Bus
 *
 * Returns: (transfer none): the role in the user's words
 */
const char *
bh_task_format_role (const char *role)
{
  g_return_val_if_fail (role != NULL, NULL);

  if (g_str_equal (role, "runner"))
    return C_("process", "Runner");
  if (g_str_equal (role, "web"))
    return C_("process", "Web page");
  if (g_str_equal (role, "network"))
    return C_("process", "Network");

  return C_("process", "Helper");
}

/**
 * bh_task_format_total:
 * @apps: how many apps run
 * @processes: how many processes they have
 * @memory: the bytes of all, or a negative number when nothing was measured
 * @cpu: the per cent of one core of all, or a negative number when nothing was measured
 *
 * Returns: (transfer full): the line below the table; without figures only how many apps run
 */
char *
bh_task_format_total (guint apps, guint processes, gint64 memory, double cpu)
{
  g_autofree char *apps_text = NULL;
  g_autofree char *processes_text = NULL;
  g_autofree char *memory_text = bh_task_format_memory (memory);
  g_autofree char *cpu_text = bh_task_format_cpu (cpu);

  apps_text = g_strdup_printf (ngettext ("%u app", "%u apps", apps), apps);
  if (memory < 0 && cpu < 0)
    return g_steal_pointer (&apps_text);

  processes_text = g_strdup_printf (ngettext ("%u process", "%u processes", processes), processes);

  /* Translators: “3 apps · 12 processes · 412.0 MiB · 3.4 % CPU”. */
  return g_strdup_printf (_("%s · %s · %s · %s CPU"), apps_text, processes_text, memory_text,
                          cpu_text);
}

static char *
dup_size (GVariant *machine, const char *key)
{
  guint64 size;

  return bh_task_format_memory (
      g_variant_lookup (machine, key, "t", &size) && size <= G_MAXINT64 ? (gint64) size : -1);
}

static char *
dup_cpu (GVariant *machine, const char *key)
{
  double cpu;

  return bh_task_format_cpu (g_variant_lookup (machine, key, "d", &cpu) && cpu >= 0 ? cpu : -1);
}

/**
 * bh_task_format_machine:
 * @machine: an `a{sv}`, as Supervisor1.MachineSampled documents it
 *
 * Returns: (transfer full): what the machine and the supervisor need, for the line below the table
 */
char *
bh_task_format_machine (GVariant *machine)
{
  g_autofree char *used = NULL;
  g_autofree char *memory = NULL;
  g_autofree char *cpu = NULL;
  g_autofree char *supervisor_memory = NULL;
  g_autofree char *supervisor_cpu = NULL;

  g_return_val_if_fail (g_variant_is_of_type (machine, G_VARIANT_TYPE_VARDICT), NULL);

  used = dup_size (machine, "memory-used");
  memory = dup_size (machine, "memory");
  cpu = dup_cpu (machine, "cpu");
  supervisor_memory = dup_size (machine, "supervisor-memory");
  supervisor_cpu = dup_cpu (machine, "supervisor-cpu");

  /* Translators: “Computer: 5.2 GiB of 15.5 GiB · 23.0 % CPU    Bulkhead itself: 9.1 MiB · 0.3 %
   * CPU”: what of the computer is in use, and by the service that watches the apps. */
  return g_strdup_printf (_("Computer: %s of %s · %s CPU    Bulkhead itself: %s · %s CPU"), used,
                          memory, cpu, supervisor_memory, supervisor_cpu);
}
