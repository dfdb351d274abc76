/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-history-graph.h"

#include <locale.h>

#define MIB    (1024.0 * 1024)
#define MINUTE (60 * (gint64) G_USEC_PER_SEC)
#define WEEK   (7 * 24 * 60)

static GtkWidget *
show_graph (BhHistoryGraph **graph)
{
  GtkWidget *window = gtk_offscreen_window_new ();

  *graph = BH_HISTORY_GRAPH (bh_history_graph_new ());
  gtk_container_add (GTK_CONTAINER (window), GTK_WIDGET (*graph));
  gtk_widget_set_size_request (GTK_WIDGET (*graph), 720, 200);
  gtk_widget_show (window);
  while (g_main_context_iteration (NULL, FALSE))
    ;

  return window;
}

static BhHistorySeries *
make_week (gint64 until)
{
  g_autofree BhHistoryPoint *points = g_new0 (BhHistoryPoint, WEEK);

  for (int i = 0; i < WEEK; i++)
    {
      points[i].time = until - (WEEK - i) * MINUTE;
      points[i].mean = (200 + i % 97) * MIB;
      points[i].least = points[i].mean - 20 * MIB;
      points[i].most = points[i].mean + 60 * MIB;
    }

  return bh_history_series_new (60, points, WEEK);
}

static cairo_surface_t *
draw (BhHistoryGraph *graph)
{
  GtkWidget *widget = GTK_WIDGET (graph);
  cairo_surface_t *surface
      = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, gtk_widget_get_allocated_width (widget),
                                    gtk_widget_get_allocated_height (widget));
  cairo_t *cr = cairo_create (surface);

  gtk_widget_draw (widget, cr);
  cairo_destroy (cr);
  cairo_surface_flush (surface);

  return surface;
}

static gboolean
is_equal (cairo_surface_t *a, cairo_surface_t *b)
{
  int height = cairo_image_surface_get_height (a);
  int stride = cairo_image_surface_get_stride (a);

  return memcmp (cairo_image_surface_get_data (a), cairo_image_surface_get_data (b),
                 (gsize) stride * (gsize) height)
         == 0;
}

/* The picture is the data's: drawing again changes nothing, other data does. */
static void
test_picture (void)
{
  gint64 now = g_get_real_time ();
  g_autoptr (BhHistorySeries) series = make_week (now);
  g_autoptr (BhHistorySeries) empty = bh_history_series_new (60, NULL, 0);
  BhHistoryData data
      = { BH_HISTORY_UNIT_BYTES, series, NULL, now - WEEK * MINUTE, now, 512 * MIB, 0 };
  BhHistoryGraph *graph;
  GtkWidget *window = show_graph (&graph);
  cairo_surface_t *pictures[4];

  pictures[0] = draw (graph);
  bh_history_graph_set_data (graph, &data);
  pictures[1] = draw (graph);
  pictures[2] = draw (graph);
  data.series = empty;
  bh_history_graph_set_data (graph, &data);
  pictures[3] = draw (graph);

  g_assert_false (is_equal (pictures[0], pictures[1]));
  g_assert_true (is_equal (pictures[1], pictures[2]));
  g_assert_false (is_equal (pictures[1], pictures[3]));
  g_assert_false (is_equal (pictures[0], pictures[3]));
  for (guint i = 0; i < G_N_ELEMENTS (pictures); i++)
    cairo_surface_destroy (pictures[i]);
  gtk_widget_destroy (window);
}

static void
test_released (void)
{
  gint64 now = g_get_real_time ();
  g_autoptr (BhHistorySeries) series = make_week (now);
  g_autoptr (GPtrArray) marks
      = g_ptr_array_new_with_free_func ((GDestroyNotify) bh_journal_event_unref);
  BhHistoryData data = { BH_HISTORY_UNIT_BYTES, series, marks, now - WEEK * MINUTE, now, 0, 0 };
  BhHistoryGraph *graph;
  GtkWidget *window = show_graph (&graph);

  g_object_ref (graph);
  bh_history_graph_set_data (graph, &data);
  cairo_surface_destroy (draw (graph));
  gtk_widget_destroy (window);
  g_assert_finalize_object (G_OBJECT (graph));
}

/* What an update of the longest range costs: from points to pixels, and pixels again. */
static void
test_cost (void)
{
  gint64 now = g_get_real_time ();
  g_autoptr (BhHistorySeries) series = make_week (now);
  BhHistoryData data
      = { BH_HISTORY_UNIT_BYTES, series, NULL, now - WEEK * MINUTE, now, 512 * MIB, 460 * MIB };
  BhHistoryGraph *graph;
  GtkWidget *window = show_graph (&graph);
  gint64 anew = 0;
  gint64 again = 0;
  const int rounds = 50;

  for (int i = 0; i < rounds; i++)
    {
      gint64 begin = g_get_monotonic_time ();

      bh_history_graph_set_data (graph, &data);
      cairo_surface_destroy (draw (graph));
      anew += g_get_monotonic_time () - begin;
      begin = g_get_monotonic_time ();
      cairo_surface_destroy (draw (graph));
      again += g_get_monotonic_time () - begin;
    }
  g_test_message ("%d points in 720 × 200: %d us with other data, %d us with the same", WEEK,
                  (int) (anew / rounds), (int) (again / rounds));
  gtk_widget_destroy (window);
}

/* Themes other than the usual may lack colours; no kind of event may end the program. */
static void
test_marks (void)
{
  static const char *const kinds[] = {
    "started",   "ended",   "unresponsive", "limit",         "pressed",      "gave-up",
    "suspended", "resumed", "growing",      "process-ended", "data-cleared", "newer-than-this"
  };
  static const char *const reasons[]
      = { "killed", "crashed", "memory-limit", "unresponsive", "odd" };
  gint64 now = g_get_real_time ();
  g_autoptr (GPtrArray) marks
      = g_ptr_array_new_with_free_func ((GDestroyNotify) bh_journal_event_unref);
  BhHistoryData data = { BH_HISTORY_UNIT_PERCENT, NULL, marks, now - 100 * MINUTE, now, 50, 0 };
  BhHistoryGraph *graph;
  GtkWidget *window = show_graph (&graph);

  for (guint i = 0; i < G_N_ELEMENTS (kinds) * G_N_ELEMENTS (reasons); i++)
    {
      g_autoptr (GVariant) event = NULL;
      g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);

      g_variant_dict_insert (&dict, "number", "t", (guint64) i);
      g_variant_dict_insert (&dict, "time", "t", (guint64) (now - 90 * MINUTE + i * MINUTE));
      g_variant_dict_insert (&dict, "kind", "s", kinds[i / G_N_ELEMENTS (reasons)]);
      g_variant_dict_insert (&dict, "reason", "s", reasons[i % G_N_ELEMENTS (reasons)]);
      event = g_variant_ref_sink (g_variant_dict_end (&dict));
      g_ptr_array_add (marks, bh_journal_event_new (event));
    }
  bh_history_graph_set_data (graph, &data);
  cairo_surface_destroy (draw (graph));
  g_assert_null (bh_history_graph_get_read_out (graph));
  gtk_widget_destroy (window);
}

int
main (int argc, char *argv[])
{
  setlocale (LC_ALL, "");
  gtk_test_init (&argc, &argv, NULL);

  g_test_add_func ("/history-graph/picture", test_picture);
  g_test_add_func ("/history-graph/released", test_released);
  g_test_add_func ("/history-graph/cost", test_cost);
  g_test_add_func ("/history-graph/marks", test_marks);

  return g_test_run ();
}
