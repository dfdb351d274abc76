/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-shell"

#include "bh-history-graph.h"

#include "bh-history-graph-accessible.h"

#include <glib/gi18n.h>
#include <math.h>

/*
 * A graph of something over time. It is told what to show and never asks for anything itself: the
 * picture is painted once for the data and the size, and kept; what is moved over it, a line that
 * reads it out, is all that is painted anew. The line follows the pointer, or the arrow keys while
 * the graph has the focus, and what it reads is told to assistive tools, too.
 */

#define LEAST_WIDTH    160
#define LEAST_HEIGHT   170
#define NATURAL_WIDTH  480
#define NATURAL_HEIGHT 190
#define NOWHERE        G_MININT64
/* So near, in pixels, an event is read out with what is beside it. */
#define MARK_REACH  7
#define BOX_PADDING 6

struct _BhHistoryGraph
{
  GtkDrawingArea parent_instance;

  BhHistoryData data;
  BhHistoryPicture *picture;
  cairo_surface_t *surface;

  gint64 pointer_time;
  gint64 key_time;
  gboolean at_end;

  gint64 shown_time;
  char *read_out;
  char *box_text;
};

enum {
  PROP_0,
  PROP_READ_OUT,
  N_PROPS,
};
static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (BhHistoryGraph, bh_history_graph, GTK_TYPE_DRAWING_AREA)

static void
forget_surface (BhHistoryGraph *self)
{
  g_clear_pointer (&self->surface, cairo_surface_destroy);
}

static void
forget_picture (BhHistoryGraph *self)
{
  forget_surface (self);
  g_clear_pointer (&self->picture, bh_history_picture_free);
}

static void
ensure_picture (BhHistoryGraph *self)
{
  GtkWidget *widget = GTK_WIDGET (self);

  if (self->picture == NULL && self->data.until > self->data.since)
    self->picture
        = bh_history_picture_new (&self->data, widget, gtk_widget_get_allocated_width (widget),
                                  gtk_widget_get_allocated_height (widget));
}

static const BhHistoryBucket *
find_bucket (BhHistoryGraph *self, gint64 time)
{
  const GArray *buckets = bh_history_picture_get_buckets (self->picture);
  const BhHistoryBucket *nearest = NULL;
  gint64 column = (self->data.until - self->data.since) / 200;
  gint64 reach
      = self->data.series == NULL
            ? 0
            : (gint64) bh_history_series_get_resolution (self->data.series) * G_USEC_PER_SEC;

  for (guint i = 0; i < buckets->len; i++)
    {
      const BhHistoryBucket *bucket = &g_array_index (buckets, BhHistoryBucket, i);

      if (nearest == NULL || ABS (bucket->time - time) < ABS (nearest->time - time))
        nearest = bucket;
    }
  if (nearest != NULL && ABS (nearest->time - time) > MAX (column, reach))
    return NULL;

  return nearest;
}

static char *
dup_value_text (BhHistoryGraph *self, const BhHistoryBucket *bucket)
{
  g_autofree char *least = NULL;
  g_autofree char *mean = NULL;
  g_autofree char *most = NULL;

  if (bucket == NULL)
    return g_strdup (_("not measured"));

  least = bh_history_scale_format (self->data.unit, bucket->least);
  mean = bh_history_scale_format (self->data.unit, bucket->mean);
  most = bh_history_scale_format (self->data.unit, bucket->most);
  if (g_str_equal (least, most))
    return g_steal_pointer (&mean);

  /* Translators: a mean, and the least and the most: “120 MiB, from 98 MiB to 310 MiB”. */
  return g_strdup_printf (_("%s, from %s to %s"), mean, least, most);
}

/* What is at a moment: a line for the time, one for the value, and one for each event. */
static void
read_time (BhHistoryGraph *self, gint64 time)
{
  const GPtrArray *marks = bh_history_picture_get_marks (self->picture);
  const BhHistoryBucket *bucket = find_bucket (self, time);
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *value = dup_value_text (self, bucket);
  g_autofree char *time_text = NULL;
  double x = bh_history_picture_get_x (self->picture, time);

  time_text = bh_history_scale_format_time (time, self->data.until - self->data.since, zone);
  g_string_append_printf (text, "%s\n%s", time_text, value);
  for (guint i = 0; i < marks->len; i++)
    {
      BhJournalEvent *event = g_ptr_array_index (marks, i);

      if (fabs (bh_history_picture_get_x (self->picture, bh_journal_event_get_time (event)) - x)
          <= MARK_REACH)
        g_string_append_printf (text, "\n%s", bh_journal_event_get_title (event));
    }
  self->box_text = g_string_free (g_steal_pointer (&text), FALSE);
}

