/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-shell"

#include "bh-history-picture.h"

#include "bh-event-symbol.h"
#include "bh-theme-colour.h"

#include <glib/gi18n.h>
#include <math.h>

/*
 * A history laid out in a rectangle: where the axes are, which points fall into which column, and
 * how it is painted. It is made once for some data and a size, and paints the same until it is
 * thrown away. Time goes from left to right in all languages, as on every clock and chart.
 */

#define FONT_SCALE 0.85
#define LABEL_GAP  6
/* Between the middles of two symbols, at least. */
#define MARK_CELL   14
#define MARK_SIZE   10
#define TICK_WIDTH  78
#define TICK_HEIGHT 34
/* A limit that is this many times as high as all that was measured would press it flat. */
#define LIMIT_REACH 4

struct _BhHistoryPicture
{
  BhHistoryUnit unit;
  gint64 since;
  gint64 until;
  double limit;
  double warning;
  double top;
  guint resolution;
  GdkRectangle area;
  GArray *buckets;
  GArray *values;
  GArray *times;
  GPtrArray *marks;
};

static PangoLayout *
create_layout (GtkWidget *widget, const char *text)
{
  PangoLayout *layout = gtk_widget_create_pango_layout (widget, text);
  PangoAttrList *attributes = pango_attr_list_new ();

  pango_attr_list_insert (attributes, pango_attr_scale_new (FONT_SCALE));
  pango_attr_list_insert (attributes, pango_attr_font_features_new ("tnum=1"));
  pango_layout_set_attributes (layout, attributes);
  pango_attr_list_unref (attributes);

  return layout;
}

static void
measure (GtkWidget *widget, const char *text, int *width, int *height)
{
  g_autoptr (PangoLayout) layout = create_layout (widget, text);

  pango_layout_get_pixel_size (layout, width, height);
}

static double
get_most (BhHistoryPicture *self)
{
  double most = 0;

  for (guint i = 0; i < self->buckets->len; i++)
    most = MAX (most, g_array_index (self->buckets, BhHistoryBucket, i).most);

  return most;
}

static void
choose_top (BhHistoryPicture *self, guint n_steps)
{
  double most = get_most (self);
  double base = bh_history_scale_get_top (self->unit, most, n_steps);

  if (self->warning > 0 && self->warning <= base * LIMIT_REACH)
    most = MAX (most, self->warning);
  if (self->limit > 0 && self->limit <= base * LIMIT_REACH)
    most = MAX (most, self->limit);
  self->top = bh_history_scale_get_top (self->unit, most, n_steps);
  self->values = bh_history_scale_get_values (self->unit, self->top, n_steps);
}

/* Of events that would cover each other the worst is shown. */
static void
choose_marks (BhHistoryPicture *self, GPtrArray *marks)
{
  double last_x = -MARK_CELL;

  self->marks = g_ptr_array_new_with_free_func ((GDestroyNotify) bh_journal_event_unref);
  for (guint i = 0; marks != NULL && i < marks->len; i++)
    {
      BhJournalEvent *event = g_ptr_array_index (marks, i);
      BhJournalEvent *last = NULL;
      gint64 time = bh_journal_event_get_time (event);
      double x;

      if (!bh_journal_event_is_mark (event) || time < self->since || time >= self->until)
        continue;

      x = bh_history_picture_get_x (self, time);
      if (x - last_x < MARK_CELL)
        {
          last = g_ptr_array_index (self->marks, self->marks->len - 1);
          if (bh_journal_event_get_symbol (event) < bh_journal_event_get_symbol (last))
            continue;
          g_ptr_array_remove_index (self->marks, self->marks->len - 1);
        }
      g_ptr_array_add (self->marks, bh_journal_event_ref (event));
      last_x = x;
    }
}

/**
 * bh_history_picture_new:
 * @data: what to show
 * @widget: whose font is used
 * @width: of all of it
 * @height: of all of it
 *
 * Returns: (transfer full): the picture, laid out
 */
