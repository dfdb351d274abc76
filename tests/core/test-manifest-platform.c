/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "manifest-helpers.h"

#define LAYOUT_WARNING                                                                             \
  "layouts of a platform are not shown yet: only the first view of the first window opens\n"
#define PLATFORM(members) "{ \"platform\": { \"uuid\": \"desk\" },\n" members " }"
#define VIEW(url)                                                                                  \
  "{ \"type\": \"component\", \"componentName\": \"view\", \"componentState\": { \"url\": \"" url  \
  "\" } }"
#define SNAPSHOT(content)                                                                          \
  PLATFORM ("\"snapshot\": { \"windows\": [ { \"layout\": { \"content\": [\n" content " ] } } ] "  \
            "}")

static const char *
url_of (BhManifest *manifest, guint window, guint view)
{
  return bh_view_spec_get_url (
      bh_window_spec_get_view (bh_manifest_get_window (manifest, window), view));
}

static void
test_snapshot (void)
{
  g_autoptr (BhManifest) manifest = read_good (
      "{ \"platform\": { \"uuid\": \"desk\", \"name\": \"Desk\", \"icon\": \"d.png\",\n"
      "    \"defaultWindowOptions\": { \"defaultWidth\": 1000, \"frame\": false },\n"
      "    \"providerUrl\": \"https://provider.example/\" },\n"
      "  \"snapshot\": { \"windows\": [\n"
      "    { \"name\": \"first\", \"defaultHeight\": 700, \"layout\": { \"settings\": {}, "
      "\"content\": [\n"
      "      { \"type\": \"row\", \"content\": [\n"
      "        { \"type\": \"stack\", \"content\": [\n"
      "          { \"type\": \"component\", \"componentName\": \"view\", \"componentState\":\n"
      "            { \"name\": \"news\", \"url\": \"https://news.example/a\" } },\n"
      "          { \"type\": \"component\", \"componentState\": { \"url\": "
      "\"https://news.example/b\" } }\n"
      "        ] },\n"
      "        { \"type\": \"column\", \"content\": [ " VIEW (
          "https://chat.example") " ] } ] } ] } },\n"
                                  "    { \"defaultWidth\": 300, \"layout\": { \"content\": "
                                  "[ " VIEW ("app:///x") " ] } }\n"
                                                         "  ] } }");
  BhWindowSpec *first = bh_manifest_get_window (manifest, 0);
  BhWindowSpec *second = bh_manifest_get_window (manifest, 1);
  const char *const *scope = bh_manifest_get_scope (manifest);

  g_assert_true (bh_manifest_is_platform (manifest));
  g_assert_cmpstr (bh_manifest_get_name (manifest), ==, "Desk");
  g_assert_cmpstr (bh_manifest_get_icon (manifest), ==, "d.png");
  g_assert_cmpuint (bh_manifest_get_n_windows (manifest), ==, 2);
  g_assert_cmpstr (bh_manifest_get_url (manifest), ==, "https://news.example/a");

  g_assert_cmpstr (bh_window_spec_get_name (first), ==, "first");
  g_assert_cmpint (bh_window_spec_get_width (first), ==, 1000);
  g_assert_cmpint (bh_window_spec_get_height (first), ==, 700);
  g_assert_false (bh_window_spec_get_frame (first));
  g_assert_cmpuint (bh_window_spec_get_n_views (first), ==, 3);
  g_assert_cmpstr (bh_view_spec_get_name (bh_window_spec_get_view (first, 0)), ==, "news");
  g_assert_cmpstr (bh_view_spec_get_name (bh_window_spec_get_view (first, 1)), ==, "Desk");
  g_assert_cmpstr (url_of (manifest, 0, 1), ==, "https://news.example/b");
  g_assert_cmpstr (url_of (manifest, 0, 2), ==, "https://chat.example/");

  g_assert_cmpstr (bh_window_spec_get_name (second), ==, "Desk");
  g_assert_cmpint (bh_window_spec_get_width (second), ==, 300);
  g_assert_cmpint (bh_window_spec_get_height (second), ==, 500);
  g_assert_cmpuint (bh_window_spec_get_n_views (second), ==, 1);
  g_assert_cmpstr (url_of (manifest, 1, 0), ==, "app://desk/x");

  g_assert_cmpstr (scope[0], ==, "https://news.example/");
  g_assert_cmpstr (scope[1], ==, "https://chat.example/");
  g_assert_cmpstr (scope[2], ==, "app://desk/");
  g_assert_null (scope[3]);
  assert_warnings (manifest,
                   "platform.providerUrl, line 3: OpenFin's “providerUrl” is not honoured\n"
                   "snapshot, line 4: " LAYOUT_WARNING);
}

