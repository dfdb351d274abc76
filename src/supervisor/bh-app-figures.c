/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-app-figures.h"

#include "bh-cgroup-figures.h"
#include "bh-process-figures.h"

/*
 * Adds up the figures of an instance. What the kernel counts for its cgroup is taken where it has
 * one of its own: that is also what its limits are compared with. Otherwise the figures of its
 * processes are added. Memory does add up, since a page that N processes share counts 1/N in each
 * (proportional set size).
 *
 * An app's memory counts as proportional when that of each process was read, but for those that
 * the kernel does not let us look into: bubblewrap's own, whose resident memory is some 100 KiB.
 */

/* The share of its memory limit, in per cent, from which on an app is near it. */
#define NEAR 80

struct _BhAppFigures
{
  BhInstance *instance;
  BhSampleWords *words; /* not owned */
  BhSampleEntry *entry;

  /* Of the run, reset with the next. */
  char *run;
  guint serial;
  guint look;
  GPtrArray *processes; /* BhProcessFigures, the runner first */
  GHashTable *by_pid;
  BhCgroupFigures *cgroup;
  guint64 ended_cpu;
  guint64 ended_read;
  guint64 ended_written;
  guint64 memory;
  guint64 memory_peak;
  BhFigures figures; /* as they were written last, without an id when nothing ran */

  BhLimits *limits;
  GVariant *limits_dict;
  BhLimitKinds by_kernel;
  BhLimitKinds by_supervisor;
  GVariant *holders;
};

static void
forget_run (BhAppFigures *self)
{
  g_hash_table_remove_all (self->by_pid);
  g_ptr_array_set_size (self->processes, 0);
  g_clear_pointer (&self->cgroup, bh_cgroup_figures_free);
  g_clear_pointer (&self->holders, g_variant_unref);
  g_clear_pointer (&self->run, g_free);
  self->ended_cpu = self->ended_read = self->ended_written = 0;
  self->memory = self->memory_peak = 0;
}

/**
 * bh_app_figures_new:
 * @instance: an app's instance
 * @words: pairs to share, which must outlive the figures
 *
 * Returns: (transfer full): room for its figures
 */
BhAppFigures *
bh_app_figures_new (BhInstance *instance, BhSampleWords *words)
{
  BhAppFigures *self = g_new0 (BhAppFigures, 1);

  g_return_val_if_fail (BH_IS_INSTANCE (instance) && words != NULL, self);

  self->instance = g_object_ref (instance);
  self->words = words;
  self->entry = bh_sample_entry_new (words);
  self->processes = g_ptr_array_new_with_free_func ((GDestroyNotify) bh_process_figures_free);
  self->by_pid = g_hash_table_new (NULL, NULL);

  return self;
}

/**
 * bh_app_figures_free:
 * @self: (transfer full): figures
 *
 * Frees them.
 */
void
bh_app_figures_free (BhAppFigures *self)
{
  g_return_if_fail (self != NULL);

  forget_run (self);
  g_hash_table_unref (self->by_pid);
  g_ptr_array_unref (self->processes);
  g_clear_pointer (&self->limits_dict, g_variant_unref);
  g_clear_pointer (&self->limits, bh_limits_unref);
  bh_sample_entry_free (self->entry);
  g_object_unref (self->instance);
  g_free (self);
}

static BhProcessFigures *
find_process (BhAppFigures *self, pid_t pid)
{
  return g_hash_table_lookup (self->by_pid, GINT_TO_POINTER (pid));
}

/* Passes on what a process that is gone had used. */
static void
end_process (BhAppFigures *self, BhProcessFigures *process)
{
  BhProcessFigures *parent = find_process (self, process->stat.parent);

  bh_tally_end (&process->cpu, parent != NULL ? &parent->cpu : NULL, &self->ended_cpu);
  bh_tally_end (&process->read, parent != NULL ? &parent->read : NULL, &self->ended_read);
  bh_tally_end (&process->written, parent != NULL ? &parent->written : NULL, &self->ended_written);
}

static void
count_process (BhAppFigures *self, BhProcessFigures *process)
{
  bh_tally_update (&process->cpu, process->stat.cpu_time + process->stat.child_time,
                   &self->ended_cpu);
  if (!process->has_io)
    return;
  bh_tally_update (&process->read, process->io.read, &self->ended_read);
  bh_tally_update (&process->written, process->io.written, &self->ended_written);
}

