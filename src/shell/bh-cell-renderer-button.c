/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-shell"

#include "bh-cell-renderer-button.h"

#include "bh-button-cell-accessible.h"

/*
 * An icon in a row that can be pressed. GTK's own picture cell can't be.
 */

struct _BhCellRendererButton
{
  GtkCellRendererPixbuf parent_instance;

  char *label;
  gboolean pressed;
};

enum {
  PROP_0,
  PROP_LABEL,
  N_PROPS,
};
static GParamSpec *props[N_PROPS];

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
bh_cell_renderer_button_get_property (GObject *object,
                                      guint property_id,
                                      GValue *value,
                                      GParamSpec *pspec)
{
  BhCellRendererButton *self = BH_CELL_RENDERER_BUTTON (object);

  switch (property_id)
    {
    case PROP_LABEL:
      g_value_set_string (value, self->label);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
      break;
    }
}

static void
bh_cell_renderer_button_set_property (GObject *object,
                                      guint property_id,
                                      const GValue *value,
                                      GParamSpec *pspec)
{
  BhCellRendererButton *self = BH_CELL_RENDERER_BUTTON (object);

  switch (property_id)
    {
    case PROP_LABEL:
      if (g_strcmp0 (self->label, g_value_get_string (value)) == 0)
        break;
      g_free (self->label);
      self->label = g_value_dup_string (value);
      g_object_notify_by_pspec (object, pspec);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
      break;
    }
}

static void
bh_cell_renderer_button_finalize (GObject *object)
{
  BhCellRendererButton *self = BH_CELL_RENDERER_BUTTON (object);

  g_free (self->label);

  G_OBJECT_CLASS (bh_cell_renderer_button_parent_class)->finalize (object);
}

static void
bh_cell_renderer_button_class_init (BhCellRendererButtonClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkCellRendererClass *renderer_class = GTK_CELL_RENDERER_CLASS (klass);

  object_class->get_property = bh_cell_renderer_button_get_property;
  object_class->set_property = bh_cell_renderer_button_set_property;
  object_class->finalize = bh_cell_renderer_button_finalize;
  renderer_class->activate = bh_cell_renderer_button_activate;
  gtk_cell_renderer_class_set_accessible_type (renderer_class, BH_TYPE_BUTTON_CELL_ACCESSIBLE);

  /**
   * BhCellRendererButton:label: (nullable)
   *
   * What the icon does, for those who can't see it.
   */
  props[PROP_LABEL]
      = g_param_spec_string ("label", NULL, NULL, NULL,
                             G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);

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

/**
 * bh_cell_renderer_button_get_label:
 * @self: a renderer
 *
 * Returns: (transfer none) (nullable): what the icon does in the row that it was last set for
 */
const char *
bh_cell_renderer_button_get_label (BhCellRendererButton *self)
{
  g_return_val_if_fail (BH_IS_CELL_RENDERER_BUTTON (self), NULL);

  return self->label;
}

/**
 * bh_cell_renderer_button_get_pressed:
 * @self: a renderer
 *
 * Returns: whether the row is being activated because this button of it was pressed
 */
gboolean
bh_cell_renderer_button_get_pressed (BhCellRendererButton *self)
{
  g_return_val_if_fail (BH_IS_CELL_RENDERER_BUTTON (self), FALSE);

  return self->pressed;
}

/**
 * bh_cell_renderer_button_set_pressed:
 * @self: a renderer
 * @pressed: whether a row's activation that comes now means this button
 */
void
bh_cell_renderer_button_set_pressed (BhCellRendererButton *self, gboolean pressed)
{
  g_return_if_fail (BH_IS_CELL_RENDERER_BUTTON (self));

  self->pressed = !!pressed;
}
