/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-shell"

#include "bh-process-list.h"

#include "bh-task-format.h"

#include <glib/gi18n.h>

/*
 * The processes of one app. A row stays that of its process, told by PID and start time, so that
 * what is selected stays selected.
 */

enum {
  COLUMN_ROLE,
  COLUMN_PID,
  COLUMN_THREADS,
  COLUMN_MEMORY,
  COLUMN_CPU,
  N_TEXTS,
  COLUMN_START_TIME = N_TEXTS,
  COLUMN_NAME,
  N_COLUMNS,
};

struct _BhProcessList
{
  GtkTreeView parent_instance;

  GtkListStore *store;
};

G_DEFINE_FINAL_TYPE (BhProcessList, bh_process_list, GTK_TYPE_TREE_VIEW)

static char *
format_threads (GVariant *process)
{
  guint threads;

  if (!g_variant_lookup (process, "threads", "u", &threads))
    return bh_task_format_memory (BH_TASK_UNMEASURED);

  return g_strdup_printf ("%u", threads);
}

static char *
format_role (GVariant *process)
{
  const char *role = "helper";
  gboolean stopped = FALSE;

  g_variant_lookup (process, "role", "&s", &role);
  g_variant_lookup (process, "stopped", "b", &stopped);
  if (stopped)
    /* Translators: a process's role, when it is frozen: “Web page (stopped)”. */
    return g_strdup_printf (_("%s (stopped)"), bh_task_format_role (role));

  return g_strdup (bh_task_format_role (role));
}

static void
set_row (BhProcessList *self, GtkTreeIter *iter, GVariant *process)
{
  guint pid = 0;
  guint64 start_time = 0;
  guint64 memory;
  const char *name = "";
  double cpu = -1;
  g_autofree char *escaped = NULL;
  char *texts[N_TEXTS];

  g_variant_lookup (process, "pid", "u", &pid);
  g_variant_lookup (process, "start-time", "t", &start_time);
  g_variant_lookup (process, "cpu", "d", &cpu);
  g_variant_lookup (process, "name", "&s", &name);
  texts[COLUMN_ROLE] = format_role (process);
  texts[COLUMN_PID] = bh_task_format_pid (pid);
  texts[COLUMN_THREADS] = format_threads (process);
  texts[COLUMN_MEMORY] = bh_task_format_memory (
      g_variant_lookup (process, "memory", "t", &memory) ? (gint64) memory : BH_TASK_UNMEASURED);
  texts[COLUMN_CPU] = bh_task_format_cpu (cpu);

  for (guint i = 0; i < N_TEXTS; i++)
    {
      g_autofree char *before = NULL;

      gtk_tree_model_get (GTK_TREE_MODEL (self->store), iter, i, &before, -1);
      if (g_strcmp0 (before, texts[i]) != 0)
        gtk_list_store_set (self->store, iter, i, texts[i], -1);
      g_free (texts[i]);
    }
  /* The tooltip is markup, and a process gives itself its name. */
  escaped = g_markup_escape_text (name, -1);
  gtk_list_store_set (self->store, iter, COLUMN_START_TIME, start_time, COLUMN_NAME, escaped, -1);
}

static gboolean
is_of (BhProcessList *self, GtkTreeIter *iter, GVariant *process)
{
  g_autofree char *pid_text = NULL;
  g_autofree char *expected = NULL;
  guint64 row_start_time;
  guint64 start_time = 0;
  guint pid = 0;

  g_variant_lookup (process, "pid", "u", &pid);
  g_variant_lookup (process, "start-time", "t", &start_time);
  expected = bh_task_format_pid (pid);
  gtk_tree_model_get (GTK_TREE_MODEL (self->store), iter, COLUMN_PID, &pid_text, COLUMN_START_TIME,
                      &row_start_time, -1);

  return g_strcmp0 (pid_text, expected) == 0 && row_start_time == start_time;
}

static gboolean
find_row (BhProcessList *self, GVariant *process, GtkTreeIter *iter)
{
  GtkTreeModel *model = GTK_TREE_MODEL (self->store);

  for (gboolean there = gtk_tree_model_get_iter_first (model, iter); there;
       there = gtk_tree_model_iter_next (model, iter))
    if (is_of (self, iter, process))
      return TRUE;

  return FALSE;
}

