/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-runner"

#include "bh-permission-store.h"

#include <glib/gi18n.h>

/*
 * The answers that an app's user gave, in a file of the app's; bh-permission-set.c has its form.
 */

#define FILE_MODE 0600

struct _BhPermissionStore
{
  GObject parent_instance;

  char *path;
  BhPermissionSet *answers;
};

G_DEFINE_FINAL_TYPE (BhPermissionStore, bh_permission_store, G_TYPE_OBJECT)

static void
load (BhPermissionStore *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  gsize length;

  if (g_file_get_contents (self->path, &text, &length, &error))
    self->answers = bh_permission_set_parse (text, length, &error);
  if (self->answers != NULL)
    return;
  self->answers = bh_permission_set_new ();
  if (!g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    g_message (_("The app’s permissions in %s can’t be read: %s. None is given; the app has to ask "
                 "again."),
               self->path, error->message);
}

static void
bh_permission_store_finalize (GObject *object)
{
  BhPermissionStore *self = BH_PERMISSION_STORE (object);

  g_free (self->path);
  g_clear_pointer (&self->answers, bh_permission_set_free);

  G_OBJECT_CLASS (bh_permission_store_parent_class)->finalize (object);
}

static void
bh_permission_store_class_init (BhPermissionStoreClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = bh_permission_store_finalize;
}

static void
bh_permission_store_init (BhPermissionStore *self)
{
}

/**
 * bh_permission_store_new:
 * @path: the file; it need not exist
 *
 * Reads what was answered. A file that can't be read is said in the log, and is as one with no
 * answer.
 *
 * Returns: (transfer full): a new store
 */
BhPermissionStore *
bh_permission_store_new (const char *path)
{
  BhPermissionStore *self;

  g_return_val_if_fail (path != NULL, NULL);

  self = g_object_new (BH_TYPE_PERMISSION_STORE, NULL);
  self->path = g_strdup (path);
  load (self);

  return self;
}

/**
 * bh_permission_store_get:
 * @self: a store
 * @origin: who asks, as WebKitSecurityOrigin writes it
 * @kind: for what
 *
 * Returns: what was answered
 */
BhAnswer
bh_permission_store_get (BhPermissionStore *self, const char *origin, const char *kind)
{
  g_return_val_if_fail (BH_IS_PERMISSION_STORE (self), BH_ANSWER_NONE);

  return bh_permission_set_get (self->answers, origin, kind);
}

/**
 * bh_permission_store_set:
 * @self: a store
 * @origin: who asked
 * @kind: for what
 * @answer: what was answered, or %BH_ANSWER_NONE to forget it
 * @error: return location for an error
 *
 * Keeps an answer. The file is replaced as a whole, and only its owner can read it.
 *
 * Returns: whether it is on the disk; the answer counts for this run in any case
 */
gboolean
bh_permission_store_set (BhPermissionStore *self,
                         const char *origin,
                         const char *kind,
                         BhAnswer answer,
                         GError **error)
{
  g_autofree char *data = NULL;
  gsize length;

  g_return_val_if_fail (BH_IS_PERMISSION_STORE (self), FALSE);
  g_return_val_if_fail (origin != NULL && *origin != '\0' && kind != NULL, FALSE);

  bh_permission_set_put (self->answers, origin, kind, answer);
  data = bh_permission_set_to_text (self->answers, &length);

  return g_file_set_contents_full (self->path, data, (gssize) length,
                                   G_FILE_SET_CONTENTS_CONSISTENT, FILE_MODE, error);
}

/**
 * bh_permission_store_origins:
 * @self: a store
 * @kind: for what
 * @answer: an answer
 *
 * Returns: (transfer full) (array zero-terminated=1): the origins that got @answer
 */
char **
bh_permission_store_origins (BhPermissionStore *self, const char *kind, BhAnswer answer)
{
  g_return_val_if_fail (BH_IS_PERMISSION_STORE (self), NULL);

  return bh_permission_set_find (self->answers, kind, answer);
}
