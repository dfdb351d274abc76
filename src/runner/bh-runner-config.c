/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-runner"

#include "bh-runner-config.h"

#include "bh-error.h"
#include "bh-uri-policy.h"

#include <glib/gi18n.h>

/*
 * What a runner is told when it says Hello (io.github.bulkhead.Runner1.xml), checked: all of it is
 * there, the manifest can be read, the page is one of the app's. Not changed once it is made.
 */

struct _BhRunnerConfig
{
  GObject parent_instance;

  BhManifest *manifest;
  char *manifest_path;
  char *name;
  char *files;
  char *data_dir;
  char *cache_dir;
  char *state_dir;
  char *outgoing_dir;
  char *uri;
  char *activation_token;
  BhBeginning beginning;
  guint pid;
  guint heartbeat;
  guint64 memory;
  guint64 memory_high;
};

G_DEFINE_FINAL_TYPE (BhRunnerConfig, bh_runner_config, G_TYPE_OBJECT)

static void
bh_runner_config_finalize (GObject *object)
{
  BhRunnerConfig *self = BH_RUNNER_CONFIG (object);

  g_clear_pointer (&self->manifest, bh_manifest_unref);
  g_free (self->manifest_path);
  g_free (self->name);
  g_free (self->files);
  g_free (self->data_dir);
  g_free (self->cache_dir);
  g_free (self->state_dir);
  g_free (self->outgoing_dir);
  g_free (self->uri);
  g_free (self->activation_token);

  G_OBJECT_CLASS (bh_runner_config_parent_class)->finalize (object);
}

static void
bh_runner_config_class_init (BhRunnerConfigClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bh_runner_config_finalize;
}

static void
bh_runner_config_init (BhRunnerConfig *self)
{
}

static gboolean
is_directory_name (const char *path)
{
  return path != NULL && g_path_is_absolute (path);
}

/**
 * bh_runner_config_new:
 * @variant: an `a{sv}` as RunnerHost1.Hello returns it
 * @error: return location for an error
 *
 * Returns: (transfer full) (nullable): the configuration, or %NULL with %BH_ERROR_INVALID_ARGUMENT
 *   when something is missing, or an error of the manifest or of the page to show
 */
BhRunnerConfig *
bh_runner_config_new (GVariant *variant, GError **error)
{
  g_autoptr (BhRunnerConfig) self = g_object_new (BH_TYPE_RUNNER_CONFIG, NULL);
  const char *text = NULL;
  const char *uri = "";
  const char *beginning = "";

  g_return_val_if_fail (variant != NULL, NULL);

  g_variant_lookup (variant, "manifest", "&s", &text);
  g_variant_lookup (variant, "manifest-path", "s", &self->manifest_path);
  g_variant_lookup (variant, "name", "s", &self->name);
  g_variant_lookup (variant, "files", "s", &self->files);
  g_variant_lookup (variant, "data", "s", &self->data_dir);
  g_variant_lookup (variant, "cache", "s", &self->cache_dir);
  g_variant_lookup (variant, "state", "s", &self->state_dir);
  g_variant_lookup (variant, "outgoing", "s", &self->outgoing_dir);
  g_variant_lookup (variant, "activation-token", "s", &self->activation_token);
  g_variant_lookup (variant, "pid", "u", &self->pid);
  g_variant_lookup (variant, "heartbeat", "u", &self->heartbeat);
  g_variant_lookup (variant, "memory", "t", &self->memory);
  g_variant_lookup (variant, "memory-high", "t", &self->memory_high);
  g_variant_lookup (variant, "uri", "&s", &uri);
  g_variant_lookup (variant, "beginning", "&s", &beginning);

  if (text == NULL || self->manifest_path == NULL || self->name == NULL || self->files == NULL
      || self->activation_token == NULL || !is_directory_name (self->data_dir)
      || !is_directory_name (self->cache_dir) || !is_directory_name (self->state_dir)
      || !is_directory_name (self->outgoing_dir))
    {
      g_set_error_literal (error, BH_ERROR, BH_ERROR_INVALID_ARGUMENT,
                           _("The supervisor did not say all that the app needs to know. Are both "
                             "of the same version?"));
      return NULL;
    }

  self->manifest = bh_manifest_new_from_data (text, -1, error);
  if (self->manifest == NULL)
    {
      g_prefix_error (error, "%s: ", self->manifest_path);
      return NULL;
    }

  self->uri = *uri != '\0' ? bh_uri_policy_resolve (self->manifest, uri, error)
                           : g_strdup (bh_manifest_get_url (self->manifest));
  if (self->uri == NULL)
    return NULL;
  if (*uri != '\0')
    self->beginning = BH_BEGINNING_PAGE;
  else if (!bh_beginning_from_string (beginning, &self->beginning))
    self->beginning = BH_BEGINNING_LAUNCH;

  return g_steal_pointer (&self);
}

/**
 * bh_runner_config_get_id:
 * @self: a configuration
 *
 * Returns: (transfer none): the app
 */
BhAppId *
bh_runner_config_get_id (BhRunnerConfig *self)
{
  g_return_val_if_fail (BH_IS_RUNNER_CONFIG (self), NULL);

  return bh_manifest_get_id (self->manifest);
}

/**
 * bh_runner_config_get_manifest:
 * @self: a configuration
 *
 * Returns: (transfer none): its manifest
 */
