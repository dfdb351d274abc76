/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "manifest-helpers.h"

#include <string.h>

#define APP(members)                                                                               \
  "{ \"startup_app\": { \"uuid\": \"notes\", \"url\": \"https://notes.example/\"" members " } }"

static void
test_smallest (void)
{
  static const char text[]
      = "{ \"startup_app\": { \"uuid\": \"notes\", \"url\": \"https://Notes.example\" } }";
  g_autoptr (BhManifest) manifest = read_good (text);
  g_autoptr (BhLimits) none = bh_limits_new (0, 0, 0, 0, 0);
  BhWindowSpec *window;
  int left = 7;
  int top = 7;

  g_assert_cmpstr (bh_app_id_get_uuid (bh_manifest_get_id (manifest)), ==, "notes");
  g_assert_cmpstr (bh_manifest_get_name (manifest), ==, "notes");
  g_assert_cmpstr (bh_manifest_get_description (manifest), ==, "");
  g_assert_cmpstr (bh_manifest_get_icon (manifest), ==, "");
  g_assert_cmpstr (bh_manifest_get_url (manifest), ==, "https://notes.example/");
  g_assert_false (bh_manifest_is_platform (manifest));
  g_assert_true (bh_manifest_get_network (manifest));
  g_assert_false (bh_manifest_get_unsandboxed (manifest));
  g_assert_true (bh_limits_equal (bh_manifest_get_limits (manifest), none));
  g_assert_cmpint (bh_manifest_get_restart_policy (manifest), ==, BH_RESTART_ON_CRASH);
  g_assert_cmpuint (bh_manifest_get_max_restarts (manifest), ==, 3);
  g_assert_cmpint (bh_manifest_get_restart_window (manifest), ==, 60 * G_USEC_PER_SEC);
  g_assert_cmpstr (bh_manifest_get_scope (manifest)[0], ==, "https://notes.example/");
  g_assert_null (bh_manifest_get_scope (manifest)[1]);
  assert_warnings (manifest, "");
  g_assert_cmpstr (bh_manifest_get_text (manifest), ==, text);

  g_assert_cmpuint (bh_manifest_get_n_windows (manifest), ==, 1);
  window = bh_manifest_get_window (manifest, 0);
  g_assert_cmpstr (bh_window_spec_get_name (window), ==, "notes");
  g_assert_cmpint (bh_window_spec_get_width (window), ==, 800);
  g_assert_cmpint (bh_window_spec_get_height (window), ==, 500);
  g_assert_cmpint (bh_window_spec_get_min_width (window), ==, 0);
  g_assert_cmpint (bh_window_spec_get_min_height (window), ==, 0);
  g_assert_false (bh_window_spec_get_position (window, &left, &top));
  g_assert_cmpint (left, ==, 7);
  g_assert_false (bh_window_spec_get_centered (window));
  g_assert_true (bh_window_spec_get_save_state (window));
  g_assert_true (bh_window_spec_get_resizable (window));
  g_assert_true (bh_window_spec_get_frame (window));
  g_assert_false (bh_window_spec_get_always_on_top (window));
  g_assert_cmpuint (bh_window_spec_get_n_views (window), ==, 1);
  g_assert_cmpstr (bh_view_spec_get_name (bh_window_spec_get_view (window, 0)), ==, "notes");
  g_assert_cmpstr (bh_view_spec_get_url (bh_window_spec_get_view (window, 0)), ==,
                   "https://notes.example/");
}

