/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-shell"

#include "bh-cell-renderer-usage.h"

#include "bh-usage-cell-accessible.h"

/*
 * A figure with a thin bar below it that shows how much of a limit it is. Without a limit there is
 * only the figure, at the same place, so that a column does not look restless.
 */

#define BAR_HEIGHT   3
#define TROUGH_ALPHA 0.15

/* From the middle of the cell down: below the figure, and not far from it. */
#define BAR_OFFSET 11

/* How much of the text's colour is in the bar's, so that a dark theme's is bright enough. */
#define TEXT_SHARE 0.3

struct _BhCellRendererUsage
{
  GtkCellRendererText parent_instance;

  double fraction; /* negative for no bar */
  char *description;
};

G_DEFINE_FINAL_TYPE (BhCellRendererUsage, bh_cell_renderer_usage, GTK_TYPE_CELL_RENDERER_TEXT)

static void
add_bar (cairo_t *cr, double x, double y, double width)
{
  double radius = BAR_HEIGHT / 2.0;

  cairo_new_sub_path (cr);
  cairo_arc (cr, x + width - radius, y + radius, radius, -G_PI_2, G_PI_2);
  cairo_arc (cr, x + radius, y + radius, radius, G_PI_2, 3 * G_PI_2);
  cairo_close_path (cr);
}

/* The theme's colour for it; on a selected row, whose ground has that colour, the text's. */
static void
set_fill (BhCellRendererUsage *self,
          cairo_t *cr,
          GtkStyleContext *style,
          const GdkRGBA *text,
          GtkCellRendererState flags)
{
  const char *name = self->fraction >= BH_USAGE_NEAR ? "warning_color" : "theme_selected_bg_color";
  GdkRGBA colour = *text;
  GdkRGBA themed;

  if (!(flags & GTK_CELL_RENDERER_SELECTED)
      && gtk_style_context_lookup_color (style, name, &themed))
    {
      colour.red = themed.red + (text->red - themed.red) * TEXT_SHARE;
      colour.green = themed.green + (text->green - themed.green) * TEXT_SHARE;
      colour.blue = themed.blue + (text->blue - themed.blue) * TEXT_SHARE;
    }
  gdk_cairo_set_source_rgba (cr, &colour);
}

static void
draw_bar (BhCellRendererUsage *self,
          cairo_t *cr,
          GtkWidget *widget,
          const GdkRectangle *area,
          GtkCellRendererState flags)
{
  GtkStyleContext *style = gtk_widget_get_style_context (widget);
  gboolean rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  int xpad;
  double y = MIN (area->y + area->height / 2 + BAR_OFFSET, area->y + area->height - BAR_HEIGHT);
  double width, filled;
  GdkRGBA text, trough;

  gtk_cell_renderer_get_padding (GTK_CELL_RENDERER (self), &xpad, NULL);
  width = area->width - 2 * xpad;
  filled = CLAMP (self->fraction * width, BAR_HEIGHT, width);

  gtk_style_context_get_color (style, gtk_style_context_get_state (style), &text);
  trough = text;
  trough.alpha *= TROUGH_ALPHA;
  add_bar (cr, area->x + xpad, y, width);
  gdk_cairo_set_source_rgba (cr, &trough);
  cairo_fill (cr);

  add_bar (cr, area->x + xpad + (rtl ? width - filled : 0), y, filled);
  set_fill (self, cr, style, &text, flags);
  cairo_fill (cr);
}

static void
bh_cell_renderer_usage_render (GtkCellRenderer *cell,
                               cairo_t *cr,
                               GtkWidget *widget,
                               const GdkRectangle *background_area,
                               const GdkRectangle *cell_area,
                               GtkCellRendererState flags)
{
  BhCellRendererUsage *self = BH_CELL_RENDERER_USAGE (cell);

  GTK_CELL_RENDERER_CLASS (bh_cell_renderer_usage_parent_class)
      ->render (cell, cr, widget, background_area, cell_area, flags);
  if (self->fraction >= 0)
    draw_bar (self, cr, widget, cell_area, flags);
}

static void
bh_cell_renderer_usage_finalize (GObject *object)
{
  BhCellRendererUsage *self = BH_CELL_RENDERER_USAGE (object);

  g_free (self->description);

  G_OBJECT_CLASS (bh_cell_renderer_usage_parent_class)->finalize (object);
}

static void
bh_cell_renderer_usage_class_init (BhCellRendererUsageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkCellRendererClass *renderer_class = GTK_CELL_RENDERER_CLASS (klass);

  object_class->finalize = bh_cell_renderer_usage_finalize;
  renderer_class->render = bh_cell_renderer_usage_render;
  gtk_cell_renderer_class_set_accessible_type (renderer_class, BH_TYPE_USAGE_CELL_ACCESSIBLE);
}

static void
bh_cell_renderer_usage_init (BhCellRendererUsage *self)
{
  self->fraction = -1;
}

/**
 * bh_cell_renderer_usage_new:
 *
 * Returns: (transfer floating): a renderer
 */
GtkCellRenderer *
bh_cell_renderer_usage_new (void)
{
  return g_object_new (BH_TYPE_CELL_RENDERER_USAGE, NULL);
}

/**
 * bh_cell_renderer_usage_set_fraction:
 * @self: a renderer
 * @fraction: how much of the limit is used, from 0 to 1, or a negative number for no bar
 */
void
bh_cell_renderer_usage_set_fraction (BhCellRendererUsage *self, double fraction)
{
  g_return_if_fail (BH_IS_CELL_RENDERER_USAGE (self));

  self->fraction = fraction;
}

/**
 * bh_cell_renderer_usage_set_description:
 * @self: a renderer
 * @description: (nullable): what the bar shows, for those who can't see it
 */
void
bh_cell_renderer_usage_set_description (BhCellRendererUsage *self, const char *description)
{
  g_return_if_fail (BH_IS_CELL_RENDERER_USAGE (self));

  g_free (self->description);
  self->description = g_strdup (description);
}

/**
 * bh_cell_renderer_usage_get_description:
 * @self: a renderer
 *
 * Returns: (transfer none) (nullable): what the bar shows in the row that it was last set for
 */
const char *
bh_cell_renderer_usage_get_description (BhCellRendererUsage *self)
{
  g_return_val_if_fail (BH_IS_CELL_RENDERER_USAGE (self), NULL);

  return self->description;
}
