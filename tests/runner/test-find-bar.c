/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-find-bar.h"

#include "web-helpers.h"

/* The find bar, through its entry and its buttons, on a page. */

typedef struct
{
  Web web;
  GtkWidget *bar;
  GtkWidget *entry;
  GtkLabel *status;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  web_set_up (&fixture->web);
  web_write (&fixture->web, "index.html",
             "<!DOCTYPE html><title>t</title><p>An apple, an Apple and a pear.</p>");
  fixture->bar = bh_find_bar_new (fixture->web.view);
  gtk_box_pack_start (GTK_BOX (fixture->web.box), fixture->bar, FALSE, FALSE, 0);
  fixture->entry = find_widget (fixture->bar, "entry", GTK_TYPE_SEARCH_ENTRY);
  fixture->status = GTK_LABEL (find_widget (fixture->bar, "status", GTK_TYPE_LABEL));
  g_assert_nonnull (fixture->entry);
  g_assert_nonnull (fixture->status);
  web_load (&fixture->web, "app://test/index.html");
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  web_tear_down (&fixture->web);
}

static gboolean
shows (Fixture *fixture, const char *text)
{
  return g_str_equal (gtk_label_get_text (fixture->status), text);
}

static gboolean
has_error (Fixture *fixture)
{
  return gtk_style_context_has_class (gtk_widget_get_style_context (fixture->entry),
                                      GTK_STYLE_CLASS_ERROR);
}

static void
press (GtkWidget *widget, guint keyval, guint state)
{
  g_autoptr (GdkEvent) event = gdk_event_new (GDK_KEY_PRESS);
  GdkKeymap *keymap = gdk_keymap_get_for_display (gtk_widget_get_display (widget));
  g_autofree GdkKeymapKey *keys = NULL;
  int n_keys;

  /* Key bindings go by the key, not by its symbol. */
  g_assert_true (gdk_keymap_get_entries_for_keyval (keymap, keyval, &keys, &n_keys));
  event->key.hardware_keycode = (guint16) keys[0].keycode;
  event->key.window = g_object_ref (gtk_widget_get_window (widget));
  event->key.send_event = TRUE;
  event->key.keyval = keyval;
  event->key.state = state;
  gdk_event_set_device (event, gdk_seat_get_keyboard (
                                   gdk_display_get_default_seat (gtk_widget_get_display (widget))));
  gtk_propagate_event (widget, event);
}

/* Where in the page's text the selection starts. */
static char *
selection_start (Fixture *fixture)
{
  return web_run (&fixture->web, "const s = getSelection (); return s.rangeCount ? "
                                 "s.getRangeAt (0).startOffset : -1;");
}

static void
wait_for_selection (Fixture *fixture, const char *expected)
{
  g_autofree char *start = NULL;

  wait_for ((g_free (start), start = selection_start (fixture), g_str_equal (start, expected)));
}

static void
test_matches (Fixture *fixture, gconstpointer data)
{
  GtkWidget *next = find_widget (fixture->bar, "next_button", GTK_TYPE_BUTTON);

  bh_find_bar_open (BH_FIND_BAR (fixture->bar));
  g_assert_false (gtk_widget_get_sensitive (next));
  gtk_entry_set_text (GTK_ENTRY (fixture->entry), "APPLE");
  wait_for (shows (fixture, "2 matches"));
  g_assert_false (has_error (fixture));
  g_assert_true (gtk_widget_get_sensitive (next));
  g_assert_cmpstr (atk_object_get_description (gtk_widget_get_accessible (fixture->entry)), ==,
                   "2 matches");

  wait_for_selection (fixture, "3");
  press (fixture->entry, GDK_KEY_Return, 0);
  wait_for_selection (fixture, "13");
  press (fixture->entry, GDK_KEY_Return, 0);
  wait_for_selection (fixture, "3");
  press (fixture->entry, GDK_KEY_Return, GDK_SHIFT_MASK);
  wait_for_selection (fixture, "13");
  gtk_button_clicked (GTK_BUTTON (next));
  wait_for_selection (fixture, "3");

  gtk_entry_set_text (GTK_ENTRY (fixture->entry), "pear");
  /* A key that comes before the pause after which the entry reports the change. */
  press (fixture->entry, GDK_KEY_Return, 0);
  wait_for (shows (fixture, "1 match"));
}

static void
test_none (Fixture *fixture, gconstpointer data)
{
  bh_find_bar_open (BH_FIND_BAR (fixture->bar));
  gtk_entry_set_text (GTK_ENTRY (fixture->entry), "plum");
  wait_for (shows (fixture, "No matches"));
  g_assert_true (has_error (fixture));
  g_assert_false (
      gtk_widget_get_sensitive (find_widget (fixture->bar, "previous_button", GTK_TYPE_BUTTON)));
  g_assert_cmpstr (atk_object_get_description (gtk_widget_get_accessible (fixture->entry)), ==,
                   "No matches");

  gtk_entry_set_text (GTK_ENTRY (fixture->entry), "");
  wait_for (shows (fixture, ""));
  g_assert_false (has_error (fixture));
}

static void
test_close (Fixture *fixture, gconstpointer data)
{
  GtkWidget *search_bar = find_widget (fixture->bar, "search_bar", GTK_TYPE_SEARCH_BAR);

  bh_find_bar_open (BH_FIND_BAR (fixture->bar));
  g_assert_true (gtk_search_bar_get_search_mode (GTK_SEARCH_BAR (search_bar)));
  g_assert_true (gtk_window_get_focus (GTK_WINDOW (fixture->web.window)) == fixture->entry);
  gtk_entry_set_text (GTK_ENTRY (fixture->entry), "apple");
  wait_for (shows (fixture, "2 matches"));

  press (fixture->entry, GDK_KEY_Escape, 0);
  g_assert_false (gtk_search_bar_get_search_mode (GTK_SEARCH_BAR (search_bar)));
  g_assert_true (gtk_window_get_focus (GTK_WINDOW (fixture->web.window))
                 == GTK_WIDGET (fixture->web.view));

  /* Ctrl+G opens it again, with the last text. */
  bh_find_bar_next (BH_FIND_BAR (fixture->bar));
  g_assert_cmpstr (gtk_entry_get_text (GTK_ENTRY (fixture->entry)), ==, "apple");
  wait_for (shows (fixture, "2 matches"));
}

static void
test_other_page (Fixture *fixture, gconstpointer data)
{
  web_write (&fixture->web, "other.html", "<!DOCTYPE html><title>o</title><p>One apple.</p>");
  bh_find_bar_open (BH_FIND_BAR (fixture->bar));
  gtk_entry_set_text (GTK_ENTRY (fixture->entry), "apple");
  wait_for (shows (fixture, "2 matches"));

  web_load (&fixture->web, "app://test/other.html");
  g_assert_true (shows (fixture, ""));
  bh_find_bar_next (BH_FIND_BAR (fixture->bar));
  wait_for (shows (fixture, "1 match"));
}

int
main (int argc, char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);

#define ADD(name, function)                                                                        \
  g_test_add ("/find-bar/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("matches", test_matches);
  ADD ("none", test_none);
  ADD ("close", test_close);
  ADD ("other-page", test_other_page);
#undef ADD

  return g_test_run ();
}
