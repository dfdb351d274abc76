/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-app-settings.h"

#include "bh-error.h"
#include "bh-torn-files.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <string.h>

/*
 * What the user has set for one app alone. A file for each such app below the user's configuration,
 * which outlives the app; what is not in it is as the table says. A value there that makes no sense
 * counts as not set and is told in the journal, and what another version has put there stays.
 */

#define GROUP  "Settings"
#define SUFFIX ".conf"

/* Minutes; a week. */
#define LONGEST_SUSPEND_AFTER 10080

typedef struct
{
  const char *name;
  const char *type;
  guint value; /* unless it is set */
  guint most;
} Setting;

typedef enum {
  MUTED,
  SUSPEND_AFTER,
  KEEP_AWAKE,
  N_SETTINGS
} SettingKind;

static const Setting settings[N_SETTINGS] = {
  [MUTED] = { "muted", "b", FALSE, TRUE },
  [SUSPEND_AFTER] = { "suspend-after", "u", 0, LONGEST_SUSPEND_AFTER },
  [KEEP_AWAKE] = { "keep-awake", "b", FALSE, TRUE },
};

struct _BhAppSettings
{
  GObject parent_instance;

  char *path;
  GKeyFile *file; /* as it is on disk */
  guint values[N_SETTINGS];
};

enum {
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (BhAppSettings, bh_app_settings, G_TYPE_OBJECT)

static char *
build_directory (void)
{
  return g_build_filename (g_get_user_config_dir (), "bulkhead", "settings", NULL);
}

static gboolean
is_boolean (const Setting *setting)
{
  return g_str_equal (setting->type, "b");
}

static gboolean
check_value (const Setting *setting, guint64 value, GError **error)
{
  if (value <= setting->most)
    return TRUE;
  g_set_error (error, BH_ERROR, BH_ERROR_INVALID_ARGUMENT, _("“%s” can be at most %u"),
               setting->name, setting->most);

  return FALSE;
}

static gboolean
read_value (GKeyFile *file, const Setting *setting, guint *value, GError **error)
{
  g_autoptr (GError) reason = NULL;
  guint64 number = is_boolean (setting)
                       ? (guint64) g_key_file_get_boolean (file, GROUP, setting->name, &reason)
                       : g_key_file_get_uint64 (file, GROUP, setting->name, &reason);

  if (reason != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&reason));
      return FALSE;
    }
  if (!check_value (setting, number, error))
    return FALSE;
  *value = (guint) number;

  return TRUE;
}

static int
find_setting (const char *name)
{
  for (int i = 0; i < N_SETTINGS; i++)
    if (g_str_equal (settings[i].name, name))
      return i;

  return -1;
}

/* What another version may have put there is told, too: it could be a slip of the pen. */
static void
tell_unknown (BhAppSettings *self)
{
  g_auto (GStrv) names = g_key_file_get_keys (self->file, GROUP, NULL, NULL);

  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    if (find_setting (names[i]) < 0)
      g_message ("%s: There is no setting “%s”", self->path, names[i]);
}

static void
load (BhAppSettings *self)
{
  g_autoptr (GError) damage = NULL;

  if (!g_key_file_load_from_file (self->file, self->path, G_KEY_FILE_KEEP_COMMENTS, &damage))
    {
      if (!g_error_matches (damage, G_FILE_ERROR, G_FILE_ERROR_NOENT))
        g_message ("The settings of an app can't be read, nothing is set for it: %s: %s",
                   self->path, damage->message);
      return;
    }
  for (guint i = 0; i < N_SETTINGS; i++)
    {
      g_autoptr (GError) reason = NULL;

      if (!g_key_file_has_key (self->file, GROUP, settings[i].name, NULL)
          || read_value (self->file, &settings[i], &self->values[i], &reason))
        continue;
      g_message ("%s: “%s” counts as not set: %s", self->path, settings[i].name, reason->message);
      g_key_file_remove_key (self->file, GROUP, settings[i].name, NULL);
    }
  tell_unknown (self);
}

