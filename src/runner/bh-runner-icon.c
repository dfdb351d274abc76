/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-runner"

#include "bh-runner-icon.h"

#include "bh-app-files.h"
#include "bh-slice-stream.h"

#include <glib/gi18n.h>

#include <string.h>

/*
 * The icon of an app's windows. It is one of the app's files and read like them: not from outside
 * the app's directory, not from a pipe that never ends, and not at any size.
 */

#define MAX_BYTES (4 * 1024 * 1024)
/* In pixels: the largest that a desktop asks for. */
#define SIZE 256

/**
 * bh_runner_icon_load:
 * @config: the app
 * @error: return location for an error
 *
 * Returns: (transfer full) (nullable): the app's icon; %NULL without an error when the app has none
 *   among its files, otherwise an error of the domain %G_IO_ERROR or of the image's format
 */
GdkPixbuf *
bh_runner_icon_load (BhRunnerConfig *config, GError **error)
{
  g_autoptr (GInputStream) stream = NULL;
  const char *files, *icon;
  guint64 size;
  int fd;

  g_return_val_if_fail (BH_IS_RUNNER_CONFIG (config), NULL);

  files = bh_runner_config_get_files (config);
  icon = bh_manifest_get_icon (bh_runner_config_get_manifest (config));
  if (*icon == '\0' || *files == '\0' || strstr (icon, "://") != NULL)
    return NULL;

  fd = bh_app_files_open (files, icon, &size, NULL, error);
  if (fd < 0)
    return NULL;

  stream = bh_slice_stream_new_take_fd (fd, 0, size);
  if (size > MAX_BYTES)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE,
                   _("The icon “%s” is too large: at most 4 MiB are read"), icon);
      return NULL;
    }

  return gdk_pixbuf_new_from_stream_at_scale (stream, SIZE, SIZE, TRUE, NULL, error);
}
