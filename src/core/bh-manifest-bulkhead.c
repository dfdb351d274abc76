/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-core"

#include "bh-manifest-private.h"

#include "bh-text.h"
#include "bh-units.h"
#include "bh-uri.h"

#include <glib/gi18n.h>
#include <math.h>

/*
 * The part of a manifest that is Bulkhead's own: the object "bulkhead", in which a member that we
 * do not know is an error, and the limits that may stand among OpenFin's members instead.
 */

#define MAX_SCOPES   100
#define MAX_PERCENT  1000000
#define MAX_TASKS    4194304 /* the kernel's own most, PID_MAX_LIMIT */
#define MAX_RESTARTS 100

/* Whoever must answer sooner is taken for hung while the machine is busy. */
#define MIN_UNRESPONSIVE G_TIME_SPAN_SECOND
#define MAX_UNRESPONSIVE G_TIME_SPAN_HOUR

/* How long an app may be in the background before it sleeps. */
#define MIN_SUSPEND G_TIME_SPAN_SECOND
#define MAX_SUSPEND (7 * G_TIME_SPAN_DAY)

static gboolean
fail_zero (BhJsonObject *object, const char *name, GError **error)
{
  bh_json_object_set_error (object, name, error,
                            _("must be more than 0; without it there is none"));

  return FALSE;
}

/* The member's text, or NULL when it is of another type. */
static const char *
peek_text (BhJsonObject *object, const char *name)
{
  JsonNode *node = bh_json_object_take (object, name);

  return JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING
             ? json_node_get_string (node)
             : NULL;
}

/* "512M", or bytes. */
static gboolean
get_size (BhJsonObject *object, const char *name, guint64 *value, GError **error)
{
  g_autoptr (GError) problem = NULL;
  const char *text;
  gint64 bytes = 0;

  if (bh_json_object_take (object, name) == NULL)
    return TRUE;

  text = peek_text (object, name);
  if (text == NULL)
    {
      if (!bh_json_object_get_integer (object, name, BH_JSON_REQUIRED, 0, G_MAXINT64, &bytes,
                                       error))
        return FALSE;
      *value = (guint64) bytes;
    }
  else if (!bh_units_parse_size (text, value, &problem))
    return bh_manifest_reader_fail (object, name, error, g_steal_pointer (&problem));

  return *value > 0 || fail_zero (object, name, error);
}

/* "80%", or a number of per cent. */
static gboolean
get_percent (BhJsonObject *object, const char *name, guint *value, GError **error)
{
  g_autoptr (GError) problem = NULL;
  const char *text;
  gint64 percent = 0;

  if (bh_json_object_take (object, name) == NULL)
    return TRUE;

  text = peek_text (object, name);
  if (text == NULL)
    {
      if (!bh_json_object_get_integer (object, name, BH_JSON_REQUIRED, 0, MAX_PERCENT, &percent,
                                       error))
        return FALSE;
      *value = (guint) percent;
    }
  else if (!bh_units_parse_percent (text, value, &problem))
    return bh_manifest_reader_fail (object, name, error, g_steal_pointer (&problem));

  return *value > 0 || fail_zero (object, name, error);
}

/* A number of some unit as microseconds. */
static gboolean
get_time (BhJsonObject *object, const char *name, gint64 unit, gint64 *value, GError **error)
{
  double number = 0;

  if (!bh_json_object_get_number (object, name, BH_JSON_REQUIRED, &number, error))
    return FALSE;
  number *= (double) unit;
  if (number >= (double) G_MAXINT64)
    {
      bh_json_object_set_error (object, name, error, _("this number is too large"));
      return FALSE;
    }
  /* What rounds to no time at all is none. */
  if (number < 1)
    return fail_zero (object, name, error);
  *value = (gint64) number;

  return TRUE;
}

/* "1h 30min", or seconds. */
static gboolean
get_duration (BhJsonObject *object, const char *name, gint64 *value, GError **error)
{
  g_autoptr (GError) problem = NULL;
  const char *text;

  if (bh_json_object_take (object, name) == NULL)
    return TRUE;

  text = peek_text (object, name);
  if (text == NULL)
    return get_time (object, name, G_USEC_PER_SEC, value, error);
  if (!bh_units_parse_duration (text, value, &problem))
    return bh_manifest_reader_fail (object, name, error, g_steal_pointer (&problem));

  return *value > 0 || fail_zero (object, name, error);
}

