/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "task-fixture.h"

#include <locale.h>

/*
 * The rows of the task manager without a table.
 */

typedef struct
{
  guint inserted;
  guint deleted;
  guint changed;
  guint reordered;
} Counts;

static void
on_row_inserted (GtkTreeModel *model, GtkTreePath *path, GtkTreeIter *iter, Counts *counts)
{
  counts->inserted++;
}

static void
on_row_deleted (GtkTreeModel *model, GtkTreePath *path, Counts *counts)
{
  counts->deleted++;
}

static void
on_row_changed (GtkTreeModel *model, GtkTreePath *path, GtkTreeIter *iter, Counts *counts)
{
  counts->changed++;
}

static void
on_rows_reordered (GtkTreeModel *model,
                   GtkTreePath *path,
                   GtkTreeIter *iter,
                   gpointer order,
                   Counts *counts)
{
  counts->reordered++;
}

static void
count (BhTaskModel *model, Counts *counts)
{
  g_signal_connect (model, "row-inserted", G_CALLBACK (on_row_inserted), counts);
  g_signal_connect (model, "row-deleted", G_CALLBACK (on_row_deleted), counts);
  g_signal_connect (model, "row-changed", G_CALLBACK (on_row_changed), counts);
  g_signal_connect (model, "rows-reordered", G_CALLBACK (on_rows_reordered), counts);
}

static char *
dup_names (BhTaskModel *model)
{
  GString *names = g_string_new (NULL);
  GtkTreeIter iter;
  gboolean valid = gtk_tree_model_get_iter_first (GTK_TREE_MODEL (model), &iter);

  for (; valid; valid = gtk_tree_model_iter_next (GTK_TREE_MODEL (model), &iter))
    {
      g_autofree char *name = NULL;

      gtk_tree_model_get (GTK_TREE_MODEL (model), &iter, BH_TASK_COLUMN_NAME, &name, -1);
      g_string_append_printf (names, "%s%s", names->len > 0 ? " " : "", name);
    }

  return g_string_free (names, FALSE);
}

#define assert_names(model, expected)                                                              \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_autofree char *names_ = dup_names (model);                                                   \
    g_assert_cmpstr (names_, ==, expected);                                                        \
  }                                                                                                \
  G_STMT_END

static void
test_rows_come_and_go (void)
{
  BhTaskModel *model = bh_task_model_new ();
  BhDBusApp1 *said;
  g_autoptr (BhAppItem) item = make_app ("notes", "Notes", &said);

  bh_task_model_update_app (model, item);
  assert_names (model, "");

  /* What was asked for shows before the supervisor has said so. */
  bh_app_item_set_pending (item, BH_APP_ACTION_LAUNCH);
  bh_task_model_update_app (model, item);
  assert_names (model, "Notes");
  bh_app_item_set_pending (item, BH_APP_ACTION_NONE);
  bh_task_model_update_app (model, item);
  assert_names (model, "");

  say_running (said, 7);
  bh_task_model_update_app (model, item);
  assert_names (model, "Notes");

  /* Who closes an app is done with it; how it crashed is told until it is dismissed. */
  say_ended (said, "stopped", "closed", "");
  bh_task_model_update_app (model, item);
  assert_names (model, "");
  say_ended (said, "crashed", "crashed", "signal 11");
  bh_task_model_update_app (model, item);
  assert_names (model, "Notes");
  bh_app_item_set_dismissed (item, TRUE);
  bh_task_model_update_app (model, item);
  assert_names (model, "");

  say_running (said, 8);
  bh_task_model_update_app (model, item);
  assert_names (model, "Notes");
  bh_task_model_remove_app (model, item);
  assert_names (model, "");

  g_assert_finalize_object (model);
}

