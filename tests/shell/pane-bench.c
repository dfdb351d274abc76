/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app-fixture.h"
#include "bh-task-view.h"

#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <time.h>

/*
 * What an update of the task manager costs the shell: samples as the supervisor sends them are fed
 * to the real model with the real table on top of it, in a window, and the time of the main thread
 * is taken from when a sample is there until the frame that shows it is drawn. Samples are made
 * beforehand: their making is the supervisor's.
 */

#define WARM_UP 5

static int n_apps = 200;
static int n_processes = 8;
static int n_updates = 50;
static int n_expanded = 0;
static int width = 1100;
static int height = 700;
static gboolean quiet;
static gboolean tell_all;
static char *sort = NULL;

static const GOptionEntry entries[] = {
  { "apps", 'a', 0, G_OPTION_ARG_INT, &n_apps, "How many apps run", "N" },
  { "processes", 'p', 0, G_OPTION_ARG_INT, &n_processes, "How many processes each has", "N" },
  { "updates", 'u', 0, G_OPTION_ARG_INT, &n_updates, "How many updates are measured", "N" },
  { "expanded", 'e', 0, G_OPTION_ARG_INT, &n_expanded, "How many apps show their processes", "N" },
  { "width", 0, 0, G_OPTION_ARG_INT, &width, "Of the window", "PIXELS" },
  { "height", 0, 0, G_OPTION_ARG_INT, &height, "Of the window", "PIXELS" },
  { "sort", 's', 0, G_OPTION_ARG_STRING, &sort, "“name”, “cpu” or “memory”", "COLUMN" },
  { "quiet-apps", 'q', 0, G_OPTION_ARG_NONE, &quiet, "Nine of ten apps do nothing", NULL },
  { "tell-all", 't', 0, G_OPTION_ARG_NONE, &tell_all, "The processes of all apps are told", NULL },
  { NULL },
};

static void
add_figures (GVariantBuilder *builder, GRand *rand, gboolean busy, guint64 base, int round)
{
  guint64 memory = base + (busy ? (guint64) g_rand_int_range (rand, 0, 8 << 20) : 0);

  g_variant_builder_add (builder, "{sv}", "memory", g_variant_new_uint64 (memory));
  g_variant_builder_add (builder, "{sv}", "memory-kind", g_variant_new_string ("pss"));
  g_variant_builder_add (builder, "{sv}", "cpu",
                         g_variant_new_double (busy ? g_rand_double (rand) * 30 : 0));
  g_variant_builder_add (builder, "{sv}", "threads", g_variant_new_uint32 (12));
  g_variant_builder_add (builder, "{sv}", "cpu-time",
                         g_variant_new_uint64 ((guint64) round * 100000));
  g_variant_builder_add (builder, "{sv}", "swap", g_variant_new_uint64 (0));
  g_variant_builder_add (builder, "{sv}", "memory-peak", g_variant_new_uint64 (base + (16 << 20)));
  g_variant_builder_add (builder, "{sv}", "descriptors", g_variant_new_uint32 (40));
  g_variant_builder_add (builder, "{sv}", "disk-read", g_variant_new_uint64 (1 << 20));
  g_variant_builder_add (builder, "{sv}", "disk-written",
                         g_variant_new_uint64 ((guint64) round << 12));
  g_variant_builder_add (builder, "{sv}", "started-at", g_variant_new_uint64 (1700000000000000));
}

static GVariant *
build_samples (GRand *rand, int round)
{
  GVariantBuilder samples;

  g_variant_builder_init (&samples, G_VARIANT_TYPE ("aa{sv}"));
  for (int i = 0; i < n_apps; i++)
    {
      g_autofree char *path = g_strdup_printf (APPS_PATH "app%03d", i);
      gboolean busy = !quiet || i % 10 == 0;

      g_variant_builder_open (&samples, G_VARIANT_TYPE ("a{sv}"));
      g_variant_builder_add (&samples, "{sv}", "id",
                             g_variant_new_string (strrchr (path, '/') + 1));
      g_variant_builder_add (&samples, "{sv}", "path", g_variant_new_object_path (path));
      g_variant_builder_add (&samples, "{sv}", "state", g_variant_new_string ("running"));
      add_figures (&samples, rand, busy, 200 << 20, round);
      g_variant_builder_add (&samples, "{sv}", "uptime", g_variant_new_double (7200 + i + round));

      g_variant_builder_add (&samples, "{sv}", "process-count",
                             g_variant_new_uint32 ((guint) n_processes));
      if (!tell_all && i >= n_expanded)
        {
          g_variant_builder_close (&samples);
          continue;
        }

      g_variant_builder_open (&samples, G_VARIANT_TYPE ("{sv}"));
      g_variant_builder_add (&samples, "s", "processes");
      g_variant_builder_open (&samples, G_VARIANT_TYPE ("v"));
      g_variant_builder_open (&samples, G_VARIANT_TYPE ("aa{sv}"));
      for (int j = 0; j < n_processes; j++)
        {
          g_variant_builder_open (&samples, G_VARIANT_TYPE ("a{sv}"));
          g_variant_builder_add (&samples, "{sv}", "pid",
                                 g_variant_new_uint32 (1000 + (guint) (i * n_processes + j)));
          g_variant_builder_add (&samples, "{sv}", "start-time",
                                 g_variant_new_uint64 ((guint64) (i * n_processes + j)));
          g_variant_builder_add (&samples, "{sv}", "role",
                                 g_variant_new_string (j == 0 ? "runner" : "web"));
          g_variant_builder_add (&samples, "{sv}", "name", g_variant_new_string ("program"));
          add_figures (&samples, rand, busy, 20 << 20, round);
          g_variant_builder_close (&samples);
        }
      g_variant_builder_close (&samples);
      g_variant_builder_close (&samples);
      g_variant_builder_close (&samples);
      g_variant_builder_close (&samples);
    }

  return g_variant_ref_sink (g_variant_builder_end (&samples));
}

