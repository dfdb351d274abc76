/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app-fixture.h"
#include "bh-app-icon.h"
#include "bh-app-search.h"
#include "bh-app-status.h"

#include <glib/gstdio.h>

#include <locale.h>

static void
count (BhAppItem *item, gpointer user_data)
{
  guint *n_changes = user_data;

  *n_changes += 1;
}

static void
test_changed (void)
{
  BhDBusApp1 *said;
  BhAppItem *item = make_app ("notes", "Notes", &said);
  guint n_changes = 0;

  g_signal_connect (item, "changed", G_CALLBACK (count), &n_changes);
  say_running (said, 4711);
  g_assert_cmpuint (n_changes, ==, 1);
  g_assert_cmpint (bh_app_item_get_state (item), ==, BH_STATE_RUNNING);
  g_assert_cmpuint (bh_app_item_get_pid (item), ==, 4711);

  /* What is not shown anywhere is no change. */
  bh_dbus_app1_set_painted (said, TRUE);
  g_assert_cmpuint (n_changes, ==, 1);

  g_assert_finalize_object (item);
}

static void
test_keeps_values_without_proxy (void)
{
  BhDBusApp1 *said;
  BhAppItem *item = make_app ("notes", "Notes", &said);
  g_autoptr (BhDBusApp1) old = g_object_ref (said);
  g_autoptr (BhDBusApp1) new = bh_dbus_app1_skeleton_new ();
  guint n_changes = 0;

  say_running (said, 4711);
  g_signal_connect (item, "changed", G_CALLBACK (count), &n_changes);
  bh_app_item_set_proxy (item, NULL);
  g_assert_cmpuint (n_changes, ==, 0);
  g_assert_cmpstr (bh_app_item_get_name (item), ==, "Notes");
  g_assert_cmpint (bh_app_item_get_state (item), ==, BH_STATE_RUNNING);

  /* The old process's last words do not count any more. */
  bh_dbus_app1_set_name (old, "Old");
  g_assert_cmpstr (bh_app_item_get_name (item), ==, "Notes");

  bh_dbus_app1_set_id (new, "notes");
  bh_dbus_app1_set_name (new, "New");
  bh_dbus_app1_set_state (new, "stopped");
  bh_app_item_set_proxy (item, new);
  g_assert_cmpuint (n_changes, ==, 1);
  g_assert_cmpstr (bh_app_item_get_name (item), ==, "New");
  g_assert_cmpint (bh_app_item_get_state (item), ==, BH_STATE_STOPPED);

  g_assert_finalize_object (item);
}

static void
test_unknown_state (void)
{
  BhDBusApp1 *said;
  BhAppItem *item = make_app ("notes", "Notes", &said);

  bh_dbus_app1_set_state (said, "dreaming");
  bh_dbus_app1_set_reason (said, "bored");
  g_assert_cmpint (bh_app_item_get_state (item), ==, BH_STATE_STOPPED);
  g_assert_cmpint (bh_app_item_get_reason (item), ==, BH_REASON_NONE);

  g_assert_finalize_object (item);
}

static void
test_matches (void)
{
  BhDBusApp1 *said;
  BhAppItem *item = make_app ("com.example.editor", "Café Notes", &said);

  bh_dbus_app1_set_description (said, "Write things down");
  g_assert_true (bh_app_item_matches (item, NULL));
  g_assert_true (bh_app_item_matches (item, ""));
  g_assert_true (bh_app_item_matches (item, "cafe"));
  g_assert_true (bh_app_item_matches (item, "NOT"));
  g_assert_true (bh_app_item_matches (item, " otes "));
  g_assert_true (bh_app_item_matches (item, "things"));
  g_assert_true (bh_app_item_matches (item, "example.ed"));
  g_assert_false (bh_app_item_matches (item, "sketch"));

  g_assert_finalize_object (item);
}

