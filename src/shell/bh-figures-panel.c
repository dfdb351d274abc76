/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-shell"

#include "bh-figures-panel.h"

#include "bh-app-status.h"
#include "bh-task-format.h"

#include <glib/gi18n.h>

/*
 * What an app costs and has cost, in figures. Those that were not measured are dashes, and stay
 * where they are, so that nothing jumps when an app starts or ends.
 */

typedef enum {
  FIGURE_MEMORY,
  FIGURE_PEAK,
  FIGURE_SWAP,
  FIGURE_CPU,
  FIGURE_CPU_TIME,
  FIGURE_UPTIME,
  FIGURE_STARTED,
  FIGURE_RESTARTS,
  FIGURE_THREADS,
  FIGURE_DESCRIPTORS,
  FIGURE_READ,
  FIGURE_WRITTEN,
  FIGURE_RECEIVED,
  FIGURE_SENT,
  N_FIGURES,
} Figure;

static const struct
{
  const char *title;
  const char *tooltip;
} figures[N_FIGURES] = {
  [FIGURE_MEMORY] = { N_("Memory"), N_("What all processes of the app use together") },
  [FIGURE_PEAK] = { N_("Most memory"), N_("The most that it used since it was started") },
  [FIGURE_SWAP] = { N_("Swap"), N_("What was moved from memory to the disk, on top of it") },
  [FIGURE_CPU] = { N_("CPU"), N_("Per cent of one processor core; 200 % are two cores") },
  [FIGURE_CPU_TIME] = { N_("CPU time"), N_("Processor time used since it was started") },
  [FIGURE_UPTIME] = { N_("Running for"), N_("The time since it was started") },
  [FIGURE_STARTED] = { N_("Started"), N_("When it was started") },
  [FIGURE_RESTARTS] = { N_("Restarts"), N_("How often it was started again by itself") },
  [FIGURE_THREADS] = { N_("Threads"), N_("Threads of all its processes") },
  [FIGURE_DESCRIPTORS]
  = { N_("Open files"), N_("Open files, connections and the like of all its processes") },
  [FIGURE_READ] = { N_("Disk read"), N_("What was fetched from the disk since it was started") },
  [FIGURE_WRITTEN] = { N_("Disk written"), N_("What was sent to the disk since it was started") },
  [FIGURE_RECEIVED] = { N_("Received"), N_("What came over the network since it was started") },
  [FIGURE_SENT] = { N_("Sent"), N_("What went over the network since it was started") },
};

struct _BhFiguresPanel
{
  GtkBox parent_instance;

  GtkWidget *flow;
  GtkLabel *values[N_FIGURES];
  GtkLabel *memory_kind;
};

G_DEFINE_FINAL_TYPE (BhFiguresPanel, bh_figures_panel, GTK_TYPE_BOX)

static void
set_text (GtkLabel *label, const char *text)
{
  /* A label that is set lays out the page anew, whether its text is the same or not. */
  if (g_strcmp0 (gtk_label_get_text (label), text) != 0)
    gtk_label_set_text (label, text);
}

static void
take_text (BhFiguresPanel *self, Figure figure, char *text)
{
  set_text (self->values[figure], text);
  g_free (text);
}

static gint64
lookup_number (GVariant *sample, const char *key)
{
  guint64 number;

  if (sample == NULL || !g_variant_lookup (sample, key, "t", &number) || number > G_MAXINT64)
    return -1;

  return (gint64) number;
}

static char *
format_count (GVariant *sample, const char *key)
{
  guint count;

  if (sample == NULL || !g_variant_lookup (sample, key, "u", &count))
    return bh_task_format_memory (BH_TASK_UNMEASURED);

  return g_strdup_printf ("%u", count);
}

static char *
format_duration (gint64 microseconds)
{
  return bh_task_format_uptime (microseconds < 0 ? -1 : microseconds / G_USEC_PER_SEC);
}

static char *
format_moment (gint64 time)
{
  g_autoptr (GDateTime) utc = NULL;
  g_autoptr (GDateTime) local = NULL;
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();

  if (time <= 0)
    return bh_task_format_memory (BH_TASK_UNMEASURED);

  utc = g_date_time_new_from_unix_utc (time / G_USEC_PER_SEC);
  local = g_date_time_to_local (utc);
  if (g_date_time_get_year (local) == g_date_time_get_year (now)
      && g_date_time_get_day_of_year (local) == g_date_time_get_day_of_year (now))
    /* Translators: a time of today, for strftime. */
    return g_date_time_format (local, _("%H:%M:%S"));

  /* Translators: a moment of another day, for strftime: “23 Nov, 14:05”. */
  return g_date_time_format (local, _("%-d %b, %H:%M"));
}

static const char *
get_memory_kind_text (GVariant *sample)
{
  const char *kind = NULL;

  if (sample == NULL || !g_variant_lookup (sample, "memory-kind", "&s", &kind))
    return "";
  if (g_str_equal (kind, "cgroup"))
    return _("Memory is what the kernel counts for this app.");
  if (g_str_equal (kind, "pss"))
    return _("Memory that several processes share is divided among them.");
  if (g_str_equal (kind, "resident"))
    return _("Memory that is shared with other processes is left out.");

  return "";
}

