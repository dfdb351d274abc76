/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app-fixture.h"
#include "bh-task-model.h"

/* Figures for the task manager's rows. */

typedef struct
{
  guint pid;
  guint64 start_time;
  gint64 memory;
  double cpu;
} Process;

/* An entry of Supervisor1.Sampled; a negative figure is left out. */
static inline void
add_sample (GVariantBuilder *samples,
            const char *id,
            gint64 memory,
            double cpu,
            const Process *processes,
            guint n_processes)
{
  g_autofree char *path = g_strconcat (APPS_PATH, id, NULL);

  g_variant_builder_open (samples, G_VARIANT_TYPE ("a{sv}"));
  g_variant_builder_add (samples, "{sv}", "id", g_variant_new_string (id));
  g_variant_builder_add (samples, "{sv}", "path", g_variant_new_object_path (path));
  if (memory >= 0)
    g_variant_builder_add (samples, "{sv}", "memory", g_variant_new_uint64 ((guint64) memory));
  if (memory >= 0)
    g_variant_builder_add (samples, "{sv}", "memory-kind", g_variant_new_string ("pss"));
  if (cpu >= 0)
    g_variant_builder_add (samples, "{sv}", "cpu", g_variant_new_double (cpu));
  g_variant_builder_add (samples, "{sv}", "uptime", g_variant_new_double (61));

  g_variant_builder_open (samples, G_VARIANT_TYPE ("{sv}"));
  g_variant_builder_add (samples, "s", "processes");
  g_variant_builder_open (samples, G_VARIANT_TYPE ("v"));
  g_variant_builder_open (samples, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < n_processes; i++)
    {
      const char *role = i == 0 ? "runner" : "web";

      g_variant_builder_open (samples, G_VARIANT_TYPE ("a{sv}"));
      g_variant_builder_add (samples, "{sv}", "pid", g_variant_new_uint32 (processes[i].pid));
      g_variant_builder_add (samples, "{sv}", "start-time",
                             g_variant_new_uint64 (processes[i].start_time));
      g_variant_builder_add (samples, "{sv}", "role", g_variant_new_string (role));
      g_variant_builder_add (samples, "{sv}", "name", g_variant_new_string ("program"));
      g_variant_builder_add (samples, "{sv}", "memory",
                             g_variant_new_uint64 ((guint64) processes[i].memory));
      g_variant_builder_add (samples, "{sv}", "cpu", g_variant_new_double (processes[i].cpu));
      g_variant_builder_close (samples);
    }
  g_variant_builder_close (samples);
  g_variant_builder_close (samples);
  g_variant_builder_close (samples);
  g_variant_builder_close (samples);
}

static inline void
update_figures (BhTaskModel *model, GVariantBuilder *samples)
{
  g_autoptr (GVariant) variant = g_variant_ref_sink (g_variant_builder_end (samples));

  bh_task_model_update_figures (model, variant);
}

static inline gint64
get_figure (BhTaskModel *model, GtkTreeIter *iter, BhTaskFigure figure)
{
  return bh_task_tree_get_row (BH_TASK_TREE (model), iter)->figures.values[figure];
}

static inline const char *
get_text (BhTaskModel *model, GtkTreeIter *iter, BhTaskColumn column)
{
  return bh_task_row_get_text (bh_task_tree_get_row (BH_TASK_TREE (model), iter), column);
}
