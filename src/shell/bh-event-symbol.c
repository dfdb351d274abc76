/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-shell"

#include "bh-event-symbol.h"

#include "bh-theme-colour.h"

/*
 * The shapes that stand for events, the same in graphs and in lists. Each differs from the others
 * without its colour, and the colours are the theme's.
 */

#define WIDGET_SIZE 16

static void
set_colour (BhEventSymbol symbol, cairo_t *cr, GtkStyleContext *style)
{
  const char *name = NULL;
  GdkRGBA colour;

  switch (symbol)
    {
    case BH_EVENT_SYMBOL_CRASH:
    case BH_EVENT_SYMBOL_LIMIT:
      name = "error_color";
      break;
    case BH_EVENT_SYMBOL_HANG:
    case BH_EVENT_SYMBOL_GROWING:
      name = "warning_color";
      break;
    case BH_EVENT_SYMBOL_START:
    case BH_EVENT_SYMBOL_RESUME:
      name = "success_color";
      break;
    case BH_EVENT_SYMBOL_OTHER:
    case BH_EVENT_SYMBOL_SUSPEND:
    case BH_EVENT_SYMBOL_END:
    case BH_EVENT_SYMBOL_KILL:
    default:
      break;
    }

  if (name != NULL)
    bh_theme_colour_get (style, name, BH_THEME_COLOUR_TEXT, &colour);
  else
    gtk_style_context_get_color (style, gtk_style_context_get_state (style), &colour);
  gdk_cairo_set_source_rgba (cr, &colour);
}

/* Each shape fills the square from -1 to 1. */
static void
add_shape (BhEventSymbol symbol, cairo_t *cr)
{
  switch (symbol)
    {
    case BH_EVENT_SYMBOL_START:
      cairo_move_to (cr, -0.7, -0.9);
      cairo_line_to (cr, 0.9, 0);
      cairo_line_to (cr, -0.7, 0.9);
      cairo_close_path (cr);
      break;
    case BH_EVENT_SYMBOL_RESUME:
      cairo_rectangle (cr, -0.9, -0.8, 0.4, 1.6);
      cairo_move_to (cr, -0.2, -0.8);
      cairo_line_to (cr, 0.95, 0);
      cairo_line_to (cr, -0.2, 0.8);
      cairo_close_path (cr);
      break;
    case BH_EVENT_SYMBOL_SUSPEND:
      cairo_rectangle (cr, -0.75, -0.8, 0.55, 1.6);
      cairo_rectangle (cr, 0.2, -0.8, 0.55, 1.6);
      break;
    case BH_EVENT_SYMBOL_END:
      cairo_rectangle (cr, -0.75, -0.75, 1.5, 1.5);
      break;
    case BH_EVENT_SYMBOL_KILL:
      /* A square with a hole. */
      cairo_rectangle (cr, -0.8, -0.8, 1.6, 1.6);
      cairo_rectangle (cr, -0.35, -0.35, 0.7, 0.7);
      break;
    case BH_EVENT_SYMBOL_GROWING:
      cairo_move_to (cr, -0.1, -0.9);
      cairo_line_to (cr, 0.9, -0.9);
      cairo_line_to (cr, 0.9, 0.1);
      cairo_line_to (cr, 0.55, -0.25);
      cairo_line_to (cr, -0.6, 0.9);
      cairo_line_to (cr, -0.9, 0.6);
      cairo_line_to (cr, 0.25, -0.55);
      cairo_close_path (cr);
      break;
    case BH_EVENT_SYMBOL_HANG:
      /* An hourglass. */
      cairo_move_to (cr, -0.75, -0.95);
      cairo_line_to (cr, 0.75, -0.95);
      cairo_line_to (cr, -0.75, 0.95);
      cairo_line_to (cr, 0.75, 0.95);
      cairo_close_path (cr);
      break;
    case BH_EVENT_SYMBOL_LIMIT:
      /* An arrow that meets a bar. */
      cairo_rectangle (cr, -0.9, -0.95, 1.8, 0.35);
      cairo_move_to (cr, 0, -0.4);
      cairo_line_to (cr, 0.85, 0.4);
      cairo_line_to (cr, 0.3, 0.4);
      cairo_line_to (cr, 0.3, 0.95);
      cairo_line_to (cr, -0.3, 0.95);
      cairo_line_to (cr, -0.3, 0.4);
      cairo_line_to (cr, -0.85, 0.4);
      cairo_close_path (cr);
      break;
    case BH_EVENT_SYMBOL_CRASH:
      cairo_move_to (cr, -0.95, -0.6);
      cairo_line_to (cr, -0.6, -0.95);
      cairo_line_to (cr, 0, -0.35);
      cairo_line_to (cr, 0.6, -0.95);
      cairo_line_to (cr, 0.95, -0.6);
      cairo_line_to (cr, 0.35, 0);
      cairo_line_to (cr, 0.95, 0.6);
      cairo_line_to (cr, 0.6, 0.95);
      cairo_line_to (cr, 0, 0.35);
      cairo_line_to (cr, -0.6, 0.95);
      cairo_line_to (cr, -0.95, 0.6);
      cairo_line_to (cr, -0.35, 0);
      cairo_close_path (cr);
      break;
    case BH_EVENT_SYMBOL_OTHER:
    default:
      cairo_new_sub_path (cr);
      cairo_arc (cr, 0, 0, 0.5, 0, 2 * G_PI);
      break;
    }
}

/**
 * bh_event_symbol_draw:
 * @symbol: what to draw
 * @cr: where
 * @style: whose colours
 * @x: the middle of it
 * @y: the middle of it
 * @size: its width and height
 */
void
bh_event_symbol_draw (BhEventSymbol symbol,
                      cairo_t *cr,
                      GtkStyleContext *style,
                      double x,
                      double y,
                      double size)
{
  g_return_if_fail (cr != NULL && GTK_IS_STYLE_CONTEXT (style));

  cairo_save (cr);
  cairo_new_path (cr);
  cairo_translate (cr, x, y);
  cairo_scale (cr, size / 2, size / 2);
  add_shape (symbol, cr);
  cairo_restore (cr);

  cairo_save (cr);
  set_colour (symbol, cr, style);
  /* For the hole of one of them. */
  cairo_set_fill_rule (cr, CAIRO_FILL_RULE_EVEN_ODD);
  cairo_fill (cr);
  cairo_restore (cr);
}

static gboolean
on_draw (GtkWidget *widget, cairo_t *cr, gpointer user_data)
{
  bh_event_symbol_draw (GPOINTER_TO_UINT (user_data), cr, gtk_widget_get_style_context (widget),
                        gtk_widget_get_allocated_width (widget) / 2.0,
                        gtk_widget_get_allocated_height (widget) / 2.0, WIDGET_SIZE - 4);

  return GDK_EVENT_PROPAGATE;
}

/**
 * bh_event_symbol_widget_new:
 * @symbol: what to show
 *
 * Returns: (transfer floating): a picture of it, which says nothing to assistive tools: what it
 *   stands for is to be written beside it
 */
GtkWidget *
bh_event_symbol_widget_new (BhEventSymbol symbol)
{
  GtkWidget *area = gtk_drawing_area_new ();

  gtk_widget_set_size_request (area, WIDGET_SIZE, WIDGET_SIZE);
  gtk_widget_set_valign (area, GTK_ALIGN_START);
  gtk_widget_show (area);
  g_signal_connect (area, "draw", G_CALLBACK (on_draw), GUINT_TO_POINTER (symbol));

  return area;
}
