/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-uri-policy.h"

#include "bh-error.h"
#include "bh-text.h"

typedef struct
{
  const char *uri;
  BhUriVerdict verdict;
} Case;

static BhManifest *
make (const char *url, const char *bulkhead)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = g_strdup_printf (
      "{ \"startup_app\": { \"uuid\": \"notes\", \"url\": \"%s\" }, \"bulkhead\": { %s } }", url,
      bulkhead);
  BhManifest *manifest = bh_manifest_new_from_data (text, -1, &error);

  g_assert_no_error (error);

  return manifest;
}

static void
assert_verdicts (BhManifest *manifest, const Case *cases, gsize n_cases)
{
  for (gsize i = 0; i < n_cases; i++)
    {
      g_autofree char *shown = bh_text_quote (cases[i].uri);

      g_test_message ("%s", shown);
      g_assert_cmpint (bh_uri_policy_check (manifest, cases[i].uri), ==, cases[i].verdict);
    }
}

static void
test_web_app (void)
{
  g_autoptr (BhManifest) manifest = make ("https://notes.example/start/page?x", "");
  static const Case cases[] = {
    { "https://notes.example/", BH_URI_INSIDE },
    { "https://notes.example", BH_URI_INSIDE },
    { "https://notes.example/start/page#x", BH_URI_INSIDE },
    { "https://NOTES.example:443/elsewhere", BH_URI_INSIDE },
    { "https://user@notes.example/", BH_URI_INSIDE },
    { "https://notes.example/100%", BH_URI_INSIDE },
    { "https://notes.example/?next=https://evil.example/\\", BH_URI_INSIDE },
    { "app://notes/help.html", BH_URI_INSIDE },
    { "about:blank", BH_URI_INSIDE },
    { "about:blank#x", BH_URI_INSIDE },
    { "about:srcdoc", BH_URI_INSIDE },
    { "blob:https://notes.example/9115d58c", BH_URI_INSIDE },
    { "blob:app://notes/9115d58c", BH_URI_INSIDE },
    { "http://notes.example/", BH_URI_EXTERNAL },
    { "https://notes.example:8443/", BH_URI_EXTERNAL },
    { "https://www.notes.example/", BH_URI_EXTERNAL },
    { "https://notes.example.evil.example/", BH_URI_EXTERNAL },
    { "https://notes.example./", BH_URI_EXTERNAL },
    { "https://notes.example@evil.example/", BH_URI_EXTERNAL },
    { "https://notes.example:x@evil.example/", BH_URI_EXTERNAL },
    { "https://evil.example/https://notes.example/", BH_URI_EXTERNAL },
    { "mailto:a@b.example", BH_URI_EXTERNAL },
    { "MAILTO:a@b.example", BH_URI_EXTERNAL },
    { "tel:+123", BH_URI_EXTERNAL },
    { "sms:+123", BH_URI_EXTERNAL },
    { "xmpp:a@b.example", BH_URI_EXTERNAL },
    { "matrix:u/a:b.example", BH_URI_EXTERNAL },
    { "web+coffee:x", BH_URI_EXTERNAL },
    { "app://other/", BH_URI_REFUSED },
    { "app://NOTES/", BH_URI_REFUSED },
    { "app:///x", BH_URI_REFUSED },
    { "app://notes:1/", BH_URI_REFUSED },
    { "blob:https://evil.example/9115d58c", BH_URI_REFUSED },
    { "blob:app://other/9115d58c", BH_URI_REFUSED },
    { "blob:null/9115d58c", BH_URI_REFUSED },
    { "blob:about:blank", BH_URI_REFUSED },
    { "blob:", BH_URI_REFUSED },
    { "data:text/html,<p>", BH_URI_REFUSED },
    { "javascript:alert(1)", BH_URI_REFUSED },
    { "JavaScript:alert(1)", BH_URI_REFUSED },
    { "file:///etc/passwd", BH_URI_REFUSED },
    { "about:config", BH_URI_REFUSED },
    { "about:", BH_URI_REFUSED },
    { "webkit://gpu", BH_URI_REFUSED },
    { "resource:///org/x", BH_URI_REFUSED },
    { "chrome://settings", BH_URI_REFUSED },
    { "view-source:https://notes.example/", BH_URI_REFUSED },
    { "ssh://host/", BH_URI_REFUSED },
    { "smb://host/", BH_URI_REFUSED },
    { "no-such-scheme:x", BH_URI_REFUSED },
    { "", BH_URI_REFUSED },
    { "notes", BH_URI_REFUSED },
    { "/etc/passwd", BH_URI_REFUSED },
    { "https:///", BH_URI_REFUSED },
    { "https://notes.example\\@evil.example/", BH_URI_REFUSED },
    { "https://notes.example /", BH_URI_REFUSED },
    { "https://notes.example;.evil.example/", BH_URI_REFUSED },
    { "\thttps://notes.example/", BH_URI_REFUSED },
    { "mailto:a\nb", BH_URI_REFUSED },
    { "https://\xff/", BH_URI_REFUSED },
  };

  assert_verdicts (manifest, cases, G_N_ELEMENTS (cases));
}