BhHistoryPicture *
bh_history_picture_new (const BhHistoryData *data, GtkWidget *widget, int width, int height)
{
  BhHistoryPicture *self;
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
  int label_width, label_height;
  int gutter;
  guint n_steps;

  g_return_val_if_fail (data != NULL && data->until > data->since, NULL);
  g_return_val_if_fail (GTK_IS_WIDGET (widget), NULL);

  self = g_new0 (BhHistoryPicture, 1);
  self->unit = data->unit;
  self->since = data->since;
  self->until = data->until;
  self->limit = data->limit;
  self->warning = data->warning;

  measure (widget, "0", &label_width, &label_height);
  self->area.y = MARK_CELL + LABEL_GAP + 2;
  self->area.height = MAX (1, height - self->area.y - label_height - LABEL_GAP);
  n_steps = (guint) CLAMP (self->area.height / TICK_HEIGHT, 1, 8);

  /* As many columns as if there were no labels: where they are, is known only with the values. */
  if (data->series != NULL)
    {
      self->resolution = bh_history_series_get_resolution (data->series);
      self->buckets = bh_history_series_get_buckets (data->series, data->since, data->until,
                                                     (guint) MAX (width, 1));
    }
  else
    {
      self->buckets = g_array_new (FALSE, FALSE, sizeof (BhHistoryBucket));
    }
  choose_top (self, n_steps);
  /* Graphs of different things below each other begin at the same place. */
  measure (widget, "888 MiB", &gutter, NULL);
  for (guint i = 0; i < self->values->len; i++)
    {
      measure (widget, g_array_index (self->values, BhHistoryTick, i).label, &label_width, NULL);
      gutter = MAX (gutter, label_width);
    }
  self->area.x = gutter + 2 * LABEL_GAP;
  self->area.width = MAX (1, width - self->area.x - LABEL_GAP);
  self->times = bh_history_scale_get_times (self->since, self->until,
                                            (guint) MAX (1, self->area.width / TICK_WIDTH), zone);
  choose_marks (self, data->marks);

  return self;
}

/**
 * bh_history_picture_free:
 * @self: (transfer full): a picture
 */
void
bh_history_picture_free (BhHistoryPicture *self)
{
  g_return_if_fail (self != NULL);

  g_array_unref (self->buckets);
  g_array_unref (self->values);
  g_array_unref (self->times);
  g_ptr_array_unref (self->marks);
  g_free (self);
}

static void
set_colour (cairo_t *cr, const GdkRGBA *colour, double alpha)
{
  cairo_set_source_rgba (cr, colour->red, colour->green, colour->blue, colour->alpha * alpha);
}

static void
draw_label (cairo_t *cr, GtkWidget *widget, const char *text, double x, double y)
{
  g_autoptr (PangoLayout) layout = create_layout (widget, text);

  cairo_move_to (cr, x, y);
  pango_cairo_show_layout (cr, layout);
}

static void
draw_axes (BhHistoryPicture *self, cairo_t *cr, GtkWidget *widget, const GdkRGBA *text)
{
  int right = self->area.x + self->area.width;
  int bottom = self->area.y + self->area.height;
  int last_end = G_MININT;
  int width, height;

  cairo_set_line_width (cr, 1);
  for (guint i = 0; i < self->values->len; i++)
    {
      const BhHistoryTick *tick = &g_array_index (self->values, BhHistoryTick, i);
      double y = floor (bh_history_picture_get_y (self, tick->value)) + 0.5;

      set_colour (cr, text, i == 0 ? 0.4 : 0.12);
      cairo_move_to (cr, self->area.x, y);
      cairo_line_to (cr, right, y);
      cairo_stroke (cr);
      measure (widget, tick->label, &width, &height);
      set_colour (cr, text, 0.75);
      draw_label (cr, widget, tick->label, self->area.x - LABEL_GAP - width, y - height / 2.0);
    }

  for (guint i = 0; i < self->times->len; i++)
    {
      const BhHistoryTick *tick = &g_array_index (self->times, BhHistoryTick, i);
      double x = floor (bh_history_picture_get_x (self, (gint64) tick->value)) + 0.5;
      int begin;

      set_colour (cr, text, 0.12);
      cairo_move_to (cr, x, self->area.y);
      cairo_line_to (cr, x, bottom);
      cairo_stroke (cr);
      measure (widget, tick->label, &width, &height);
      begin = (int) MIN (x - width / 2.0, right + LABEL_GAP - width);
      /* Below the values there is no room; and where an hour was skipped or came twice, two can be
       * near each other. */
      if (begin < self->area.x - LABEL_GAP || (begin < last_end + LABEL_GAP && i > 0))
        continue;
      last_end = begin + width;
      set_colour (cr, text, 0.75);
      draw_label (cr, widget, tick->label, begin, bottom + LABEL_GAP / 2);
    }
}

static void
add_top_line (BhHistoryPicture *self, cairo_t *cr, guint first, guint n, gboolean mean)
{
  for (guint i = first; i < first + n; i++)
    {
      const BhHistoryBucket *bucket = &g_array_index (self->buckets, BhHistoryBucket, i);

      cairo_line_to (cr, bh_history_picture_get_x (self, bucket->time),
                     bh_history_picture_get_y (self, mean ? bucket->mean : bucket->most));
    }
}

/* One stretch of time in which the app ran: what is below the mean, the band between least and
 * most, and the mean itself. */