static void
bh_app_settings_finalize (GObject *object)
{
  BhAppSettings *self = BH_APP_SETTINGS (object);

  g_free (self->path);
  g_key_file_unref (self->file);

  G_OBJECT_CLASS (bh_app_settings_parent_class)->finalize (object);
}

static void
bh_app_settings_class_init (BhAppSettingsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = bh_app_settings_finalize;

  /**
   * BhAppSettings::changed:
   *
   * Something else is set now.
   */
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
}

static void
bh_app_settings_init (BhAppSettings *self)
{
  self->file = g_key_file_new ();
  for (guint i = 0; i < N_SETTINGS; i++)
    self->values[i] = settings[i].value;
}

/**
 * bh_app_settings_new:
 * @id: an app
 *
 * Reads what is set for it. What can't be read counts as not set, and is told in the journal.
 *
 * Returns: (transfer full): its settings
 */
BhAppSettings *
bh_app_settings_new (BhAppId *id)
{
  BhAppSettings *self = g_object_new (BH_TYPE_APP_SETTINGS, NULL);
  g_autofree char *directory = build_directory ();
  g_autofree char *name = g_strconcat (bh_app_id_get_slug (id), SUFFIX, NULL);

  self->path = g_build_filename (directory, name, NULL);
  load (self);

  return self;
}

/* Checks one member of a dictionary, and keeps it in @file and @values. */
static gboolean
take_value (const char *name, GVariant *variant, GKeyFile *file, guint *values, GError **error)
{
  int kind = find_setting (name);
  guint value;

  if (kind < 0)
    {
      g_set_error (error, BH_ERROR, BH_ERROR_INVALID_ARGUMENT, _("There is no setting “%s”"), name);
      return FALSE;
    }
  if (!g_variant_is_of_type (variant, G_VARIANT_TYPE (settings[kind].type)))
    {
      g_set_error (error, BH_ERROR, BH_ERROR_INVALID_ARGUMENT,
                   _("“%s” must be of the type “%s”, not “%s”"), name, settings[kind].type,
                   g_variant_get_type_string (variant));
      return FALSE;
    }

  if (is_boolean (&settings[kind]))
    {
      value = g_variant_get_boolean (variant) ? TRUE : FALSE;
      g_key_file_set_boolean (file, GROUP, name, value);
    }
  else
    {
      value = g_variant_get_uint32 (variant);
      if (!check_value (&settings[kind], value, error))
        return FALSE;
      g_key_file_set_uint64 (file, GROUP, name, value);
    }
  values[kind] = value;

  return TRUE;
}

static gboolean
save (BhAppSettings *self, const char *text, gsize length, GError **error)
{
  g_autofree char *directory = g_path_get_dirname (self->path);
  g_autoptr (GError) reason = NULL;

  if (g_mkdir_with_parents (directory, 0700) == 0
      && g_file_set_contents_full (self->path, text, (gssize) length,
                                   G_FILE_SET_CONTENTS_CONSISTENT, 0600, &reason))
    return TRUE;
  if (reason != NULL)
    g_set_error (error, BH_ERROR, BH_ERROR_FAILED, _("“%s” can't be written: %s"), self->path,
                 reason->message);
  else
    g_set_error (error, BH_ERROR, BH_ERROR_FAILED, _("“%s” can't be made: %s"), directory,
                 g_strerror (errno));

  return FALSE;
}

/**
 * bh_app_settings_change:
 * @self: an app's settings
 * @values: a{sv} as App1.SetSettings has it; what it leaves out stays
 * @error: return location for an error
 *
 * Sets all of @values or nothing, and keeps it.
 *
 * Returns: %TRUE, or %FALSE with %BH_ERROR_INVALID_ARGUMENT that names the key, or why it can't be
 *   kept
 */