/* Makes the list of processes that of those that were found. */
static void
look_at_processes (BhAppFigures *self, GArray *found, guint look, gboolean thorough)
{
  g_autoptr (GPtrArray) old = g_steal_pointer (&self->processes);

  self->processes = g_ptr_array_new_full (found->len, (GDestroyNotify) bh_process_figures_free);
  for (guint i = 0; i < found->len; i++)
    {
      const BhProcStat *stat = &g_array_index (found, BhProcStat, i);
      BhProcessFigures *process = find_process (self, stat->pid);

      if (process == NULL || process->key.start_time != stat->start_time)
        process = bh_process_figures_new (stat, self->words);
      bh_process_figures_look (process, stat, look, thorough);
      g_ptr_array_add (self->processes, process);
    }
  g_hash_table_remove_all (self->by_pid);
  for (guint i = 0; i < self->processes->len; i++)
    {
      BhProcessFigures *process = g_ptr_array_index (self->processes, i);

      g_hash_table_insert (self->by_pid, GINT_TO_POINTER (process->key.pid), process);
    }

  g_ptr_array_set_free_func (old, NULL);
  for (guint i = 0; i < old->len; i++)
    {
      BhProcessFigures *process = g_ptr_array_index (old, i);

      if (process->look == look)
        continue;
      end_process (self, process);
      bh_process_figures_free (process);
    }
  for (guint i = 0; i < self->processes->len; i++)
    count_process (self, g_ptr_array_index (self->processes, i));
}

/**
 * bh_app_figures_look:
 * @self: figures
 * @look: the number of this look
 * @thorough: whether to read all, even of processes that seem to have done nothing
 *
 * Reads what is cheap to read, of the processes that were there at the scanner's last look.
 */
void
bh_app_figures_look (BhAppFigures *self, guint look, gboolean thorough)
{
  BhRun *run;
  g_autoptr (GArray) found = NULL;
  const char *directory;

  g_return_if_fail (self != NULL);

  self->look = look;
  run = bh_instance_get_run (self->instance);
  if (self->run != NULL
      && (run == NULL || !g_str_equal (self->run, bh_run_get_record (run)->instance)))
    forget_run (self);
  if (run == NULL)
    return;
  if (self->run == NULL)
    {
      self->run = g_strdup (bh_run_get_record (run)->instance);
      self->serial = bh_sample_base_make_serial ();
    }

  found = bh_run_find_processes (run);
  look_at_processes (self, found, look, thorough);
  directory = bh_limiter_get_cgroup (bh_run_get_limiter (run));
  if (self->cgroup == NULL && directory != NULL)
    self->cgroup = bh_cgroup_figures_new (directory);
  if (self->cgroup != NULL)
    bh_cgroup_figures_look (self->cgroup);
}

/**
 * bh_app_figures_get_last_look:
 * @self: figures
 *
 * Returns: the number of the last look, 0 before the first
 */
guint
bh_app_figures_get_last_look (BhAppFigures *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->look;
}

/**
 * bh_app_figures_get_processes:
 * @self: figures
 *
 * Returns: (transfer none) (element-type BhProcessFigures): its processes at the last look
 */
GPtrArray *
bh_app_figures_get_processes (BhAppFigures *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->processes;
}

/**
 * bh_app_figures_get_path:
 * @self: figures
 *
 * Returns: (transfer none): the object path of the app
 */
const char *
bh_app_figures_get_path (BhAppFigures *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return bh_app_id_get_object_path (bh_instance_get_id (self->instance));
}

/**
 * bh_app_figures_is_near_limit:
 * @self: figures
 *
 * Returns: whether its memory, as it was written last, is near one of its limits or beyond it
 */
gboolean
bh_app_figures_is_near_limit (BhAppFigures *self)
{
  BhLimits *limits;
  guint64 limit;

  g_return_val_if_fail (self != NULL, FALSE);

  limits = bh_instance_get_limits (self->instance);
  if (limits == NULL)
    return FALSE;
  limit = bh_limits_get_memory_high (limits);
  if (limit == 0)
    limit = bh_limits_get_memory (limits);

  return limit != 0 && self->memory >= limit / 100 * NEAR;
}

static void
write_limits (BhAppFigures *self, BhRun *run)
{
  BhLimits *limits = bh_instance_get_limits (self->instance);
  BhLimiter *limiter;

  if (limits != self->limits)
    {
      g_clear_pointer (&self->limits_dict, g_variant_unref);
      g_clear_pointer (&self->limits, bh_limits_unref);
      if (limits != NULL)
        {
          self->limits = bh_limits_ref (limits);
          self->limits_dict
              = g_variant_ref_sink (bh_limits_to_dict (limits, bh_limits_get_kinds (limits)));
        }
    }
  if (self->limits_dict != NULL)
    bh_sample_entry_set_value (self->entry, "limits", self->limits_dict);
  bh_sample_entry_set_boolean (self->entry, "growing", bh_instance_get_growth (self->instance) > 0);
  bh_sample_entry_set_boolean (self->entry, "pressed",
                               (bh_instance_get_pressed (self->instance) & BH_LIMIT_MEMORY_HIGH)
                                   != 0);
  if (run == NULL)
    return;

  limiter = bh_run_get_limiter (run);
  if (self->holders == NULL || self->by_kernel != bh_limiter_get_by_kernel (limiter)
      || self->by_supervisor != bh_limiter_get_by_supervisor (limiter))
    {
      g_clear_pointer (&self->holders, g_variant_unref);
      self->by_kernel = bh_limiter_get_by_kernel (limiter);
      self->by_supervisor = bh_limiter_get_by_supervisor (limiter);
      self->holders = g_variant_ref_sink (bh_limiter_dup_holders (limiter));
    }
  bh_sample_entry_set_value (self->entry, "limits-held-by", self->holders);
}

