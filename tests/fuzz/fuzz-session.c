/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-session-file.h"

#include <stdlib.h>

/*
 * Where an app was is read from a file, and its history is shaped by pages. Whatever the bytes are,
 * they must be refused or become what WebKit can be given: of the right type, within its bounds,
 * with addresses of the app's, and the same when it is judged once more. The bytes are tried as a
 * history and as the content of a file, with a checksum that is right.
 */

#define STATE_TYPE "(qa(s(ssssasmayxx(ii)dm(sa(uaysxmxmds))av)u)mu)"

#define MANIFEST                                                                                   \
  "{\"startup_app\": {\"uuid\": \"n\", \"url\": \"https://notes.example/app/\"},"                  \
  " \"bulkhead\": {\"scope\": [\"https://notes.example/\"]}}"

/* Magic, version and checksum, as bh-session-file.c has them. */
#define DIGEST_OFFSET 12
#define DIGEST_LENGTH 32

int LLVMFuzzerInitialize (int *argc, char ***argv);
int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* GLib's own fatal warnings end in SIGTRAP, on which libFuzzer does not save the input. */
static GLogWriterOutput
on_log (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer user_data)
{
  if ((level & (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_WARNING)) == 0)
    return G_LOG_WRITER_HANDLED;

  g_log_writer_default (level, fields, n_fields, user_data);
  abort ();
}

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  g_log_set_writer_func (on_log, NULL, NULL);

  return 0;
}

static BhManifest *
get_manifest (void)
{
  static BhManifest *manifest;

  if (manifest == NULL)
    manifest = bh_manifest_new_from_data (MANIFEST, -1, NULL);
  g_assert_nonnull (manifest);

  return manifest;
}

static void
check_frame (GVariant *frame, guint depth)
{
  g_autoptr (GVariant) form = g_variant_get_child_value (frame, 4);
  g_autoptr (GVariant) sent = g_variant_get_child_value (frame, 10);
  g_autoptr (GVariant) children = g_variant_get_child_value (frame, 11);
  const char *uri;

  g_variant_get_child (frame, 0, "&s", &uri);
  g_assert_true (depth > 0 ? !g_str_has_prefix (uri, "file:")
                           : bh_session_history_admits (get_manifest (), uri));
  g_assert_cmpuint (g_variant_n_children (form), ==, 0);
  g_assert_cmpuint (g_variant_n_children (sent), ==, 0);
  for (gsize i = 0; i < g_variant_n_children (children); i++)
    {
      g_autoptr (GVariant) boxed = g_variant_get_child_value (children, i);
      g_autoptr (GVariant) child = g_variant_get_variant (boxed);

      check_frame (child, depth + 1);
    }
}

static void
check_history (GBytes *bytes)
{
  const BhScrollPlace scroll = { 3, 4 };
  g_autofree char *uri = NULL;
  g_autoptr (GBytes) kept = bh_session_history_filter (bytes, get_manifest (), NULL, &uri);
  g_autoptr (GBytes) moved = bh_session_history_filter (bytes, get_manifest (), &scroll, NULL);
  g_autoptr (GBytes) again = NULL;
  g_autoptr (GVariant) state = NULL;
  g_autoptr (GVariant) items = NULL;

  g_assert_cmpint (kept != NULL, ==, moved != NULL);
  g_assert_cmpint (kept != NULL, ==, uri != NULL);
  if (kept == NULL)
    return;

  g_assert_true (bh_session_history_admits (get_manifest (), uri));
  g_assert_cmpuint (g_bytes_get_size (kept), <=, BH_SESSION_MAX_HISTORY + 1024);
  state = g_variant_ref_sink (g_variant_new_from_bytes (G_VARIANT_TYPE (STATE_TYPE), kept, FALSE));
  g_assert_true (g_variant_is_normal_form (state));
  items = g_variant_get_child_value (state, 1);
  g_assert_cmpuint (g_variant_n_children (items), <=, BH_SESSION_MAX_ENTRIES);
  for (gsize i = 0; i < g_variant_n_children (items); i++)
    {
      g_autoptr (GVariant) item = g_variant_get_child_value (items, i);
      g_autoptr (GVariant) frame = g_variant_get_child_value (item, 1);

      check_frame (frame, 0);
    }
  again = bh_session_history_filter (kept, get_manifest (), NULL, NULL);
  g_assert_nonnull (again);
  g_assert_true (g_bytes_equal (kept, again));
}

static GBytes *
seal (const guint8 *data, gsize size)
{
  g_autoptr (BhSessionRecord) any = bh_session_record_new ("", NULL);
  g_autoptr (GBytes) like = bh_session_record_to_bytes (any);
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  GByteArray *array = g_byte_array_new ();
  guint8 digest[DIGEST_LENGTH];
  gsize length = sizeof digest;

  g_checksum_update (checksum, data, (gssize) size);
  g_checksum_get_digest (checksum, digest, &length);
  g_byte_array_append (array, g_bytes_get_data (like, NULL), DIGEST_OFFSET);
  g_byte_array_append (array, digest, DIGEST_LENGTH);
  g_byte_array_append (array, data, (guint) size);

  return g_byte_array_free_to_bytes (array);
}

static void
check_record (GBytes *bytes)
{
  g_autoptr (BhSessionRecord) record = bh_session_record_from_bytes (bytes);
  g_autoptr (BhSessionRecord) again = NULL;
  g_autoptr (GBytes) written = NULL;

  if (record == NULL)
    return;

  g_assert_true (g_utf8_validate (record->uri, -1, NULL));
  if (record->has_scroll)
    {
      g_assert_cmpint (ABS (record->scroll.left), <=, BH_SESSION_MAX_SCROLL);
      g_assert_cmpint (ABS (record->scroll.top), <=, BH_SESSION_MAX_SCROLL);
    }
  if (record->history != NULL)
    check_history (record->history);
  written = bh_session_record_to_bytes (record);
  again = bh_session_record_from_bytes (written);
  g_assert_nonnull (again);
  g_assert_cmpstr (again->uri, ==, record->uri);
  g_assert_cmpint (again->closed, ==, record->closed);
  g_assert_cmpuint (again->attempts, ==, record->attempts);
  g_assert_cmpint (again->has_scroll, ==, record->has_scroll);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (GBytes) sealed = seal (data, size);

  check_history (bytes);
  check_record (bytes);
  check_record (sealed);

  return 0;
}
