/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-beginning.h"
#include "bh-session-file.h"

#include <glib/gstdio.h>

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEADER 44

typedef struct
{
  char *directory;
  char *path;
  BhSessionFile *file;
} Fixture;

static gboolean
on_poll (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

/* For what no event tells of. */
#define poll_for(condition)                                                                        \
  G_STMT_START                                                                                     \
  {                                                                                                \
    guint poll_ = g_timeout_add (5, on_poll, NULL);                                                \
    gint64 end_ = g_get_monotonic_time () + 20 * G_TIME_SPAN_SECOND;                               \
    while (!(condition))                                                                           \
      {                                                                                            \
        g_assert_cmpint (g_get_monotonic_time (), <, end_);                                        \
        g_main_context_iteration (NULL, TRUE);                                                     \
      }                                                                                            \
    g_source_remove (poll_);                                                                       \
  }                                                                                                \
  G_STMT_END

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->directory = g_dir_make_tmp ("bh-session-file-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->path = g_build_filename (fixture->directory, "session", NULL);
  fixture->file = bh_session_file_new (fixture->directory);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (fixture->file);
  g_unlink (fixture->path);
  g_assert_cmpint (g_rmdir (fixture->directory), ==, 0);
  g_free (fixture->directory);
  g_free (fixture->path);
}

static BhSessionRecord *
create_record (void)
{
  g_autoptr (GBytes) history = g_bytes_new_static ("history", 7);
  BhSessionRecord *record = bh_session_record_new ("https://notes.example/", history);

  record->has_scroll = TRUE;
  record->scroll = (BhScrollPlace){ -3, 4567 };
  record->closed = TRUE;
  record->attempts = 2;

  return record;
}

static void
assert_same (BhSessionRecord *a, BhSessionRecord *b)
{
  g_assert_cmpstr (a->uri, ==, b->uri);
  g_assert_cmpint (a->history != NULL, ==, b->history != NULL);
  if (a->history != NULL)
    g_assert_true (g_bytes_equal (a->history, b->history));
  g_assert_cmpint (a->has_scroll, ==, b->has_scroll);
  g_assert_cmpint (a->scroll.left, ==, b->scroll.left);
  g_assert_cmpint (a->scroll.top, ==, b->scroll.top);
  g_assert_cmpint (a->closed, ==, b->closed);
  g_assert_cmpuint (a->attempts, ==, b->attempts);
}

static void
test_round_trip (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhSessionRecord) full = create_record ();
  g_autoptr (BhSessionRecord) bare = bh_session_record_new ("app://notes/", NULL);
  BhSessionRecord *const records[] = { full, bare };

  for (guint i = 0; i < G_N_ELEMENTS (records); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (BhSessionRecord) read = NULL;
      struct stat info;

      g_assert_true (bh_session_file_write (fixture->file, records[i], &error));
      g_assert_no_error (error);
      g_assert_cmpint (stat (fixture->path, &info), ==, 0);
      g_assert_cmpint (info.st_mode & 0777, ==, 0600);
      read = bh_session_file_read (fixture->file);
      g_assert_nonnull (read);
      assert_same (read, records[i]);
    }

  bh_session_file_remove (fixture->file);
  g_assert_null (bh_session_file_read (fixture->file));
  bh_session_file_remove (fixture->file);
}

/* Nothing that is not whole is read, whichever byte of it is wrong or missing. */
static void
test_damaged (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhSessionRecord) record = create_record ();
  g_autoptr (GBytes) whole = bh_session_record_to_bytes (record);
  g_autoptr (GBytes) longer = NULL;
  g_autofree guint8 *copy = NULL;
  gsize length = g_bytes_get_size (whole);

  copy = g_malloc0 (length + 1);
  memcpy (copy, g_bytes_get_data (whole, NULL), length);
  for (gsize i = 0; i < length; i++)
    {
      g_autoptr (GBytes) cut = g_bytes_new_from_bytes (whole, 0, i);
      g_autoptr (GBytes) changed = NULL;

      g_assert_null (bh_session_record_from_bytes (cut));
      copy[i] ^= 1;
      changed = g_bytes_new (copy, length);
      g_assert_null (bh_session_record_from_bytes (changed));
      copy[i] ^= 1;
    }
  longer = g_bytes_new (copy, length + 1);
  g_assert_null (bh_session_record_from_bytes (longer));
}

