/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-app-id.h"

#include "bh-error.h"

#include <gio/gio.h>
#include <string.h>

static void
test_names (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BhAppId) id = bh_app_id_new ("my-app", &error);
  g_autofree char *unit = NULL;

  g_assert_no_error (error);
  g_assert_cmpstr (bh_app_id_get_uuid (id), ==, "my-app");
  g_assert_cmpstr (bh_app_id_get_slug (id), ==, "my_2dapp");
  g_assert_cmpstr (bh_app_id_get_desktop_id (id), ==, "io.github.bulkhead.Bulkhead.App_my_2dapp");
  g_assert_cmpstr (bh_app_id_get_object_path (id), ==,
                   "/io/github/bulkhead/Supervisor/apps/my_2dapp");
  g_assert_cmpstr (bh_app_id_get_origin (id), ==, "app://my_2dapp");
  unit = bh_app_id_dup_unit_name (id, "x7f3");
  g_assert_cmpstr (unit, ==, "app-bulkhead-my_2dapp-x7f3.scope");
}

static void
test_any_uuid (void)
{
  /* Much of this is meant to break one of the names. */
  static const char *const uuids[] = {
    "a",
    "A",
    "0",
    "_",
    "__",
    "-",
    ".",
    "..",
    "a.b",
    "a/b",
    "../../etc",
    "a b",
    "my_2dapp",
    "my-app",
    "my_5f2dapp",
    "ä",
    "日本",
    "🦊",
    "%2f",
    "a%",
    "\\",
    "\"",
    "'",
    "$(id)",
    "a\u00a0b",
    "a:b",
    "@",
    "{0}",
    "com.example.App",
    "--help",
  };
  g_autoptr (GHashTable) slugs = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (uuids); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (BhAppId) id = bh_app_id_new (uuids[i], &error);

      g_assert_no_error (error);
      g_assert_true (bh_slug_is_valid (bh_app_id_get_slug (id)));
      g_assert_true (g_variant_is_object_path (bh_app_id_get_object_path (id)));
      g_assert_true (g_application_id_is_valid (bh_app_id_get_desktop_id (id)));
      g_assert_true (g_hash_table_add (slugs, g_strdup (bh_app_id_get_slug (id))));
    }
}

static void
test_long_uuids (void)
{
  g_autoptr (GHashTable) slugs = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  static const char *const letters[] = { "a", "-", "_", "ä" };

  /* Every length around the cut, with and without an escape in it. */
  for (gsize i = 0; i < G_N_ELEMENTS (letters); i++)
    for (gsize length = 1; length * strlen (letters[i]) <= BH_APP_ID_MAX_UUID; length++)
      {
        g_autoptr (GError) error = NULL;
        g_autoptr (GString) uuid = g_string_new (NULL);
        g_autoptr (BhAppId) id = NULL;
        const char *slug;

        for (gsize j = 0; j < length; j++)
          g_string_append (uuid, letters[i]);
        id = bh_app_id_new (uuid->str, &error);
        g_assert_no_error (error);
        slug = bh_app_id_get_slug (id);
        g_assert_true (bh_slug_is_valid (slug));
        g_assert_cmpuint (strlen (bh_app_id_get_desktop_id (id)), <=, 255);
        g_assert_true (g_hash_table_add (slugs, g_strdup (slug)));
      }
}

static void
assert_refused (const char *uuid)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (bh_app_id_new (uuid, &error));
  g_assert_error (error, BH_ERROR, BH_ERROR_INVALID_VALUE);
}

static void
test_refused (void)
{
  g_autofree char *longest = g_strnfill (BH_APP_ID_MAX_UUID, 'a');
  g_autofree char *too_long = g_strnfill (BH_APP_ID_MAX_UUID + 1, 'a');
  g_autoptr (BhAppId) id = bh_app_id_new (longest, NULL);

  g_assert_nonnull (id);
  assert_refused (too_long);
  assert_refused ("");
  assert_refused ("*");
  assert_refused ("a\nb");
  assert_refused ("\033[2J");
  assert_refused ("a\177");
  assert_refused ("a\xc2\x85");
  assert_refused ("a\xff");
}

static void
test_slug_is_valid (void)
{
  g_autofree char *longest = g_strnfill (128, 'a');
  g_autofree char *too_long = g_strnfill (129, 'a');

  g_assert_true (bh_slug_is_valid ("a_2D"));
  g_assert_true (bh_slug_is_valid (longest));
  g_assert_false (bh_slug_is_valid (too_long));
  g_assert_false (bh_slug_is_valid (""));
  g_assert_false (bh_slug_is_valid ("a-b"));
  g_assert_false (bh_slug_is_valid ("a/b"));
  g_assert_false (bh_slug_is_valid (".."));
  g_assert_false (bh_slug_is_valid ("ä"));
}

static void
test_equal (void)
{
  g_autoptr (BhAppId) a = bh_app_id_new ("notes", NULL);
  g_autoptr (BhAppId) same = bh_app_id_new ("notes", NULL);
  g_autoptr (BhAppId) other = bh_app_id_new ("Notes", NULL);
  g_autoptr (BhAppId) again = bh_app_id_ref (a);

  g_assert_true (again == a);
  g_assert_true (bh_app_id_equal (a, same));
  g_assert_cmpuint (bh_app_id_hash (a), ==, bh_app_id_hash (same));
  g_assert_false (bh_app_id_equal (a, other));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/app-id/names", test_names);
  g_test_add_func ("/app-id/any-uuid", test_any_uuid);
  g_test_add_func ("/app-id/long-uuids", test_long_uuids);
  g_test_add_func ("/app-id/refused", test_refused);
  g_test_add_func ("/app-id/slug-is-valid", test_slug_is_valid);
  g_test_add_func ("/app-id/equal", test_equal);

  return g_test_run ();
}
