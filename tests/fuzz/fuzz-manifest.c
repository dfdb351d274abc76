/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-error.h"
#include "bh-text.h"
#include "bh-uri-policy.h"

#include <stdlib.h>
#include <string.h>

/*
 * Any bytes at all may come as a manifest. Whatever they are, the reader must answer with a
 * manifest that keeps its promises or with an error that a person can read; and with the help of
 * the sanitizers, without a wrong step on the way.
 *
 * This is a target of libFuzzer. Without it (BH_FUZZ_STANDALONE) fuzz-main.c drives it.
 */

#define MAX_MESSAGE 4096

int LLVMFuzzerInitialize (int *argc, char ***argv);
int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* GLib's own fatal warnings end in SIGTRAP, on which libFuzzer does not save the input. */
static GLogWriterOutput
on_log (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer user_data)
{
  GLogWriterOutput output = g_log_writer_default (level, fields, n_fields, user_data);

  if ((level & (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_WARNING)) != 0)
    abort ();

  return output;
}

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  g_log_set_writer_func (on_log, NULL, NULL);

  return 0;
}

static void
check_line (const char *text)
{
  g_assert_nonnull (text);
  g_assert_true (g_utf8_validate (text, -1, NULL));
  g_assert_false (bh_text_has_control (text));
  g_assert_cmpuint (strlen (text), <=, MAX_MESSAGE);
}

static void
check_error (const GError *error)
{
  g_assert_nonnull (error);
  g_assert_true (error->domain == BH_ERROR);
  check_line (error->message);
}

static void
check_policy (BhManifest *manifest, const char *uri)
{
  const char *slug = bh_app_id_get_slug (bh_manifest_get_id (manifest));
  g_autoptr (GError) resolve_error = NULL;
  g_autoptr (GError) path_error = NULL;
  g_autofree char *resolved = bh_uri_policy_resolve (manifest, uri, &resolve_error);
  g_autofree char *path = bh_app_uri_to_path (uri, slug, &path_error);

  bh_uri_policy_check (manifest, uri);

  if (resolved != NULL)
    g_assert_cmpint (bh_uri_policy_check (manifest, resolved), ==, BH_URI_INSIDE);
  else
    check_error (resolve_error);

  if (path != NULL)
    {
      g_auto (GStrv) names = g_strsplit (path, "/", -1);

      g_assert_nonnull (names[0]);
      for (char **name = names; *name != NULL; name++)
        g_assert_false (g_str_equal (*name, "") || g_str_equal (*name, ".")
                        || g_str_equal (*name, ".."));
    }
  else
    check_error (path_error);
}

static void
check_windows (BhManifest *manifest)
{
  guint n_windows = bh_manifest_get_n_windows (manifest);

  g_assert_cmpuint (n_windows, >=, 1);
  for (guint i = 0; i < n_windows; i++)
    {
      BhWindowSpec *window = bh_manifest_get_window (manifest, i);
      guint n_views = bh_window_spec_get_n_views (window);

      check_line (bh_window_spec_get_name (window));
      g_assert_cmpint (bh_window_spec_get_min_width (window), >=, 0);
      g_assert_cmpint (bh_window_spec_get_width (window), >=, 1);
      g_assert_cmpint (bh_window_spec_get_width (window), >=,
                       bh_window_spec_get_min_width (window));
      g_assert_cmpint (bh_window_spec_get_height (window), >=, 1);
      g_assert_cmpint (bh_window_spec_get_height (window), <=, 32767);
      g_assert_cmpuint (n_views, >=, 1);
      for (guint j = 0; j < n_views; j++)
        {
          BhViewSpec *view = bh_window_spec_get_view (window, j);

          g_assert_nonnull (bh_view_spec_get_name (view));
          g_assert_cmpint (bh_uri_policy_check (manifest, bh_view_spec_get_url (view)), ==,
                           BH_URI_INSIDE);
        }
    }
}

static void
write_string (GString *text, const char *string)
{
  g_string_append_c (text, '"');
  for (const char *p = string; *p != '\0'; p++)
    {
      if (*p == '"' || *p == '\\')
        g_string_append_c (text, '\\');
      if ((guchar) *p < 0x20)
        g_string_append_printf (text, "\\u%04x", (guint) *p);
      else
        g_string_append_c (text, *p);
    }
  g_string_append_c (text, '"');
}