static void
test_provider (void)
{
  g_autoptr (BhManifest) manifest = read_good (
      "{ \"platform\": { \"uuid\": \"desk\", \"providerUrl\": \"https://provider.example\","
      "\"defaultWindowOptions\": { \"defaultWidth\": 640,\n\"title\": \"x\", \"unheard\": 1 } } }");
  g_autoptr (BhManifest) empty = read_good (
      "{ \"platform\": { \"uuid\": \"desk\", \"providerUrl\": \"https://provider.example\" },"
      "\"snapshot\": { \"windows\": [ {}, { \"layout\": { \"content\": [] } } ],\n"
      "\"snapshotDetails\": {} } }");

  g_assert_true (bh_manifest_is_platform (manifest));
  g_assert_cmpuint (bh_manifest_get_n_windows (manifest), ==, 1);
  g_assert_cmpstr (bh_manifest_get_url (manifest), ==, "https://provider.example/");
  g_assert_cmpint (bh_window_spec_get_width (bh_manifest_get_window (manifest, 0)), ==, 640);
  assert_warnings (
      manifest, "platform.defaultWindowOptions.title, line 2: OpenFin's “title” is not honoured\n"
                "platform.defaultWindowOptions.unheard, line 2: is not known, and kept\n");

  g_assert_cmpuint (bh_manifest_get_n_windows (empty), ==, 1);
  g_assert_cmpstr (bh_manifest_get_url (empty), ==, "https://provider.example/");
  assert_warnings (empty, "snapshot.snapshotDetails, line 2: OpenFin's “snapshotDetails” is not "
                          "honoured\n");
}

static void
test_left_out (void)
{
  g_autoptr (BhManifest) manifest = read_good (
      SNAPSHOT ("{ \"type\": \"component\" },\n"
                "{ \"type\": \"component\", \"componentState\": {} },\n"
                "{ \"type\": \"component\", \"componentState\": { \"url\": \"about:blank\" } },\n"
                "{ \"type\": \"component\", \"componentName\": \"custom\" },\n"
                "{ \"type\": \"stack\" },\n" VIEW ("http://plain.example/")));

  g_assert_cmpuint (bh_manifest_get_n_windows (manifest), ==, 1);
  g_assert_cmpuint (bh_window_spec_get_n_views (bh_manifest_get_window (manifest, 0)), ==, 1);
  assert_warnings (
      manifest,
      "snapshot, line 2: " LAYOUT_WARNING "snapshot.windows[0].layout.content[0].componentState, "
      "line 3: the view has no address and is "
      "left out\n"
      "snapshot.windows[0].layout.content[1].componentState, line 4: the view has no address and "
      "is "
      "left out\n"
      "snapshot.windows[0].layout.content[2].componentState, line 5: the view has no address and "
      "is "
      "left out\n"
      "snapshot.windows[0].layout.content[3].componentName, line 6: only views are shown; it is "
      "left "
      "out\n"
      "snapshot.windows[0].layout.content[5].componentState.url, line 8: “http” is not encrypted: "
      "others on the network can read and change the app\n");
}

static void
test_both (void)
{
  g_autoptr (BhManifest) manifest = read_good (
      "{ \"startup_app\": { \"uuid\": \"plain\", \"url\": \"app:///\" },\n"
      "\"platform\": { \"uuid\": \"desk\" },\n\"snapshot\": \"https://x.example/s\" }");

  g_assert_false (bh_manifest_is_platform (manifest));
  g_assert_cmpstr (bh_manifest_get_name (manifest), ==, "plain");
  assert_warnings (manifest, "platform, line 2: OpenFin's “platform” is not honoured\n"
                             "snapshot, line 3: OpenFin's “snapshot” is not honoured\n");
}

