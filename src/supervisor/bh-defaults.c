/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-defaults.h"

#include "bh-back-off.h"

#include <gio/gio.h>

/*
 * What holds for all apps unless the app or the user says otherwise: GSettings, read once, and
 * again when a key changes. A number that GSettings can give a range to stands there in the unit
 * that people think in; here it becomes that of BhLimits.
 *
 * Without the schema, as in a build that was not installed, there are no defaults.
 */

#define SCHEMA "io.github.bulkhead.Bulkhead"

#define MIB (G_GUINT64_CONSTANT (1) << 20)

/* As in the schema. */
#define USUAL_PATIENCE 10

#define KEY_MEMORY         "default-memory"
#define KEY_MEMORY_HIGH    "default-memory-high"
#define KEY_CPU            "default-cpu"
#define KEY_CPU_TIME       "default-cpu-time"
#define KEY_TASKS          "default-tasks"
#define KEY_RESTART_POLICY "default-restart-policy"
#define KEY_RESTART_CAP    "longest-restart-delay"
#define KEY_PATIENCE       "unresponsive-after"
#define KEY_NOTIFY         "notify"
#define KEY_UNCONFINED     "allow-unconfined"
#define KEY_RECORD         "record-history"
#define KEY_SUSPEND_AFTER  "suspend-after"

static const char *const keys[] = {
  KEY_MEMORY,      KEY_MEMORY_HIGH, KEY_CPU,    KEY_CPU_TIME, KEY_TASKS,         KEY_RESTART_POLICY,
  KEY_RESTART_CAP, KEY_PATIENCE,    KEY_NOTIFY, KEY_RECORD,   KEY_SUSPEND_AFTER,
};

struct _BhDefaults
{
  GObject parent_instance;

  GSettings *settings; /* NULL without the schema */
  BhLimits *limits;
};

