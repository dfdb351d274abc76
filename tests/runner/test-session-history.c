/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-session-history.h"

#include <math.h>
#include <string.h>

#define MANIFEST                                                                                   \
  "{\"startup_app\":{\"uuid\":\"notes\",\"name\":\"N\",\"url\":\"https://notes.example/\"}}"

#define FRAME_TYPE "(ssssasmayxx(ii)dm(sa(uaysxmxmds))av)"
#define STATE_TYPE "(qa(s" FRAME_TYPE "u)mu)"

/* A frame as WebKit writes it, with something of everything. */
static GVariant *
frame (const char *uri, const char *form, const char *object, const char *body, GVariant *child)
{
  GVariantBuilder children;
  GVariant *sent = NULL;

  g_variant_builder_init (&children, G_VARIANT_TYPE ("av"));
  if (child != NULL)
    g_variant_builder_add (&children, "v", child);
  if (body != NULL)
    sent = g_variant_new_parsed ("('text/plain', [(uint32 0, %^ay, '', int64 0, @mx nothing, @md "
                                 "nothing, '')])",
                                 body);

  return g_variant_new (
      "(ssss@as@mayxx(ii)d@m(sa(uaysxmxmds))@av)", uri, uri, "https://notes.example/before",
      "frame", form != NULL ? g_variant_new_strv (&form, 1) : g_variant_new_strv (NULL, 0),
      g_variant_new_maybe (G_VARIANT_TYPE_BYTESTRING,
                           object != NULL ? g_variant_new_bytestring (object) : NULL),
      G_GINT64_CONSTANT (11), G_GINT64_CONSTANT (12), 3, 400, 1.5,
      g_variant_new_maybe (G_VARIANT_TYPE ("(sa(uaysxmxmds))"), sent),
      g_variant_builder_end (&children));
}

static GVariant *
page (const char *uri)
{
  return frame (uri, NULL, NULL, NULL, NULL);
}

static void
add_page (GVariantBuilder *items, GVariant *main_frame)
{
  g_variant_builder_add (items, "(s@" FRAME_TYPE "u)", "Title", main_frame, 0);
}

static GBytes *
finish (GVariantBuilder *items, guint version, int current)
{
  g_autoptr (GVariant) variant = g_variant_ref_sink (g_variant_new (
      "(qa(s" FRAME_TYPE "u)@mu)", version, items,
      g_variant_new_maybe (G_VARIANT_TYPE_UINT32,
                           current >= 0 ? g_variant_new_uint32 ((guint) current) : NULL)));

  return g_variant_get_data_as_bytes (variant);
}

static GBytes *
state_of (GVariant *main_frame)
{
  GVariantBuilder items;

  g_variant_builder_init (&items, G_VARIANT_TYPE ("a(s" FRAME_TYPE "u)"));
  add_page (&items, main_frame);

  return finish (&items, 2, 0);
}

static BhManifest *
read_manifest (void)
{
  g_autoptr (GError) error = NULL;
  BhManifest *manifest = bh_manifest_new_from_data (MANIFEST, -1, &error);

  g_assert_no_error (error);

  return manifest;
}

static GVariant *
filter (GBytes *state, const BhScrollPlace *scroll, char **uri)
{
  g_autoptr (GBytes) owned = state;
  g_autoptr (BhManifest) manifest = read_manifest ();
  g_autoptr (GBytes) kept = bh_session_history_filter (owned, manifest, scroll, uri);
  GVariant *variant;

  if (kept == NULL)
    return NULL;

  g_assert_cmpuint (g_bytes_get_size (kept), <=, BH_SESSION_MAX_HISTORY + 1024);
  variant
      = g_variant_ref_sink (g_variant_new_from_bytes (G_VARIANT_TYPE (STATE_TYPE), kept, FALSE));
  g_assert_true (g_variant_is_normal_form (variant));

  return variant;
}

