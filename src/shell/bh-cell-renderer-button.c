/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-shell"

#include "bh-cell-renderer-button.h"

/*
 * An icon in a row that can be pressed. GTK's own picture cell can't be.
 */

struct _BhCellRendererButton
{
  GtkCellRendererPixbuf parent_instance;
};

enum {
  CLICKED,
  N_SIGNALS,
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (BhCellRendererButton, bh_cell_renderer_button, GTK_TYPE_CELL_RENDERER_PIXBUF)

static gboolean
bh_cell_renderer_button_activate (GtkCellRenderer *cell,
                                  GdkEvent *event,
                                  GtkWidget *widget,
                                  const char *path,
                                  const GdkRectangle *background_area,
                                  const GdkRectangle *cell_area,
                                  GtkCellRendererState flags)
{
  /* Return on a row is for the row: only a press on the icon is meant for it. */
  if (event == NULL || event->type != GDK_BUTTON_PRESS
      || event->button.button != GDK_BUTTON_PRIMARY)
    return FALSE;

  g_signal_emit (cell, signals[CLICKED], 0, path);

  return TRUE;
}

static void
bh_cell_renderer_button_class_init (BhCellRendererButtonClass *klass)
{
  GtkCellRendererClass *renderer_class = GTK_CELL_RENDERER_CLASS (klass);

  renderer_class->activate = bh_cell_renderer_button_activate;

  /**
   * BhCellRendererButton::clicked:
   * @path: the row
   *
   * The icon was pressed.
   */
  signals[CLICKED] = g_signal_new ("clicked", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
bh_cell_renderer_button_init (BhCellRendererButton *self)
{
  g_object_set (self, "mode", GTK_CELL_RENDERER_MODE_ACTIVATABLE, "xpad", 8, "ypad", 4, NULL);
}

/**
 * bh_cell_renderer_button_new:
 *
 * Returns: (transfer floating): a renderer
 */
GtkCellRenderer *
bh_cell_renderer_button_new (void)
{
  return g_object_new (BH_TYPE_CELL_RENDERER_BUTTON, NULL);
}