static void
draw_run (BhHistoryPicture *self, cairo_t *cr, const GdkRGBA *colour, guint first, guint n)
{
  const BhHistoryBucket *buckets = &g_array_index (self->buckets, BhHistoryBucket, first);
  double begin = bh_history_picture_get_x (self, buckets[0].time);
  double end = bh_history_picture_get_x (self, buckets[n - 1].time);
  double bottom = self->area.y + self->area.height;

  if (n == 1)
    {
      /* Alone it stands for its time; it must not vanish. */
      double half = MAX (1, self->resolution * (double) G_USEC_PER_SEC / 2 * self->area.width
                                / (double) (self->until - self->since));
      double y = bh_history_picture_get_y (self, buckets[0].most);

      set_colour (cr, colour, 0.35);
      cairo_rectangle (cr, begin - half, y, 2 * half, bottom - y);
      cairo_fill (cr);
      set_colour (cr, colour, 1);
      y = bh_history_picture_get_y (self, buckets[0].mean);
      cairo_move_to (cr, begin - half, y);
      cairo_line_to (cr, begin + half, y);
      cairo_stroke (cr);
      return;
    }

  set_colour (cr, colour, 0.15);
  cairo_move_to (cr, begin, bottom);
  add_top_line (self, cr, first, n, TRUE);
  cairo_line_to (cr, end, bottom);
  cairo_close_path (cr);
  cairo_fill (cr);

  set_colour (cr, colour, 0.35);
  add_top_line (self, cr, first, n, FALSE);
  for (guint i = n; i > 0; i--)
    cairo_line_to (cr, bh_history_picture_get_x (self, buckets[i - 1].time),
                   bh_history_picture_get_y (self, buckets[i - 1].least));
  cairo_close_path (cr);
  cairo_fill (cr);

  set_colour (cr, colour, 1);
  add_top_line (self, cr, first, n, TRUE);
  cairo_stroke (cr);
}

static void
draw_series (BhHistoryPicture *self, cairo_t *cr, const GdkRGBA *colour)
{
  guint first = 0;

  cairo_set_line_width (cr, 1.5);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  for (guint i = 1; i <= self->buckets->len; i++)
    {
      if (i < self->buckets->len && g_array_index (self->buckets, BhHistoryBucket, i).joined)
        continue;
      draw_run (self, cr, colour, first, i - first);
      first = i;
    }
}

/* The two limits of memory are often near each other: their labels are at either end. */
static void
draw_limit (BhHistoryPicture *self,
            cairo_t *cr,
            GtkWidget *widget,
            double value,
            const GdkRGBA *colour,
            const char *label,
            const double *dashes,
            gboolean at_left)
{
  int right = self->area.x + self->area.width;
  GtkStyleContext *style = gtk_widget_get_style_context (widget);
  double y = floor (bh_history_picture_get_y (self, value)) + 0.5;
  gboolean seen = value <= self->top;
  GdkRGBA base;
  int width, height, left;

  if (seen)
    {
      cairo_set_line_width (cr, 1.5);
      cairo_set_dash (cr, dashes, 2, 0);
      set_colour (cr, colour, 1);
      cairo_move_to (cr, self->area.x, y);
      cairo_line_to (cr, right, y);
      cairo_stroke (cr);
      cairo_set_dash (cr, NULL, 0, 0);
    }
  else
    {
      y = self->area.y;
    }

  measure (widget, label, &width, &height);
  /* Above the line, or below where there is no room. */
  y = y - height - 1 >= self->area.y ? y - height - 1 : y + 2;
  if (!gtk_style_context_lookup_color (style, "theme_base_color", &base))
    gdk_rgba_parse (&base, "transparent");
  set_colour (cr, &base, 0.7);
  left = at_left ? self->area.x + 1 : right - width - LABEL_GAP;
  cairo_rectangle (cr, left, y, width + LABEL_GAP, height);
  cairo_fill (cr);
  set_colour (cr, colour, 1);
  draw_label (cr, widget, label, left + LABEL_GAP / 2, y);
}

static void
draw_limits (BhHistoryPicture *self, cairo_t *cr, GtkWidget *widget)
{
  static const double hard_dashes[] = { 6, 3 };
  static const double soft_dashes[] = { 2, 3 };
  GtkStyleContext *style = gtk_widget_get_style_context (widget);
  GdkRGBA colour;

  if (self->warning > 0 && self->warning <= self->top)
    {
      g_autofree char *value = bh_history_scale_format (self->unit, self->warning);
      /* Translators: a line in a graph, the value from which on an app is warned about. */
      g_autofree char *label = g_strdup_printf (_("Warning %s"), value);

      bh_theme_colour_get (style, "warning_color", BH_THEME_COLOUR_TEXT, &colour);
      draw_limit (self, cr, widget, self->warning, &colour, label, soft_dashes, TRUE);
    }
  if (self->limit > 0)
    {
      g_autofree char *value = bh_history_scale_format (self->unit, self->limit);
      g_autofree char *label = NULL;

      if (self->limit <= self->top)
        /* Translators: a line in a graph, the value that an app may not pass. */
        label = g_strdup_printf (_("Limit %s"), value);
      else
        /* Translators: a limit that is above all that a graph shows. */
        label = g_strdup_printf (_("Limit %s ↑"), value);
      bh_theme_colour_get (style, "error_color", BH_THEME_COLOUR_TEXT, &colour);
      draw_limit (self, cr, widget, self->limit, &colour, label, hard_dashes, FALSE);
    }
}