static void
test_full (void)
{
  g_autoptr (BhManifest) manifest = read_good (
      "{ \"startup_app\": { \"uuid\": \"my-notes\", \"name\": \"Notes\", \"description\": \"Takes "
      "notes\","
      "\"url\": \"app:///a/index.html\", \"icon\": \"img/icon.svg\", \"defaultWidth\": 900,"
      "\"defaultHeight\": 600.0, \"minWidth\": 300, \"minHeight\": 200, \"defaultLeft\": -5,"
      "\"defaultTop\": 10, \"defaultCentered\": true, \"saveWindowState\": false,"
      "\"resizable\": false, \"frame\": false, \"alwaysOnTop\": true } }");
  BhWindowSpec *window = bh_manifest_get_window (manifest, 0);
  int left = 0;
  int top = 0;

  g_assert_cmpstr (bh_manifest_get_name (manifest), ==, "Notes");
  g_assert_cmpstr (bh_manifest_get_description (manifest), ==, "Takes notes");
  g_assert_cmpstr (bh_manifest_get_url (manifest), ==, "app://my_2dnotes/a/index.html");
  g_assert_cmpstr (bh_manifest_get_scope (manifest)[0], ==, "app://my_2dnotes/");
  g_assert_cmpstr (bh_manifest_get_icon (manifest), ==, "img/icon.svg");
  g_assert_cmpstr (bh_window_spec_get_name (window), ==, "Notes");
  g_assert_cmpint (bh_window_spec_get_width (window), ==, 900);
  g_assert_cmpint (bh_window_spec_get_height (window), ==, 600);
  g_assert_cmpint (bh_window_spec_get_min_width (window), ==, 300);
  g_assert_cmpint (bh_window_spec_get_min_height (window), ==, 200);
  g_assert_true (bh_window_spec_get_position (window, &left, &top));
  g_assert_true (bh_window_spec_get_position (window, NULL, NULL));
  g_assert_cmpint (left, ==, -5);
  g_assert_cmpint (top, ==, 10);
  g_assert_true (bh_window_spec_get_centered (window));
  g_assert_false (bh_window_spec_get_save_state (window));
  g_assert_false (bh_window_spec_get_resizable (window));
  g_assert_false (bh_window_spec_get_frame (window));
  g_assert_true (bh_window_spec_get_always_on_top (window));
  assert_warnings (manifest, "");
}

static void
test_window_bounds (void)
{
  g_autoptr (BhManifest) small
      = read_good (APP (", \"defaultWidth\": 1, \"minWidth\": 400, \"minHeight\": 700"));
  g_autoptr (BhManifest) one_place = read_good (APP (", \"defaultTop\": 5"));
  BhWindowSpec *window = bh_manifest_get_window (small, 0);
  int left = 0;
  int top = 0;

  g_assert_cmpint (bh_window_spec_get_width (window), ==, 400);
  g_assert_cmpint (bh_window_spec_get_height (window), ==, 700);
  g_assert_true (bh_window_spec_get_position (bh_manifest_get_window (one_place, 0), &left, &top));
  g_assert_cmpint (left, ==, 100);
  g_assert_cmpint (top, ==, 5);

  assert_bad (APP (",\n\"defaultWidth\": 0"),
              "startup_app.defaultWidth, line 2: must be from 1 to 32767, not 0");
  assert_bad (APP (",\n\"defaultHeight\": 32768"),
              "startup_app.defaultHeight, line 2: must be from 1 to 32767, not 32768");
  assert_bad (APP (",\n\"minWidth\": -1"),
              "startup_app.minWidth, line 2: must be from 0 to 32767, not -1");
  assert_bad (APP (",\n\"minHeight\": 1.5"),
              "startup_app.minHeight, line 2: must be a whole number, not 1.5");
  assert_bad (APP (",\n\"defaultLeft\": \"5\""),
              "startup_app.defaultLeft, line 2: must be a whole number, not a text");
  assert_bad (APP (",\n\"defaultTop\": null"),
              "startup_app.defaultTop, line 2: must be a whole number, not null");
  assert_bad (APP (",\n\"frame\": 1"), "startup_app.frame, line 2: must be true or false, not a "
                                       "number");
  assert_bad (APP (",\n\"alwaysOnTop\": \"yes\""),
              "startup_app.alwaysOnTop, line 2: must be true or false, not a text");
}