static void
test_bad (void)
{
  assert_bad ("{ \"platform\": [] }", "platform, line 1: must be an object, not a list");
  assert_bad ("{\n\"platform\": {} }", "platform.uuid, line 2: is missing");
  assert_bad (PLATFORM ("\"x\": 1"),
              "platform, line 1: there is nothing to show: the manifest needs a “snapshot” with a "
              "view, or “platform.providerUrl”");
  assert_bad (SNAPSHOT ("{}"),
              "platform, line 1: there is nothing to show: the manifest needs a “snapshot” with a "
              "view, or “platform.providerUrl”");
  assert_bad (
      "{ \"platform\": { \"uuid\": \"d\",\n\"providerUrl\": \"x\" } }",
      "platform.providerUrl, line 2: “x” can't be used: write all of it, as in “https://…”, "
      "or “app:///…” for a file of the app");
  assert_bad ("{ \"platform\": { \"uuid\": \"d\",\n\"defaultWindowOptions\": 1 } }",
              "platform.defaultWindowOptions, line 2: must be an object, not a number");
  assert_bad (
      "{ \"platform\": { \"uuid\": \"d\", \"defaultWindowOptions\": {\n\"minWidth\": -1 } } }",
      "platform.defaultWindowOptions.minWidth, line 2: must be from 0 to 32767, not -1");
  assert_bad (PLATFORM ("\"snapshot\": 5"), "snapshot, line 2: must be an object, not a number");
  assert_bad (PLATFORM ("\"snapshot\": { \"windows\": {} }"),
              "snapshot.windows, line 2: must be a list, not an object");
  assert_bad (PLATFORM ("\"snapshot\": { \"windows\": [ 1 ] }"),
              "snapshot.windows[0], line 2: must be an object, not a number");
  assert_bad (PLATFORM ("\"snapshot\": { \"windows\": [ { \"layout\": 1 } ] }"),
              "snapshot.windows[0].layout, line 2: must be an object, not a number");
  assert_bad (PLATFORM ("\"snapshot\": { \"windows\": [ { \"name\": 1 } ] }"),
              "snapshot.windows[0].name, line 2: must be a text, not a number");
  assert_bad (PLATFORM ("\"snapshot\": { \"windows\": [ { \"frame\": 1 } ] }"),
              "snapshot.windows[0].frame, line 2: must be true or false, not a number");
  assert_bad (SNAPSHOT ("5"),
              "snapshot.windows[0].layout.content[0], line 3: must be an object, not a number");
  assert_bad (SNAPSHOT ("{ \"type\": 5 }"),
              "snapshot.windows[0].layout.content[0].type, line 3: must be a text, not a number");
  assert_bad (
      SNAPSHOT ("{ \"content\": 5 }"),
      "snapshot.windows[0].layout.content[0].content, line 3: must be a list, not a number");
  assert_bad (SNAPSHOT ("{ \"content\": [ { \"content\": [ 1 ] } ] }"),
              "snapshot.windows[0].layout.content[0].content[0].content[0], line 3: must be an "
              "object, not a number");
  assert_bad (SNAPSHOT ("{ \"type\": \"component\", \"componentName\": 5 }"),
              "snapshot.windows[0].layout.content[0].componentName, line 3: must be a text, not a "
              "number");
  assert_bad (
      SNAPSHOT ("{ \"type\": \"component\", \"componentState\": 5 }"),
      "snapshot.windows[0].layout.content[0].componentState, line 3: must be an object, not "
      "a number");
  assert_bad (
      SNAPSHOT ("{ \"type\": \"component\", \"componentState\": { \"url\": 5 } }"),
      "snapshot.windows[0].layout.content[0].componentState.url, line 3: must be a text, not "
      "a number");
  assert_bad (SNAPSHOT ("{ \"type\": \"component\", \"componentState\": { \"name\": 5 } }"),
              "snapshot.windows[0].layout.content[0].componentState.name, line 3: must be a text, "
              "not a number");
  assert_bad (
      SNAPSHOT (VIEW ("file:///x")),
      "snapshot.windows[0].layout.content[0].componentState.url, line 3: “file:///x” can't "
      "be used: apps have no access to files; pack the file with the app and use “app:///…”");
}

static void
test_scope (void)
{
  static const char content[]
      = "\"snapshot\": { \"windows\": [ { \"layout\": { \"content\": [ " VIEW (
          "https://a.example/") ", " VIEW ("https://b.example/x") " ] } } ] },\n\"bulkhead\": { "
                                                                  "\"scope\": [";
  g_autofree char *good = g_strconcat ("{ \"platform\": { \"uuid\": \"d\" }, ", content,
                                       "\"https://a.example\", \"https://b.example\" ] } }", NULL);
  g_autofree char *bad = g_strconcat ("{ \"platform\": { \"uuid\": \"d\" }, ", content,
                                      "\"https://a.example\" ] } }", NULL);
  g_autoptr (BhManifest) manifest = read_good (good);

  g_assert_cmpstr (bh_manifest_get_scope (manifest)[1], ==, "https://b.example/");
  assert_bad (bad, "bulkhead.scope, line 2: does not include “https://b.example/x”, which the app "
                   "begins with");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/manifest-platform/snapshot", test_snapshot);
  g_test_add_func ("/manifest-platform/provider", test_provider);
  g_test_add_func ("/manifest-platform/left-out", test_left_out);
  g_test_add_func ("/manifest-platform/both", test_both);
  g_test_add_func ("/manifest-platform/bad", test_bad);
  g_test_add_func ("/manifest-platform/scope", test_scope);

  return g_test_run ();
}
