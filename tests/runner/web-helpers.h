/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-app-scheme.h"

#include <glib/gstdio.h>
#include <webkit2/webkit2.h>

/*
 * A real page in a real, sandboxed WebKit: files in a directory of the test's as app://test.
 */

#define DEADLINE 20

typedef struct
{
  char *root;
  char *files;
  WebKitWebContext *context;
  WebKitWebView *view;
  GtkWidget *window;
  GtkWidget *box;
  WebKitMemoryPressureSettings *pressure; /* of its context, or NULL */
} Web;

static gboolean
on_deadline (gpointer user_data)
{
  g_error ("The condition did not come true within %d seconds: %s", DEADLINE,
           (const char *) user_data);

  return G_SOURCE_REMOVE;
}

/* Runs the main loop until the condition holds. */
#define wait_for(condition)                                                                        \
  G_STMT_START                                                                                     \
  {                                                                                                \
    guint deadline_ = g_timeout_add_seconds (DEADLINE, on_deadline, (char *) (gsize) #condition);  \
    while (!(condition))                                                                           \
      g_main_context_iteration (NULL, TRUE);                                                       \
    g_source_remove (deadline_);                                                                   \
  }                                                                                                \
  G_STMT_END

static inline void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      if (g_file_test (child, G_FILE_TEST_IS_DIR) && !g_file_test (child, G_FILE_TEST_IS_SYMLINK))
        remove_tree (child);
      else
        g_unlink (child);
    }
  g_rmdir (path);
}

static inline void
web_write (Web *web, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (web->files, name, NULL);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

static inline void
web_set_up (Web *web)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WebKitWebsiteDataManager) manager = NULL;
  g_autoptr (BhAppScheme) scheme = NULL;
  g_autofree char *data = NULL;

  web->root = g_dir_make_tmp ("bulkhead-test-XXXXXX", &error);
  g_assert_no_error (error);
  web->files = g_build_filename (web->root, "files", NULL);
  g_assert_cmpint (g_mkdir (web->files, 0700), ==, 0);

  data = g_build_filename (web->root, "data", NULL);
  manager = webkit_website_data_manager_new ("base-data-directory", data, "base-cache-directory",
                                             data, NULL);
  web->context = g_object_new (WEBKIT_TYPE_WEB_CONTEXT, "website-data-manager", manager,
                               "memory-pressure-settings", web->pressure, NULL);
  webkit_web_context_set_sandbox_enabled (web->context, TRUE);
  scheme = bh_app_scheme_new ("test", web->files);
  bh_app_scheme_register (scheme, web->context);

  web->window = gtk_window_new (GTK_WINDOW_TOPLEVEL);
  gtk_window_set_default_size (GTK_WINDOW (web->window), 700, 500);
  web->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  web->view = WEBKIT_WEB_VIEW (webkit_web_view_new_with_context (web->context));
  webkit_settings_set_hardware_acceleration_policy (webkit_web_view_get_settings (web->view),
                                                    WEBKIT_HARDWARE_ACCELERATION_POLICY_NEVER);
  gtk_box_pack_end (GTK_BOX (web->box), GTK_WIDGET (web->view), TRUE, TRUE, 0);
  gtk_container_add (GTK_CONTAINER (web->window), web->box);
  gtk_widget_show_all (web->window);
}

static inline void
web_tear_down (Web *web)
{
  gtk_widget_destroy (web->window);
  g_object_unref (web->context);
  remove_tree (web->root);
  g_free (web->files);
  g_free (web->root);
}

static inline void
on_web_load_changed (WebKitWebView *view, WebKitLoadEvent event, gpointer user_data)
{
  if (event == WEBKIT_LOAD_FINISHED)
    *(gboolean *) user_data = TRUE;
}

static inline void
web_load (Web *web, const char *uri)
{
  gboolean loaded = FALSE;
  gulong id = g_signal_connect (web->view, "load-changed", G_CALLBACK (on_web_load_changed),
                                &loaded);

  webkit_web_view_load_uri (web->view, uri);
  wait_for (loaded);
  g_signal_handler_disconnect (web->view, id);
}