static void
test_updates_in_place (void)
{
  BhTaskModel *model = bh_task_model_new ();
  BhDBusApp1 *said;
  g_autoptr (BhAppItem) item = make_app ("notes", "Notes", &said);
  const Process processes[] = { { 7, 100, 10, 0 }, { 8, 101, 20, 1 } };
  GVariantBuilder samples;
  Counts counts = { 0 };
  GtkTreeIter app;
  GtkTreeIter process;

  say_running (said, 7);
  bh_task_model_update_app (model, item);
  g_variant_builder_init (&samples, G_VARIANT_TYPE ("aa{sv}"));
  add_sample (&samples, "notes", 30, 1, processes, 2);
  update_figures (model, &samples);
  g_assert_true (gtk_tree_model_get_iter_first (GTK_TREE_MODEL (model), &app));
  g_assert_cmpint (gtk_tree_model_iter_n_children (GTK_TREE_MODEL (model), &app), ==, 2);

  /* Nobody is told of a text that nobody has seen. */
  g_assert_cmpstr (get_text (model, &app, BH_TASK_COLUMN_MEMORY), ==, "30 bytes");
  g_assert_cmpstr (get_text (model, &app, BH_TASK_COLUMN_CPU), ==, "1.0 %");

  /* The same again is no change at all. */
  count (model, &counts);
  g_variant_builder_init (&samples, G_VARIANT_TYPE ("aa{sv}"));
  add_sample (&samples, "notes", 30, 1, processes, 2);
  update_figures (model, &samples);
  g_assert_cmpuint (counts.inserted + counts.deleted + counts.changed, ==, 0);

  /* New figures change the row and make no new one. */
  g_variant_builder_init (&samples, G_VARIANT_TYPE ("aa{sv}"));
  add_sample (&samples, "notes", 31, 1, processes, 2);
  update_figures (model, &samples);
  g_assert_cmpuint (counts.inserted + counts.deleted, ==, 0);
  g_assert_cmpuint (counts.changed, ==, 1);
  g_assert_cmpstr (get_text (model, &app, BH_TASK_COLUMN_MEMORY), ==, "31 bytes");

  /* A figure that reads as before is not drawn anew, and unseen ones are not even written. */
  g_variant_builder_init (&samples, G_VARIANT_TYPE ("aa{sv}"));
  add_sample (&samples, "notes", 31, 1.02, processes, 2);
  update_figures (model, &samples);
  g_assert_cmpuint (counts.changed, ==, 1);
  g_assert_cmpint (get_figure (model, &app, BH_TASK_FIGURE_MEMORY), ==, 31);

  /* A PID that is used again is another process. */
  g_variant_builder_init (&samples, G_VARIANT_TYPE ("aa{sv}"));
  add_sample (&samples, "notes", 31, 1, (const Process[]){ { 7, 100, 10, 0 }, { 8, 999, 1, 0 } },
              2);
  update_figures (model, &samples);
  g_assert_cmpuint (counts.inserted, ==, 1);
  g_assert_cmpuint (counts.deleted, ==, 1);

  /* Without figures the rows stay, and say that they are not measured. */
  bh_task_model_forget_figures (model);
  g_assert_cmpuint (counts.inserted, ==, 1);
  g_assert_cmpuint (counts.deleted, ==, 1);
  g_assert_true (gtk_tree_model_iter_children (GTK_TREE_MODEL (model), &process, &app));
  g_assert_cmpint (get_figure (model, &process, BH_TASK_FIGURE_MEMORY), <, 0);

  g_assert_finalize_object (model);
}