static void
draw_marks (BhHistoryPicture *self, cairo_t *cr, GtkWidget *widget, const GdkRGBA *text)
{
  static const double dashes[] = { 1, 3 };
  GtkStyleContext *style = gtk_widget_get_style_context (widget);

  for (guint i = 0; i < self->marks->len; i++)
    {
      BhJournalEvent *event = g_ptr_array_index (self->marks, i);
      double x = bh_history_picture_get_x (self, bh_journal_event_get_time (event));
      double middle = CLAMP (x, MARK_SIZE / 2, self->area.x + self->area.width);

      cairo_set_line_width (cr, 1);
      cairo_set_dash (cr, dashes, 2, 0);
      set_colour (cr, text, 0.5);
      cairo_move_to (cr, floor (x) + 0.5, self->area.y);
      cairo_line_to (cr, floor (x) + 0.5, self->area.y + self->area.height);
      cairo_stroke (cr);
      cairo_set_dash (cr, NULL, 0, 0);
      bh_event_symbol_draw (bh_journal_event_get_symbol (event), cr, style, middle,
                            LABEL_GAP / 2.0 + 1 + MARK_CELL / 2.0, MARK_SIZE);
    }
}

/**
 * bh_history_picture_draw:
 * @self: a picture
 * @cr: where to paint
 * @widget: whose colours and font are used
 */
void
bh_history_picture_draw (BhHistoryPicture *self, cairo_t *cr, GtkWidget *widget)
{
  GtkStyleContext *style;
  GdkRGBA text;
  GdkRGBA accent;

  g_return_if_fail (self != NULL && cr != NULL && GTK_IS_WIDGET (widget));

  style = gtk_widget_get_style_context (widget);
  gtk_style_context_get_color (style, gtk_style_context_get_state (style), &text);
  bh_theme_colour_get (style, "theme_selected_bg_color", BH_THEME_COLOUR_SHAPE, &accent);

  draw_axes (self, cr, widget, &text);
  cairo_save (cr);
  gdk_cairo_rectangle (cr, &self->area);
  cairo_clip (cr);
  draw_series (self, cr, &accent);
  cairo_restore (cr);
  draw_marks (self, cr, widget, &text);
  draw_limits (self, cr, widget);
}

/**
 * bh_history_picture_get_buckets:
 * @self: a picture
 *
 * Returns: (transfer none) (element-type BhHistoryBucket): what is drawn, the oldest first
 */
const GArray *
bh_history_picture_get_buckets (BhHistoryPicture *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->buckets;
}

/**
 * bh_history_picture_get_marks:
 * @self: a picture
 *
 * Returns: (transfer none) (element-type BhJournalEvent): the events that have a symbol
 */
const GPtrArray *
bh_history_picture_get_marks (BhHistoryPicture *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->marks;
}

/**
 * bh_history_picture_get_area:
 * @self: a picture
 * @area: (out): the rectangle between the axes
 */
void
bh_history_picture_get_area (BhHistoryPicture *self, GdkRectangle *area)
{
  g_return_if_fail (self != NULL && area != NULL);

  *area = self->area;
}

/**
 * bh_history_picture_get_x:
 * @self: a picture
 * @time: a moment
 *
 * Returns: where it is; out of the area when it is not shown
 */
double
bh_history_picture_get_x (BhHistoryPicture *self, gint64 time)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->area.x
         + (double) (time - self->since) / (double) (self->until - self->since) * self->area.width;
}

/**
 * bh_history_picture_get_y:
 * @self: a picture
 * @value: a value
 *
 * Returns: where it is; out of the area when it is not shown
 */
double
bh_history_picture_get_y (BhHistoryPicture *self, double value)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->area.y + (1 - value / self->top) * self->area.height;
}

/**
 * bh_history_picture_get_time:
 * @self: a picture
 * @x: a place
 *
 * Returns: the moment that is there
 */
gint64
bh_history_picture_get_time (BhHistoryPicture *self, double x)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->since
         + (gint64) ((x - self->area.x) / self->area.width * (double) (self->until - self->since));
}