static void
test_identity (void)
{
  g_autoptr (BhManifest) no_name = read_good (APP (", \"name\": \"\""));
  g_autofree char *text = NULL;
  g_autofree char *long_uuid = g_strnfill (1025, 'a');

  g_assert_cmpstr (bh_manifest_get_name (no_name), ==, "notes");

  assert_bad ("{}", "startup_app, line 1: is missing");
  assert_bad ("[]", "line 1: must be an object, not a list");
  assert_bad ("{ \"startup_app\": 1 }", "startup_app, line 1: must be an object, not a number");
  assert_bad ("{ \"startup_app\":\n {} }", "startup_app.uuid, line 1: is missing");
  assert_bad ("{ \"startup_app\": {\n\"uuid\": 5 } }",
              "startup_app.uuid, line 2: must be a text, not a number");
  assert_bad ("{ \"startup_app\": {\n\"uuid\": \"\" } }",
              "startup_app.uuid, line 2: an app's id can't be empty");
  assert_bad ("{ \"startup_app\": {\n\"uuid\": \"*\" } }",
              "startup_app.uuid, line 2: “*” stands for every app and can't be the id of one");
  assert_bad ("{ \"startup_app\": {\n\"uuid\": \"a\\nb\" } }",
              "startup_app.uuid, line 2: an app's id can't have control characters");
  text = g_strdup_printf ("{ \"startup_app\": { \"uuid\": \"%s\" } }", long_uuid);
  assert_bad (text, "startup_app.uuid, line 1: an app's id can have at most 1024 bytes, this one "
                    "has 1025");
  assert_bad (APP (",\n\"name\": 5"), "startup_app.name, line 2: must be a text, not a number");
  assert_bad (APP (",\n\"name\": \"a\\u001bb\""),
              "startup_app.name, line 2: can't have control characters");
  assert_bad (APP (",\n\"description\": \"a\\nb\""),
              "startup_app.description, line 2: can't have control characters");
  assert_bad (APP (",\n\"description\": []"),
              "startup_app.description, line 2: must be a text, not a list");
}

static void
test_url (void)
{
  g_autoptr (BhManifest) plain
      = read_good ("{ \"startup_app\": { \"uuid\": \"n\",\n\"url\": \"http://notes.example/\" } }");
  g_autoptr (BhManifest) loopback
      = read_good ("{ \"startup_app\": { \"uuid\": \"n\", \"url\": \"http://localhost:8000\" } }");
  static const struct
  {
    const char *url;
    const char *message;
  } bad[] = {
    { "index.html", "“index.html” can't be used: write all of it, as in “https://…”, or “app:///…” "
                    "for a file of the app" },
    { "", "“” can't be used: write all of it, as in “https://…”, or “app:///…” for a file of the "
          "app" },
    { "file:///x", "“file:///x” can't be used: apps have no access to files; pack the file with "
                   "the app and use “app:///…”" },
    { "javascript:1", "“javascript:1” can't be used: an app's pages have “https”, “http” or “app” "
                      "addresses" },
    { "data:,", "“data:,” can't be used: an app's pages have “https”, “http” or “app” addresses" },
    { "about:blank", "“about:blank” can't be used: an app's pages have “https”, “http” or “app” "
                     "addresses" },
    { "app://other/", "“app://other/” can't be used: it is another app's; write “app:///…”" },
    { "https://a b/", "“https://a b/” can't be used: it has a blank or a control character" },
    { "https:///x", "“https:///x” can't be used: it has no host, or one that can't be" },
  };

  assert_warnings (plain, "startup_app.url, line 2: “http” is not encrypted: others on the network "
                          "can read and change the app\n");
  g_assert_cmpstr (bh_manifest_get_url (loopback), ==, "http://localhost:8000/");
  g_assert_cmpstr (bh_manifest_get_scope (loopback)[0], ==, "http://localhost:8000/");
  assert_warnings (loopback, "");

  assert_bad ("{\n\"startup_app\": { \"uuid\": \"n\" } }", "startup_app.url, line 2: is missing");
  assert_bad ("{ \"startup_app\": { \"uuid\": \"n\",\n\n \"url\": 4 } }",
              "startup_app.url, line 3: must be a text, not a number");
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autofree char *text
          = g_strdup_printf ("{ \"startup_app\": { \"uuid\": \"n\",\n\"url\": \"%s\" } }",
                             bad[i].url);
      g_autofree char *message = g_strdup_printf ("startup_app.url, line 2: %s", bad[i].message);

      assert_bad (text, message);
    }
}

