/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-shell"

#include "bh-app-icon.h"

#include <glib/gstdio.h>

#include <sys/stat.h>

/*
 * Pictures for apps: what the manifest names, at the screen's own resolution, and when that cannot
 * be shown a coloured tile with the name's first letter, so that no two apps look the same.
 */

/* A larger file is no icon, and would keep the window waiting. */
#define MAX_FILE_SIZE (4 * 1024 * 1024)

/* Dark enough for white letters: contrast 4.5 or better. */
static const guint32 tile_colours[] = {
  0x1a5fb4, 0x1b7445, 0x986a00, 0xa3470a, 0xa51d2d, 0x613583, 0x63452c, 0x2a6f7f,
};

static gboolean
is_loadable_file (const char *path)
{
  struct stat info;

  /* A pipe would make the window wait for ever. */
  return g_stat (path, &info) == 0 && S_ISREG (info.st_mode) && info.st_size <= MAX_FILE_SIZE;
}

static GdkPixbuf *
load_file (const char *path, int pixels)
{
  g_autoptr (GError) error = NULL;
  GdkPixbuf *pixbuf;

  if (!is_loadable_file (path))
    {
      g_debug ("The icon %s is not a readable file of at most 4 MiB", path);
      return NULL;
    }

  pixbuf = gdk_pixbuf_new_from_file_at_scale (path, pixels, pixels, TRUE, &error);
  if (pixbuf == NULL)
    g_debug ("The icon %s can't be shown: %s", path, error->message);

  return pixbuf;
}

/**
 * bh_app_icon_load:
 * @icon: the absolute path of an image file, the name of a themed icon, or ""
 * @size: in logical pixels
 * @scale: device pixels per logical pixel
 *
 * Returns: (transfer full) (nullable): a square picture, %NULL when there is none
 */
cairo_surface_t *
bh_app_icon_load (const char *icon, int size, int scale)
{
  g_autoptr (GdkPixbuf) pixbuf = NULL;
  cairo_surface_t *surface;
  cairo_t *cr;
  int pixels = size * scale;

  g_return_val_if_fail (icon != NULL && size > 0 && scale > 0, NULL);

  if (g_path_is_absolute (icon))
    pixbuf = load_file (icon, pixels);
  else if (*icon != '\0' && gtk_icon_theme_has_icon (gtk_icon_theme_get_default (), icon))
    pixbuf = gtk_icon_theme_load_icon_for_scale (gtk_icon_theme_get_default (), icon, size, scale,
                                                 GTK_ICON_LOOKUP_FORCE_SIZE, NULL);
  if (pixbuf == NULL)
    return NULL;

  /* Wide and tall pictures are centred on the square that the layout counts on. */
  surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, pixels, pixels);
  cr = cairo_create (surface);
  gdk_cairo_set_source_pixbuf (cr, pixbuf, (pixels - gdk_pixbuf_get_width (pixbuf)) / 2,
                               (pixels - gdk_pixbuf_get_height (pixbuf)) / 2);
  cairo_paint (cr);
  cairo_destroy (cr);
  cairo_surface_set_device_scale (surface, scale, scale);

  return surface;
}

static void
trace_rounded_square (cairo_t *cr, double size, double margin, double radius)
{
  double near = margin + radius;
  double far = size - margin - radius;

  cairo_new_sub_path (cr);
  cairo_arc (cr, far, near, radius, -G_PI_2, 0);
  cairo_arc (cr, far, far, radius, 0, G_PI_2);
  cairo_arc (cr, near, far, radius, G_PI_2, G_PI);
  cairo_arc (cr, near, near, radius, G_PI, 3 * G_PI_2);
  cairo_close_path (cr);
}

static char *
dup_initial (const char *name)
{
  g_autofree char *upper = NULL;

  while (*name != '\0' && !g_unichar_isalnum (g_utf8_get_char (name)))
    name += g_utf8_skip[(guchar) *name];
  if (*name == '\0')
    return g_strdup ("?");

  upper = g_utf8_strup (name, g_utf8_skip[(guchar) *name]);

  return g_utf8_substring (upper, 0, 1);
}

/**
 * bh_app_icon_draw_initial:
 * @name: the app's name
 * @seed: decides the colour; the same for the same app
 * @size: in logical pixels
 * @scale: device pixels per logical pixel
 *
 * Returns: (transfer full): a tile with the first letter of @name
 */
cairo_surface_t *
bh_app_icon_draw_initial (const char *name, const char *seed, int size, int scale)
{
  guint32 colour;
  g_autofree char *initial = NULL;
  g_autoptr (PangoLayout) layout = NULL;
  g_autoptr (PangoFontDescription) font = NULL;
  PangoRectangle ink;
  cairo_surface_t *surface;
  cairo_t *cr;

  g_return_val_if_fail (name != NULL && seed != NULL && size > 0 && scale > 0, NULL);

  colour = tile_colours[g_str_hash (seed) % G_N_ELEMENTS (tile_colours)];
  surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, size * scale, size * scale);
  cairo_surface_set_device_scale (surface, scale, scale);
  cr = cairo_create (surface);

  trace_rounded_square (cr, size, size / 16.0, size / 6.0);
  cairo_set_source_rgb (cr, (colour >> 16 & 0xff) / 255.0, (colour >> 8 & 0xff) / 255.0,
                        (colour & 0xff) / 255.0);
  cairo_fill (cr);

  initial = dup_initial (name);
  layout = pango_cairo_create_layout (cr);
  font = pango_font_description_from_string ("Sans Bold");
  pango_font_description_set_absolute_size (font, size * 0.5 * PANGO_SCALE);
  pango_layout_set_font_description (layout, font);
  pango_layout_set_text (layout, initial, -1);
  pango_layout_get_pixel_extents (layout, &ink, NULL);
  cairo_move_to (cr, (size - ink.width) / 2.0 - ink.x, (size - ink.height) / 2.0 - ink.y);
  cairo_set_source_rgb (cr, 1, 1, 1);
  pango_cairo_show_layout (cr, layout);
  cairo_destroy (cr);

  return surface;
}