typedef struct
{
  gboolean any_memory, all_exact, any_exact, any_swap, any_io, any_descriptors;
  guint64 memory, swap, cpu, read, written, threads, descriptors;
} Sums;

static void
add_process (Sums *sums, BhProcessFigures *process)
{
  guint64 bytes;
  gboolean exact;

  if (bh_process_figures_get_memory (process, &bytes, &exact))
    {
      sums->any_memory = TRUE;
      sums->any_exact = sums->any_exact || exact;
      sums->all_exact = sums->all_exact && (exact || bh_process_figures_is_closed (process));
      sums->memory += bytes;
    }
  if (bh_process_figures_get_swap (process, &bytes))
    {
      sums->any_swap = TRUE;
      sums->swap += bytes;
    }
  if (process->descriptors >= 0)
    {
      sums->any_descriptors = TRUE;
      sums->descriptors += (guint64) process->descriptors;
    }
  sums->any_io = sums->any_io || process->has_io;
  sums->cpu += process->cpu.seen;
  sums->read += process->read.seen;
  sums->written += process->written.seen;
  sums->threads += process->stat.threads;
}

static void
write_memory (BhAppFigures *self, const Sums *sums)
{
  BhCgroupFigures *cgroup = self->cgroup;
  gboolean counted = cgroup != NULL && cgroup->has_memory;

  if (!counted && !sums->any_memory)
    return;
  self->memory = counted ? cgroup->memory : sums->memory;
  self->memory_peak = MAX (self->memory_peak, self->memory);
  if (counted && cgroup->has_peak)
    self->memory_peak = MAX (self->memory_peak, cgroup->peak);
  self->figures.memory = (gint64) self->memory;
  self->figures.memory_peak = (gint64) self->memory_peak;
  self->figures.resident = !counted && !(sums->all_exact && sums->any_exact);
  bh_sample_entry_set_uint64 (self->entry, "memory", self->memory);
  bh_sample_entry_set_string (self->entry, "memory-kind",
                              counted                  ? "cgroup"
                              : self->figures.resident ? "resident"
                                                       : "pss");
  bh_sample_entry_set_uint64 (self->entry, "memory-peak", self->memory_peak);
  if (counted && cgroup->has_swap)
    bh_sample_entry_set_uint64 (self->entry, "swap", cgroup->swap);
  else if (sums->any_swap)
    bh_sample_entry_set_uint64 (self->entry, "swap", sums->swap);
}

static void
write_cpu (BhAppFigures *self, const Sums *sums, BhRun *run, BhSampleBase *base)
{
  guint64 used = bh_process_ticks_to_microseconds (sums->cpu + self->ended_cpu);
  gint64 counted;
  double cpu;

  if (self->cgroup != NULL && self->cgroup->has_cpu_time)
    used = self->cgroup->cpu_time;
  else if (self->processes->len == 0)
    return;
  cpu = bh_sample_base_measure (base, self->serial, used, FALSE);
  /* What the limit is compared with; it has looked more often. */
  if (bh_limiter_get_used (bh_run_get_limiter (run), &counted))
    used = MAX (used, (guint64) counted);
  self->figures.cpu_time = (gint64) used;
  self->figures.cpu = cpu;
  bh_sample_entry_set_uint64 (self->entry, "cpu-time", used);
  if (cpu >= 0)
    bh_sample_entry_set_double (self->entry, "cpu", cpu);
}