static double
get_thread_ms (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);

  return (double) now.tv_sec * 1e3 + (double) now.tv_nsec / 1e6;
}

static void
on_after_paint (GdkFrameClock *clock, gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
}

static gboolean
on_too_late (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;

  return G_SOURCE_CONTINUE;
}

/* Until a frame is drawn and nothing is left to do; an update that changes nothing draws none. */
static void
wait_for_frame (GtkWidget *window)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (window);
  gboolean painted = FALSE;
  gboolean late = FALSE;
  gulong id = g_signal_connect (clock, "after-paint", G_CALLBACK (on_after_paint), &painted);
  guint timeout = g_timeout_add (200, on_too_late, &late);

  while (!painted && !late)
    g_main_context_iteration (NULL, TRUE);
  while (gtk_events_pending ())
    gtk_main_iteration ();
  g_source_remove (timeout);
  g_signal_handler_disconnect (clock, id);
}

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  const double *left = a;
  const double *right = b;

  return (*left > *right) - (*left < *right);
}

static void
report (GArray *model_times, GArray *times)
{
  double total = 0;

  for (guint i = 0; i < times->len; i++)
    total += g_array_index (times, double, i);
  g_array_sort (times, compare_doubles);
  g_array_sort (model_times, compare_doubles);
  g_print ("apps %d processes %d sort %s: model %.2f ms, until drawn %.2f ms, 95 %% %.2f ms, "
           "most %.2f ms, mean %.2f ms\n",
           n_apps, n_processes, sort != NULL ? sort : "name",
           g_array_index (model_times, double, times->len / 2),
           g_array_index (times, double, times->len / 2),
           g_array_index (times, double, times->len * 95 / 100),
           g_array_index (times, double, times->len - 1), total / times->len);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BhTaskModel) model = NULL;
  g_autoptr (GSimpleActionGroup) actions = g_simple_action_group_new ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (4);
  g_autoptr (GArray) model_times = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);
  GtkWidget *view;
  GtkWidget *window;
  GtkWidget *scroller;

  setlocale (LC_ALL, "");
  if (!gtk_init_with_args (&argc, &argv, NULL, entries, NULL, &error))
    {
      g_printerr ("pane-bench: %s\n", error != NULL ? error->message : "there is no display");
      return EXIT_FAILURE;
    }

  model = bh_task_model_new ();
  view = bh_task_view_new (model, G_ACTION_GROUP (actions));
  window = gtk_window_new (GTK_WINDOW_TOPLEVEL);
  scroller = gtk_scrolled_window_new (NULL, NULL);
  gtk_container_add (GTK_CONTAINER (scroller), view);
  gtk_container_add (GTK_CONTAINER (window), scroller);
  gtk_window_set_default_size (GTK_WINDOW (window), width, height);
  for (int i = 0; i < n_apps; i++)
    {
      g_autofree char *id = g_strdup_printf ("app%03d", i);
      BhDBusApp1 *said;
      BhAppItem *item = make_app (id, id, &said);

      say_running (said, 1000 + (guint) (i * n_processes));
      bh_task_model_update_app (model, item);
      g_ptr_array_add (items, item);
    }
  if (g_strcmp0 (sort, "cpu") == 0)
    gtk_tree_sortable_set_sort_column_id (GTK_TREE_SORTABLE (model), BH_TASK_COLUMN_CPU,
                                          GTK_SORT_DESCENDING);
  else if (g_strcmp0 (sort, "memory") == 0)
    gtk_tree_sortable_set_sort_column_id (GTK_TREE_SORTABLE (model), BH_TASK_COLUMN_MEMORY,
                                          GTK_SORT_DESCENDING);
  gtk_widget_show_all (window);
  wait_for_frame (window);

  for (int round = 0; round < WARM_UP + n_updates; round++)
    {
      g_autoptr (GVariant) samples = build_samples (rand, round);
      double begin = get_thread_ms ();
      double updated, drawn;

      bh_task_model_update_figures (model, samples);
      updated = get_thread_ms () - begin;
      wait_for_frame (window);
      drawn = get_thread_ms () - begin;
      if (round >= WARM_UP)
        {
          g_array_append_val (model_times, updated);
          g_array_append_val (times, drawn);
        }
      for (int i = 0; round == 1 && i < n_expanded; i++)
        {
          g_autoptr (GtkTreePath) path = gtk_tree_path_new_from_indices (i, -1);

          gtk_tree_view_expand_row (GTK_TREE_VIEW (view), path, FALSE);
        }
    }
  report (model_times, times);
  gtk_widget_destroy (window);

  return EXIT_SUCCESS;
}
