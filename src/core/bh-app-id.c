/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-core"

#include "bh-app-id.h"

#include "bh-error.h"

#include <glib/gi18n.h>
#include <string.h>

/*
 * An app is known under many names, and each system that we hand a name to allows other
 * characters in it. All of them are derived here from the manifest's uuid, nowhere else:
 *
 *   uuid         "my-app"                                     the manifest, users, JSON, D-Bus "Id"
 *   slug         "my_2dapp"                                   file names, and all that follows
 *   desktop id   "io.github.bulkhead.Bulkhead.App_my_2dapp"   GApplication id, .desktop file,
 *                                                             prgname (Wayland app_id), WM class
 *   object path  "/io/github/bulkhead/Supervisor/apps/my_2dapp"
 *   origin       "app://my_2dapp"                             where the app's own files live
 *   unit name    "app-bulkhead-my_2dapp-INSTANCE.scope"       systemd, one per instance
 *
 * The slug has only [A-Za-z0-9_], what a D-Bus object path element may have (D-Bus
 * specification, "Valid Object Paths"), which all the others allow too. ASCII letters and digits
 * stand for themselves, every other byte, "_" included, is "_" and two lower-case hex digits. A
 * slug that would be longer than MAX_SLUG is cut and ends in "__" and the SHA-256 of the uuid;
 * "__" never occurs otherwise, so that two uuids never share a slug. The desktop id is then at
 * most 32 + MAX_SLUG bytes, within the 255 of a bus name and of a file name.
 *
 * GNOME Shell and the DynamicLauncher portal want a desktop id that starts with the id of the
 * sandboxed application and a full stop.
 */

#define DESKTOP_ID_PREFIX BH_APPLICATION_ID ".App_"
#define APPS_PATH         BH_SUPERVISOR_OBJECT_PATH "/apps/"
#define MAX_SLUG          128
#define SHA256_HEX        64

struct _BhAppId
{
  gatomicrefcount ref_count;
  char *uuid;
  char *slug;
  char *desktop_id;
  char *object_path;
  char *origin;
};

G_DEFINE_BOXED_TYPE (BhAppId, bh_app_id, bh_app_id_ref, bh_app_id_unref)

/**
 * bh_slug_from_text:
 * @text: any UTF-8 text that is not empty
 *
 * Maps @text to a name of [A-Za-z0-9_], at most 128 bytes long, different for different texts.
 *
 * Returns: (transfer full): the slug
 */
char *
bh_slug_from_text (const char *text)
{
  g_autoptr (GString) slug = NULL;

  g_return_val_if_fail (text != NULL && *text != '\0', NULL);

  slug = g_string_new (NULL);
  for (const char *p = text; *p != '\0'; p++)
    {
      if (g_ascii_isalnum (*p))
        g_string_append_c (slug, *p);
      else
        g_string_append_printf (slug, "_%02x", (guint) (guchar) *p);
    }

  if (slug->len > MAX_SLUG)
    {
      g_autofree char *sum = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);

      g_string_truncate (slug, MAX_SLUG - SHA256_HEX - 2);
      /* An escape that was cut in two must not run into the mark. */
      while (slug->len > 0 && strchr (slug->str + slug->len - MIN (slug->len, 2), '_') != NULL)
        g_string_truncate (slug, slug->len - 1);
      g_string_append_printf (slug, "__%s", sum);
    }

  return g_string_free (g_steal_pointer (&slug), FALSE);
}

/**
 * bh_slug_is_valid:
 * @slug: a text from outside
 *
 * Whether @slug is safe as part of a file name, an object path and a unit name.
 *
 * Returns: %TRUE if it is
 */
gboolean
bh_slug_is_valid (const char *slug)
{
  gsize length = 0;

  g_return_val_if_fail (slug != NULL, FALSE);

  for (const char *p = slug; *p != '\0'; p++, length++)
    if (!g_ascii_isalnum (*p) && *p != '_')
      return FALSE;

  return length > 0 && length <= MAX_SLUG;
}

static gboolean
check_uuid (const char *uuid, GError **error)
{
  if (*uuid == '\0')
    {
      g_set_error_literal (error, BH_ERROR, BH_ERROR_INVALID_VALUE,
                           _("an app's id can't be empty"));
      return FALSE;
    }
  if (strlen (uuid) > BH_APP_ID_MAX_UUID)
    {
      g_set_error (error, BH_ERROR, BH_ERROR_INVALID_VALUE,
                   _("an app's id can have at most %d bytes, this one has %zu"), BH_APP_ID_MAX_UUID,
                   strlen (uuid));
      return FALSE;
    }
  if (!g_utf8_validate (uuid, -1, NULL))
    {
      g_set_error_literal (error, BH_ERROR, BH_ERROR_INVALID_VALUE,
                           _("an app's id must be UTF-8 text"));
      return FALSE;
    }
  /* OpenFin's wildcard for "any application". */
  if (g_str_equal (uuid, "*"))
    {
      g_set_error_literal (error, BH_ERROR, BH_ERROR_INVALID_VALUE,
                           _("“*” stands for every app and can't be the id of one"));
      return FALSE;
    }
  /* They could steer the terminal that a list of apps is printed to. */
  for (const char *p = uuid; *p != '\0'; p = g_utf8_find_next_char (p, NULL))
    if (g_unichar_iscntrl (g_utf8_get_char (p)))
      {
        g_set_error_literal (error, BH_ERROR, BH_ERROR_INVALID_VALUE,
                             _("an app's id can't have control characters"));
        return FALSE;
      }

  return TRUE;
}