static void
write_figures (BhAppFigures *self, BhRun *run, BhSampleBase *base, gboolean with_processes)
{
  const BhProcessKey *runner = bh_run_get_runner (run);
  gboolean frozen = self->cgroup != NULL && self->cgroup->frozen;
  gboolean known = bh_sample_base_knows (base, self->serial);
  g_autofree GVariant **entries = g_new (GVariant *, self->processes->len + 1);
  Sums sums = { .all_exact = TRUE };
  guint64 received, sent;

  for (guint i = 0; i < self->processes->len; i++)
    {
      BhProcessFigures *process = g_ptr_array_index (self->processes, i);
      guint64 used = bh_process_ticks_to_microseconds (process->stat.cpu_time);

      double cpu = bh_sample_base_measure (base, process->serial, used, known);

      add_process (&sums, process);
      if (with_processes)
        entries[i]
            = bh_process_figures_write (process, bh_role_of (&process->stat, runner), frozen, cpu);
    }

  if (runner != NULL)
    bh_sample_entry_set_uint32 (self->entry, "pid", (guint32) runner->pid);
  self->figures.app = bh_app_id_get_uuid (bh_instance_get_id (self->instance));
  self->figures.started_at = bh_run_get_record (run)->started_at;
  bh_sample_entry_set_uint64 (self->entry, "started-at",
                              (guint64) bh_run_get_record (run)->started_at);
  write_memory (self, &sums);
  write_cpu (self, &sums, run, base);
  if (sums.threads > 0)
    bh_sample_entry_set_uint32 (self->entry, "threads", (guint32) sums.threads);
  if (bh_run_get_traffic (run, &received, &sent))
    {
      bh_sample_entry_set_uint64 (self->entry, "network-received", received);
      bh_sample_entry_set_uint64 (self->entry, "network-sent", sent);
    }
  if (sums.any_descriptors)
    bh_sample_entry_set_uint32 (self->entry, "descriptors", (guint32) sums.descriptors);
  if (self->cgroup != NULL && self->cgroup->has_io)
    {
      bh_sample_entry_set_uint64 (self->entry, "disk-read", self->cgroup->read);
      bh_sample_entry_set_uint64 (self->entry, "disk-written", self->cgroup->written);
    }
  else if (sums.any_io)
    {
      bh_sample_entry_set_uint64 (self->entry, "disk-read", sums.read + self->ended_read);
      bh_sample_entry_set_uint64 (self->entry, "disk-written", sums.written + self->ended_written);
    }
  bh_sample_entry_set_double (
      self->entry, "uptime",
      (double) MAX (g_get_real_time () - bh_run_get_record (run)->started_at, 0) / G_USEC_PER_SEC);
  bh_sample_entry_set_uint32 (self->entry, "process-count", self->processes->len);
  if (with_processes)
    bh_sample_entry_set_value (self->entry, "processes",
                               g_variant_new_array (G_VARIANT_TYPE_VARDICT, entries,
                                                    self->processes->len));
}

/**
 * bh_app_figures_get_figures:
 * @self: figures
 * @figures: (out caller-allocates): what was written last
 *
 * Returns: whether an instance ran then
 */
gboolean
bh_app_figures_get_figures (BhAppFigures *self, BhFigures *figures)
{
  g_return_val_if_fail (self != NULL && figures != NULL, FALSE);

  *figures = self->figures;

  return figures->app != NULL;
}

/**
 * bh_app_figures_write:
 * @self: figures, looked at before
 * @name: the app's name, for people
 * @base: what CPU is measured from
 * @with_processes: whether its processes are told
 *
 * Returns: (transfer none): an entry as Supervisor1.Sampled has it
 */
GVariant *
bh_app_figures_write (BhAppFigures *self,
                      const char *name,
                      BhSampleBase *base,
                      gboolean with_processes)
{
  BhAppId *id;
  BhRun *run;

  g_return_val_if_fail (self != NULL && name != NULL && base != NULL, NULL);

  id = bh_instance_get_id (self->instance);
  run = bh_instance_get_run (self->instance);
  self->figures = (BhFigures){ .memory = -1, .memory_peak = -1, .cpu = -1, .cpu_time = -1 };
  bh_sample_entry_begin (self->entry);
  bh_sample_entry_set_string (self->entry, "id", bh_app_id_get_uuid (id));
  bh_sample_entry_set_path (self->entry, "path", bh_app_id_get_object_path (id));
  bh_sample_entry_set_string (self->entry, "name", name);
  bh_sample_entry_set_string (self->entry, "state",
                              bh_state_to_string (bh_instance_get_state (self->instance)));
  bh_sample_entry_set_string (self->entry, "reason",
                              bh_reason_to_string (bh_instance_get_reason (self->instance)));
  bh_sample_entry_set_uint32 (self->entry, "restarts", bh_instance_get_restarts (self->instance));
  bh_sample_entry_set_string (self->entry, "suspended",
                              bh_suspension_to_string (
                                  bh_instance_get_suspension (self->instance)));
  bh_sample_entry_set_value (self->entry, "activity",
                             bh_activities_to_variant (
                                 bh_instance_get_activities (self->instance)));
  write_limits (self, run);
  if (run != NULL && self->run != NULL)
    write_figures (self, run, base, with_processes);
  else
    bh_sample_entry_set_value (self->entry, "processes",
                               g_variant_new_array (G_VARIANT_TYPE_VARDICT, NULL, 0));

  return bh_sample_entry_end (self->entry);
}