/* A content of the right sum: what any process of the app's could write. */
static GBytes *
seal (GBytes *like, const char *content, gsize length)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  GByteArray *array = g_byte_array_new ();
  guint8 digest[32];
  gsize digest_length = sizeof digest;

  g_checksum_update (checksum, (const guint8 *) content, (gssize) length);
  g_checksum_get_digest (checksum, digest, &digest_length);
  g_byte_array_append (array, g_bytes_get_data (like, NULL), HEADER - 32);
  g_byte_array_append (array, digest, sizeof digest);
  g_byte_array_append (array, (const guint8 *) content, (guint) length);

  return g_byte_array_free_to_bytes (array);
}

static GBytes *
seal_variant (GBytes *like, GVariant *variant)
{
  g_autoptr (GVariant) owned = g_variant_ref_sink (variant);

  return seal (like, g_variant_get_data (owned), g_variant_get_size (owned));
}

static void
test_forged (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhSessionRecord) record = create_record ();
  g_autoptr (GBytes) whole = bh_session_record_to_bytes (record);
  g_autofree char *noise = g_strnfill (BH_SESSION_MAX_FILE + 1, '\xff');
  g_autoptr (GBytes) none = seal (whole, "", 0);
  g_autoptr (GBytes) noisy = seal (whole, noise, 1000);
  g_autoptr (GBytes) large = seal (whole, noise, BH_SESSION_MAX_FILE + 1 - HEADER);
  g_autoptr (GBytes) other = seal_variant (whole, g_variant_new ("(ss)", "a", "b"));
  g_autoptr (GBytes) far
      = seal_variant (whole,
                      g_variant_new ("(bu@m(ii)say)", FALSE, G_MAXUINT32,
                                     g_variant_new_parsed ("@m(ii) (%i, %i)", G_MININT, G_MAXINT),
                                     "file:///etc/passwd", NULL));
  g_autoptr (BhSessionRecord) read = NULL;

  g_assert_null (bh_session_record_from_bytes (none));
  g_assert_null (bh_session_record_from_bytes (noisy));
  g_assert_null (bh_session_record_from_bytes (large));
  g_assert_null (bh_session_record_from_bytes (other));

  /* Numbers are bounded; the address is for the app's policy to judge. */
  read = bh_session_record_from_bytes (far);
  g_assert_nonnull (read);
  g_assert_cmpstr (read->uri, ==, "file:///etc/passwd");
  g_assert_false (read->has_scroll);
  g_assert_cmpuint (read->attempts, ==, 1000);
  g_assert_null (read->history);
}

static void
test_newer (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhSessionRecord) record = create_record ();
  g_autoptr (GBytes) bytes = bh_session_record_to_bytes (record);
  gsize length = g_bytes_get_size (bytes);
  g_autofree guint8 *copy = g_memdup2 (g_bytes_get_data (bytes, NULL), length);
  g_autoptr (GBytes) newer = NULL;

  g_assert_cmpint (copy[8], ==, 1);
  copy[8] = 2;
  newer = g_bytes_new (copy, length);
  g_assert_null (bh_session_record_from_bytes (newer));
}

/* What is no file of ours is not waited for, followed or read. */
static void
test_no_file (Fixture *fixture, gconstpointer data)
{
  g_autofree char *target = g_build_filename (fixture->directory, "target", NULL);
  g_autofree char *large = g_malloc0 (BH_SESSION_MAX_FILE + 1);
  g_autoptr (BhSessionRecord) record = create_record ();
  g_autoptr (GError) error = NULL;

  g_assert_null (bh_session_file_read (fixture->file));
  g_assert_cmpint (mkfifo (fixture->path, 0600), ==, 0);
  g_assert_null (bh_session_file_read (fixture->file));
  g_unlink (fixture->path);

  g_assert_cmpint (g_mkdir (fixture->path, 0700), ==, 0);
  g_assert_null (bh_session_file_read (fixture->file));
  g_assert_false (bh_session_file_write (fixture->file, record, &error));
  g_assert_cmpint (error->domain, ==, G_FILE_ERROR);
  g_rmdir (fixture->path);

  g_assert_true (bh_session_file_write (fixture->file, record, NULL));
  g_assert_cmpint (rename (fixture->path, target), ==, 0);
  g_assert_cmpint (symlink (target, fixture->path), ==, 0);
  g_assert_null (bh_session_file_read (fixture->file));
  g_unlink (fixture->path);
  g_unlink (target);

  g_assert_true (g_file_set_contents (fixture->path, large, BH_SESSION_MAX_FILE + 1, NULL));
  g_assert_null (bh_session_file_read (fixture->file));
}