/**
 * bh_app_id_new:
 * @uuid: the id as the manifest spells it
 * @error: return location for an error
 *
 * Makes the id with all names derived from it. Any text that is not empty, not "*", free of
 * control characters and no longer than %BH_APP_ID_MAX_UUID bytes will do.
 *
 * Returns: (transfer full) (nullable): the id, or %NULL with %BH_ERROR_INVALID_VALUE
 */
BhAppId *
bh_app_id_new (const char *uuid, GError **error)
{
  BhAppId *self;

  g_return_val_if_fail (uuid != NULL, NULL);

  if (!check_uuid (uuid, error))
    return NULL;

  self = g_new0 (BhAppId, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->uuid = g_strdup (uuid);
  self->slug = bh_slug_from_text (uuid);
  self->desktop_id = g_strconcat (DESKTOP_ID_PREFIX, self->slug, NULL);
  self->object_path = g_strconcat (APPS_PATH, self->slug, NULL);
  self->origin = g_strconcat ("app://", self->slug, NULL);

  return self;
}

/**
 * bh_app_id_ref:
 * @self: an id
 *
 * Returns: (transfer full): @self
 */
BhAppId *
bh_app_id_ref (BhAppId *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);

  return self;
}

/**
 * bh_app_id_unref:
 * @self: (transfer full): an id
 */
void
bh_app_id_unref (BhAppId *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_free (self->uuid);
  g_free (self->slug);
  g_free (self->desktop_id);
  g_free (self->object_path);
  g_free (self->origin);
  g_free (self);
}

/**
 * bh_app_id_get_uuid:
 * @self: an id
 *
 * Returns: (transfer none): the id as the manifest spells it
 */
const char *
bh_app_id_get_uuid (BhAppId *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->uuid;
}

/**
 * bh_app_id_get_slug:
 * @self: an id
 *
 * Returns: (transfer none): the id as a file name or path element, [A-Za-z0-9_] only
 */
const char *
bh_app_id_get_slug (BhAppId *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->slug;
}

/**
 * bh_app_id_get_desktop_id:
 * @self: an id
 *
 * Returns: (transfer none): the desktop id, without ".desktop"
 */
const char *
bh_app_id_get_desktop_id (BhAppId *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->desktop_id;
}

/**
 * bh_app_id_get_object_path:
 * @self: an id
 *
 * Returns: (transfer none): the path of the app's object on the bus
 */
const char *
bh_app_id_get_object_path (BhAppId *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->object_path;
}

/**
 * bh_app_id_get_origin:
 * @self: an id
 *
 * Returns: (transfer none): the origin of the app's own files, `app://SLUG`, without a slash
 */
const char *
bh_app_id_get_origin (BhAppId *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->origin;
}

/**
 * bh_app_id_dup_unit_name:
 * @self: an id
 * @instance: the instance's random name, [A-Za-z0-9] only
 *
 * The name of the instance's systemd scope, in the form that systemd's
 * docs/DESKTOP_ENVIRONMENTS.md gives: app-LAUNCHER-APP-RANDOM.scope. A slug needs no escapes.
 *
 * Returns: (transfer full): the unit name
 */
char *
bh_app_id_dup_unit_name (BhAppId *self, const char *instance)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (instance != NULL && bh_slug_is_valid (instance), NULL);

  return g_strdup_printf ("app-bulkhead-%s-%s.scope", self->slug, instance);
}

/**
 * bh_app_id_equal:
 * @a: (type BhAppId): an id
 * @b: (type BhAppId): an id
 *
 * Returns: whether both are the id of the same app
 */
gboolean
bh_app_id_equal (gconstpointer a, gconstpointer b)
{
  return g_str_equal (((const BhAppId *) a)->uuid, ((const BhAppId *) b)->uuid);
}

/**
 * bh_app_id_hash:
 * @self: (type BhAppId): an id
 *
 * Returns: a hash for #GHashTable
 */
guint
bh_app_id_hash (gconstpointer self)
{
  return g_str_hash (((const BhAppId *) self)->uuid);
}
