/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-shell"

#include "bh-task-paint.h"

#include <math.h>

/*
 * What the cells of the task manager draw besides text: bars, the graph of the last minute, and
 * symbolic icons. All of it is drawn for each visible row each second, so there are only few and
 * straight shapes, and an icon is loaded and coloured once.
 */

#define BAR_HEIGHT   3
#define TROUGH_ALPHA 0.15

/* From the middle of the cell down: below the figure, and not far from it. */
#define BAR_OFFSET 11

/* How much of the text's colour is in the bar's, so that a dark theme's is bright enough. */
#define TEXT_SHARE 0.3

#define GRAPH_FILL_ALPHA 0.35

/* What fills the graph of CPU at the least: an app at rest shall not look busy. */
#define LEAST_CPU_TOP (25 * BH_TASK_CPU_UNIT)

/* Above the highest figure there is some air. */
#define GRAPH_AIR 1.25

#define ICON_SIZE 16
#define MAX_ICONS 64

typedef struct
{
  const char *name;
  GdkRGBA colour;
  int scale;
  cairo_surface_t *surface;
} Icon;

struct _BhTaskIcons
{
  GObject parent_instance;

  GArray *icons;
};

G_DEFINE_FINAL_TYPE (BhTaskIcons, bh_task_icons, G_TYPE_OBJECT)

static void
get_text_colour (GtkWidget *widget, GdkRGBA *colour)
{
  GtkStyleContext *style = gtk_widget_get_style_context (widget);

  gtk_style_context_get_color (style, gtk_style_context_get_state (style), colour);
}

/* The theme's colour for it; on a selected row, whose ground has that colour, the text's. */
static void
get_fill_colour (GtkWidget *widget, gboolean near, gboolean selected, GdkRGBA *colour)
{
  GtkStyleContext *style = gtk_widget_get_style_context (widget);
  const char *name = near ? "warning_color" : "theme_selected_bg_color";
  GdkRGBA themed;

  get_text_colour (widget, colour);
  if (selected || !gtk_style_context_lookup_color (style, name, &themed))
    return;

  colour->red = themed.red + (colour->red - themed.red) * TEXT_SHARE;
  colour->green = themed.green + (colour->green - themed.green) * TEXT_SHARE;
  colour->blue = themed.blue + (colour->blue - themed.blue) * TEXT_SHARE;
}

/**
 * bh_task_paint_bar:
 * @cr: where to draw
 * @widget: what it belongs to
 * @area: the cell, without its padding
 * @fraction: how much of the bar is filled, from 0 to 1
 * @selected: whether the row is
 *
 * Draws a thin bar below the middle of the cell. From %BH_USAGE_NEAR on it has another colour;
 * that it is long says the same.
 */
void
bh_task_paint_bar (cairo_t *cr,
                   GtkWidget *widget,
                   const GdkRectangle *area,
                   double fraction,
                   gboolean selected)
{
  gboolean rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  int y = MIN (area->y + area->height / 2 + BAR_OFFSET, area->y + area->height - BAR_HEIGHT);
  double filled;
  GdkRGBA colour;

  g_return_if_fail (cr != NULL && GTK_IS_WIDGET (widget) && area != NULL);

  filled = CLAMP (round (fraction * area->width), BAR_HEIGHT, area->width);
  get_text_colour (widget, &colour);
  colour.alpha *= TROUGH_ALPHA;
  gdk_cairo_set_source_rgba (cr, &colour);
  cairo_rectangle (cr, area->x, y, area->width, BAR_HEIGHT);
  cairo_fill (cr);

  get_fill_colour (widget, fraction >= BH_USAGE_NEAR, selected, &colour);
  gdk_cairo_set_source_rgba (cr, &colour);
  cairo_rectangle (cr, area->x + (rtl ? area->width - filled : 0), y, filled, BAR_HEIGHT);
  cairo_fill (cr);
}

static double
get_graph_top (BhTaskRow *row, BhTaskColumn column, const gint64 *ring, gint64 last)
{
  gboolean is_cpu = column == BH_TASK_COLUMN_CPU_GRAPH;
  BhLimitKinds kind = is_cpu ? BH_LIMIT_CPU : BH_LIMIT_MEMORY;
  BhAppLimits *limits = bh_app_item_get_limits (row->item);
  double top = is_cpu ? LEAST_CPU_TOP : 1;

  for (guint age = 0; age < BH_TASK_HISTORY_SECONDS; age++)
    top = MAX (top, GRAPH_AIR * (double) bh_task_history_get (ring, last, age));

  /* Where there is a limit the graph shows how near it is. */
  if (bh_app_limits_get_holder (limits, kind) != BH_LIMIT_HOLDER_NONE)
    top = MAX (top / GRAPH_AIR,
               (double) bh_app_limits_get_value (limits, kind) * (is_cpu ? BH_TASK_CPU_UNIT : 1));

  return top;
}

/**
 * bh_task_paint_graph:
 * @cr: where to draw
 * @widget: what it belongs to
 * @area: the cell, without its padding
 * @row: an app's row
 * @column: %BH_TASK_COLUMN_CPU_GRAPH or %BH_TASK_COLUMN_MEMORY_GRAPH
 * @selected: whether the row is
 *
 * Draws the last minute, the latest second at the end. What was not measured is a gap.
 */