/* OpenFin has no limits; this is the form that its users have asked for. */
gboolean
bh_manifest_reader_read_resource_limits (BhManifestReader *reader,
                                         BhJsonObject *app,
                                         GError **error)
{
  g_autoptr (BhJsonObject) limits = NULL;
  double cpu = 0;

  if (!bh_json_object_get_object (app, "resourceLimits", BH_JSON_OPTIONAL, &limits, error))
    return FALSE;
  if (limits == NULL)
    return TRUE;

  if (!get_size (limits, "maxMemory", &reader->memory, error))
    return FALSE;
  if (bh_json_object_take (limits, "maxCPU") != NULL)
    {
      if (!bh_json_object_get_number (limits, "maxCPU", BH_JSON_REQUIRED, &cpu, error))
        return FALSE;
      if (cpu <= 0)
        return fail_zero (limits, "maxCPU", error);
      if (cpu > MAX_PERCENT)
        {
          bh_json_object_set_error (limits, "maxCPU", error, _("this number is too large"));
          return FALSE;
        }
      reader->cpu = (guint) ceil (cpu);
    }
  if (bh_json_object_take (limits, "maxCPUTime") != NULL
      && !get_time (limits, "maxCPUTime", G_USEC_PER_SEC / 1000, &reader->cpu_time, error))
    return FALSE;

  bh_manifest_reader_warn_leftovers (reader, limits, BH_MEMBERS_NONE);

  return TRUE;
}

static gboolean
read_limits (BhManifestReader *reader, BhJsonObject *bulkhead, GError **error)
{
  g_autoptr (BhJsonObject) limits = NULL;
  gint64 tasks = 0;

  if (!bh_json_object_get_object (bulkhead, "limits", BH_JSON_OPTIONAL, &limits, error))
    return FALSE;
  if (limits == NULL)
    return TRUE;

  if (!get_size (limits, "memory", &reader->memory, error)
      || !get_size (limits, "memoryHigh", &reader->memory_high, error)
      || !get_percent (limits, "cpu", &reader->cpu, error)
      || !get_duration (limits, "cpuTime", &reader->cpu_time, error)
      || !bh_json_object_get_integer (limits, "tasks", BH_JSON_OPTIONAL, 1, MAX_TASKS, &tasks,
                                      error)
      || !bh_json_object_refuse_leftovers (limits, error))
    return FALSE;
  reader->tasks = (guint) tasks;

  if (reader->memory > 0 && reader->memory_high > reader->memory)
    {
      bh_json_object_set_error (limits, "memoryHigh", error,
                                _("must not be more than the memory limit"));
      return FALSE;
    }

  return TRUE;
}

static gboolean
read_restart (BhManifestReader *reader, BhJsonObject *bulkhead, GError **error)
{
  static const char *const policies[] = {
    [BH_RESTART_NEVER] = "never",
    [BH_RESTART_ON_CRASH] = "on-crash",
    [BH_RESTART_ALWAYS] = "always",
  };
  BhManifest *manifest = reader->manifest;
  g_autoptr (BhJsonObject) restart = NULL;
  const char *policy = policies[manifest->restart_policy];
  gint64 max_restarts = manifest->max_restarts;
  gsize i;

  if (!bh_json_object_get_object (bulkhead, "restart", BH_JSON_OPTIONAL, &restart, error))
    return FALSE;
  if (restart == NULL)
    return TRUE;

  if (!bh_json_object_get_string (restart, "policy", BH_JSON_OPTIONAL, &policy, error)
      || !bh_json_object_get_integer (restart, "maxRestarts", BH_JSON_OPTIONAL, 0, MAX_RESTARTS,
                                      &max_restarts, error)
      || !get_duration (restart, "window", &manifest->restart_window, error)
      || !bh_json_object_get_boolean (restart, "unresponsive", BH_JSON_OPTIONAL,
                                      &manifest->restart_unresponsive, error)
      || !bh_json_object_refuse_leftovers (restart, error))
    return FALSE;

  for (i = 0; i < G_N_ELEMENTS (policies) && !g_str_equal (policy, policies[i]); i++)
    ;
  if (i == G_N_ELEMENTS (policies))
    {
      g_autofree char *quoted = bh_text_quote (policy);

      bh_json_object_set_error (restart, "policy", error,
                                _("must be “never”, “on-crash” or “always”, not %s"), quoted);
      return FALSE;
    }
  manifest->restart_policy = (BhRestartPolicy) i;
  manifest->has_restart_policy = bh_json_object_take (restart, "policy") != NULL;
  manifest->max_restarts = (guint) max_restarts;

  return TRUE;
}

