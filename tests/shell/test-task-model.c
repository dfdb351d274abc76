/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app-fixture.h"
#include "bh-task-model.h"
#include "bh-task-view.h"

#include <locale.h>

/*
 * The model alone, and the real table on top of it: what must stay where it is while the figures
 * change once a second.
 */

typedef struct
{
  guint pid;
  guint64 start_time;
  gint64 memory;
  double cpu;
} Process;

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

/* An entry of Supervisor1.Sampled; a negative figure is left out. */
static void
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

static void
update_figures (BhTaskModel *model, GVariantBuilder *samples)
{
  g_autoptr (GVariant) variant = g_variant_ref_sink (g_variant_builder_end (samples));

  bh_task_model_update_figures (model, variant);
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

static gint64
get_figure (BhTaskModel *model, GtkTreeIter *iter, BhTaskFigure figure)
{
  return bh_task_tree_get_row (BH_TASK_TREE (model), iter)->figures.values[figure];
}

static const char *
get_text (BhTaskModel *model, GtkTreeIter *iter, BhTaskColumn column)
{
  return bh_task_row_get_text (bh_task_tree_get_row (BH_TASK_TREE (model), iter), column);
}

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

#define N_APPS 40

static void
sample_all (BhTaskModel *model, guint round)
{
  GVariantBuilder samples;

  g_variant_builder_init (&samples, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < N_APPS; i++)
    {
      g_autofree char *id = g_strdup_printf ("app%02u", i);
      const Process processes[] = {
        { 100 + i, 100, 10 + round, round },
        { 200 + i, 100, 10, (i * 7 + round) % 13 },
      };

      add_sample (&samples, id, 1000 + (i * 31 + round * 17) % 97, (i + round) % 11, processes, 2);
    }
  update_figures (model, &samples);
}

static void
iterate (void)
{
  while (gtk_events_pending ())
    gtk_main_iteration ();
}

static void
on_shown (gpointer user_data, GtkWidget *widget)
{
  *(gboolean *) user_data = TRUE;
}

/* Where in the window the row is. */
static int
get_place (GtkWidget *view, GtkTreePath *path)
{
  GdkRectangle area;
  int x;
  int y;

  gtk_tree_view_get_cell_area (GTK_TREE_VIEW (view), path, NULL, &area);
  gtk_tree_view_convert_bin_window_to_widget_coords (GTK_TREE_VIEW (view), 0, area.y, &x, &y);

  return y;
}

static void
test_view_keeps_its_place (void)
{
  BhTaskModel *model = bh_task_model_new ();
  g_autoptr (GSimpleActionGroup) actions = g_simple_action_group_new ();
  GtkWidget *view = bh_task_view_new (model, G_ACTION_GROUP (actions));
  GtkWidget *window = gtk_window_new (GTK_WINDOW_TOPLEVEL);
  GtkWidget *scroller = gtk_scrolled_window_new (NULL, NULL);
  BhAppItem *items[N_APPS];
  BhDBusApp1 *said[N_APPS];
  GtkTreeSelection *selection = gtk_tree_view_get_selection (GTK_TREE_VIEW (view));
  g_autoptr (GtkTreePath) path = gtk_tree_path_new_from_indices (20, -1);
  int place;
  gboolean shown = FALSE;

  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
  gtk_container_add (GTK_CONTAINER (scroller), view);
  gtk_container_add (GTK_CONTAINER (window), scroller);
  gtk_window_set_default_size (GTK_WINDOW (window), 700, 300);
  for (guint i = 0; i < N_APPS; i++)
    {
      g_autofree char *id = g_strdup_printf ("app%02u", i);

      items[i] = make_app (id, id, &said[i]);
      say_running (said[i], 100 + i);
      bh_task_model_update_app (model, items[i]);
    }
  sample_all (model, 0);
  g_signal_connect_swapped (window, "map-event", G_CALLBACK (on_shown), &shown);
  gtk_widget_show_all (window);
  while (!shown)
    gtk_main_iteration ();
  iterate ();

  gtk_tree_view_expand_row (GTK_TREE_VIEW (view), path, FALSE);
  gtk_tree_view_set_cursor (GTK_TREE_VIEW (view), path, NULL, FALSE);
  iterate ();
  g_assert_cmpfloat (gtk_adjustment_get_value (
                         gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scroller))),
                     >, 0);
  place = get_place (view, path);

  for (guint round = 1; round < 20; round++)
    {
      g_autolist (BhAppItem) selected = NULL;

      sample_all (model, round);
      iterate ();
      selected = bh_task_view_list_selected (BH_TASK_VIEW (view));
      g_assert_cmpuint (g_list_length (selected), ==, 1);
      g_assert_true (selected->data == items[20]);
      g_assert_true (gtk_tree_view_row_expanded (GTK_TREE_VIEW (view), path));
      g_assert_cmpint (get_place (view, path), ==, place);
    }

  /* Sorted by figures the row moves, and is still the one that is selected and expanded. */
  gtk_tree_sortable_set_sort_column_id (GTK_TREE_SORTABLE (model), BH_TASK_COLUMN_MEMORY,
                                        GTK_SORT_DESCENDING);
  for (guint round = 20; round < 40; round++)
    {
      g_autolist (BhAppItem) selected = NULL;

      sample_all (model, round);
      iterate ();
      selected = bh_task_view_list_selected (BH_TASK_VIEW (view));
      g_assert_cmpuint (g_list_length (selected), ==, 1);
      g_assert_true (selected->data == items[20]);
    }

  /* A restarted app's processes are looked at as before. */
  gtk_tree_sortable_set_sort_column_id (GTK_TREE_SORTABLE (model), BH_TASK_COLUMN_NAME,
                                        GTK_SORT_ASCENDING);
  say_ended (said[20], "backing-off", "crashed", "");
  bh_task_model_update_app (model, items[20]);
  bh_task_model_update_figures (model, g_variant_new_array (G_VARIANT_TYPE ("a{sv}"), NULL, 0));
  say_running (said[20], 900);
  bh_task_model_update_app (model, items[20]);
  sample_all (model, 41);
  iterate ();
  g_assert_true (gtk_tree_view_row_expanded (GTK_TREE_VIEW (view), path));
  g_assert_cmpint (gtk_tree_selection_count_selected_rows (selection), ==, 1);

  gtk_widget_destroy (window);
  iterate ();
  for (guint i = 0; i < N_APPS; i++)
    {
      bh_task_model_remove_app (model, items[i]);
      g_assert_finalize_object (items[i]);
    }
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
  g_test_add_func ("/task-view/keeps-its-place", test_view_keeps_its_place);

  return g_test_run ();
}
