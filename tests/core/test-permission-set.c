/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-error.h"
#include "bh-permission-set.h"

#include <string.h>

/* The answers that an app's user gave, and text that somebody else has written in their place. */

static BhPermissionSet *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  BhPermissionSet *set = bh_permission_set_parse (text, strlen (text), &error);

  g_assert_no_error (error);

  return set;
}

static char *
print (BhPermissionSet *set)
{
  g_autoptr (GVariant) variant = g_variant_ref_sink (bh_permission_set_to_variant (set));

  return g_variant_print (variant, FALSE);
}

static void
test_answers (void)
{
  BhAnswer answer;

  g_assert_true (bh_answer_parse ("allow", &answer));
  g_assert_cmpint (answer, ==, BH_ANSWER_ALLOW);
  g_assert_true (bh_answer_parse ("deny", &answer));
  g_assert_cmpint (answer, ==, BH_ANSWER_DENY);
  g_assert_true (bh_answer_parse ("ask", &answer));
  g_assert_cmpint (answer, ==, BH_ANSWER_NONE);
  g_assert_false (bh_answer_parse ("maybe", &answer));
  g_assert_cmpint (answer, ==, BH_ANSWER_NONE);
  g_assert_false (bh_answer_parse ("", &answer));
}

static void
test_origins (void)
{
  static const char *const good[] = {
    "https://example.org", "http://localhost:8080",    "app://notes",
    "https://[::1]:8443",  "https://xn--bcher-kva.de",
  };
  static const char *const bad[] = {
    "",
    "example.org",
    "https://",
    "https://example.org/",
    "https://example.org/page",
    "https://example.org?query",
    "https://example.org#fragment",
    "https://user@example.org",
    "https://example.org:443",
    "http://example.org:80",
    "https://Example.org",
    "HTTPS://example.org",
    "https://bücher.de",
    "https://exam ple.org",
    "https://example.org\n",
    "data:text/html,hello",
    "file:///etc/passwd",
    "\xff\xfe",
  };
  g_autofree char *name = g_strnfill (400, 'a');
  g_autofree char *longest = g_strconcat ("https://", name, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autoptr (GError) error = NULL;

      bh_permission_check_origin (good[i], &error);
      g_assert_no_error (error);
    }
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("“%s”", bad[i]);
      g_assert_false (bh_permission_check_origin (bad[i], &error));
      g_assert_error (error, BH_ERROR, BH_ERROR_INVALID_ARGUMENT);
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
    }
  g_assert_false (bh_permission_check_origin (longest, NULL));
}

static void
test_kinds (void)
{
  static const char *const good[] = { "notifications", "geolocation", "camera",
                                      "microphone",    "clipboard",   "cookies-example.org" };
  static const char *const bad[]
      = { "", "Camera", "cookies", "cookies-", "cookies-a b", "cookies-a=b", "screen", "\xff" };

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    g_assert_true (bh_permission_check_kind (good[i], NULL));
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (bh_permission_check_kind (bad[i], &error));
      g_assert_error (error, BH_ERROR, BH_ERROR_INVALID_ARGUMENT);
    }
}

static void
test_round_trip (void)
{
  g_autoptr (BhPermissionSet) set = bh_permission_set_new ();
  g_autoptr (BhPermissionSet) again = NULL;
  g_autofree char *text = NULL;
  g_autofree char *shown = NULL;
  g_auto (GStrv) found = NULL;
  gsize length;

  bh_permission_set_put (set, "https://[::1]:8443", "camera", BH_ANSWER_ALLOW);
  bh_permission_set_put (set, "app://notes", "notifications", BH_ANSWER_DENY);
  bh_permission_set_put (set, "app://notes", "cookies-example.org", BH_ANSWER_ALLOW);
  bh_permission_set_put (set, "app://other", "camera", BH_ANSWER_DENY);
  bh_permission_set_put (set, "app://other", "camera", BH_ANSWER_NONE);
  text = bh_permission_set_to_text (set, &length);
  again = bh_permission_set_parse (text, length, NULL);
  g_assert_nonnull (again);
  g_assert_cmpint (bh_permission_set_get (again, "https://[::1]:8443", "camera"), ==,
                   BH_ANSWER_ALLOW);
  g_assert_cmpint (bh_permission_set_get (again, "https://[::1]:8443", "microphone"), ==,
                   BH_ANSWER_NONE);
  g_assert_cmpint (bh_permission_set_get (again, "app://other", "camera"), ==, BH_ANSWER_NONE);
  found = bh_permission_set_find (again, "camera", BH_ANSWER_ALLOW);
  g_assert_cmpuint (g_strv_length (found), ==, 1);
  g_assert_cmpstr (found[0], ==, "https://[::1]:8443");
  shown = print (again);
  g_assert_cmpstr (shown, ==,
                   "[('https://[::1]:8443', 'camera', 'allow'), "
                   "('app://notes', 'notifications', 'deny'), "
                   "('app://notes', 'cookies-example.org', 'allow')]");
}

/* What makes no sense is not told, and allows nothing. */
static void
test_strange (void)
{
  g_autoptr (BhPermissionSet) set = parse ("[app://notes]\ncamera=maybe\nscreen=allow\n"
                                           "microphone=allow\n"
                                           "[/etc/passwd]\ncamera=allow\n"
                                           "[https://example.org%00.evil]\ncamera=allow\n"
                                           "[https://%E2%80%AEgro.elpmaxe]\ncamera=allow\n"
                                           "[%zz]\ncamera=allow\n");
  g_autoptr (BhPermissionSet) empty = parse ("");
  g_autofree char *shown = print (set);
  g_autofree char *none = print (empty);

  g_assert_cmpstr (shown, ==, "[('app://notes', 'microphone', 'allow')]");
  g_assert_cmpint (bh_permission_set_get (set, "app://notes", "camera"), ==, BH_ANSWER_NONE);
  g_assert_cmpstr (none, ==, "[]");
}

static void
test_damaged (void)
{
  static const char text[] = "[app://notes]\ncamera=allow\nno line\n";
  static const char bytes[] = "[app://notes]\n\xff\xfe\0=allow\n";
  g_autoptr (GError) error = NULL;

  g_assert_null (bh_permission_set_parse (text, strlen (text), &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  g_assert_null (bh_permission_set_parse (bytes, sizeof bytes - 1, &error));
  g_assert_nonnull (error);
}

static void
test_many (void)
{
  g_autoptr (BhPermissionSet) set = bh_permission_set_new ();
  g_autoptr (GVariant) told = NULL;

  for (guint i = 0; i < 2000; i++)
    {
      g_autofree char *origin = g_strdup_printf ("https://site%u.example", i);

      bh_permission_set_put (set, origin, "camera", BH_ANSWER_DENY);
    }
  told = g_variant_ref_sink (bh_permission_set_to_variant (set));
  g_assert_cmpuint (g_variant_n_children (told), ==, 1000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/permission-set/answers", test_answers);
  g_test_add_func ("/permission-set/origins", test_origins);
  g_test_add_func ("/permission-set/kinds", test_kinds);
  g_test_add_func ("/permission-set/round-trip", test_round_trip);
  g_test_add_func ("/permission-set/strange", test_strange);
  g_test_add_func ("/permission-set/damaged", test_damaged);
  g_test_add_func ("/permission-set/many", test_many);

  return g_test_run ();
}