/* Of the page that stands first. */
static GVariant *
filter_frame (GVariant *main_frame)
{
  g_autoptr (GVariant) state = filter (state_of (main_frame), NULL, NULL);
  g_autoptr (GVariant) kept = NULL;

  g_assert_nonnull (state);
  g_variant_get (state, "(q@a(s" FRAME_TYPE "u)mu)", NULL, &kept, NULL, NULL);
  g_assert_cmpuint (g_variant_n_children (kept), ==, 1);
  g_clear_pointer (&state, g_variant_unref);
  state = g_variant_get_child_value (kept, 0);

  return g_variant_get_child_value (state, 1);
}

static void
assert_refused (GBytes *state)
{
  g_autofree char *uri = NULL;

  g_assert_null (filter (state, NULL, &uri));
  g_assert_null (uri);
}

static void
assert_text (GVariant *frame_value, gsize index, const char *expected)
{
  g_autoptr (GVariant) text = g_variant_get_child_value (frame_value, index);

  g_assert_cmpstr (g_variant_get_string (text, NULL), ==, expected);
}

static void
assert_empty (GVariant *frame_value, gsize index)
{
  g_autoptr (GVariant) value = g_variant_get_child_value (frame_value, index);

  g_assert_cmpuint (g_variant_n_children (value), ==, 0);
}

static void
test_kept (void)
{
  g_autofree char *uri = NULL;
  g_autoptr (GVariant) state = filter (state_of (page ("https://notes.example/a?b#c")), NULL, &uri);
  g_autoptr (GVariant) kept
      = filter_frame (frame ("https://notes.example/a", NULL, "pushed", NULL, NULL));
  g_autoptr (GVariant) object = g_variant_get_child_value (kept, 5);
  const char *title;
  guint16 version;
  gint64 document, item;
  gint32 left, top;
  double scale;
  guint policy;

  g_assert_cmpstr (uri, ==, "https://notes.example/a?b#c");
  g_variant_get_child (state, 0, "q", &version);
  g_assert_cmpuint (version, ==, 2);

  assert_text (kept, 0, "https://notes.example/a");
  assert_text (kept, 1, "https://notes.example/a");
  assert_text (kept, 2, "https://notes.example/before");
  assert_text (kept, 3, "frame");
  g_assert_cmpuint (g_variant_n_children (object), ==, 1);
  g_variant_get (kept, "(ssssasmayxx(ii)d@m(sa(uaysxmxmds))av)", NULL, NULL, NULL, NULL, NULL, NULL,
                 &document, &item, &left, &top, &scale, NULL, NULL);
  g_assert_cmpint (document, ==, 11);
  g_assert_cmpint (item, ==, 12);
  g_assert_cmpint (left, ==, 3);
  g_assert_cmpint (top, ==, 400);
  g_assert_cmpfloat (scale, ==, 1.5);

  {
    g_autoptr (GVariant) items = g_variant_get_child_value (state, 1);
    g_autoptr (GVariant) first = g_variant_get_child_value (items, 0);

    g_variant_get (first, "(&s@" FRAME_TYPE "u)", &title, NULL, &policy);
    g_assert_cmpstr (title, ==, "Title");
    g_assert_cmpuint (policy, ==, 2);
  }
}

/* What was typed and sent, and who it was. */
static void
test_private (void)
{
  g_autoptr (GBytes) state
      = state_of (frame ("https://notes.example/", "card 4111", NULL, "password=secret", NULL));
  g_autoptr (GBytes) kept = NULL;
  g_autoptr (BhManifest) manifest = read_manifest ();
  const char *data;
  gsize length;

  data = g_bytes_get_data (state, &length);
  g_assert_nonnull (memmem (data, length, "4111", 4));
  g_assert_nonnull (memmem (data, length, "secret", 6));
  kept = bh_session_history_filter (state, manifest, NULL, NULL);
  data = g_bytes_get_data (kept, &length);
  g_assert_null (memmem (data, length, "4111", 4));
  g_assert_null (memmem (data, length, "secret", 6));

  assert_refused (state_of (page ("https://me:secret@notes.example/")));
}