BhManifest *
bh_runner_config_get_manifest (BhRunnerConfig *self)
{
  g_return_val_if_fail (BH_IS_RUNNER_CONFIG (self), NULL);

  return self->manifest;
}

/**
 * bh_runner_config_get_manifest_path:
 * @self: a configuration
 *
 * Returns: (transfer none): where the manifest was read, for messages
 */
const char *
bh_runner_config_get_manifest_path (BhRunnerConfig *self)
{
  g_return_val_if_fail (BH_IS_RUNNER_CONFIG (self), NULL);

  return self->manifest_path;
}

/**
 * bh_runner_config_get_name:
 * @self: a configuration
 *
 * Returns: (transfer none): the app's name, for people
 */
const char *
bh_runner_config_get_name (BhRunnerConfig *self)
{
  g_return_val_if_fail (BH_IS_RUNNER_CONFIG (self), NULL);

  return self->name;
}

/**
 * bh_runner_config_get_files:
 * @self: a configuration
 *
 * Returns: (transfer none): the directory that app:// serves, or ""
 */
const char *
bh_runner_config_get_files (BhRunnerConfig *self)
{
  g_return_val_if_fail (BH_IS_RUNNER_CONFIG (self), NULL);

  return self->files;
}

/**
 * bh_runner_config_get_data_dir:
 * @self: a configuration
 *
 * Returns: (transfer none): the app's own directory for data
 */
const char *
bh_runner_config_get_data_dir (BhRunnerConfig *self)
{
  g_return_val_if_fail (BH_IS_RUNNER_CONFIG (self), NULL);

  return self->data_dir;
}

/**
 * bh_runner_config_get_cache_dir:
 * @self: a configuration
 *
 * Returns: (transfer none): the app's own directory for what can be fetched again
 */
const char *
bh_runner_config_get_cache_dir (BhRunnerConfig *self)
{
  g_return_val_if_fail (BH_IS_RUNNER_CONFIG (self), NULL);

  return self->cache_dir;
}

/**
 * bh_runner_config_get_state_dir:
 * @self: a configuration
 *
 * Returns: (transfer none): the app's own directory for window places and the like
 */
const char *
bh_runner_config_get_state_dir (BhRunnerConfig *self)
{
  g_return_val_if_fail (BH_IS_RUNNER_CONFIG (self), NULL);

  return self->state_dir;
}

/**
 * bh_runner_config_get_outgoing_dir:
 * @self: a configuration
 *
 * Returns: (transfer none): where a file lies that is to be saved in the user's folders
 */
const char *
bh_runner_config_get_outgoing_dir (BhRunnerConfig *self)
{
  g_return_val_if_fail (BH_IS_RUNNER_CONFIG (self), NULL);

  return self->outgoing_dir;
}

/**
 * bh_runner_config_get_uri:
 * @self: a configuration
 *
 * Returns: (transfer none): the page to show first, an absolute URI in the app's scope
 */
const char *
bh_runner_config_get_uri (BhRunnerConfig *self)
{
  g_return_val_if_fail (BH_IS_RUNNER_CONFIG (self), NULL);

  return self->uri;
}

/**
 * bh_runner_config_get_activation_token:
 * @self: a configuration
 *
 * Returns: (transfer none): what lets the first window take the focus, or ""
 */
const char *
bh_runner_config_get_activation_token (BhRunnerConfig *self)
{
  g_return_val_if_fail (BH_IS_RUNNER_CONFIG (self), NULL);

  return self->activation_token;
}

/**
 * bh_runner_config_get_beginning:
 * @self: a configuration
 *
 * Returns: what the app begins for; %BH_BEGINNING_PAGE when there is a page to show
 */
BhBeginning
bh_runner_config_get_beginning (BhRunnerConfig *self)
{
  g_return_val_if_fail (BH_IS_RUNNER_CONFIG (self), BH_BEGINNING_LAUNCH);

  return self->beginning;
}

/**
 * bh_runner_config_get_pid:
 * @self: a configuration
 *
 * Returns: by which PID the session knows this process, 0 when that is not known
 */
guint
bh_runner_config_get_pid (BhRunnerConfig *self)
{
  g_return_val_if_fail (BH_IS_RUNNER_CONFIG (self), 0);

  return self->pid;
}

/**
 * bh_runner_config_get_heartbeat:
 * @self: a configuration
 *
 * Returns: milliseconds between heartbeats, 0 for none
 */
guint
bh_runner_config_get_heartbeat (BhRunnerConfig *self)
{
  g_return_val_if_fail (BH_IS_RUNNER_CONFIG (self), 0);

  return self->heartbeat;
}

/**
 * bh_runner_config_get_memory:
 * @self: a configuration
 *
 * Returns: the memory that the app may use, in bytes, 0 for any amount
 */
guint64
bh_runner_config_get_memory (BhRunnerConfig *self)
{
  g_return_val_if_fail (BH_IS_RUNNER_CONFIG (self), 0);

  return self->memory;
}

/**
 * bh_runner_config_get_memory_high:
 * @self: a configuration
 *
 * Returns: the memory from which on the app is pressed, in bytes, 0 for none
 */
guint64
bh_runner_config_get_memory_high (BhRunnerConfig *self)
{
  g_return_val_if_fail (BH_IS_RUNNER_CONFIG (self), 0);

  return self->memory_high;
}