static void
test_packed_app (void)
{
  g_autoptr (BhManifest) manifest = make ("app:///index.html", "");
  static const Case cases[] = {
    { "app://notes", BH_URI_INSIDE },        { "app://notes/../../x", BH_URI_INSIDE },
    { "blob:app://notes/1", BH_URI_INSIDE }, { "app://other/", BH_URI_REFUSED },
    { "https://notes/", BH_URI_EXTERNAL },   { "http://notes.example/", BH_URI_EXTERNAL },
  };

  assert_verdicts (manifest, cases, G_N_ELEMENTS (cases));
}

static void
test_scope (void)
{
  g_autoptr (BhManifest) manifest
      = make ("https://notes.example/app/start",
              "\"scope\": [\"https://notes.example/app/\", \"https://login.example\"]");
  static const Case cases[] = {
    { "https://notes.example/app/", BH_URI_INSIDE },
    { "https://notes.example/app/a/../b", BH_URI_INSIDE },
    { "https://login.example/any/thing", BH_URI_INSIDE },
    { "blob:https://notes.example/9115d58c", BH_URI_INSIDE },
    { "app://notes/", BH_URI_INSIDE },
    { "https://notes.example/", BH_URI_EXTERNAL },
    { "https://notes.example/app", BH_URI_EXTERNAL },
    { "https://notes.example/app/../admin", BH_URI_EXTERNAL },
    { "https://notes.example/app/%2e%2e/admin", BH_URI_EXTERNAL },
    { "https://login.example.evil.example/", BH_URI_EXTERNAL },
    { "blob:https://login.example.evil.example/1", BH_URI_REFUSED },
  };

  assert_verdicts (manifest, cases, G_N_ELEMENTS (cases));
}

static void
test_empty_scope (void)
{
  g_autoptr (BhManifest) manifest = make ("app:///", "\"scope\": []");
  static const Case cases[] = {
    { "app://notes/x", BH_URI_INSIDE },
    { "https://notes.example/", BH_URI_EXTERNAL },
  };

  assert_verdicts (manifest, cases, G_N_ELEMENTS (cases));
}

static void
assert_resolves (BhManifest *manifest, const char *uri, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *resolved = bh_uri_policy_resolve (manifest, uri, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (resolved, ==, expected);
}

static void
assert_resolve_refused (BhManifest *manifest, const char *uri, const char *message)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (bh_uri_policy_resolve (manifest, uri, &error));
  g_assert_error (error, BH_ERROR, BH_ERROR_INVALID_URI);
  g_assert_cmpstr (error->message, ==, message);
}

static void
test_resolve (void)
{
  g_autoptr (BhManifest) packed = make ("app:///a/index.html?q", "");
  g_autoptr (BhManifest) web
      = make ("https://notes.example/app/start", "\"scope\": [\"https://notes.example/app/\"]");

  assert_resolves (packed, "#leak", "app://notes/a/index.html?q#leak");
  assert_resolves (packed, "", "app://notes/a/index.html?q");
  assert_resolves (packed, "page2.html", "app://notes/a/page2.html");
  assert_resolves (packed, "../../x", "app://notes/x");
  assert_resolves (packed, "/x", "app://notes/x");
  assert_resolves (packed, "app:///x", "app://notes/x");
  assert_resolves (packed, "app://notes/x", "app://notes/x");
  assert_resolves (web, "other", "https://notes.example/app/other");
  assert_resolves (web, "app:///help.html", "app://notes/help.html");

  assert_resolve_refused (packed, "https://evil.example/",
                          "“https://evil.example/” is outside the app's scope: app://notes");
  assert_resolve_refused (
      web, "/elsewhere",
      "“/elsewhere” is outside the app's scope: app://notes, https://notes.example/app/");
  assert_resolve_refused (
      web, "//evil.example/app/",
      "“//evil.example/app/” is outside the app's scope: app://notes, https://notes.example/app/");
  assert_resolve_refused (packed, "//evil/",
                          "“app://evil/” can't be used: it is another app's; write “app:///…”");
  assert_resolve_refused (
      packed, "about:blank",
      "“about:blank” can't be used: an app's pages have “https”, “http” or “app” addresses");
  assert_resolve_refused (packed, "a b",
                          "“a b” can't be used: it has a blank or a control character");
  assert_resolve_refused (packed, "a\n",
                          "“a\\u000a” can't be used: it has a blank or a control character");
  assert_resolve_refused (packed, "..\\x", "“..\\x” can't be used: it has a backslash");
}

static void
test_resolve_malformed (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BhManifest) manifest = make ("app:///", "");

  g_assert_null (bh_uri_policy_resolve (manifest, "//notes:99999999/", &error));
  g_assert_error (error, BH_ERROR, BH_ERROR_INVALID_URI);
  g_assert_true (g_str_has_prefix (error->message, "“//notes:99999999/” can't be used: "));
}