static void
update_read_out (BhHistoryGraph *self)
{
  g_autofree char *before = g_steal_pointer (&self->read_out);
  gint64 time = self->pointer_time;

  g_clear_pointer (&self->box_text, g_free);
  ensure_picture (self);
  if (time == NOWHERE && gtk_widget_has_focus (GTK_WIDGET (self)))
    time = self->key_time;
  if (self->picture == NULL || time < self->data.since || time > self->data.until)
    time = NOWHERE;

  self->shown_time = time;
  if (time != NOWHERE)
    {
      g_auto (GStrv) lines = NULL;

      read_time (self, time);
      lines = g_strsplit (self->box_text, "\n", -1);
      self->read_out = g_strjoinv (", ", lines);
    }
  gtk_widget_queue_draw (GTK_WIDGET (self));
  if (g_strcmp0 (before, self->read_out) != 0)
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_READ_OUT]);
}

static gint64
get_last_time (BhHistoryGraph *self)
{
  const GArray *buckets = bh_history_picture_get_buckets (self->picture);

  for (guint i = buckets->len; i > 0; i--)
    if (g_array_index (buckets, BhHistoryBucket, i - 1).time < self->data.until)
      return g_array_index (buckets, BhHistoryBucket, i - 1).time;

  return NOWHERE;
}

/* The stop after or before the one that is read, among those that are in the picture. */
static gint64
step (BhHistoryGraph *self, int direction, gboolean marks_only)
{
  const GArray *buckets = bh_history_picture_get_buckets (self->picture);
  const GPtrArray *marks = bh_history_picture_get_marks (self->picture);
  guint n = marks_only ? marks->len : buckets->len;
  gint64 best = NOWHERE;

  for (guint i = 0; i < n; i++)
    {
      gint64 time = marks_only ? bh_journal_event_get_time (g_ptr_array_index (marks, i))
                               : g_array_index (buckets, BhHistoryBucket, i).time;

      if (time < self->data.since || time >= self->data.until)
        continue;
      if (direction > 0 && time > self->key_time)
        return time;
      if (direction < 0 && time < self->key_time)
        best = time;
    }

  return best;
}

static gint64
get_first_time (BhHistoryGraph *self)
{
  gint64 key_time = self->key_time;
  gint64 first;

  self->key_time = NOWHERE;
  first = step (self, 1, FALSE);
  self->key_time = key_time;

  return first;
}

static gboolean
bh_history_graph_key_press_event (GtkWidget *widget, GdkEventKey *event)
{
  BhHistoryGraph *self = BH_HISTORY_GRAPH (widget);
  guint modifiers = event->state & gtk_accelerator_get_default_mod_mask ();
  gboolean marks_only = modifiers == GDK_CONTROL_MASK;
  gint64 time = NOWHERE;

  ensure_picture (self);
  if (self->picture == NULL || (modifiers != 0 && !marks_only))
    return GTK_WIDGET_CLASS (bh_history_graph_parent_class)->key_press_event (widget, event);

  switch (event->keyval)
    {
    case GDK_KEY_Left:
    case GDK_KEY_KP_Left:
      time = step (self, -1, marks_only);
      break;
    case GDK_KEY_Right:
    case GDK_KEY_KP_Right:
      time = step (self, 1, marks_only);
      break;
    case GDK_KEY_Home:
    case GDK_KEY_KP_Home:
      time = get_first_time (self);
      break;
    case GDK_KEY_End:
    case GDK_KEY_KP_End:
      time = get_last_time (self);
      break;
    default:
      return GTK_WIDGET_CLASS (bh_history_graph_parent_class)->key_press_event (widget, event);
    }

  /* At either end the keys do nothing; they must not move the focus away. */
  if (time != NOWHERE)
    {
      self->key_time = time;
      self->at_end = time == get_last_time (self);
    }
  self->pointer_time = NOWHERE;
  update_read_out (self);

  return TRUE;
}