static gboolean
read_restore_session (BhManifestReader *reader, BhJsonObject *bulkhead, GError **error)
{
  static const char *const names[] = {
    [BH_RESTORE_SESSION_AFTER_CRASH] = "after-crash",
    [BH_RESTORE_SESSION_ALWAYS] = "always",
    [BH_RESTORE_SESSION_NEVER] = "never",
  };
  const char *name = names[reader->manifest->restore_session];
  gsize i;

  if (!bh_json_object_get_string (bulkhead, "restoreSession", BH_JSON_OPTIONAL, &name, error))
    return FALSE;

  for (i = 0; i < G_N_ELEMENTS (names) && !g_str_equal (name, names[i]); i++)
    ;
  if (i == G_N_ELEMENTS (names))
    {
      g_autofree char *quoted = bh_text_quote (name);

      bh_json_object_set_error (bulkhead, "restoreSession", error,
                                _("must be “always”, “after-crash” or “never”, not %s"), quoted);
      return FALSE;
    }
  reader->manifest->restore_session = (BhRestoreSession) i;

  return TRUE;
}

static gboolean
read_unresponsive_after (BhManifestReader *reader, BhJsonObject *bulkhead, GError **error)
{
  gint64 *after = &reader->manifest->unresponsive_after;

  if (!get_duration (bulkhead, "unresponsiveAfter", after, error))
    return FALSE;
  if (*after == 0 || (*after >= MIN_UNRESPONSIVE && *after <= MAX_UNRESPONSIVE))
    return TRUE;
  bh_json_object_set_error (bulkhead, "unresponsiveAfter", error,
                            _("must be between 1 second and 1 hour"));

  return FALSE;
}

static gboolean
read_suspend_after (BhManifestReader *reader, BhJsonObject *bulkhead, GError **error)
{
  gint64 *after = &reader->manifest->suspend_after;

  if (!get_duration (bulkhead, "suspendAfter", after, error))
    return FALSE;
  if (*after == 0 || (*after >= MIN_SUSPEND && *after <= MAX_SUSPEND))
    return TRUE;
  bh_json_object_set_error (bulkhead, "suspendAfter", error,
                            _("must be between 1 second and 7 days"));

  return FALSE;
}

static gboolean
is_in_scope (const char *url, char **scope)
{
  g_autoptr (GUri) uri = bh_uri_parse (url, NULL);

  g_assert (uri != NULL);
  if (!bh_uri_is_web (uri))
    return TRUE;
  for (; *scope != NULL; scope++)
    {
      g_autoptr (GUri) prefix = bh_uri_parse (*scope, NULL);

      g_assert (prefix != NULL);
      if (bh_uri_has_prefix (uri, prefix))
        return TRUE;
    }

  return FALSE;
}

/* A page that the app begins with and that is in none of @scope, or NULL. */
static const char *
find_page_outside (BhManifest *manifest, char **scope)
{
  for (guint i = 0; i < bh_manifest_get_n_windows (manifest); i++)
    {
      BhWindowSpec *window = bh_manifest_get_window (manifest, i);

      for (guint j = 0; j < bh_window_spec_get_n_views (window); j++)
        {
          const char *url = bh_view_spec_get_url (bh_window_spec_get_view (window, j));

          if (!is_in_scope (url, scope))
            return url;
        }
    }

  return NULL;
}

static gboolean
read_scope_entry (BhManifestReader *reader,
                  BhJsonArray *array,
                  guint index,
                  char **entry,
                  GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (GUri) uri = NULL;
  const char *text = NULL;

  if (!bh_json_array_get_string (array, index, &text, error))
    return FALSE;
  uri = bh_uri_parse_page (text, reader->slug, &problem);
  if (uri == NULL)
    {
      bh_json_array_set_error (array, index, error, "%s", problem->message);
      return FALSE;
    }
  if (g_uri_get_userinfo (uri) != NULL || g_uri_get_query (uri) != NULL
      || g_uri_get_fragment (uri) != NULL)
    {
      bh_json_array_set_error (array, index, error,
                               _("a scope has no user, no “?” and no “#”, only host and path"));
      return FALSE;
    }
  *entry = bh_uri_to_string (uri);

  return TRUE;
}

