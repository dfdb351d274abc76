/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-runner"

#include "bh-window-state.h"

/*
 * Where a window was, kept in the app's state directory as a key file. What is read there is a
 * file that anything may have happened to: each value is used only where it makes sense.
 */

#define FILE_NAME "window.ini"
#define GROUP     "window"

#define MIN_SIZE 100
#define MAX_SIZE 16384
#define MIN_ZOOM 0.3
#define MAX_ZOOM 5.0

/**
 * bh_window_state_init:
 * @self: (out caller-allocates): a state
 * @spec: the window as the manifest wants it
 *
 * Sets what a window has that was never opened before.
 */
void
bh_window_state_init (BhWindowState *self, BhWindowSpec *spec)
{
  g_return_if_fail (self != NULL && spec != NULL);

  *self = (BhWindowState){
    .width = bh_window_spec_get_width (spec),
    .height = bh_window_spec_get_height (spec),
    .zoom = 1.0,
  };
  self->has_position = bh_window_spec_get_position (spec, &self->left, &self->top);
}

static gboolean
read_integer (GKeyFile *file, const char *key, int min, int max, int *value)
{
  g_autoptr (GError) error = NULL;
  int read = g_key_file_get_integer (file, GROUP, key, &error);

  if (error != NULL || read < min || read > max)
    return FALSE;
  *value = read;

  return TRUE;
}

/**
 * bh_window_state_load:
 * @self: a state
 * @directory: the app's state directory
 *
 * Takes over what bh_window_state_save() kept; values that are not there, or can't be, stay as they
 * are.
 */
void
bh_window_state_load (BhWindowState *self, const char *directory)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *path = NULL;
  int width, height, left, top;
  double zoom;

  g_return_if_fail (self != NULL && directory != NULL);

  path = g_build_filename (directory, FILE_NAME, NULL);
  if (!g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, NULL))
    return;

  if (read_integer (file, "width", MIN_SIZE, MAX_SIZE, &width)
      && read_integer (file, "height", MIN_SIZE, MAX_SIZE, &height))
    {
      self->width = width;
      self->height = height;
    }
  if (read_integer (file, "left", -MAX_SIZE, MAX_SIZE, &left)
      && read_integer (file, "top", -MAX_SIZE, MAX_SIZE, &top))
    {
      self->left = left;
      self->top = top;
      self->has_position = TRUE;
    }
  self->maximized = g_key_file_get_boolean (file, GROUP, "maximized", NULL);
  zoom = g_key_file_get_double (file, GROUP, "zoom", NULL);
  if (zoom >= MIN_ZOOM && zoom <= MAX_ZOOM)
    self->zoom = zoom;
}

/**
 * bh_window_state_save:
 * @self: a state
 * @directory: the app's state directory
 * @error: return location for an error
 *
 * Keeps the state; the file is replaced as a whole.
 *
 * Returns: %TRUE, or %FALSE with an error of the domain %G_FILE_ERROR
 */
gboolean
bh_window_state_save (const BhWindowState *self, const char *directory, GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *path = NULL;
  g_autofree char *text = NULL;
  gsize length;

  g_return_val_if_fail (self != NULL && directory != NULL, FALSE);

  g_key_file_set_integer (file, GROUP, "width", self->width);
  g_key_file_set_integer (file, GROUP, "height", self->height);
  if (self->has_position)
    {
      g_key_file_set_integer (file, GROUP, "left", self->left);
      g_key_file_set_integer (file, GROUP, "top", self->top);
    }
  g_key_file_set_boolean (file, GROUP, "maximized", self->maximized);
  g_key_file_set_double (file, GROUP, "zoom", self->zoom);

  text = g_key_file_to_data (file, &length, NULL);
  path = g_build_filename (directory, FILE_NAME, NULL);

  return g_file_set_contents_full (path, text, (gssize) length, G_FILE_SET_CONTENTS_CONSISTENT,
                                   0600, error);
}
