/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-task-view.h"
#include "task-fixture.h"

#include <locale.h>

/*
 * The real table on top of the rows: what must stay where it is while the figures change once a
 * second.
 */

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

#define N_MANY 200

static void
sample_many (BhTaskModel *model, GRand *rand, guint n_told)
{
  GVariantBuilder samples;

  g_variant_builder_init (&samples, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < N_MANY; i++)
    {
      g_autofree char *id = g_strdup_printf ("app%03u", i);
      const Process processes[] = { { 1000 + i, 100, 10, g_rand_double (rand) * 50 },
                                    { 2000 + i, 100, 10, g_rand_double (rand) * 50 } };

      add_sample (&samples, id, g_rand_int_range (rand, 1 << 20, 1 << 28),
                  g_rand_double (rand) * 100, processes, i < n_told ? 2 : 0);
    }
  update_figures (model, &samples);
}

/* Nothing that the user has done is lost though everything moves. */
static void
test_many_keep_selection_and_scroll (void)
{
  BhTaskModel *model = bh_task_model_new ();
  g_autoptr (GSimpleActionGroup) actions = g_simple_action_group_new ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);
  GtkWidget *view = bh_task_view_new (model, G_ACTION_GROUP (actions));
  GtkWidget *window = gtk_window_new (GTK_WINDOW_TOPLEVEL);
  GtkWidget *scroller = gtk_scrolled_window_new (NULL, NULL);
  GtkTreeSelection *selection = gtk_tree_view_get_selection (GTK_TREE_VIEW (view));
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);
  GtkAdjustment *place = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scroller));
  g_autolist (BhAppItem) before = NULL;
  gboolean shown = FALSE;
  double scroll;

  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
  gtk_container_add (GTK_CONTAINER (scroller), view);
  gtk_container_add (GTK_CONTAINER (window), scroller);
  gtk_window_set_default_size (GTK_WINDOW (window), 900, 500);
  for (guint i = 0; i < N_MANY; i++)
    {
      g_autofree char *id = g_strdup_printf ("app%03u", i);
      BhDBusApp1 *said;

      g_ptr_array_add (items, make_app (id, id, &said));
      say_running (said, 1000 + i);
      bh_task_model_update_app (model, items->pdata[i]);
    }
  gtk_tree_sortable_set_sort_column_id (GTK_TREE_SORTABLE (model), BH_TASK_COLUMN_CPU,
                                        GTK_SORT_DESCENDING);
  g_signal_connect_swapped (window, "map-event", G_CALLBACK (on_shown), &shown);
  gtk_widget_show_all (window);
  while (!shown)
    gtk_main_iteration ();
  sample_many (model, rand, N_MANY);
  iterate ();

  gtk_tree_selection_unselect_all (selection);
  for (int i = 60; i < 63; i++)
    {
      g_autoptr (GtkTreePath) path = gtk_tree_path_new_from_indices (i, -1);

      gtk_tree_selection_select_path (selection, path);
    }
  before = bh_task_view_list_selected (BH_TASK_VIEW (view));
  g_assert_cmpuint (g_list_length (before), ==, 3);
  gtk_adjustment_set_value (place, 1234);
  iterate ();
  scroll = gtk_adjustment_get_value (place);
  g_assert_cmpfloat (scroll, >, 1000);

  for (guint round = 0; round < 50; round++)
    {
      g_autolist (BhAppItem) selected = NULL;
      GtkTreeIter iter;
      gint64 last = G_MAXINT64;
      gboolean valid;

      /* Wherever the pointer happens to be. */
      bh_task_tree_set_hold_order (BH_TASK_TREE (model), FALSE);
      sample_many (model, rand, N_MANY);
      iterate ();
      g_assert_cmpfloat (gtk_adjustment_get_value (place), ==, scroll);
      selected = bh_task_view_list_selected (BH_TASK_VIEW (view));
      g_assert_cmpuint (g_list_length (selected), ==, 3);
      for (GList *link = selected; link != NULL; link = link->next)
        g_assert_nonnull (g_list_find (before, link->data));

      /* And it is in order. */
      valid = gtk_tree_model_get_iter_first (GTK_TREE_MODEL (model), &iter);
      for (; valid; valid = gtk_tree_model_iter_next (GTK_TREE_MODEL (model), &iter))
        {
          g_assert_cmpint (get_figure (model, &iter, BH_TASK_FIGURE_CPU), <=, last);
          last = get_figure (model, &iter, BH_TASK_FIGURE_CPU);
        }
    }

  gtk_widget_destroy (window);
  iterate ();
  g_assert_finalize_object (model);
}

