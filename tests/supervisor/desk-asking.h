/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-paths.h"

#include "supervisor-fixture.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * What an app may ask for from outside its confinement, asked by a runner in the hands of its page.
 * A browser, a file chooser and a file manager of the test's own tell what they were asked.
 */

#define FAILED           "io.github.bulkhead.Error.Failed: "
#define INVALID_ARGUMENT "io.github.bulkhead.Error.InvalidArgument: "
#define INVALID_URI      "io.github.bulkhead.Error.InvalidUri: "

/* In the cache of an app, whether there is a supervisor to ask or not. */
static inline char *
app_path (Fixture *fixture, BhDBusApp1 *app, const char *name)
{
  g_autofree char *id = g_path_get_basename (g_dbus_proxy_get_object_path (G_DBUS_PROXY (app)));

  return fixture_build_path (fixture, "cache", "bulkhead", "profiles", id, name, NULL);
}

static inline char *
cache_path (Fixture *fixture, const char *id, const char *name)
{
  return fixture_build_path (fixture, "cache", "bulkhead", "profiles", id, name, NULL);
}

static inline void
write_in (Fixture *fixture, const char *name, const char *text)
{
  g_autofree char *path = fixture_build_path (fixture, name, NULL);

  fixture_write (path, text);
}

static inline char *
read_in (Fixture *fixture, const char *name)
{
  g_autofree char *path = fixture_build_path (fixture, name, NULL);
  char *text = NULL;

  g_file_get_contents (path, &text, NULL, NULL);

  return text;
}

static inline guint
count_in (Fixture *fixture, const char *name)
{
  g_autofree char *path = fixture_build_path (fixture, name, NULL);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  guint n = 0;

  while (dir != NULL && g_dir_read_name (dir) != NULL)
    n++;

  return n;
}

/* Opens what it is asked to: writes that down, and stays when there is a file "stay". */
static inline void
add_browser (Fixture *fixture)
{
  g_autofree char *script = fixture_build_path (fixture, "browser", NULL);
  g_autofree char *entry = g_strdup_printf (
      "[Desktop Entry]\nType=Application\nName=Browser\nExec=%s %%u\nStartupNotify=true\n"
      "MimeType=text/plain;x-scheme-handler/http;x-scheme-handler/https;"
      "x-scheme-handler/mailto;x-scheme-handler/ssh;x-scheme-handler/file;\n",
      script);

  write_in (fixture, "browser",
            "#!/bin/sh\ncd \"$XDG_RUNTIME_DIR\" || exit 1\nenv > opened-environment\n"
            "echo \"$$\" > opened-pid\necho \"$1\" >> opened\n[ ! -e stay ] || exec sleep 1000\n");
  g_assert_cmpint (g_chmod (script, 0700), ==, 0);
  write_in (fixture, "data/applications/my-browser.desktop", entry);
  write_in (
      fixture, "config/mimeapps.list",
      "[Default Applications]\nx-scheme-handler/http=my-browser.desktop\n"
      "x-scheme-handler/https=my-browser.desktop\nx-scheme-handler/mailto=my-browser.desktop\n"
      "x-scheme-handler/ssh=my-browser.desktop\nx-scheme-handler/file=my-browser.desktop\n"
      "text/plain=my-browser.desktop\n");
}

static inline void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autofree char *downloads = NULL;
  g_autofree char *dirs = NULL;

  fixture_set_up (fixture, data);
  downloads = fixture_build_path (fixture, "Downloads", NULL);
  dirs = g_strdup_printf ("XDG_DOWNLOAD_DIR=\"%s\"\n", downloads);
  write_in (fixture, "config/user-dirs.dirs", dirs);
  add_browser (fixture);
  /* As if the first to need the supervisor had been an app. */
  g_setenv (BH_APP_ENV, "other", TRUE);
  g_setenv (BH_INSTANCE_ENV, "0123456789abcdef", TRUE);
  fixture_add_app (fixture, "plain");
  fixture_start_supervisor (fixture);
  g_unsetenv (BH_APP_ENV);
  g_unsetenv (BH_INSTANCE_ENV);
}

static inline BhDBusApp1 *
start (Fixture *fixture)
{
  BhDBusApp1 *app = fixture_get_app (fixture, "plain");

  launch_painted (app);

  return app;
}

static inline void
ask (Fixture *fixture, BhDBusApp1 *app, const char *requests)
{
  g_autofree char *path = app_path (fixture, app, "requests");

  fixture_write (path, requests);
  order (app, "desk");
}

static inline GStrv
take_answers (Fixture *fixture, BhDBusApp1 *app)
{
  g_autofree char *path = app_path (fixture, app, "answers");
  g_autofree char *text = NULL;

  poll_for (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_cmpint (g_unlink (path), ==, 0);

  return g_strsplit (text, "\n", -1);
}

/* Asks for one thing; returns the answer. */
static inline char *
ask_one (Fixture *fixture, BhDBusApp1 *app, const char *format, ...)
{
  g_autofree char *request = NULL;
  g_auto (GStrv) list = NULL;
  va_list args;

  va_start (args, format);
  request = g_strdup_vprintf (format, args);
  va_end (args);
  ask (fixture, app, request);
  list = take_answers (fixture, app);

  return g_strdup (list[0]);
}

#define assert_answer(fixture, app, expected, ...)                                                 \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_autofree char *answer_ = ask_one (fixture, app, __VA_ARGS__);                                \
    if (!g_str_has_prefix (answer_, expected))                                                     \
      g_error ("%s: %s is answered: %s", G_STRLOC, #__VA_ARGS__, answer_);                         \
  }                                                                                                \
  G_STMT_END

/* The directory of this run in the app's cache. */
static inline char *
find_desk (Fixture *fixture)
{
  g_autofree char *desk = cache_path (fixture, "plain", "desk");
  g_autoptr (GDir) dir = g_dir_open (desk, 0, NULL);
  const char *name = g_dir_read_name (dir);

  g_assert_nonnull (name);

  return g_build_filename (desk, name, NULL);
}

static inline char *
outgoing_path (Fixture *fixture, const char *name)
{
  g_autofree char *desk = find_desk (fixture);

  return g_build_filename (desk, BH_DESK_OUTGOING, name, NULL);
}

static inline void
write_outgoing (Fixture *fixture, const char *name, const char *text)
{
  g_autofree char *path = outgoing_path (fixture, name);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

/* A file that has no blocks. */
static inline void
write_sparse (Fixture *fixture, const char *name, off_t size)
{
  g_autofree char *path = outgoing_path (fixture, name);
  int fd = g_open (path, O_WRONLY | O_CREAT, 0600);

  g_assert_cmpint (ftruncate (fd, size), ==, 0);
  close (fd);
}