void
bh_task_paint_graph (cairo_t *cr,
                     GtkWidget *widget,
                     const GdkRectangle *area,
                     BhTaskRow *row,
                     BhTaskColumn column,
                     gboolean selected)
{
  gboolean rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  const gint64 *ring;
  gint64 last;
  double top;
  GdkRGBA colour;
  int heights[BH_TASK_HISTORY_SECONDS];
  int step;

  g_return_if_fail (cr != NULL && GTK_IS_WIDGET (widget) && area != NULL);

  if (row == NULL || row->history == NULL || row->history->last == 0)
    return;

  ring = column == BH_TASK_COLUMN_CPU_GRAPH ? row->history->cpu : row->history->memory;
  last = row->history->last;
  top = get_graph_top (row, column, ring, last);
  step = MAX (1, area->width / BH_TASK_HISTORY_SECONDS);
  for (guint age = 0; age < BH_TASK_HISTORY_SECONDS; age++)
    {
      gint64 figure = bh_task_history_get (ring, last, age);

      heights[age] = figure >= 0 ? 1 + (int) ((double) figure / top * (area->height - 1)) : 0;
    }

  get_fill_colour (widget, FALSE, selected, &colour);
  gdk_cairo_set_source_rgba (cr, &colour);
  for (int age = 0; age < BH_TASK_HISTORY_SECONDS && (age + 1) * step <= area->width; age++)
    if (heights[age] > 0)
      cairo_rectangle (cr, rtl ? area->x + age * step : area->x + area->width - (age + 1) * step,
                       area->y + area->height - heights[age], step, 1);
  cairo_fill (cr);

  colour.alpha *= GRAPH_FILL_ALPHA;
  gdk_cairo_set_source_rgba (cr, &colour);
  for (int age = 0; age < BH_TASK_HISTORY_SECONDS && (age + 1) * step <= area->width; age++)
    if (heights[age] > 1)
      cairo_rectangle (cr, rtl ? area->x + age * step : area->x + area->width - (age + 1) * step,
                       area->y + area->height - heights[age] + 1, step, heights[age] - 1);
  cairo_fill (cr);
}

static void
clear_icon (gpointer data)
{
  Icon *icon = data;

  g_clear_pointer (&icon->surface, cairo_surface_destroy);
}

static void
on_theme_changed (GtkIconTheme *theme, BhTaskIcons *self)
{
  g_array_set_size (self->icons, 0);
}

static void
bh_task_icons_finalize (GObject *object)
{
  BhTaskIcons *self = BH_TASK_ICONS (object);

  g_array_unref (self->icons);

  G_OBJECT_CLASS (bh_task_icons_parent_class)->finalize (object);
}

static void
bh_task_icons_class_init (BhTaskIconsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = bh_task_icons_finalize;
}

static void
bh_task_icons_init (BhTaskIcons *self)
{
  self->icons = g_array_new (FALSE, TRUE, sizeof (Icon));
  g_array_set_clear_func (self->icons, clear_icon);
  g_signal_connect_object (gtk_icon_theme_get_default (), "changed", G_CALLBACK (on_theme_changed),
                           self, 0);
}

/**
 * bh_task_icons_new:
 *
 * Returns: (transfer full): symbolic icons, none of which is loaded yet
 */
BhTaskIcons *
bh_task_icons_new (void)
{
  return g_object_new (BH_TYPE_TASK_ICONS, NULL);
}

static cairo_surface_t *
load (const char *name, const GdkRGBA *colour, int scale)
{
  g_autoptr (GtkIconInfo) info
      = gtk_icon_theme_lookup_icon_for_scale (gtk_icon_theme_get_default (), name, ICON_SIZE, scale,
                                              GTK_ICON_LOOKUP_FORCE_SIZE);
  g_autoptr (GdkPixbuf) pixbuf = NULL;

  if (info != NULL)
    pixbuf = gtk_icon_info_load_symbolic (info, colour, NULL, NULL, NULL, NULL, NULL);

  return pixbuf != NULL ? gdk_cairo_surface_create_from_pixbuf (pixbuf, scale, NULL) : NULL;
}

static Icon *
get_icon (BhTaskIcons *self, const char *name, const GdkRGBA *colour, int scale)
{
  Icon icon = { .name = name, .colour = *colour, .scale = scale };

  for (guint i = 0; i < self->icons->len; i++)
    {
      Icon *known = &g_array_index (self->icons, Icon, i);

      if (known->name == name && known->scale == scale && gdk_rgba_equal (&known->colour, colour))
        return known;
    }

  if (self->icons->len >= MAX_ICONS)
    g_array_set_size (self->icons, 0);
  icon.surface = load (name, colour, scale);
  g_array_append_val (self->icons, icon);

  return &g_array_index (self->icons, Icon, self->icons->len - 1);
}

/**
 * bh_task_icons_draw:
 * @self: icons
 * @cr: where to draw
 * @widget: what it belongs to
 * @name: an icon's name, a text that never goes
 * @x: where its left side is
 * @y: where its middle is
 * @alpha: how strong it is, from 0 to 1
 *
 * Draws a symbolic icon of 16 pixels in the colour of the text.
 */
void
bh_task_icons_draw (BhTaskIcons *self,
                    cairo_t *cr,
                    GtkWidget *widget,
                    const char *name,
                    double x,
                    double y,
                    double alpha)
{
  GdkRGBA colour;
  Icon *icon;

  g_return_if_fail (BH_IS_TASK_ICONS (self) && cr != NULL && GTK_IS_WIDGET (widget));
  g_return_if_fail (name != NULL);

  get_text_colour (widget, &colour);
  icon = get_icon (self, name, &colour, gtk_widget_get_scale_factor (widget));
  if (icon->surface == NULL)
    return;

  cairo_set_source_surface (cr, icon->surface, x, floor (y - ICON_SIZE / 2.0));
  cairo_paint_with_alpha (cr, alpha);
}