enum {
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (BhDefaults, bh_defaults, G_TYPE_OBJECT)

static BhLimits *
read_limits (GSettings *settings)
{
  guint64 memory = g_settings_get_uint (settings, KEY_MEMORY) * MIB;
  guint64 high = g_settings_get_uint (settings, KEY_MEMORY_HIGH) * MIB;

  if (memory != 0 && high > memory)
    high = 0;

  return bh_limits_new (memory, high, g_settings_get_uint (settings, KEY_CPU),
                        (gint64) g_settings_get_uint (settings, KEY_CPU_TIME) * G_TIME_SPAN_SECOND,
                        g_settings_get_uint (settings, KEY_TASKS));
}

static void
on_settings_changed (GSettings *settings, const char *key, BhDefaults *self)
{
  gboolean ours = FALSE;

  /* The shell keeps the size of its window in the same schema. */
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    ours = ours || g_str_equal (keys[i], key);
  if (!ours)
    return;

  bh_limits_unref (self->limits);
  self->limits = read_limits (settings);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
bh_defaults_dispose (GObject *object)
{
  BhDefaults *self = BH_DEFAULTS (object);

  if (self->settings != NULL)
    g_signal_handlers_disconnect_by_data (self->settings, self);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (bh_defaults_parent_class)->dispose (object);
}

static void
bh_defaults_finalize (GObject *object)
{
  BhDefaults *self = BH_DEFAULTS (object);

  bh_limits_unref (self->limits);

  G_OBJECT_CLASS (bh_defaults_parent_class)->finalize (object);
}

static void
bh_defaults_class_init (BhDefaultsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = bh_defaults_dispose;
  object_class->finalize = bh_defaults_finalize;

  /**
   * BhDefaults::changed:
   *
   * A getter tells something else now.
   */
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
}

/* An older schema may have been left behind by another version. */
static gboolean
has_all_keys (GSettingsSchema *schema)
{
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    if (!g_settings_schema_has_key (schema, keys[i]))
      return FALSE;

  return TRUE;
}

static void
bh_defaults_init (BhDefaults *self)
{
  GSettingsSchemaSource *source = g_settings_schema_source_get_default ();
  g_autoptr (GSettingsSchema) schema = NULL;

  if (source != NULL)
    schema = g_settings_schema_source_lookup (source, SCHEMA, TRUE);
  if (schema == NULL || !has_all_keys (schema))
    {
      g_message ("The settings of Bulkhead are not installed: there are no defaults for apps");
      self->limits = bh_limits_new (0, 0, 0, 0, 0);
      return;
    }

  self->settings = g_settings_new_full (schema, NULL, NULL);
  self->limits = read_limits (self->settings);
  g_signal_connect (self->settings, "changed", G_CALLBACK (on_settings_changed), self);
}

/**
 * bh_defaults_new:
 *
 * Returns: (transfer full): the defaults of the user whose session this is
 */
BhDefaults *
bh_defaults_new (void)
{
  return g_object_new (BH_TYPE_DEFAULTS, NULL);
}

/**
 * bh_defaults_get_limits:
 * @self: defaults
 *
 * Returns: (transfer none): the limits of an app of which nothing else is said
 */
BhLimits *
bh_defaults_get_limits (BhDefaults *self)
{
  g_return_val_if_fail (BH_IS_DEFAULTS (self), NULL);

  return self->limits;
}

/**
 * bh_defaults_get_restart_policy:
 * @self: defaults
 *
 * Returns: when an app is started again whose manifest does not say it
 */
BhRestartPolicy
bh_defaults_get_restart_policy (BhDefaults *self)
{
  g_autofree char *name = NULL;

  g_return_val_if_fail (BH_IS_DEFAULTS (self), BH_RESTART_ON_CRASH);

  if (self->settings == NULL)
    return BH_RESTART_ON_CRASH;
  name = g_settings_get_string (self->settings, KEY_RESTART_POLICY);
  if (g_str_equal (name, "never"))
    return BH_RESTART_NEVER;

  return g_str_equal (name, "always") ? BH_RESTART_ALWAYS : BH_RESTART_ON_CRASH;
}

/**
 * bh_defaults_get_restart_cap:
 * @self: defaults
 *
 * Returns: milliseconds to which the delay before a restart grows
 */
guint
bh_defaults_get_restart_cap (BhDefaults *self)
{
  g_return_val_if_fail (BH_IS_DEFAULTS (self), BH_BACK_OFF_DEFAULT_CAP);

  return self->settings != NULL ? g_settings_get_uint (self->settings, KEY_RESTART_CAP) * 1000
                                : BH_BACK_OFF_DEFAULT_CAP;
}

/**
 * bh_defaults_get_patience:
 * @self: defaults
 *
 * Returns: milliseconds in which an app must answer, 0 for any time
 */
guint
bh_defaults_get_patience (BhDefaults *self)
{
  g_return_val_if_fail (BH_IS_DEFAULTS (self), USUAL_PATIENCE * 1000);

  return 1000
         * (self->settings != NULL ? g_settings_get_uint (self->settings, KEY_PATIENCE)
                                   : USUAL_PATIENCE);
}

/**
 * bh_defaults_get_suspend_after:
 * @self: defaults
 *
 * Returns: minutes in the background after which an app is put to sleep, 0 for never
 */
guint
bh_defaults_get_suspend_after (BhDefaults *self)
{
  g_return_val_if_fail (BH_IS_DEFAULTS (self), 0);

  return self->settings != NULL ? g_settings_get_uint (self->settings, KEY_SUSPEND_AFTER) : 0;
}

/**
 * bh_defaults_get_notify:
 * @self: defaults
 *
 * Returns: whether the desktop shows when an app is in trouble
 */
gboolean
bh_defaults_get_notify (BhDefaults *self)
{
  g_return_val_if_fail (BH_IS_DEFAULTS (self), FALSE);

  return self->settings == NULL || g_settings_get_boolean (self->settings, KEY_NOTIFY);
}

/**
 * bh_defaults_get_allow_unconfined:
 * @self: defaults
 *
 * Returns: whether apps are started where they can't be kept apart
 */
gboolean
bh_defaults_get_allow_unconfined (BhDefaults *self)
{
  g_return_val_if_fail (BH_IS_DEFAULTS (self), FALSE);

  return self->settings != NULL && g_settings_get_boolean (self->settings, KEY_UNCONFINED);
}

/**
 * bh_defaults_get_record_history:
 * @self: defaults
 *
 * Returns: whether what happens to apps, and what they cost, is kept
 */
gboolean
bh_defaults_get_record_history (BhDefaults *self)
{
  g_return_val_if_fail (BH_IS_DEFAULTS (self), FALSE);

  return self->settings == NULL || g_settings_get_boolean (self->settings, KEY_RECORD);
}