static void
test_scroll (void)
{
  const BhScrollPlace places[] = { { 0, 7 }, { -30, 2000000000 } };
  const BhScrollPlace expected[] = { { 0, 7 }, { -30, BH_SESSION_MAX_SCROLL } };

  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    {
      g_autoptr (GVariant) state
          = filter (state_of (page ("https://notes.example/")), &places[i], NULL);
      g_autoptr (GVariant) items = g_variant_get_child_value (state, 1);
      g_autoptr (GVariant) item = g_variant_get_child_value (items, 0);
      g_autoptr (GVariant) kept = g_variant_get_child_value (item, 1);
      gint32 left, top;

      g_variant_get_child (kept, 8, "(ii)", &left, &top);
      g_assert_cmpint (left, ==, expected[i].left);
      g_assert_cmpint (top, ==, expected[i].top);
    }
}

static void
test_scale (void)
{
  const double scales[] = { 0, -1, 100, G_MAXDOUBLE, (double) INFINITY, (double) NAN };

  for (guint i = 0; i < G_N_ELEMENTS (scales); i++)
    {
      g_autoptr (GVariant) kept = NULL;
      const char *none = NULL;
      double scale;

      kept = filter_frame (g_variant_new (
          "(ssss@as@mayxx(ii)d@m(sa(uaysxmxmds))@av)", "https://notes.example/", "file:///etc",
          "https://me:x@elsewhere.example/", "", g_variant_new_strv (&none, 0),
          g_variant_new_maybe (G_VARIANT_TYPE_BYTESTRING, NULL), G_GINT64_CONSTANT (1),
          G_GINT64_CONSTANT (2), 0, 0, scales[i],
          g_variant_new_maybe (G_VARIANT_TYPE ("(sa(uaysxmxmds))"), NULL),
          g_variant_new_array (G_VARIANT_TYPE_VARIANT, NULL, 0)));
      g_variant_get_child (kept, 9, "d", &scale);
      g_assert_cmpfloat (scale, ==, 1.0);
      assert_text (kept, 1, "https://notes.example/");
      assert_text (kept, 2, "");
    }
}

static void
test_addresses (void)
{
  static const char *const refused[] = {
    "",
    "no address",
    "file:///etc/passwd",
    "data:text/html,x",
    "about:blank",
    "blob:https://notes.example/0",
    "javascript:alert(1)",
    "https://elsewhere.example/",
    "app://other/index.html",
    "mailto:a@b.example",
  };
  g_autofree char *path = g_strnfill (BH_SESSION_MAX_URI, 'x');
  g_autofree char *too_long = g_strconcat ("https://notes.example/", path, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    assert_refused (state_of (page (refused[i])));
  assert_refused (state_of (page (too_long)));
  g_variant_unref (filter (state_of (page ("app://notes/index.html")), NULL, NULL));
}

static void
test_frames (void)
{
  static const char *const uris[]
      = { "https://elsewhere.example/", "about:blank", "about:srcdoc", "app://notes/x" };
  static const char *const refused[]
      = { "file:///etc/passwd", "blob:https://x.example/1", "app://other/x", "data:,x", "x y" };
  g_autoptr (GVariant) wrong = NULL;
  GVariant *deep = page ("https://notes.example/deepest");
  guint depth = 0;

  for (guint i = 0; i < G_N_ELEMENTS (uris); i++)
    {
      g_autoptr (GVariant) kept
          = filter_frame (frame ("https://notes.example/", NULL, NULL, NULL,
                                 frame (uris[i], "typed", NULL, "sent", NULL)));
      g_autoptr (GVariant) children = g_variant_get_child_value (kept, 11);
      g_autoptr (GVariant) boxed = g_variant_get_child_value (children, 0);
      g_autoptr (GVariant) child = g_variant_get_variant (boxed);

      assert_text (child, 0, uris[i]);
      assert_empty (child, 4);
      assert_empty (child, 10);
    }
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autoptr (GVariant) kept
          = filter_frame (frame ("https://notes.example/", NULL, NULL, NULL, page (refused[i])));

      assert_empty (kept, 11);
    }

  /* WebKit would take it for a frame. */
  wrong = filter_frame (
      frame ("https://notes.example/", NULL, NULL, NULL, g_variant_new_string ("no frame")));
  assert_empty (wrong, 11);

  for (int i = 0; i < 20; i++)
    deep = frame ("https://notes.example/", NULL, NULL, NULL, deep);
  for (g_autoptr (GVariant) at = filter_frame (deep); at != NULL; depth++)
    {
      g_autoptr (GVariant) children = g_variant_get_child_value (at, 11);
      GVariant *next = NULL;

      if (g_variant_n_children (children) > 0)
        {
          g_autoptr (GVariant) boxed = g_variant_get_child_value (children, 0);

          next = g_variant_get_variant (boxed);
        }
      g_variant_unref (at);
      at = next;
    }
  g_assert_cmpuint (depth, ==, 9);
}