static void
add_figure (BhFiguresPanel *self, Figure figure)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *title = gtk_label_new (_(figures[figure].title));
  GtkWidget *value = gtk_label_new ("–");
  GtkWidget *child;
  PangoAttrList *attributes = pango_attr_list_new ();

  pango_attr_list_insert (attributes, pango_attr_font_features_new ("tnum=1"));
  gtk_label_set_attributes (GTK_LABEL (value), attributes);
  pango_attr_list_unref (attributes);
  gtk_label_set_xalign (GTK_LABEL (title), 0);
  gtk_label_set_xalign (GTK_LABEL (value), 0);
  /* So that a figure that changes moves nothing. */
  gtk_label_set_width_chars (GTK_LABEL (value), 11);
  gtk_style_context_add_class (gtk_widget_get_style_context (title), "bh-caption");
  gtk_widget_set_tooltip_text (box, _(figures[figure].tooltip));
  gtk_container_add (GTK_CONTAINER (box), title);
  gtk_container_add (GTK_CONTAINER (box), value);
  atk_object_add_relationship (gtk_widget_get_accessible (value), ATK_RELATION_LABELLED_BY,
                               gtk_widget_get_accessible (title));

  gtk_container_add (GTK_CONTAINER (self->flow), box);
  child = gtk_widget_get_parent (box);
  gtk_widget_set_can_focus (child, FALSE);
  gtk_widget_show_all (child);
  self->values[figure] = GTK_LABEL (value);
}

static void
bh_figures_panel_class_init (BhFiguresPanelClass *klass)
{
}

static void
bh_figures_panel_init (BhFiguresPanel *self)
{
  GtkWidget *kind = gtk_label_new (NULL);

  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 6);
  self->flow = gtk_flow_box_new ();
  gtk_flow_box_set_selection_mode (GTK_FLOW_BOX (self->flow), GTK_SELECTION_NONE);
  gtk_flow_box_set_homogeneous (GTK_FLOW_BOX (self->flow), TRUE);
  gtk_flow_box_set_min_children_per_line (GTK_FLOW_BOX (self->flow), 2);
  gtk_flow_box_set_max_children_per_line (GTK_FLOW_BOX (self->flow), 7);
  gtk_flow_box_set_column_spacing (GTK_FLOW_BOX (self->flow), 6);
  gtk_flow_box_set_row_spacing (GTK_FLOW_BOX (self->flow), 6);
  gtk_container_add (GTK_CONTAINER (self), self->flow);
  for (Figure figure = 0; figure < N_FIGURES; figure++)
    add_figure (self, figure);

  gtk_label_set_xalign (GTK_LABEL (kind), 0);
  gtk_label_set_line_wrap (GTK_LABEL (kind), TRUE);
  gtk_style_context_add_class (gtk_widget_get_style_context (kind), "bh-caption");
  gtk_container_add (GTK_CONTAINER (self), kind);
  self->memory_kind = GTK_LABEL (kind);
  gtk_widget_show (self->flow);
}

/**
 * bh_figures_panel_set_sample:
 * @self: figures
 * @item: the app that they are of
 * @sample: (nullable): its entry of Supervisor1.Sampled, %NULL when nothing was measured
 */
void
bh_figures_panel_set_sample (BhFiguresPanel *self, BhAppItem *item, GVariant *sample)
{
  double cpu = -1;
  double uptime = -1;
  const char *kind;

  g_return_if_fail (BH_IS_FIGURES_PANEL (self) && BH_IS_APP_ITEM (item));

  if (sample != NULL)
    {
      g_variant_lookup (sample, "cpu", "d", &cpu);
      g_variant_lookup (sample, "uptime", "d", &uptime);
    }
  take_text (self, FIGURE_MEMORY, bh_task_format_memory (lookup_number (sample, "memory")));
  take_text (self, FIGURE_PEAK, bh_task_format_memory (lookup_number (sample, "memory-peak")));
  take_text (self, FIGURE_SWAP, bh_task_format_memory (lookup_number (sample, "swap")));
  take_text (self, FIGURE_CPU, bh_task_format_cpu (cpu));
  take_text (self, FIGURE_CPU_TIME, format_duration (lookup_number (sample, "cpu-time")));
  take_text (self, FIGURE_UPTIME, bh_task_format_uptime (uptime < 0 ? -1 : (gint64) uptime));
  take_text (self, FIGURE_STARTED, format_moment (bh_app_item_get_started_at (item)));
  take_text (self, FIGURE_RESTARTS, g_strdup_printf ("%u", bh_app_item_get_restarts (item)));
  take_text (self, FIGURE_THREADS, format_count (sample, "threads"));
  take_text (self, FIGURE_DESCRIPTORS, format_count (sample, "descriptors"));
  take_text (self, FIGURE_READ, bh_task_format_memory (lookup_number (sample, "disk-read")));
  take_text (self, FIGURE_WRITTEN, bh_task_format_memory (lookup_number (sample, "disk-written")));
  take_text (self, FIGURE_RECEIVED,
             bh_task_format_memory (lookup_number (sample, "network-received")));
  take_text (self, FIGURE_SENT, bh_task_format_memory (lookup_number (sample, "network-sent")));

  kind = get_memory_kind_text (sample);
  set_text (self->memory_kind, kind);
  gtk_widget_set_visible (GTK_WIDGET (self->memory_kind), *kind != '\0');
}