static void
test_compare (void)
{
  BhDBusApp1 *said;
  g_autoptr (BhAppItem) a = make_app ("a", "notes", NULL);
  g_autoptr (BhAppItem) b = make_app ("b", "Sketch", NULL);
  g_autoptr (BhAppItem) c = make_app ("c", "notes", NULL);
  g_autoptr (BhAppItem) broken = make_app ("aa", "Aa", &said);

  bh_dbus_app1_set_broken (said, "manifest.json: line 1: not JSON");
  g_assert_cmpint (bh_app_item_compare (a, b), <, 0);
  g_assert_cmpint (bh_app_item_compare (b, a), >, 0);
  g_assert_cmpint (bh_app_item_compare (a, a), ==, 0);
  g_assert_cmpint (bh_app_item_compare (a, c), <, 0);
  g_assert_cmpint (bh_app_item_compare (broken, b), >, 0);
}

static void
test_dismissed_until_next_start (void)
{
  BhDBusApp1 *said;
  g_autoptr (BhAppItem) item = make_app ("notes", "Notes", &said);

  say_ended (said, "crashed", "crashed", "");
  bh_app_item_set_dismissed (item, TRUE);
  g_assert_true (bh_app_item_get_dismissed (item));
  bh_dbus_app1_set_state (said, "starting");
  g_assert_false (bh_app_item_get_dismissed (item));
}