static void
test_icon (void)
{
  static const struct
  {
    const char *written;
    const char *icon;
  } good[] = {
    { "", "" },
    { "icon.svg", "icon.svg" },
    { "./icon.svg", "icon.svg" },
    { "a/b c/icon.png", "a/b c/icon.png" },
    { "app:///a/b%20c.png", "a/b c.png" },
    { "https://Notes.example/icon.png", "https://notes.example/icon.png" },
  };
  static const char *const bad[] = {
    "/usr/share/icon.svg",
    "../icon.svg",
    "a/../../icon.svg",
    "a//icon.svg",
    "a/",
    "./",
    ".",
    "..",
    "a/./icon.svg",
    "a\\\\icon.svg",
    "a\\nicon.svg",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autofree char *text = g_strdup_printf (
          "{ \"startup_app\": { \"uuid\": \"n\", \"url\": \"app:///\", \"icon\": \"%s\" } }",
          good[i].written);
      g_autoptr (BhManifest) manifest = read_good (text);

      g_assert_cmpstr (bh_manifest_get_icon (manifest), ==, good[i].icon);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autofree char *text = g_strdup_printf (
          "{ \"startup_app\": { \"uuid\": \"n\", \"url\": \"app:///\",\n\"icon\": \"%s\" } }",
          bad[i]);

      assert_bad (text, "startup_app.icon, line 2: must be a file in the app's directory, such as "
                        "“icon.svg”");
    }
  assert_bad (APP (",\n\"icon\": \"file:///x.png\""),
              "startup_app.icon, line 2: “file:///x.png” can't be used: apps have no access to "
              "files; pack the file with the app and use “app:///…”");
  assert_bad (APP (",\n\"icon\": \"app:///a%2fb.png\""),
              "startup_app.icon, line 2: “app://notes/a%2Fb.png” names no file of the app: it has "
              "an escape that can't be");
  assert_bad (APP (",\n\"icon\": {}"), "startup_app.icon, line 2: must be a text, not an object");
}

static void
test_shortcut (void)
{
  static const char shortcut[]
      = "\"shortcut\": { \"name\": \"Short\", \"description\": \"Says\", \"icon\": \"s.png\",\n"
        "\"company\": \"Example\" }";
  g_autofree char *bare_text
      = g_strdup_printf ("{ \"startup_app\": { \"uuid\": \"n\", \"url\": \"app:///\" }, %s }",
                         shortcut);
  g_autofree char *full_text = g_strdup_printf (
      "{ \"startup_app\": { \"uuid\": \"n\", \"url\": \"app:///\", \"name\": \"App\","
      "\"description\": \"Does\", \"icon\": \"a.png\" }, %s }",
      shortcut);
  g_autoptr (BhManifest) bare = read_good (bare_text);
  g_autoptr (BhManifest) full = read_good (full_text);

  g_assert_cmpstr (bh_manifest_get_name (bare), ==, "Short");
  g_assert_cmpstr (bh_manifest_get_description (bare), ==, "Says");
  g_assert_cmpstr (bh_manifest_get_icon (bare), ==, "s.png");
  assert_warnings (bare, "shortcut.company, line 2: OpenFin's “company” is not honoured\n");
  g_assert_cmpstr (bh_manifest_get_name (full), ==, "App");
  g_assert_cmpstr (bh_manifest_get_description (full), ==, "Does");
  g_assert_cmpstr (bh_manifest_get_icon (full), ==, "a.png");

  assert_bad ("{ \"startup_app\": { \"uuid\": \"n\", \"url\": \"app:///\" },\n\"shortcut\": 1 }",
              "shortcut, line 2: must be an object, not a number");
  assert_bad ("{ \"startup_app\": { \"uuid\": \"n\", \"url\": \"app:///\" }, \"shortcut\": {\n"
              "\"name\": 1 } }",
              "shortcut.name, line 2: must be a text, not a number");
}

static void
test_warnings (void)
{
  g_autoptr (BhManifest) manifest = read_good ("{\n"
                                               "  \"runtime\": { \"version\": \"stable\" },\n"
                                               "  \"startup_app\": {\n"
                                               "    \"uuid\": \"notes\",\n"
                                               "    \"url\": \"https://notes.example/\",\n"
                                               "    \"autoShow\": true,\n"
                                               "    \"defaultwith\": 800,\n"
                                               "    \"wonderful\": [\n"
                                               "    ]\n"
                                               "  },\n"
                                               "  \"licenseKey\": \"x\",\n"
                                               "  \"something\\u001b\": null\n"
                                               "}\n");

  assert_warnings (
      manifest,
      "runtime, line 2: OpenFin's “runtime” is not honoured\n"
      "startup_app.autoShow, line 6: OpenFin's “autoShow” is not honoured\n"
      "startup_app.defaultwith, line 7: is not known, and kept (did you mean “defaultWidth”?)\n"
      "startup_app.wonderful, line 8: is not known, and kept\n"
      "licenseKey, line 11: OpenFin's “licenseKey” is not honoured\n"
      "[\"something\\u001b\"], line 12: is not known, and kept\n");
}