static void
test_sort_and_hold (void)
{
  BhTaskModel *model = bh_task_model_new ();
  const char *const ids[] = { "a", "b", "c" };
  BhAppItem *items[3];
  GVariantBuilder samples;

  for (guint i = 0; i < 3; i++)
    {
      BhDBusApp1 *said;

      items[i] = make_app (ids[i], ids[i], &said);
      say_running (said, 10 + i);
      bh_task_model_update_app (model, items[i]);
    }
  assert_names (model, "a b c");

  gtk_tree_sortable_set_sort_column_id (GTK_TREE_SORTABLE (model), BH_TASK_COLUMN_CPU,
                                        GTK_SORT_DESCENDING);
  g_variant_builder_init (&samples, G_VARIANT_TYPE ("aa{sv}"));
  add_sample (&samples, "a", 1, 5, NULL, 0);
  add_sample (&samples, "b", 1, 50, NULL, 0);
  /* Not measured comes after 0 per cent would. */
  add_sample (&samples, "c", 1, -1, NULL, 0);
  update_figures (model, &samples);
  assert_names (model, "b a c");

  bh_task_tree_set_hold_order (BH_TASK_TREE (model), TRUE);
  g_variant_builder_init (&samples, G_VARIANT_TYPE ("aa{sv}"));
  add_sample (&samples, "a", 1, 99, NULL, 0);
  add_sample (&samples, "b", 2, 1, NULL, 0);
  add_sample (&samples, "c", 3, 50, NULL, 0);
  update_figures (model, &samples);
  assert_names (model, "b a c");

  /* Who clicks on a title wants the order of now. */
  gtk_tree_sortable_set_sort_column_id (GTK_TREE_SORTABLE (model), BH_TASK_COLUMN_MEMORY,
                                        GTK_SORT_DESCENDING);
  assert_names (model, "c b a");
  gtk_tree_sortable_set_sort_column_id (GTK_TREE_SORTABLE (model), BH_TASK_COLUMN_CPU,
                                        GTK_SORT_DESCENDING);
  g_variant_builder_init (&samples, G_VARIANT_TYPE ("aa{sv}"));
  add_sample (&samples, "b", 2, 100, NULL, 0);
  update_figures (model, &samples);
  assert_names (model, "a c b");
  bh_task_tree_set_hold_order (BH_TASK_TREE (model), FALSE);
  assert_names (model, "b a c");

  for (guint i = 0; i < 3; i++)
    g_object_unref (items[i]);
  g_assert_finalize_object (model);
}

static void
test_filter_and_total (void)
{
  BhTaskModel *model = bh_task_model_new ();
  BhDBusApp1 *notes_said;
  BhDBusApp1 *sketch_said;
  g_autoptr (BhAppItem) notes = make_app ("notes", "Notes", &notes_said);
  g_autoptr (BhAppItem) sketch = make_app ("sketch", "Sketch", &sketch_said);
  const Process processes[] = { { 7, 100, 10, 0 }, { 8, 101, 20, 1 } };
  GVariantBuilder samples;
  BhTaskTotals totals;

  say_running (notes_said, 7);
  say_running (sketch_said, 9);
  bh_task_model_update_app (model, notes);
  bh_task_model_update_app (model, sketch);
  g_variant_builder_init (&samples, G_VARIANT_TYPE ("aa{sv}"));
  add_sample (&samples, "notes", 1024, 1.5, processes, 2);
  add_sample (&samples, "sketch", 1024, 2, processes, 1);
  update_figures (model, &samples);

  bh_task_model_set_filter (model, "sket");
  assert_names (model, "Sketch");
  bh_task_model_get_totals (model, &totals);
  g_assert_cmpuint (totals.apps, ==, 2);
  g_assert_cmpuint (totals.processes, ==, 3);
  g_assert_cmpint (totals.memory, ==, 2048);
  g_assert_cmpfloat_with_epsilon (totals.cpu, 3.5, 0.01);
  bh_task_model_set_filter (model, NULL);
  assert_names (model, "Notes Sketch");

  g_assert_finalize_object (model);
}

static void
test_odd_samples (void)
{
  BhTaskModel *model = bh_task_model_new ();
  BhDBusApp1 *said;
  g_autoptr (BhAppItem) item = make_app ("notes", "Notes", &said);
  g_autoptr (GVariant) samples = g_variant_ref_sink (g_variant_new_parsed (
      "[{'id': <'no path'>}, {'path': <objectpath '/elsewhere'>},"
      " {'path': <objectpath '/io/github/bulkhead/Supervisor/apps/notes'>, 'memory': <'text'>,"
      "  'cpu': <-3.0>, 'uptime': <1e300>, 'memory-kind': <'unheard of'>,"
      "  'processes': <[{'pid': <uint32 3>}, {'start-time': <uint64 3>}]>}]"));
  GtkTreeIter iter;

  say_running (said, 7);
  bh_task_model_update_app (model, item);
  bh_task_model_update_figures (model, samples);
  assert_names (model, "Notes");
  g_assert_true (gtk_tree_model_get_iter_first (GTK_TREE_MODEL (model), &iter));
  g_assert_false (gtk_tree_model_iter_has_child (GTK_TREE_MODEL (model), &iter));
  g_assert_cmpint (get_figure (model, &iter, BH_TASK_FIGURE_MEMORY), <, 0);
  g_assert_cmpint (get_figure (model, &iter, BH_TASK_FIGURE_CPU), <, 0);

  g_assert_finalize_object (model);
}

