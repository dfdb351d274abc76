/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-shell"

#include "bh-theme-colour.h"

#include <math.h>

/*
 * The theme's colours for things that it has no style for. They are made to be backgrounds of
 * something, or buttons, and as thin lines they would hardly be seen, above all in the dark: as
 * much of the text's colour is mixed in as makes them stand out.
 */

#define STEP 0.1

static double
get_linear (double channel)
{
  return channel <= 0.03928 ? channel / 12.92 : pow ((channel + 0.055) / 1.055, 2.4);
}

static double
get_luminance (const GdkRGBA *colour)
{
  return 0.2126 * get_linear (colour->red) + 0.7152 * get_linear (colour->green)
         + 0.0722 * get_linear (colour->blue);
}

static double
get_contrast (const GdkRGBA *a, const GdkRGBA *b)
{
  double first = get_luminance (a);
  double second = get_luminance (b);

  return (MAX (first, second) + 0.05) / (MIN (first, second) + 0.05);
}

/**
 * bh_theme_colour_get:
 * @style: where the colour is used, on the theme's base colour
 * @name: the name of a colour; that of the text is used where the theme has no such colour
 * @contrast: how much it must stand out, such as %BH_THEME_COLOUR_SHAPE
 * @colour: (out): the colour
 */
void
bh_theme_colour_get (GtkStyleContext *style, const char *name, double contrast, GdkRGBA *colour)
{
  GdkRGBA themed;
  GdkRGBA text;
  GdkRGBA base;

  g_return_if_fail (GTK_IS_STYLE_CONTEXT (style) && name != NULL && colour != NULL);

  gtk_style_context_get_color (style, gtk_style_context_get_state (style), &text);
  *colour = text;
  if (!gtk_style_context_lookup_color (style, name, &themed)
      || !gtk_style_context_lookup_color (style, "theme_base_color", &base))
    return;

  for (double share = 0; share < 1; share += STEP)
    {
      GdkRGBA mixed = themed;

      mixed.red += (text.red - themed.red) * share;
      mixed.green += (text.green - themed.green) * share;
      mixed.blue += (text.blue - themed.blue) * share;
      if (get_contrast (&mixed, &base) >= contrast)
        {
          *colour = mixed;
          return;
        }
    }
}