static gboolean
bh_history_graph_focus_in_event (GtkWidget *widget, GdkEventFocus *event)
{
  BhHistoryGraph *self = BH_HISTORY_GRAPH (widget);
  gboolean handled
      = GTK_WIDGET_CLASS (bh_history_graph_parent_class)->focus_in_event (widget, event);

  ensure_picture (self);
  if (self->key_time == NOWHERE && self->picture != NULL)
    {
      self->key_time = get_last_time (self);
      self->at_end = TRUE;
    }
  update_read_out (self);

  return handled;
}

static gboolean
bh_history_graph_focus_out_event (GtkWidget *widget, GdkEventFocus *event)
{
  gboolean handled
      = GTK_WIDGET_CLASS (bh_history_graph_parent_class)->focus_out_event (widget, event);

  update_read_out (BH_HISTORY_GRAPH (widget));

  return handled;
}

static gboolean
bh_history_graph_motion_notify_event (GtkWidget *widget, GdkEventMotion *event)
{
  BhHistoryGraph *self = BH_HISTORY_GRAPH (widget);
  GdkRectangle area;

  ensure_picture (self);
  if (self->picture == NULL)
    return FALSE;

  bh_history_picture_get_area (self->picture, &area);
  self->pointer_time = bh_history_picture_get_time (self->picture, CLAMP (event->x, area.x,
                                                                          area.x + area.width - 1));
  update_read_out (self);

  return FALSE;
}

static gboolean
bh_history_graph_leave_notify_event (GtkWidget *widget, GdkEventCrossing *event)
{
  BhHistoryGraph *self = BH_HISTORY_GRAPH (widget);

  self->pointer_time = NOWHERE;
  update_read_out (self);

  return FALSE;
}

static gboolean
bh_history_graph_button_press_event (GtkWidget *widget, GdkEventButton *event)
{
  BhHistoryGraph *self = BH_HISTORY_GRAPH (widget);

  if (event->button != GDK_BUTTON_PRIMARY)
    return FALSE;

  /* From where the pointer is the keys go on. */
  self->key_time = self->pointer_time;
  self->at_end = FALSE;
  gtk_widget_grab_focus (widget);
  update_read_out (self);

  return FALSE;
}

static void
draw_surface (BhHistoryGraph *self, cairo_t *cr)
{
  GtkWidget *widget = GTK_WIDGET (self);

  if (self->surface == NULL)
    {
      cairo_t *surface_cr;

      self->surface = gdk_window_create_similar_surface (gtk_widget_get_window (widget),
                                                         CAIRO_CONTENT_COLOR_ALPHA,
                                                         gtk_widget_get_allocated_width (widget),
                                                         gtk_widget_get_allocated_height (widget));
      surface_cr = cairo_create (self->surface);
      bh_history_picture_draw (self->picture, surface_cr, widget);
      cairo_destroy (surface_cr);
    }
  cairo_set_source_surface (cr, self->surface, 0, 0);
  cairo_paint (cr);
}

static void
draw_read_out (BhHistoryGraph *self, cairo_t *cr)
{
  GtkWidget *widget = GTK_WIDGET (self);
  GtkStyleContext *style = gtk_widget_get_style_context (widget);
  const BhHistoryBucket *bucket = find_bucket (self, self->shown_time);
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (widget, self->box_text);
  int allocated = gtk_widget_get_allocated_width (widget);
  double x = floor (bh_history_picture_get_x (self->picture, self->shown_time)) + 0.5;
  int width, height;
  double left, top;
  PangoRectangle logical;
  GdkRectangle area;
  GdkRGBA base;
  GdkRGBA text;

  bh_history_picture_get_area (self->picture, &area);
  gtk_style_context_get_color (style, gtk_style_context_get_state (style), &text);
  if (!gtk_style_context_lookup_color (style, "theme_base_color", &base))
    gdk_rgba_parse (&base, "white");

  cairo_set_line_width (cr, 1);
  gdk_cairo_set_source_rgba (cr, &text);
  cairo_move_to (cr, x, area.y);
  cairo_line_to (cr, x, area.y + area.height);
  cairo_stroke (cr);
  if (bucket != NULL)
    {
      cairo_arc (cr, x, bh_history_picture_get_y (self->picture, bucket->mean), 3.5, 0, 2 * G_PI);
      gdk_cairo_set_source_rgba (cr, &base);
      cairo_fill_preserve (cr);
      gdk_cairo_set_source_rgba (cr, &text);
      cairo_stroke (cr);
    }

  /* The label is on the side with more room, so that the pointer does not cover it. */
  pango_layout_set_width (layout, MAX (allocated / 2 - 4 * BOX_PADDING, 80) * PANGO_SCALE);
  pango_layout_set_wrap (layout, PANGO_WRAP_WORD_CHAR);
  pango_layout_get_pixel_extents (layout, NULL, &logical);
  width = logical.width;
  height = logical.height;
  left = x < area.x + area.width / 2.0 ? x + 2 * BOX_PADDING : x - width - 4 * BOX_PADDING;
  left = floor (CLAMP (left, 0, MAX (0, allocated - width - 2 * BOX_PADDING))) + 0.5;
  top = area.y + BOX_PADDING + 0.5;
  cairo_rectangle (cr, left, top, width + 2 * BOX_PADDING, height + BOX_PADDING);
  gdk_cairo_set_source_rgba (cr, &base);
  cairo_fill_preserve (cr);
  cairo_set_source_rgba (cr, text.red, text.green, text.blue, 0.4);
  cairo_stroke (cr);
  gdk_cairo_set_source_rgba (cr, &text);
  /* Text from right to left begins at the end of the width that it has. */
  cairo_move_to (cr, left + BOX_PADDING - logical.x, top + BOX_PADDING / 2);
  pango_cairo_show_layout (cr, layout);
}