static guint64
get_inode (Fixture *fixture)
{
  struct stat info;

  return stat (fixture->path, &info) == 0 ? info.st_ino : 0;
}

/* What is written at the end is what stays, however late a thread is; what is the same is not
 * written. */
static void
test_async (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhSessionRecord) record = create_record ();
  g_autoptr (BhSessionRecord) other = bh_session_record_new ("https://notes.example/2", NULL);
  g_autoptr (BhSessionRecord) read = NULL;
  guint64 inode;

  bh_session_file_write_async (fixture->file, record);
  poll_for (get_inode (fixture) != 0);
  inode = get_inode (fixture);
  bh_session_file_write_async (fixture->file, record);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (get_inode (fixture), ==, inode);

  for (int i = 0; i < 50; i++)
    {
      other->attempts = (guint) i;
      bh_session_file_write_async (fixture->file, other);
    }
  g_assert_true (bh_session_file_write (fixture->file, record, NULL));
  /* The threads hold references until they are done. */
  poll_for (G_OBJECT (fixture->file)->ref_count == 1);
  read = bh_session_file_read (fixture->file);
  assert_same (read, record);

  bh_session_file_write_async (fixture->file, other);
  bh_session_file_remove (fixture->file);
  poll_for (G_OBJECT (fixture->file)->ref_count == 1);
  g_assert_cmpuint (get_inode (fixture), ==, 0);
}

/* A disk that is full is full for the next one, too, and is tried again. */
static void
test_unwritable (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhSessionRecord) record = create_record ();

  g_assert_cmpint (g_mkdir (fixture->path, 0700), ==, 0);
  bh_session_file_write_async (fixture->file, record);
  poll_for (G_OBJECT (fixture->file)->ref_count == 1);
  g_rmdir (fixture->path);
  bh_session_file_write_async (fixture->file, record);
  poll_for (get_inode (fixture) != 0);
  poll_for (G_OBJECT (fixture->file)->ref_count == 1);
}

static void
write_file (Fixture *fixture, const char *name)
{
  g_autofree char *path = g_build_filename (fixture->directory, name, NULL);

  g_assert_true (g_file_set_contents (path, "x", 1, NULL));
}

static gboolean
has_file (Fixture *fixture, const char *name)
{
  g_autofree char *path = g_build_filename (fixture->directory, name, NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

static void
test_leftovers (Fixture *fixture, gconstpointer data)
{
  g_autofree char *kept = g_build_filename (fixture->directory, "session.ini", NULL);

  write_file (fixture, "session.A1B2C3");
  write_file (fixture, "session.ini");
  g_assert_null (bh_session_file_read (fixture->file));
  g_assert_false (has_file (fixture, "session.A1B2C3"));
  g_assert_true (has_file (fixture, "session.ini"));
  g_unlink (kept);
}

/* The supervisor's word that the user has ended the run holds once. */
static void
test_ended_mark (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhSessionRecord) record = create_record ();

  record->closed = FALSE;
  g_assert_true (bh_session_file_write (fixture->file, record, NULL));
  write_file (fixture, BH_ENDED_MARK);
  for (int i = 0; i < 2; i++)
    {
      g_autoptr (BhSessionRecord) read = bh_session_file_read (fixture->file);

      g_assert_cmpint (read->closed, ==, i == 0);
      g_assert_false (has_file (fixture, BH_ENDED_MARK));
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, function)                                                                        \
  g_test_add ("/session-file/" path, Fixture, NULL, set_up, function, tear_down)
  ADD ("round-trip", test_round_trip);
  ADD ("damaged", test_damaged);
  ADD ("forged", test_forged);
  ADD ("newer", test_newer);
  ADD ("no-file", test_no_file);
  ADD ("async", test_async);
  ADD ("unwritable", test_unwritable);
  ADD ("leftovers", test_leftovers);
  ADD ("ended-mark", test_ended_mark);

  return g_test_run ();
}
