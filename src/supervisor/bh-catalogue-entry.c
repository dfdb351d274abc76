/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-catalogue.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gi18n.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * One app as it lies on disk, usable or not. A manifest that can't be used keeps its reason, with
 * the file, and is shown with it.
 */

G_DEFINE_BOXED_TYPE (BhCatalogueEntry,
                     bh_catalogue_entry,
                     bh_catalogue_entry_ref,
                     bh_catalogue_entry_unref)

static void
set_errno_error (GError **error)
{
  int code = errno;

  g_set_error_literal (error, G_FILE_ERROR, g_file_error_from_errno (code), g_strerror (code));
}

/* Opens a regular file, and nothing that would let its reader wait, as a pipe does. */
static int
open_file (const char *path, GError **error)
{
  int fd = open (path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  struct stat status;

  if (fd < 0 || fstat (fd, &status) < 0)
    {
      set_errno_error (error);
    }
  else if (!S_ISREG (status.st_mode))
    {
      g_set_error_literal (error, G_FILE_ERROR, G_FILE_ERROR_INVAL, _("This is not a file"));
    }
  else
    {
      return fd;
    }
  if (fd >= 0)
    close (fd);

  return -1;
}

/* Reads no more than a manifest may have: a huge file costs nothing. */
static char *
read_manifest (const char *path, gsize *length, GError **error)
{
  g_autofree char *buffer = NULL;
  gssize got;
  int fd;

  fd = open_file (path, error);
  if (fd < 0)
    return NULL;

  buffer = g_malloc (BH_MANIFEST_MAX_SIZE + 2);
  *length = 0;
  do
    {
      got = read (fd, buffer + *length, BH_MANIFEST_MAX_SIZE + 1 - *length);
      if (got > 0)
        *length += (gsize) got;
    }
  while (got > 0 || (got < 0 && errno == EINTR));
  if (got < 0)
    set_errno_error (error);
  close (fd);
  if (got < 0)
    return NULL;
  buffer[*length] = '\0';

  return g_steal_pointer (&buffer);
}

static char *
find_icon (const char *icon, const char *files)
{
  if (*icon == '\0' || strstr (icon, "://") != NULL || *files == '\0')
    return g_strdup (icon);

  return g_build_filename (files, icon, NULL);
}

/**
 * bh_catalogue_entry_load:
 * @source: whose directory it lies in
 * @path: an app's directory, or a manifest that stands alone
 *
 * Reads an app.
 *
 * Returns: (transfer full): the entry, broken when its manifest can't be used
 */
BhCatalogueEntry *
bh_catalogue_entry_load (BhSource source, const char *path)
{
  BhCatalogueEntry *self = g_atomic_rc_box_new0 (BhCatalogueEntry);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  gsize length = 0;

  self->source = source;
  self->label = g_filename_display_basename (path);
  /* D-Bus has no way to name such a file. */
  if (!g_utf8_validate (path, -1, NULL))
    {
      self->manifest_path = g_filename_display_name (path);
      self->files = g_strdup ("");
      self->icon = g_strdup ("");
      self->broken
          = g_strdup_printf (_("%s: the name is not UTF-8 text. Rename it."), self->manifest_path);
      return self;
    }

  if (g_file_test (path, G_FILE_TEST_IS_DIR))
    {
      self->manifest_path = g_build_filename (path, "manifest.json", NULL);
      self->files = g_strdup (path);
    }
  else
    {
      self->manifest_path = g_strdup (path);
      self->files = g_strdup ("");
    }

  text = read_manifest (self->manifest_path, &length, &error);
  if (text != NULL)
    self->manifest = bh_manifest_new_from_data (text, (gssize) length, &error);
  if (self->manifest != NULL && *self->files == '\0'
      && g_str_has_prefix (bh_manifest_get_url (self->manifest), "app:"))
    {
      g_clear_pointer (&self->manifest, bh_manifest_unref);
      g_set_error_literal (&error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                           _("startup_app.url is a file of the app, but the manifest stands alone. "
                             "Put both in a directory and call the manifest manifest.json."));
    }

  if (self->manifest == NULL)
    self->broken = g_strdup_printf ("%s: %s", self->manifest_path, error->message);
  else
    self->broken = g_strdup ("");
  self->icon = self->manifest != NULL
                   ? find_icon (bh_manifest_get_icon (self->manifest), self->files)
                   : g_strdup ("");

  return self;
}

/**
 * bh_catalogue_entry_ref:
 * @self: an entry
 *
 * Returns: (transfer full): @self
 */
BhCatalogueEntry *
bh_catalogue_entry_ref (BhCatalogueEntry *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
bh_catalogue_entry_clear (BhCatalogueEntry *self)
{
  g_free (self->manifest_path);
  g_free (self->files);
  g_free (self->icon);
  g_free (self->broken);
  g_free (self->label);
  g_clear_pointer (&self->manifest, bh_manifest_unref);
}

/**
 * bh_catalogue_entry_unref:
 * @self: (transfer full): an entry
 */
void
bh_catalogue_entry_unref (BhCatalogueEntry *self)
{
  g_atomic_rc_box_release_full (self, (GDestroyNotify) bh_catalogue_entry_clear);
}

/**
 * bh_catalogue_entry_equal:
 * @a: an entry
 * @b: another
 *
 * Returns: whether nothing has changed from @a to @b
 */
gboolean
bh_catalogue_entry_equal (BhCatalogueEntry *a, BhCatalogueEntry *b)
{
  if (a->source != b->source || !g_str_equal (a->manifest_path, b->manifest_path)
      || !g_str_equal (a->files, b->files) || !g_str_equal (a->broken, b->broken)
      || (a->manifest == NULL) != (b->manifest == NULL))
    return FALSE;

  return a->manifest == NULL
         || g_str_equal (bh_manifest_get_text (a->manifest), bh_manifest_get_text (b->manifest));
}