/* A page of a thousand frames keeps itself and some of them. */
static void
test_many_frames (void)
{
  g_autofree char *path = g_strnfill (20000, 'x');
  g_autofree char *uri = g_strconcat ("https://notes.example/", path, NULL);
  GVariantBuilder children;
  g_autoptr (GVariant) light = NULL;
  g_autoptr (GVariant) heavy = NULL;
  g_autoptr (GVariant) kept = NULL;
  const char *none = NULL;
  const char *const frame_uris[] = { "https://a.example/", uri };

  for (guint i = 0; i < G_N_ELEMENTS (frame_uris); i++)
    {
      GVariant *main_frame;

      g_variant_builder_init (&children, G_VARIANT_TYPE ("av"));
      for (int n = 0; n < 1000; n++)
        g_variant_builder_add (&children, "v", page (frame_uris[i]));
      main_frame = g_variant_new (
          "(ssss@as@mayxx(ii)d@m(sa(uaysxmxmds))av)", "https://notes.example/", "", "", "",
          g_variant_new_strv (&none, 0), g_variant_new_maybe (G_VARIANT_TYPE_BYTESTRING, NULL),
          G_GINT64_CONSTANT (1), G_GINT64_CONSTANT (2), 0, 0, 1.0,
          g_variant_new_maybe (G_VARIANT_TYPE ("(sa(uaysxmxmds))"), NULL), &children);
      if (i == 0)
        light = filter_frame (main_frame);
      else
        heavy = filter_frame (main_frame);
    }

  kept = g_variant_get_child_value (light, 11);
  g_assert_cmpuint (g_variant_n_children (kept), ==, 63);
  assert_empty (heavy, 11);
}

static void
test_large_parts (void)
{
  g_autofree char *large = g_strnfill (70000, 'x');
  g_autoptr (GVariant) kept
      = filter_frame (frame ("https://notes.example/", NULL, large, NULL, NULL));
  g_autoptr (GVariant) state = NULL;
  g_autoptr (GVariant) items = NULL;
  g_autoptr (GVariant) target = NULL;
  GVariantBuilder builder;
  const char *none = NULL;

  assert_empty (kept, 5);

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(s" FRAME_TYPE "u)"));
  g_variant_builder_add (
      &builder, "(s@" FRAME_TYPE "u)", large,
      g_variant_new ("(ssss@as@mayxx(ii)d@m(sa(uaysxmxmds))@av)", "https://notes.example/",
                     "https://notes.example/", "", large, g_variant_new_strv (&none, 0),
                     g_variant_new_maybe (G_VARIANT_TYPE_BYTESTRING, NULL), G_GINT64_CONSTANT (1),
                     G_GINT64_CONSTANT (2), 0, 0, 1.0,
                     g_variant_new_maybe (G_VARIANT_TYPE ("(sa(uaysxmxmds))"), NULL),
                     g_variant_new_array (G_VARIANT_TYPE_VARIANT, NULL, 0)),
      1);
  state = filter (finish (&builder, 2, 0), NULL, NULL);
  g_assert_cmpuint (g_variant_get_size (state), <, 1000);
}

static void
check_entries (GBytes *bytes, const char *first, const char *shown, const char *last, guint n)
{
  g_autofree char *uri = NULL;
  g_autoptr (GVariant) state = filter (bytes, NULL, &uri);
  g_autoptr (GVariant) items = g_variant_get_child_value (state, 1);
  const char *const expected[] = { first, shown, last };
  gboolean has_current;
  guint current;

  g_variant_get_child (state, 2, "mu", &has_current, &current);
  g_assert_true (has_current);
  g_assert_cmpuint (g_variant_n_children (items), ==, n);
  g_assert_cmpstr (uri, ==, shown);
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (GVariant) item = g_variant_get_child_value (items, i == 0   ? 0
                                                                    : i == 1 ? current
                                                                             : n - 1);
      g_autoptr (GVariant) kept = g_variant_get_child_value (item, 1);

      assert_text (kept, 0, expected[i]);
    }
}