gboolean
bh_app_settings_change (BhAppSettings *self, GVariant *values, GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *before = NULL;
  g_autofree char *text = NULL;
  guint wanted[N_SETTINGS];
  GVariantIter iter;
  gsize length;

  g_return_val_if_fail (BH_IS_APP_SETTINGS (self), FALSE);
  g_return_val_if_fail (g_variant_is_of_type (values, G_VARIANT_TYPE_VARDICT), FALSE);

  before = g_key_file_to_data (self->file, &length, NULL);
  if (length > 0
      && !g_key_file_load_from_data (file, before, length, G_KEY_FILE_KEEP_COMMENTS, error))
    return FALSE;
  memcpy (wanted, self->values, sizeof wanted);

  g_variant_iter_init (&iter, values);
  for (;;)
    {
      g_autoptr (GVariant) entry = g_variant_iter_next_value (&iter);
      g_autoptr (GVariant) value = NULL;
      const char *name;

      if (entry == NULL)
        break;
      g_variant_get (entry, "{&sv}", &name, &value);
      if (!take_value (name, value, file, wanted, error))
        return FALSE;
    }

  text = g_key_file_to_data (file, &length, NULL);
  if (g_str_equal (text, before))
    return TRUE;
  if (!save (self, text, length, error))
    return FALSE;
  g_key_file_unref (self->file);
  self->file = g_steal_pointer (&file);
  memcpy (self->values, wanted, sizeof wanted);
  g_signal_emit (self, signals[CHANGED], 0);

  return TRUE;
}

/**
 * bh_app_settings_to_dict:
 * @self: an app's settings
 *
 * Returns: (transfer floating): a{sv} as App1.Settings has it, with all keys
 */
GVariant *
bh_app_settings_to_dict (BhAppSettings *self)
{
  GVariantBuilder builder;

  g_return_val_if_fail (BH_IS_APP_SETTINGS (self), NULL);

  /* In the same order each time, so that what is the same compares as the same. */
  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  for (guint i = 0; i < N_SETTINGS; i++)
    g_variant_builder_add (&builder, "{sv}", settings[i].name,
                           is_boolean (&settings[i])
                               ? g_variant_new_boolean (self->values[i] != FALSE)
                               : g_variant_new_uint32 (self->values[i]));

  return g_variant_builder_end (&builder);
}

/**
 * bh_app_settings_is_set:
 * @self: an app's settings
 * @name: the name of one, such as "suspend-after"
 *
 * Returns: whether the user has set it, so that no default for all apps counts
 */
gboolean
bh_app_settings_is_set (BhAppSettings *self, const char *name)
{
  g_return_val_if_fail (BH_IS_APP_SETTINGS (self), FALSE);
  g_return_val_if_fail (name != NULL, FALSE);

  return g_key_file_has_key (self->file, GROUP, name, NULL);
}

/**
 * bh_app_settings_get_muted:
 * @self: an app's settings
 *
 * Returns: whether no notifications about the app are shown
 */
gboolean
bh_app_settings_get_muted (BhAppSettings *self)
{
  g_return_val_if_fail (BH_IS_APP_SETTINGS (self), FALSE);

  return self->values[MUTED] != FALSE;
}

/**
 * bh_app_settings_get_suspend_after:
 * @self: an app's settings
 *
 * Returns: minutes in the background after which the app is suspended, 0 for never
 */
guint
bh_app_settings_get_suspend_after (BhAppSettings *self)
{
  g_return_val_if_fail (BH_IS_APP_SETTINGS (self), 0);

  return self->values[SUSPEND_AFTER];
}

/**
 * bh_app_settings_get_keep_awake:
 * @self: an app's settings
 *
 * Returns: whether the app is neither suspended with all others nor for being in the background
 */
gboolean
bh_app_settings_get_keep_awake (BhAppSettings *self)
{
  g_return_val_if_fail (BH_IS_APP_SETTINGS (self), FALSE);

  return self->values[KEEP_AWAKE] != FALSE;
}

/**
 * bh_app_settings_clean:
 *
 * Removes what a supervisor that died had not finished to write.
 */
void
bh_app_settings_clean (void)
{
  g_autofree char *directory = build_directory ();

  bh_torn_files_remove (directory, SUFFIX);
}