static gboolean
bh_history_graph_draw (GtkWidget *widget, cairo_t *cr)
{
  BhHistoryGraph *self = BH_HISTORY_GRAPH (widget);
  GtkStyleContext *style = gtk_widget_get_style_context (widget);
  int width = gtk_widget_get_allocated_width (widget);
  int height = gtk_widget_get_allocated_height (widget);

  gtk_render_background (style, cr, 0, 0, width, height);
  ensure_picture (self);
  if (self->picture == NULL)
    return FALSE;

  draw_surface (self, cr);
  if (self->shown_time != NOWHERE && self->box_text != NULL)
    draw_read_out (self, cr);
  gtk_render_frame (style, cr, 0, 0, width, height);
  if (gtk_widget_has_visible_focus (widget))
    gtk_render_focus (style, cr, 0, 0, width, height);

  return FALSE;
}

static void
bh_history_graph_size_allocate (GtkWidget *widget, GtkAllocation *allocation)
{
  BhHistoryGraph *self = BH_HISTORY_GRAPH (widget);

  if (allocation->width != gtk_widget_get_allocated_width (widget)
      || allocation->height != gtk_widget_get_allocated_height (widget))
    forget_picture (self);

  GTK_WIDGET_CLASS (bh_history_graph_parent_class)->size_allocate (widget, allocation);
}

static void
bh_history_graph_style_updated (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (bh_history_graph_parent_class)->style_updated (widget);

  /* Also the font may have become another. */
  forget_picture (BH_HISTORY_GRAPH (widget));
}

static void
bh_history_graph_state_flags_changed (GtkWidget *widget, GtkStateFlags previous)
{
  forget_surface (BH_HISTORY_GRAPH (widget));
  GTK_WIDGET_CLASS (bh_history_graph_parent_class)->state_flags_changed (widget, previous);
}

static void
bh_history_graph_unrealize (GtkWidget *widget)
{
  forget_surface (BH_HISTORY_GRAPH (widget));
  GTK_WIDGET_CLASS (bh_history_graph_parent_class)->unrealize (widget);
}

static void
on_scale_factor_changed (GObject *object, GParamSpec *pspec, gpointer user_data)
{
  forget_surface (BH_HISTORY_GRAPH (object));
}

static void
bh_history_graph_get_preferred_width (GtkWidget *widget, int *least, int *natural)
{
  *least = LEAST_WIDTH;
  *natural = NATURAL_WIDTH;
}

static void
bh_history_graph_get_preferred_height (GtkWidget *widget, int *least, int *natural)
{
  *least = LEAST_HEIGHT;
  *natural = NATURAL_HEIGHT;
}

static void
bh_history_graph_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  BhHistoryGraph *self = BH_HISTORY_GRAPH (object);

  switch (property_id)
    {
    case PROP_READ_OUT:
      g_value_set_string (value, self->read_out);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
      break;
    }
}

static void
clear_data (BhHistoryData *data)
{
  g_clear_pointer (&data->series, bh_history_series_unref);
  g_clear_pointer (&data->marks, g_ptr_array_unref);
}

static void
bh_history_graph_finalize (GObject *object)
{
  BhHistoryGraph *self = BH_HISTORY_GRAPH (object);

  forget_picture (self);
  clear_data (&self->data);
  g_free (self->read_out);
  g_free (self->box_text);

  G_OBJECT_CLASS (bh_history_graph_parent_class)->finalize (object);
}