static void
test_history (void)
{
  BhTaskHistory history;

  bh_task_history_clear (&history);
  g_assert_cmpint (bh_task_history_get (history.cpu, history.last, 0), ==, -1);
  bh_task_history_add (&history, 100 * G_USEC_PER_SEC, 1000, 5);
  g_assert_cmpint (bh_task_history_get (history.cpu, history.last, 0), ==, 5);
  g_assert_cmpint (bh_task_history_get (history.cpu, history.last, 1), ==, -1);

  /* Of two in one second the greater stays; a slow one stands for the time before it. */
  bh_task_history_add (&history, 100 * G_USEC_PER_SEC + 500000, 900, 7);
  g_assert_cmpint (bh_task_history_get (history.cpu, history.last, 0), ==, 7);
  g_assert_cmpint (bh_task_history_get (history.memory, history.last, 0), ==, 1000);
  bh_task_history_add (&history, 105 * G_USEC_PER_SEC, 2000, 3);
  for (guint age = 0; age < 5; age++)
    g_assert_cmpint (bh_task_history_get (history.cpu, history.last, age), ==, 3);
  g_assert_cmpint (bh_task_history_get (history.cpu, history.last, 5), ==, 7);

  /* A long silence is a gap, and what is older than a minute is gone. */
  bh_task_history_add (&history, 130 * G_USEC_PER_SEC, 1, 1);
  g_assert_cmpint (bh_task_history_get (history.cpu, history.last, 1), ==, -1);
  g_assert_cmpint (bh_task_history_get (history.cpu, history.last, 25), ==, 3);
  bh_task_history_add (&history, 300 * G_USEC_PER_SEC, 1, 2);
  for (guint age = 1; age < BH_TASK_HISTORY_SECONDS; age++)
    g_assert_cmpint (bh_task_history_get (history.cpu, history.last, age), ==, -1);
}

/* What is missing or odd in a sample is a dash, and all columns can be read of all rows. */
static void
test_all_columns (void)
{
  BhTaskModel *model = bh_task_model_new ();
  BhDBusApp1 *said;
  g_autoptr (BhAppItem) item = make_app ("notes", "Notes", &said);
  g_autoptr (GVariant) samples = g_variant_ref_sink (g_variant_new_parsed (
      "[{'path': <objectpath '/io/github/bulkhead/Supervisor/apps/notes'>,"
      "  'cpu': <25.0>, 'memory': <uint64 2048>, 'memory-kind': <'cgroup'>,"
      "  'memory-peak': <uint64 4096>, 'swap': <uint64 0>, 'cpu-time': <uint64 90000000>,"
      "  'threads': <uint32 12>, 'descriptors': <uint32 40>, 'disk-read': <uint64 1024>,"
      "  'network-received': <uint64 3072>, 'uptime': <59.9>,"
      "  'processes': <[{'pid': <uint32 7>, 'start-time': <uint64 3>, 'role': <'web'>,"
      "                  'name': <'page'>, 'stopped': <true>}]>}]"));
  static const struct
  {
    BhTaskColumn column;
    const char *app;
    const char *process;
  } texts[] = {
    { BH_TASK_COLUMN_NAME, "Notes", "Web page  page" },
    { BH_TASK_COLUMN_CPU, "25.0 %", "–" },
    { BH_TASK_COLUMN_MEMORY_KIND, "By kernel", "–" },
    { BH_TASK_COLUMN_MEMORY_PEAK, "4.0\u00a0KiB", "–" },
    { BH_TASK_COLUMN_SWAP, "0 bytes", "–" },
    { BH_TASK_COLUMN_CPU_TIME, "1 min 30 s", "–" },
    { BH_TASK_COLUMN_THREADS, "12", "–" },
    { BH_TASK_COLUMN_DESCRIPTORS, "40", "–" },
    { BH_TASK_COLUMN_DISK_READ, "1.0\u00a0KiB", "–" },
    { BH_TASK_COLUMN_DISK_WRITTEN, "–", "–" },
    { BH_TASK_COLUMN_NETWORK_RECEIVED, "3.0\u00a0KiB", "" },
    { BH_TASK_COLUMN_NETWORK_SENT, "–", "" },
    { BH_TASK_COLUMN_UPTIME, "59 s", "" },
    { BH_TASK_COLUMN_RESTARTS, "0", "" },
    { BH_TASK_COLUMN_STATE, "Running", "Asleep" },
    { BH_TASK_COLUMN_LIMITS, "", "" },
    { BH_TASK_COLUMN_PID, "7", "7" },
  };
  GtkTreeIter app;
  GtkTreeIter process;

  say_running (said, 7);
  bh_task_model_update_app (model, item);
  bh_task_model_update_figures (model, samples);
  g_assert_true (gtk_tree_model_get_iter_first (GTK_TREE_MODEL (model), &app));
  g_assert_true (gtk_tree_model_iter_children (GTK_TREE_MODEL (model), &process, &app));
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_assert_cmpstr (get_text (model, &app, texts[i].column), ==, texts[i].app);
      g_assert_cmpstr (get_text (model, &process, texts[i].column), ==, texts[i].process);
    }
  for (guint i = 0; i < BH_N_TASK_COLUMNS; i++)
    {
      BhTaskColumn found;

      g_assert_nonnull (get_text (model, &app, (BhTaskColumn) i));
      g_assert_true (bh_task_column_from_name (bh_task_column_get_info (i)->name, &found));
      g_assert_cmpint (found, ==, i);
    }

  /* Of the machine it is less, and the rows say so at once. */
  bh_task_model_set_cpu_divisor (model, 4);
  g_assert_cmpstr (get_text (model, &app, BH_TASK_COLUMN_CPU), ==, "6.2 %");
  g_assert_cmpstr (bh_task_column_get_title (BH_TASK_COLUMN_CPU, FALSE), !=,
                   bh_task_column_get_title (BH_TASK_COLUMN_CPU, TRUE));

  g_assert_finalize_object (model);
}

