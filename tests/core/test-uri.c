/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-uri.h"

#include "bh-error.h"
#include "bh-text.h"

static void
test_normal_form (void)
{
  static const struct
  {
    const char *text;
    const char *normal;
  } cases[] = {
    { "https://notes.example", "https://notes.example/" },
    { "HTTPS://Notes.EXAMPLE/A", "https://notes.example/A" },
    { "https://notes.example:443/", "https://notes.example/" },
    { "http://notes.example:80/", "http://notes.example/" },
    { "http://notes.example:443/", "http://notes.example:443/" },
    { "https://notes.example/a/./b/../c", "https://notes.example/a/c" },
    { "https://notes.example/../../x", "https://notes.example/x" },
    { "https://notes.example/a/..", "https://notes.example/" },
    { "https://notes.example/a/.", "https://notes.example/a/" },
    { "https://notes.example/a/%2e%2E/b", "https://notes.example/b" },
    { "https://notes.example/%6eotes", "https://notes.example/notes" },
    { "https://notes.example/a%2fb", "https://notes.example/a%2Fb" },
    { "https://notes.example/a//b", "https://notes.example/a//b" },
    { "https://notes.example/?q=\\", "https://notes.example/?q=\\" },
    { "https://notes.example/#\\", "https://notes.example/#\\" },
    { "https://[0:0::1]:8080/", "https://[::1]:8080/" },
    { "https://nötes.example/", "https://xn--ntes-5qa.example/" },
    { "https://user:word@notes.example/", "https://user:word@notes.example/" },
    { "app://My_2dapp", "app://My_2dapp/" },
    { "APP://My_2dapp/x?y#z", "app://My_2dapp/x?y#z" },
    { "mailto:A@B", "mailto:A@B" },
    { "about:blank", "about:blank" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GUri) uri = bh_uri_parse (cases[i].text, &error);
      g_autoptr (GUri) again = NULL;
      g_autofree char *text = NULL;
      g_autofree char *text_again = NULL;

      g_assert_no_error (error);
      text = bh_uri_to_string (uri);
      g_assert_cmpstr (text, ==, cases[i].normal);
      again = bh_uri_parse (text, &error);
      g_assert_no_error (error);
      text_again = bh_uri_to_string (again);
      g_assert_cmpstr (text_again, ==, text);
    }
}

static void
test_refused (void)
{
  static const char *const texts[] = {
    "",
    "notes.example",
    "/path",
    "https://",
    "https:///x",
    "https:notes.example",
    "https:/notes.example",
    "https://notes.example:99999/",
    "https://notes.example:x/",
    "https://notes example/",
    " https://notes.example/",
    "https://notes.example/\n",
    "https://notes.example/\x7f",
    "https://notes.example\\@evil.example/",
    "https:\\\\notes.example/",
    "https://notes.example\\.evil.example/",
    "https://notes%2fexample/",
    "https://no%00tes.example/",
    "https://notes|example/",
    "https://notes.example;.evil.example/",
    "https://notes.example;",
    "app://notes;x/",
    "https://[::1/",
    "https://[zz]/",
    "https://\xff/",
    "app://",
    "app:///x",
    "app:x",
    "app://notes:80/",
    "app://user@notes/",
    "app://nötes/\\",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *shown = bh_text_quote (texts[i]);

      g_test_message ("%s", shown);
      g_assert_null (bh_uri_parse (texts[i], &error));
      g_assert_error (error, BH_ERROR, BH_ERROR_INVALID_URI);
      g_assert_true (g_str_has_prefix (error->message, "“"));
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
    }
}

static void
test_last_at (void)
{
  g_autoptr (GUri) one = bh_uri_parse ("https://notes.example@evil.example/", NULL);
  g_autoptr (GUri) two = bh_uri_parse ("https://a@notes.example@evil.example/", NULL);

  g_assert_cmpstr (g_uri_get_host (one), ==, "evil.example");
  g_assert_cmpstr (g_uri_get_host (two), ==, "evil.example");
}