static void
add_counted (GVariantBuilder *samples, const char *id, guint n_processes)
{
  g_autofree char *path = g_strconcat (APPS_PATH, id, NULL);

  g_variant_builder_open (samples, G_VARIANT_TYPE ("a{sv}"));
  g_variant_builder_add (samples, "{sv}", "path", g_variant_new_object_path (path));
  g_variant_builder_add (samples, "{sv}", "process-count", g_variant_new_uint32 (n_processes));
  g_variant_builder_close (samples);
}

/* Processes that are not told are asked for when somebody wants to see them. */
static void
test_opens_when_processes_come (void)
{
  BhTaskModel *model = bh_task_model_new ();
  g_autoptr (GSimpleActionGroup) actions = g_simple_action_group_new ();
  BhDBusApp1 *said;
  g_autoptr (BhAppItem) item = make_app ("notes", "Notes", &said);
  GtkWidget *view = bh_task_view_new (model, G_ACTION_GROUP (actions));
  GtkWidget *window = gtk_window_new (GTK_WINDOW_TOPLEVEL);
  g_autoptr (GtkTreePath) path = gtk_tree_path_new_first ();
  const Process processes[] = { { 7, 100, 10, 0 }, { 8, 101, 20, 1 } };
  g_auto (GStrv) wanted = NULL;
  g_auto (GStrv) wanted_now = NULL;
  GVariantBuilder samples;
  BhTaskTotals totals;

  gtk_container_add (GTK_CONTAINER (window), view);
  gtk_widget_show_all (window);
  say_running (said, 7);
  bh_task_model_update_app (model, item);
  g_variant_builder_init (&samples, G_VARIANT_TYPE ("aa{sv}"));
  add_counted (&samples, "notes", 2);
  update_figures (model, &samples);
  bh_task_model_get_totals (model, &totals);
  g_assert_cmpuint (totals.processes, ==, 2);

  g_assert_false (gtk_tree_view_expand_row (GTK_TREE_VIEW (view), path, FALSE));
  wanted = bh_task_view_dup_expanded (BH_TASK_VIEW (view));
  g_assert_cmpstr (wanted[0], ==, APPS_PATH "notes");

  g_variant_builder_init (&samples, G_VARIANT_TYPE ("aa{sv}"));
  add_sample (&samples, "notes", 30, 1, processes, 2);
  update_figures (model, &samples);
  bh_task_view_expand (BH_TASK_VIEW (view));
  g_assert_true (gtk_tree_view_row_expanded (GTK_TREE_VIEW (view), path));

  /* One sample without them, as after a restart of the supervisor, does not shut it. */
  g_variant_builder_init (&samples, G_VARIANT_TYPE ("aa{sv}"));
  add_counted (&samples, "notes", 2);
  update_figures (model, &samples);
  g_assert_true (gtk_tree_view_row_expanded (GTK_TREE_VIEW (view), path));

  gtk_tree_view_collapse_row (GTK_TREE_VIEW (view), path);
  iterate ();
  wanted_now = bh_task_view_dup_expanded (BH_TASK_VIEW (view));
  g_assert_null (wanted_now[0]);

  gtk_widget_destroy (window);
  iterate ();
  g_assert_finalize_object (model);
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  gtk_test_init (&argc, &argv, NULL);

  g_test_add_func ("/task-view/keeps-its-place", test_view_keeps_its_place);
  g_test_add_func ("/task-view/many-keep-selection-and-scroll",
                   test_many_keep_selection_and_scroll);
  g_test_add_func ("/task-view/opens-when-processes-come", test_opens_when_processes_come);

  return g_test_run ();
}