/* json-glib's own generator is no use: it writes 1e+46 as "1e+46.0", which is not JSON. */
static void
write_node (GString *text, JsonNode *node)
{
  if (JSON_NODE_HOLDS_OBJECT (node))
    {
      JsonObjectIter iter;
      const char *name;
      JsonNode *member;
      char separator = '{';

      json_object_iter_init_ordered (&iter, json_node_get_object (node));
      while (json_object_iter_next_ordered (&iter, &name, &member))
        {
          g_string_append_c (text, separator);
          write_string (text, name);
          g_string_append_c (text, ':');
          write_node (text, member);
          separator = ',';
        }
      g_string_append (text, separator == '{' ? "{}" : "}");
    }
  else if (JSON_NODE_HOLDS_ARRAY (node))
    {
      JsonArray *array = json_node_get_array (node);
      guint length = json_array_get_length (array);

      g_string_append_c (text, '[');
      for (guint i = 0; i < length; i++)
        {
          if (i > 0)
            g_string_append_c (text, ',');
          write_node (text, json_array_get_element (array, i));
        }
      g_string_append_c (text, ']');
    }
  else if (JSON_NODE_HOLDS_NULL (node))
    g_string_append (text, "null");
  else if (json_node_get_value_type (node) == G_TYPE_STRING)
    write_string (text, json_node_get_string (node));
  else if (json_node_get_value_type (node) == G_TYPE_BOOLEAN)
    g_string_append (text, json_node_get_boolean (node) ? "true" : "false");
  else if (json_node_get_value_type (node) == G_TYPE_INT64)
    g_string_append_printf (text, "%" G_GINT64_FORMAT, json_node_get_int (node));
  else
    {
      char number[G_ASCII_DTOSTR_BUF_SIZE];

      g_ascii_dtostr (number, sizeof number, json_node_get_double (node));
      g_string_append (text, number);
      if (strpbrk (number, ".e") == NULL)
        g_string_append (text, ".0");
    }
}

/* What was read can be written and read again, and is the same. */
static void
check_round_trip (BhManifest *manifest)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (BhManifest) again = NULL;

  write_node (text, bh_manifest_get_root (manifest));
  if (text->len > BH_MANIFEST_MAX_SIZE)
    return;

  again = bh_manifest_new_from_data (text->str, (gssize) text->len, &error);
  g_assert_no_error (error);
  g_assert_true (json_node_equal (bh_manifest_get_root (manifest), bh_manifest_get_root (again)));
  g_assert_true (bh_app_id_equal (bh_manifest_get_id (manifest), bh_manifest_get_id (again)));
  g_assert_cmpstr (bh_manifest_get_name (manifest), ==, bh_manifest_get_name (again));
  g_assert_cmpstr (bh_manifest_get_icon (manifest), ==, bh_manifest_get_icon (again));
  g_assert_cmpstr (bh_manifest_get_url (manifest), ==, bh_manifest_get_url (again));
  g_assert_cmpint (bh_manifest_get_network (manifest), ==, bh_manifest_get_network (again));
  g_assert_true (
      bh_limits_equal (bh_manifest_get_limits (manifest), bh_manifest_get_limits (again)));
}

static void
check_manifest (BhManifest *manifest)
{
  const char *const *warning = bh_manifest_get_warnings (manifest);
  BhLimits *limits = bh_manifest_get_limits (manifest);

  g_assert_true (bh_slug_is_valid (bh_app_id_get_slug (bh_manifest_get_id (manifest))));
  check_windows (manifest);
  for (guint n = 0; warning[n] != NULL; n++)
    {
      g_assert_cmpuint (n, <=, 100);
      check_line (warning[n]);
    }
  if (bh_limits_get_memory (limits) > 0)
    g_assert_cmpuint (bh_limits_get_memory_high (limits), <=, bh_limits_get_memory (limits));
  g_assert_cmpint (bh_limits_get_cpu_time (limits), >=, 0);
  g_assert_cmpint (bh_manifest_get_restart_window (manifest), >, 0);
  g_assert_cmpuint (bh_manifest_get_max_restarts (manifest), <=, 100);

  /* Texts that the fuzzer can shape freely. */
  check_policy (manifest, bh_manifest_get_url (manifest));
  check_policy (manifest, bh_manifest_get_name (manifest));
  check_policy (manifest, bh_manifest_get_description (manifest));
  check_policy (manifest, "#fragment");
  check_round_trip (manifest);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BhManifest) manifest = NULL;
  /* An own block of just this size, so that one byte too many is found. */
  g_autofree char *text = g_memdup2 (data, size);

  manifest = bh_manifest_new_from_data (text != NULL ? text : "", (gssize) size, &error);
  if (manifest != NULL)
    {
      g_assert_no_error (error);
      check_manifest (manifest);
    }
  else
    check_error (error);

  return 0;
}