static void
assert_path (const char *uri, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = bh_app_uri_to_path (uri, "my_2dapp", &error);

  g_assert_no_error (error);
  g_assert_cmpstr (path, ==, expected);
}

static void
test_app_path (void)
{
  assert_path ("app://my_2dapp", "index.html");
  assert_path ("app://my_2dapp/", "index.html");
  assert_path ("app://my_2dapp?x", "index.html");
  assert_path ("app://my_2dapp/#x", "index.html");
  assert_path ("APP://my_2dapp/a", "a");
  assert_path ("app://my_2dapp/a/b%20c?x#y", "a/b c");
  assert_path ("app://my_2dapp/a/b/", "a/b/index.html");
  assert_path ("app://my_2dapp/%252e%252e", "%2e%2e");
  assert_path ("app://my_2dapp/...", "...");
  assert_path ("app://my_2dapp/.hidden", ".hidden");
  assert_path ("app://my_2dapp/a%3Fb%23c", "a?b#c");
  assert_path ("app://my_2dapp/%E6%97%A5", "日");
  assert_path ("app://my_2dapp/a?/../../b", "a");
}

static void
test_app_path_refused (void)
{
  static const char *const uris[] = {
    "app://other/x",
    "app://My_2dapp/x",
    "app://my_2dapp.x/",
    "app://my_2dapp:80/",
    "app://user@my_2dapp/",
    "app:///x",
    "app:x",
    "",
    "https://my_2dapp/x",
    "app://my_2dapp/..",
    "app://my_2dapp/../x",
    "app://my_2dapp/a/../../x",
    "app://my_2dapp/.",
    "app://my_2dapp/./x",
    "app://my_2dapp/%2e%2e/x",
    "app://my_2dapp/.%2E/x",
    "app://my_2dapp/%2e",
    "app://my_2dapp/a%2fb",
    "app://my_2dapp/..%2F..",
    "app://my_2dapp/a%00b",
    "app://my_2dapp/a\\b",
    "app://my_2dapp/a%5cb",
    "app://my_2dapp//x",
    "app://my_2dapp/a//b",
    "app://my_2dapp//",
    "app://my_2dapp/%",
    "app://my_2dapp/%zz",
    "app://my_2dapp/a%2",
    "app://my_2dapp/%ff",
    "app://my_2dapp/a%0ab",
    "app://my_2dapp/a\nb",
    "app://my_2dapp/%7f",
    "app://my_2dapp\\x",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (uris); i++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", uris[i]);
      g_assert_null (bh_app_uri_to_path (uris[i], "my_2dapp", &error));
      g_assert_error (error, BH_ERROR, BH_ERROR_INVALID_URI);
      g_assert_nonnull (g_strstr_len (error->message, -1, "names no file of the app"));
    }
}

static void
test_may_open (void)
{
  g_assert_true (bh_uri_policy_may_open ("https://example.com/a?b#c"));
  g_assert_true (bh_uri_policy_may_open ("HTTP://example.com"));
  g_assert_true (bh_uri_policy_may_open ("mailto:a@b.example?subject=x"));
  g_assert_true (bh_uri_policy_may_open ("web+thing:x"));
  g_assert_false (bh_uri_policy_may_open (""));
  g_assert_false (bh_uri_policy_may_open ("/etc/passwd"));
  g_assert_false (bh_uri_policy_may_open ("file:///etc/passwd"));
  g_assert_false (bh_uri_policy_may_open ("FILE:///etc/passwd"));
  g_assert_false (bh_uri_policy_may_open ("ssh://-oProxyCommand=x/"));
  g_assert_false (bh_uri_policy_may_open ("smb://host/share"));
  g_assert_false (bh_uri_policy_may_open ("app://other/"));
  g_assert_false (bh_uri_policy_may_open ("javascript:alert(1)"));
  g_assert_false (bh_uri_policy_may_open ("data:text/html,x"));
  g_assert_false (bh_uri_policy_may_open ("--new-window"));
  g_assert_false (bh_uri_policy_may_open ("https://"));
  g_assert_false (bh_uri_policy_may_open ("https://a.example/\nb"));
  g_assert_false (bh_uri_policy_may_open ("https://a.example/ --flag"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/uri-policy/may-open", test_may_open);
  g_test_add_func ("/uri-policy/web-app", test_web_app);
  g_test_add_func ("/uri-policy/packed-app", test_packed_app);
  g_test_add_func ("/uri-policy/scope", test_scope);
  g_test_add_func ("/uri-policy/empty-scope", test_empty_scope);
  g_test_add_func ("/uri-policy/resolve", test_resolve);
  g_test_add_func ("/uri-policy/resolve-malformed", test_resolve_malformed);
  g_test_add_func ("/uri-policy/app-path", test_app_path);
  g_test_add_func ("/uri-policy/app-path-refused", test_app_path_refused);

  return g_test_run ();
}