/* The process of that name, as the kernel cuts it, that this test's WebKit has started, or 0. The
 * test must have set BH_TEST_TAG to its PID. */
static inline pid_t
web_find_process (const char *name)
{
  g_autoptr (GDir) proc = g_dir_open ("/proc", 0, NULL);
  g_autofree char *tag = g_strdup_printf ("BH_TEST_TAG=%d", getpid ());
  g_autofree char *line = g_strconcat (name, "\n", NULL);
  const char *entry;

  while ((entry = g_dir_read_name (proc)) != NULL)
    {
      g_autofree char *comm_path = g_build_filename ("/proc", entry, "comm", NULL);
      g_autofree char *environ_path = g_build_filename ("/proc", entry, "environ", NULL);
      g_autofree char *comm = NULL;
      g_autofree char *block = NULL;
      gsize length;

      if (g_ascii_isdigit (*entry) && g_file_get_contents (comm_path, &comm, NULL, NULL)
          && g_str_equal (comm, line) && g_file_get_contents (environ_path, &block, &length, NULL)
          && memmem (block, length, tag, strlen (tag)) != NULL)
        return (pid_t) atoi (entry);
    }

  return 0;
}

typedef struct
{
  gboolean done;
  char *text;
} WebCall;

static inline void
on_web_call_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  WebCall *call = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JSCValue) value = NULL;

  value = webkit_web_view_call_async_javascript_function_finish (WEBKIT_WEB_VIEW (source), result,
                                                                 &error);
  call->done = TRUE;
  call->text = value != NULL ? jsc_value_to_string (value)
                             : g_strdup_printf ("error: %s", error->message);
}

/* Starts a script; its result is there once call->done. */
static inline void
web_start (Web *web, const char *body, WebCall *call)
{
  webkit_web_view_call_async_javascript_function (web->view, body, -1, NULL, NULL, NULL, NULL,
                                                  on_web_call_ready, call);
}

/* The body of an async function; its result as text. */
static inline char *
web_run (Web *web, const char *body)
{
  WebCall call = { FALSE, NULL };

  web_start (web, body, &call);
  wait_for (call.done);

  return call.text;
}

#define web_assert(web, body, expected)                                                            \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_autofree char *result_ = web_run (web, body);                                                \
    g_assert_cmpstr (result_, ==, expected);                                                       \
  }                                                                                                \
  G_STMT_END

/* A key of the user's, into the page. */
static inline void
web_press_key (Web *web)
{
  g_autoptr (GdkEvent) event = gdk_event_new (GDK_KEY_PRESS);

  gtk_widget_grab_focus (GTK_WIDGET (web->view));
  event->key.window = g_object_ref (gtk_widget_get_window (GTK_WIDGET (web->view)));
  event->key.send_event = TRUE;
  event->key.keyval = GDK_KEY_a;
  event->key.hardware_keycode = 38;
  event->key.time = GDK_CURRENT_TIME;
  gdk_event_set_device (event, gdk_seat_get_keyboard (
                                   gdk_display_get_default_seat (gdk_display_get_default ())));
  gtk_widget_event (GTK_WIDGET (web->view), event);
}

typedef struct
{
  const char *name;
  GType type;
  GtkWidget *found;
} Search;

static inline void
search_widget (GtkWidget *widget, gpointer user_data)
{
  Search *search = user_data;

  if (search->found != NULL)
    return;
  if ((search->name == NULL || g_strcmp0 (gtk_buildable_get_name (GTK_BUILDABLE (widget)), search->name) == 0)
      && (search->type == 0 || g_type_is_a (G_OBJECT_TYPE (widget), search->type)))
    search->found = widget;
  else if (GTK_IS_CONTAINER (widget))
    gtk_container_forall (GTK_CONTAINER (widget), search_widget, user_data);
}

/* The widget with that id in its .ui file (or %NULL) and that type (or 0), in @root. */
static inline GtkWidget *
find_widget (GtkWidget *root, const char *name, GType type)
{
  Search search = { name, type, NULL };

  gtk_container_forall (GTK_CONTAINER (root), search_widget, &search);

  return search.found;
}