static void
test_origin (void)
{
  g_autoptr (GUri) web = bh_uri_parse ("https://u@notes.example:8443/a?b#c", NULL);
  g_autoptr (GUri) app = bh_uri_parse ("app://notes/a", NULL);
  g_autoptr (GUri) literal = bh_uri_parse ("http://[::1]:81/a", NULL);
  g_autofree char *web_origin = bh_uri_dup_origin (web);
  g_autofree char *app_origin = bh_uri_dup_origin (app);
  g_autofree char *literal_origin = bh_uri_dup_origin (literal);

  g_assert_cmpstr (web_origin, ==, "https://notes.example:8443/");
  g_assert_cmpstr (app_origin, ==, "app://notes/");
  g_assert_cmpstr (literal_origin, ==, "http://[::1]:81/");
  g_assert_true (bh_uri_is_web (web));
  g_assert_false (bh_uri_is_web (app));
}

static void
test_loopback (void)
{
  static const struct
  {
    const char *text;
    gboolean is_loopback;
  } cases[] = {
    { "http://localhost:8000/", TRUE },
    { "http://a.localhost/", TRUE },
    { "http://127.0.0.1/", TRUE },
    { "http://127.9.9.9/", TRUE },
    { "http://[::1]/", TRUE },
    { "http://notes.example/", FALSE },
    { "http://localhost.example/", FALSE },
    { "http://notlocalhost/", FALSE },
    { "http://10.0.0.1/", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GUri) uri = bh_uri_parse (cases[i].text, NULL);

      g_assert_cmpint (bh_uri_is_loopback (uri), ==, cases[i].is_loopback);
    }
}

static void
test_prefix (void)
{
  g_autoptr (GUri) prefix = bh_uri_parse ("https://notes.example/app/", NULL);
  static const struct
  {
    const char *text;
    gboolean is_inside;
  } cases[] = {
    { "https://notes.example/app/", TRUE },
    { "https://notes.example/app/x/y?z", TRUE },
    { "https://notes.example/%61pp/x", TRUE },
    { "https://notes.example/x/../app/", TRUE },
    { "https://notes.example/app", FALSE },
    { "https://notes.example/app/../x", FALSE },
    { "https://notes.example/app/%2e%2e/x", FALSE },
    { "https://notes.example/application/", FALSE },
    { "https://notes.example/", FALSE },
    { "http://notes.example/app/", FALSE },
    { "https://notes.example:8443/app/", FALSE },
    { "https://www.notes.example/app/", FALSE },
    { "mailto:/app/", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GUri) uri = bh_uri_parse (cases[i].text, NULL);

      g_assert_cmpint (bh_uri_has_prefix (uri, prefix), ==, cases[i].is_inside);
    }
}

static void
assert_page (const char *text, const char *expected, const char *problem)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GUri) uri = bh_uri_parse_page (text, "notes", &error);
  g_autofree char *string = NULL;

  if (expected == NULL)
    {
      g_assert_error (error, BH_ERROR, BH_ERROR_INVALID_URI);
      g_assert_nonnull (g_strstr_len (error->message, -1, problem));
      return;
    }
  g_assert_no_error (error);
  string = bh_uri_to_string (uri);
  g_assert_cmpstr (string, ==, expected);
}

static void
test_page (void)
{
  assert_page ("https://notes.example", "https://notes.example/", NULL);
  assert_page ("http://notes.example/", "http://notes.example/", NULL);
  assert_page ("app:///index.html", "app://notes/index.html", NULL);
  assert_page ("APP:///../x", "app://notes/x", NULL);
  assert_page ("app://notes/x", "app://notes/x", NULL);
  assert_page ("app://Notes/x", NULL, "another app's");
  assert_page ("app://other/x", NULL, "another app's");
  assert_page ("index.html", NULL, "write all of it");
  assert_page ("", NULL, "write all of it");
  assert_page ("//notes.example/", NULL, "write all of it");
  assert_page ("file:///etc/passwd", NULL, "no access to files");
  assert_page ("FILE:///etc/passwd", NULL, "no access to files");
  assert_page ("javascript:alert(1)", NULL, "“https”, “http” or “app”");
  assert_page ("data:text/html,x", NULL, "“https”, “http” or “app”");
  assert_page ("about:blank", NULL, "“https”, “http” or “app”");
  assert_page ("https:///x", NULL, "no host");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/uri/normal-form", test_normal_form);
  g_test_add_func ("/uri/refused", test_refused);
  g_test_add_func ("/uri/last-at", test_last_at);
  g_test_add_func ("/uri/origin", test_origin);
  g_test_add_func ("/uri/loopback", test_loopback);
  g_test_add_func ("/uri/prefix", test_prefix);
  g_test_add_func ("/uri/page", test_page);

  return g_test_run ();
}