static gboolean
is_alive (BhProcessList *self, GtkTreeIter *iter, GVariant *processes)
{
  for (gsize i = 0; processes != NULL && i < g_variant_n_children (processes); i++)
    {
      g_autoptr (GVariant) process = g_variant_get_child_value (processes, i);

      if (is_of (self, iter, process))
        return TRUE;
    }

  return FALSE;
}

static void
add_column (BhProcessList *self, int column, const char *title)
{
  GtkCellRenderer *renderer = gtk_cell_renderer_text_new ();
  GtkTreeViewColumn *view_column = gtk_tree_view_column_new ();
  gboolean is_number = column != COLUMN_ROLE;

  if (is_number)
    {
      PangoAttrList *attributes = pango_attr_list_new ();

      pango_attr_list_insert (attributes, pango_attr_font_features_new ("tnum=1"));
      g_object_set (renderer, "attributes", attributes, NULL);
      pango_attr_list_unref (attributes);
      gtk_cell_renderer_set_alignment (renderer, 1, 0.5);
    }
  else
    {
      g_object_set (renderer, "ellipsize", PANGO_ELLIPSIZE_END, "width-chars", 9, NULL);
    }
  gtk_tree_view_column_set_title (view_column, title);
  gtk_tree_view_column_set_alignment (view_column, is_number ? 1 : 0);
  gtk_tree_view_column_set_expand (view_column, !is_number);
  gtk_tree_view_column_pack_start (view_column, renderer, TRUE);
  gtk_tree_view_column_add_attribute (view_column, renderer, "text", column);
  gtk_tree_view_append_column (GTK_TREE_VIEW (self), view_column);
}

static void
bh_process_list_finalize (GObject *object)
{
  g_object_unref (BH_PROCESS_LIST (object)->store);

  G_OBJECT_CLASS (bh_process_list_parent_class)->finalize (object);
}

static void
bh_process_list_class_init (BhProcessListClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bh_process_list_finalize;
}

static void
bh_process_list_init (BhProcessList *self)
{
  self->store = gtk_list_store_new (N_COLUMNS, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_STRING,
                                    G_TYPE_STRING, G_TYPE_STRING, G_TYPE_UINT64, G_TYPE_STRING);
  gtk_tree_view_set_model (GTK_TREE_VIEW (self), GTK_TREE_MODEL (self->store));
  gtk_tree_view_set_enable_search (GTK_TREE_VIEW (self), FALSE);
  gtk_tree_view_set_tooltip_column (GTK_TREE_VIEW (self), COLUMN_NAME);
  add_column (self, COLUMN_ROLE, C_("process", "Process"));
  add_column (self, COLUMN_PID, _("PID"));
  add_column (self, COLUMN_THREADS, _("Threads"));
  add_column (self, COLUMN_MEMORY, _("Memory"));
  add_column (self, COLUMN_CPU, _("CPU"));
}

/**
 * bh_process_list_set_sample:
 * @self: a list
 * @sample: (nullable): the app's entry of Supervisor1.Sampled, %NULL when nothing was measured
 */
void
bh_process_list_set_sample (BhProcessList *self, GVariant *sample)
{
  g_autoptr (GVariant) processes = NULL;
  GtkTreeModel *model;
  GtkTreeIter iter;
  gboolean there;

  g_return_if_fail (BH_IS_PROCESS_LIST (self));

  model = GTK_TREE_MODEL (self->store);
  if (sample != NULL)
    processes = g_variant_lookup_value (sample, "processes", G_VARIANT_TYPE ("aa{sv}"));

  there = gtk_tree_model_get_iter_first (model, &iter);
  while (there)
    {
      if (is_alive (self, &iter, processes))
        there = gtk_tree_model_iter_next (model, &iter);
      else
        there = gtk_list_store_remove (self->store, &iter);
    }
  for (gsize i = 0; processes != NULL && i < g_variant_n_children (processes); i++)
    {
      g_autoptr (GVariant) process = g_variant_get_child_value (processes, i);

      if (!find_row (self, process, &iter))
        gtk_list_store_append (self->store, &iter);
      set_row (self, &iter, process);
    }
}