static void
test_status (void)
{
  static const struct
  {
    const char *state;
    const char *reason;
    guint pid;
    BhAppAction pending;
    const char *text;
    gboolean launch, stop, kill, restart;
  } cases[] = {
    { "stopped", "", 0, BH_APP_ACTION_NONE, "Not running", TRUE, FALSE, FALSE, FALSE },
    { "stopped", "closed", 0, BH_APP_ACTION_NONE, "Not running", TRUE, FALSE, FALSE, FALSE },
    { "stopped", "", 0, BH_APP_ACTION_LAUNCH, "Starting…", TRUE, FALSE, FALSE, FALSE },
    { "starting", "", 7, BH_APP_ACTION_NONE, "Starting…", TRUE, TRUE, TRUE, FALSE },
    { "running", "", 7, BH_APP_ACTION_NONE, "Running", TRUE, TRUE, TRUE, TRUE },
    { "unresponsive", "", 7, BH_APP_ACTION_NONE, "Not responding", TRUE, TRUE, TRUE, TRUE },
    { "running", "", 7, BH_APP_ACTION_STOP, "Stopping…", FALSE, FALSE, TRUE, FALSE },
    { "running", "", 7, BH_APP_ACTION_KILL, "Stopping…", FALSE, FALSE, FALSE, FALSE },
    { "running", "", 7, BH_APP_ACTION_RESTART, "Stopping…", FALSE, FALSE, TRUE, FALSE },
    { "stopped", "", 0, BH_APP_ACTION_RESTART, "Starting…", TRUE, FALSE, FALSE, FALSE },
    { "stopping", "", 7, BH_APP_ACTION_NONE, "Stopping…", FALSE, FALSE, TRUE, FALSE },
    { "crashed", "crashed", 0, BH_APP_ACTION_NONE, "Crashed: signal 11", TRUE, FALSE, FALSE, TRUE },
    { "failed", "crashed", 0, BH_APP_ACTION_NONE, "Gave up – Crashed: signal 11", TRUE, FALSE,
      FALSE, TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      BhDBusApp1 *said;
      g_autoptr (BhAppItem) item = make_app ("notes", "Notes", &said);
      g_autofree char *text = NULL;

      g_test_message ("%s, %s, pending %d", cases[i].state, cases[i].reason, cases[i].pending);
      bh_dbus_app1_set_state (said, cases[i].state);
      bh_dbus_app1_set_reason (said, cases[i].reason);
      bh_dbus_app1_set_reason_detail (said, *cases[i].reason != '\0' ? "signal 11" : "");
      bh_dbus_app1_set_pid (said, cases[i].pid);
      bh_app_item_set_pending (item, cases[i].pending);
      text = bh_app_status_dup_state_text (item);
      g_assert_cmpstr (text, ==, cases[i].text);
      g_assert_cmpint (bh_app_status_can (item, BH_APP_ACTION_LAUNCH), ==, cases[i].launch);
      g_assert_cmpint (bh_app_status_can (item, BH_APP_ACTION_STOP), ==, cases[i].stop);
      g_assert_cmpint (bh_app_status_can (item, BH_APP_ACTION_KILL), ==, cases[i].kill);
      g_assert_cmpint (bh_app_status_can (item, BH_APP_ACTION_RESTART), ==, cases[i].restart);
      g_assert_cmpint (bh_app_status_can (item, BH_APP_ACTION_WAIT), ==,
                       g_str_equal (cases[i].state, "unresponsive"));
    }
}

static void
test_broken_can_nothing (void)
{
  BhDBusApp1 *said;
  g_autoptr (BhAppItem) item = make_app ("notes", "Notes", &said);

  bh_dbus_app1_set_broken (said, "manifest.json: line 1: not JSON");
  for (BhAppAction action = BH_APP_ACTION_LAUNCH; action <= BH_APP_ACTION_WAIT; action++)
    g_assert_false (bh_app_status_can (item, action));
}

static void
test_icons_that_are_none (void)
{
  g_autofree char *directory = g_dir_make_tmp ("bulkhead-icon-XXXXXX", NULL);
  g_autofree char *file = g_build_filename (directory, "icon.svg", NULL);
  cairo_surface_t *initial;

  g_assert_null (bh_app_icon_load ("", 16, 1));
  g_assert_null (bh_app_icon_load (file, 16, 1));
  g_assert_null (bh_app_icon_load (directory, 16, 1));
  g_file_set_contents (file, "no picture", -1, NULL);
  g_assert_null (bh_app_icon_load (file, 16, 1));
  g_assert_null (bh_app_icon_load ("there-is-no-such-icon", 16, 1));

  initial = bh_app_icon_draw_initial ("…", "seed", 16, 2);
  g_assert_cmpint (cairo_image_surface_get_width (initial), ==, 32);
  cairo_surface_destroy (initial);

  g_remove (file);
  g_rmdir (directory);
}

static void
test_icon_is_square (void)
{
  g_autofree char *directory = g_dir_make_tmp ("bulkhead-icon-XXXXXX", NULL);
  g_autofree char *file = g_build_filename (directory, "wide.png", NULL);
  g_autoptr (GdkPixbuf) wide = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, 200, 20);
  cairo_surface_t *surface;
  const guint32 *pixels;
  int stride;

  gdk_pixbuf_fill (wide, 0xff0000ff);
  g_assert_true (gdk_pixbuf_save (wide, file, "png", NULL, NULL));
  surface = bh_app_icon_load (file, 20, 2);
  g_assert_nonnull (surface);
  g_assert_cmpint (cairo_image_surface_get_width (surface), ==, 40);
  g_assert_cmpint (cairo_image_surface_get_height (surface), ==, 40);
  pixels = (const guint32 *) (gpointer) cairo_image_surface_get_data (surface);
  stride = cairo_image_surface_get_stride (surface) / 4;
  g_assert_cmphex (pixels[0], ==, 0);
  g_assert_cmphex (pixels[20 * stride + 20], ==, 0xffff0000);

  cairo_surface_destroy (surface);
  g_remove (file);
  g_rmdir (directory);
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  gtk_test_init (&argc, &argv, NULL);

  g_test_add_func ("/app-item/changed", test_changed);
  g_test_add_func ("/app-item/keeps-values-without-proxy", test_keeps_values_without_proxy);
  g_test_add_func ("/app-item/unknown-state", test_unknown_state);
  g_test_add_func ("/app-item/matches", test_matches);
  g_test_add_func ("/app-item/compare", test_compare);
  g_test_add_func ("/app-item/dismissed-until-next-start", test_dismissed_until_next_start);
  g_test_add_func ("/app-status/status", test_status);
  g_test_add_func ("/app-status/broken-can-nothing", test_broken_can_nothing);
  g_test_add_func ("/app-icon/none", test_icons_that_are_none);
  g_test_add_func ("/app-icon/square", test_icon_is_square);

  return g_test_run ();
}