/* The origins of all pages, each once. */
static char **
default_scope (BhManifest *manifest)
{
  g_autoptr (GPtrArray) scope = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < bh_manifest_get_n_windows (manifest); i++)
    {
      BhWindowSpec *window = bh_manifest_get_window (manifest, i);

      for (guint j = 0; j < bh_window_spec_get_n_views (window); j++)
        {
          const char *url = bh_view_spec_get_url (bh_window_spec_get_view (window, j));
          g_autoptr (GUri) uri = bh_uri_parse (url, NULL);
          char *origin = bh_uri_dup_origin (uri);

          if (!g_hash_table_add (seen, origin))
            g_free (origin);
          else
            g_ptr_array_add (scope, origin);
        }
    }
  g_ptr_array_add (scope, NULL);

  return (char **) g_ptr_array_steal (scope, NULL);
}

static gboolean
read_scope (BhManifestReader *reader, BhJsonObject *bulkhead, GError **error)
{
  g_autoptr (BhJsonArray) array = NULL;
  g_autofree char *quoted = NULL;
  g_auto (GStrv) scope = NULL;
  const char *outside;
  guint n;

  if (!bh_json_object_get_array (bulkhead, "scope", BH_JSON_OPTIONAL, &array, error))
    return FALSE;
  if (array == NULL)
    return TRUE;

  n = bh_json_array_get_length (array);
  if (n > MAX_SCOPES)
    {
      bh_json_object_set_error (bulkhead, "scope", error, _("can have at most %d entries"),
                                MAX_SCOPES);
      return FALSE;
    }
  scope = g_new0 (char *, n + 1);
  for (guint i = 0; i < n; i++)
    if (!read_scope_entry (reader, array, i, &scope[i], error))
      return FALSE;

  outside = find_page_outside (reader->manifest, scope);
  if (outside != NULL)
    {
      quoted = bh_text_quote (outside);
      bh_json_object_set_error (bulkhead, "scope", error,
                                _("does not include %s, which the app begins with"), quoted);
      return FALSE;
    }
  reader->manifest->scope = g_steal_pointer (&scope);

  return TRUE;
}

static gboolean
read_members (BhManifestReader *reader, BhJsonObject *bulkhead, GError **error)
{
  BhManifest *manifest = reader->manifest;
  gboolean sandbox = TRUE;

  if (!read_limits (reader, bulkhead, error) || !read_restart (reader, bulkhead, error)
      || !read_restore_session (reader, bulkhead, error)
      || !read_unresponsive_after (reader, bulkhead, error)
      || !read_suspend_after (reader, bulkhead, error) || !read_scope (reader, bulkhead, error)
      || !bh_json_object_get_boolean (bulkhead, "network", BH_JSON_OPTIONAL, &manifest->network,
                                      error)
      || !bh_json_object_get_boolean (bulkhead, "sandbox", BH_JSON_OPTIONAL, &sandbox, error)
      || !bh_json_object_refuse_leftovers (bulkhead, error))
    return FALSE;

  manifest->unsandboxed = !sandbox;
  if (!sandbox)
    bh_manifest_reader_warn (reader, bulkhead, "sandbox",
                             _("the app may run WITHOUT WebKit's sandbox: a page that breaks out "
                               "of its process can then do all that you can"));

  return TRUE;
}

/* Comes last: the scope is about the windows, and the limits may have been set before. */
gboolean
bh_manifest_reader_read_bulkhead (BhManifestReader *reader, BhJsonObject *root, GError **error)
{
  BhManifest *manifest = reader->manifest;
  g_autoptr (BhJsonObject) bulkhead = NULL;

  if (!bh_json_object_get_object (root, "bulkhead", BH_JSON_OPTIONAL, &bulkhead, error)
      || (bulkhead != NULL && !read_members (reader, bulkhead, error)))
    return FALSE;

  manifest->limits = bh_limits_new (reader->memory, reader->memory_high, reader->cpu,
                                    reader->cpu_time, reader->tasks);
  if (manifest->scope == NULL)
    manifest->scope = default_scope (manifest);

  return TRUE;
}