static void
test_search (void)
{
  BhTaskModel *model = bh_task_model_new ();
  BhDBusApp1 *notes_said;
  BhDBusApp1 *sketch_said;
  g_autoptr (BhAppItem) notes = make_app ("notes", "Notes", &notes_said);
  g_autoptr (BhAppItem) sketch = make_app ("sketch", "Sketch", &sketch_said);
  const Process processes[] = { { 17, 100, 10, 0 }, { 4711, 101, 20, 1 } };
  GVariantBuilder samples;

  say_running (notes_said, 17);
  say_ended (sketch_said, "crashed", "crashed", "signal 11");
  bh_task_model_update_app (model, notes);
  bh_task_model_update_app (model, sketch);
  g_variant_builder_init (&samples, G_VARIANT_TYPE ("aa{sv}"));
  add_sample (&samples, "notes", 1, 1, processes, 2);
  update_figures (model, &samples);
  assert_names (model, "Notes Sketch");

  bh_task_model_set_filter (model, "471");
  assert_names (model, "Notes");
  bh_task_model_set_filter (model, "17");
  assert_names (model, "Notes");
  bh_task_model_set_filter (model, "9");
  assert_names (model, "");
  bh_task_model_set_filter (model, " runn");
  assert_names (model, "Notes");
  bh_task_model_set_filter (model, "SIGNAL 11");
  assert_names (model, "Sketch");
  /* A state that changes is found, or not any more. */
  say_running (sketch_said, 18);
  bh_task_model_update_app (model, sketch);
  assert_names (model, "");
  bh_task_model_set_filter (model, "");
  assert_names (model, "Notes Sketch");

  g_assert_finalize_object (model);
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  gtk_test_init (&argc, &argv, NULL);

  g_test_add_func ("/task-model/rows-come-and-go", test_rows_come_and_go);
  g_test_add_func ("/task-model/updates-in-place", test_updates_in_place);
  g_test_add_func ("/task-model/sort-and-hold", test_sort_and_hold);
  g_test_add_func ("/task-model/filter-and-total", test_filter_and_total);
  g_test_add_func ("/task-model/odd-samples", test_odd_samples);
  g_test_add_func ("/task-model/all-columns", test_all_columns);
  g_test_add_func ("/task-model/search", test_search);
  g_test_add_func ("/task-model/history", test_history);

  return g_test_run ();
}