static void
bh_history_graph_class_init (BhHistoryGraphClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = bh_history_graph_get_property;
  object_class->finalize = bh_history_graph_finalize;
  widget_class->key_press_event = bh_history_graph_key_press_event;
  widget_class->focus_in_event = bh_history_graph_focus_in_event;
  widget_class->focus_out_event = bh_history_graph_focus_out_event;
  widget_class->motion_notify_event = bh_history_graph_motion_notify_event;
  widget_class->leave_notify_event = bh_history_graph_leave_notify_event;
  widget_class->button_press_event = bh_history_graph_button_press_event;
  widget_class->draw = bh_history_graph_draw;
  widget_class->size_allocate = bh_history_graph_size_allocate;
  widget_class->style_updated = bh_history_graph_style_updated;
  widget_class->state_flags_changed = bh_history_graph_state_flags_changed;
  widget_class->unrealize = bh_history_graph_unrealize;
  widget_class->get_preferred_width = bh_history_graph_get_preferred_width;
  widget_class->get_preferred_height = bh_history_graph_get_preferred_height;

  /**
   * BhHistoryGraph:read-out: (nullable)
   *
   * What the line reads, in words; %NULL while there is none.
   */
  props[PROP_READ_OUT]
      = g_param_spec_string ("read-out", NULL, NULL, NULL,
                             G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);

  gtk_widget_class_set_css_name (widget_class, "bh-graph");
  gtk_widget_class_set_accessible_type (widget_class, BH_TYPE_HISTORY_GRAPH_ACCESSIBLE);
}

static void
bh_history_graph_init (BhHistoryGraph *self)
{
  GtkWidget *widget = GTK_WIDGET (self);

  self->pointer_time = NOWHERE;
  self->key_time = NOWHERE;
  self->shown_time = NOWHERE;
  gtk_widget_set_can_focus (widget, TRUE);
  gtk_widget_add_events (widget, GDK_POINTER_MOTION_MASK | GDK_LEAVE_NOTIFY_MASK
                                     | GDK_BUTTON_PRESS_MASK | GDK_KEY_PRESS_MASK
                                     | GDK_FOCUS_CHANGE_MASK);
  g_signal_connect (self, "notify::scale-factor", G_CALLBACK (on_scale_factor_changed), NULL);
}

/**
 * bh_history_graph_new:
 *
 * Returns: (transfer floating): a graph that shows nothing yet
 */
GtkWidget *
bh_history_graph_new (void)
{
  return g_object_new (BH_TYPE_HISTORY_GRAPH, "visible", TRUE, NULL);
}

/**
 * bh_history_graph_set_data:
 * @self: a graph
 * @data: what it shows from now on
 */
void
bh_history_graph_set_data (BhHistoryGraph *self, const BhHistoryData *data)
{
  BhHistoryData before;

  g_return_if_fail (BH_IS_HISTORY_GRAPH (self));
  g_return_if_fail (data != NULL && data->until > data->since);

  before = self->data;
  self->data = *data;
  if (self->data.series != NULL)
    bh_history_series_ref (self->data.series);
  if (self->data.marks != NULL)
    g_ptr_array_ref (self->data.marks);
  clear_data (&before);

  forget_picture (self);
  if (self->at_end)
    {
      ensure_picture (self);
      self->key_time = get_last_time (self);
    }
  update_read_out (self);
}

/**
 * bh_history_graph_set_summary:
 * @self: a graph
 * @summary: what can be seen at a glance, for those who can't
 */
void
bh_history_graph_set_summary (BhHistoryGraph *self, const char *summary)
{
  AtkObject *accessible;

  g_return_if_fail (BH_IS_HISTORY_GRAPH (self) && summary != NULL);

  accessible = gtk_widget_get_accessible (GTK_WIDGET (self));
  if (g_strcmp0 (atk_object_get_name (accessible), summary) != 0)
    atk_object_set_name (accessible, summary);
}

/**
 * bh_history_graph_get_read_out:
 * @self: a graph
 *
 * Returns: (transfer none) (nullable): what the line reads, in words
 */
const char *
bh_history_graph_get_read_out (BhHistoryGraph *self)
{
  g_return_val_if_fail (BH_IS_HISTORY_GRAPH (self), NULL);

  return self->read_out;
}
