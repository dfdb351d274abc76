/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-runner"

#include "bh-permission-store.h"

#include <glib/gi18n.h>

/*
 * The answers that an app's user gave, in a key file: a group for each origin, a key for each kind
 * of request, "allow" or "deny". What is not understood allows nothing.
 */

#define FILE_MODE 0600
/* Neither a group's name nor a key may have a bracket, which the origin of an IPv6 address has. */
#define GROUP_CHARACTERS ":/"

struct _BhPermissionStore
{
  GObject parent_instance;

  char *path;
  GKeyFile *file;
};

G_DEFINE_FINAL_TYPE (BhPermissionStore, bh_permission_store, G_TYPE_OBJECT)

static BhAnswer
parse_answer (const char *text)
{
  if (g_strcmp0 (text, "allow") == 0)
    return BH_ANSWER_ALLOW;
  if (g_strcmp0 (text, "deny") == 0)
    return BH_ANSWER_DENY;

  return BH_ANSWER_NONE;
}

static char *
dup_group (const char *origin)
{
  return g_uri_escape_string (origin, GROUP_CHARACTERS, FALSE);
}

static void
load (BhPermissionStore *self)
{
  g_autoptr (GError) error = NULL;

  if (g_key_file_load_from_file (self->file, self->path, G_KEY_FILE_NONE, &error)
      || g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    return;

  /* What was read before the damage is not trusted either. */
  g_key_file_unref (self->file);
  self->file = g_key_file_new ();
  g_message (_("The app’s permissions in %s can’t be read: %s. None is given; the app has to ask "
               "again."),
             self->path, error->message);
}

static void
bh_permission_store_finalize (GObject *object)
{
  BhPermissionStore *self = BH_PERMISSION_STORE (object);

  g_free (self->path);
  g_key_file_unref (self->file);

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
  self->file = g_key_file_new ();
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
  g_autofree char *group = NULL;
  g_autofree char *text = NULL;

  g_return_val_if_fail (BH_IS_PERMISSION_STORE (self), BH_ANSWER_NONE);
  g_return_val_if_fail (origin != NULL && *origin != '\0' && kind != NULL, BH_ANSWER_NONE);

  group = dup_group (origin);
  text = g_key_file_get_value (self->file, group, kind, NULL);

  return parse_answer (text);
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
  g_autofree char *group = NULL;
  g_autofree char *data = NULL;
  gsize length;

  g_return_val_if_fail (BH_IS_PERMISSION_STORE (self), FALSE);
  g_return_val_if_fail (origin != NULL && *origin != '\0' && kind != NULL, FALSE);

  group = dup_group (origin);
  if (answer == BH_ANSWER_NONE)
    g_key_file_remove_key (self->file, group, kind, NULL);
  else
    g_key_file_set_value (self->file, group, kind, answer == BH_ANSWER_ALLOW ? "allow" : "deny");

  data = g_key_file_to_data (self->file, &length, NULL);

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
  g_auto (GStrv) groups = NULL;
  g_autoptr (GStrvBuilder) found = g_strv_builder_new ();

  g_return_val_if_fail (BH_IS_PERMISSION_STORE (self), NULL);
  g_return_val_if_fail (kind != NULL, NULL);

  groups = g_key_file_get_groups (self->file, NULL);
  for (guint i = 0; groups[i] != NULL; i++)
    {
      g_autofree char *text = g_key_file_get_value (self->file, groups[i], kind, NULL);
      g_autofree char *origin = g_uri_unescape_string (groups[i], NULL);

      if (origin != NULL && parse_answer (text) == answer)
        g_strv_builder_add (found, origin);
    }

  return g_strv_builder_end (found);
}