static void
test_many_warnings (void)
{
  g_autoptr (GString) text
      = g_string_new ("{ \"startup_app\": { \"uuid\": \"n\", \"url\": \"app:///\"");
  g_autoptr (BhManifest) exact = NULL;
  g_autoptr (BhManifest) more = NULL;
  g_autofree char *exact_text = NULL;
  g_autofree char *more_text = NULL;
  const char *const *warnings;

  for (int i = 0; i < 100; i++)
    g_string_append_printf (text, ",\n\"unknown%d\": 0", i);
  exact_text = g_strconcat (text->str, "}}", NULL);
  more_text = g_strconcat (text->str, ", \"a\": 0, \"b\": 0 }}", NULL);
  exact = read_good (exact_text);
  more = read_good (more_text);

  warnings = bh_manifest_get_warnings (exact);
  g_assert_nonnull (warnings[99]);
  g_assert_null (warnings[100]);
  warnings = bh_manifest_get_warnings (more);
  g_assert_cmpstr (warnings[100], ==, "… and 2 more");
  g_assert_null (warnings[101]);
}

static void
test_kept (void)
{
  static const char text[] = "{ \"startup_app\": { \"uuid\": \"n\", \"url\": \"app:///\", "
                             "\"customData\": { \"a\": [1] } } }";
  g_autoptr (BhManifest) manifest = read_good (text);
  JsonNode *root = bh_manifest_get_root (manifest);
  JsonObject *app = json_object_get_object_member (json_node_get_object (root), "startup_app");

  g_assert_true (json_node_is_immutable (root));
  g_assert_cmpint (
      json_array_get_int_element (
          json_object_get_array_member (json_object_get_object_member (app, "customData"), "a"), 0),
      ==, 1);
}

static void
test_input (void)
{
  static const char text[]
      = "{ \"startup_app\": { \"uuid\": \"n\", \"url\": \"app:///\" } }trailing";
  g_autoptr (GError) error = NULL;
  g_autofree char *large = g_strnfill (BH_MANIFEST_MAX_SIZE + 1, ' ');
  g_autofree char *deep = g_strnfill (BH_MANIFEST_MAX_SIZE, '[');
  g_autoptr (BhManifest) manifest
      = bh_manifest_new_from_data (text, (gssize) strlen (text) - 8, &error);

  g_assert_no_error (error);
  g_assert_false (g_str_has_suffix (bh_manifest_get_text (manifest), "g"));
  assert_bad (text, "line 1: the end of the text should be here, not “trailing”");
  assert_bad (large, "the text has 1048577 bytes, more than the 1048576 that are read");
  g_assert_null (bh_manifest_new_from_data (deep, BH_MANIFEST_MAX_SIZE, &error));
  g_assert_error (error, BH_ERROR, BH_ERROR_INVALID_MANIFEST);
  g_assert_true (g_str_has_suffix (error->message, "is nested more than 64 deep"));
  g_clear_error (&error);
  g_assert_null (bh_manifest_new_from_data ("", 0, &error));
  g_assert_error (error, BH_ERROR, BH_ERROR_INVALID_MANIFEST);
}

static void
test_shared (void)
{
  g_autoptr (BhManifest) manifest = read_good (APP (""));
  g_auto (GValue) value = G_VALUE_INIT;
  BhManifest *again = bh_manifest_ref (manifest);

  g_assert_true (again == manifest);
  g_value_init (&value, BH_TYPE_MANIFEST);
  g_value_take_boxed (&value, again);
  g_assert_true (g_value_get_boxed (&value) == manifest);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/manifest/smallest", test_smallest);
  g_test_add_func ("/manifest/full", test_full);
  g_test_add_func ("/manifest/window-bounds", test_window_bounds);
  g_test_add_func ("/manifest/identity", test_identity);
  g_test_add_func ("/manifest/url", test_url);
  g_test_add_func ("/manifest/icon", test_icon);
  g_test_add_func ("/manifest/shortcut", test_shortcut);
  g_test_add_func ("/manifest/warnings", test_warnings);
  g_test_add_func ("/manifest/many-warnings", test_many_warnings);
  g_test_add_func ("/manifest/kept", test_kept);
  g_test_add_func ("/manifest/input", test_input);
  g_test_add_func ("/manifest/shared", test_shared);

  return g_test_run ();
}