static void
add_numbered (GVariantBuilder *items, guint n, const char *object)
{
  g_variant_builder_init (items, G_VARIANT_TYPE ("a(s" FRAME_TYPE "u)"));
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *uri = g_strdup_printf ("https://notes.example/%u", i);

      add_page (items, frame (uri, NULL, object, NULL, NULL));
    }
}

/* Those around the current one stay. */
static void
test_entries (void)
{
  g_autofree char *object = g_strnfill (60000, 'x');
  GVariantBuilder items;

  add_numbered (&items, 5, NULL);
  check_entries (finish (&items, 2, 3), "https://notes.example/0", "https://notes.example/3",
                 "https://notes.example/4", 5);
  add_numbered (&items, 100, NULL);
  check_entries (finish (&items, 2, 90), "https://notes.example/41", "https://notes.example/90",
                 "https://notes.example/90", BH_SESSION_MAX_ENTRIES);
  add_numbered (&items, 100, NULL);
  check_entries (finish (&items, 2, 10), "https://notes.example/0", "https://notes.example/10",
                 "https://notes.example/49", BH_SESSION_MAX_ENTRIES);
  /* Four have room in 256 KiB. */
  add_numbered (&items, 20, object);
  check_entries (finish (&items, 2, 10), "https://notes.example/7", "https://notes.example/10",
                 "https://notes.example/10", 4);
  add_numbered (&items, 20, object);
  check_entries (finish (&items, 2, 1), "https://notes.example/0", "https://notes.example/1",
                 "https://notes.example/3", 4);

  /* What may not be kept makes a gap, no end. */
  g_variant_builder_init (&items, G_VARIANT_TYPE ("a(s" FRAME_TYPE "u)"));
  add_page (&items, page ("https://notes.example/a"));
  add_page (&items, page ("https://elsewhere.example/"));
  add_page (&items, page ("https://notes.example/b"));
  add_page (&items, page ("about:blank"));
  add_page (&items, page ("https://notes.example/c"));
  check_entries (finish (&items, 2, 2), "https://notes.example/a", "https://notes.example/b",
                 "https://notes.example/c", 3);
}

static void
test_unknown (void)
{
  GVariantBuilder items;
  g_autoptr (GBytes) whole = state_of (page ("https://notes.example/"));
  gsize length = g_bytes_get_size (whole);

  assert_refused (g_bytes_new_static ("", 0));
  assert_refused (g_bytes_new_static ("no state", 8));
  /* Other versions; no current page, or one that is none. */
  add_numbered (&items, 1, NULL);
  assert_refused (finish (&items, 1, 0));
  add_numbered (&items, 1, NULL);
  assert_refused (finish (&items, 3, 0));
  add_numbered (&items, 1, NULL);
  assert_refused (finish (&items, 2, -1));
  add_numbered (&items, 1, NULL);
  assert_refused (finish (&items, 2, 1));
  add_numbered (&items, 0, NULL);
  assert_refused (finish (&items, 2, 0));

  for (gsize n = 0; n < length; n++)
    {
      g_autoptr (GVariant) kept = filter (g_bytes_new_from_bytes (whole, 0, n), NULL, NULL);

      g_assert_null (kept);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/session-history/kept", test_kept);
  g_test_add_func ("/session-history/private", test_private);
  g_test_add_func ("/session-history/scroll", test_scroll);
  g_test_add_func ("/session-history/scale", test_scale);
  g_test_add_func ("/session-history/addresses", test_addresses);
  g_test_add_func ("/session-history/frames", test_frames);
  g_test_add_func ("/session-history/many-frames", test_many_frames);
  g_test_add_func ("/session-history/large-parts", test_large_parts);
  g_test_add_func ("/session-history/entries", test_entries);
  g_test_add_func ("/session-history/unknown", test_unknown);

  return g_test_run ();
}
