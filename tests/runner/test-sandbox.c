/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-error.h"
#include "bh-sandbox.h"

#include <glib/gstdio.h>

#include <string.h>

/* Each with a PATH of its own, in which bubblewrap is missing, fails or works. */

typedef struct
{
  char *directory;
  char *path;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->path = g_strdup (g_getenv ("PATH"));
  fixture->directory = g_dir_make_tmp ("bh-sandbox-XXXXXX", &error);
  g_assert_no_error (error);
  g_setenv ("PATH", fixture->directory, TRUE);
}

static void
add_program (Fixture *fixture, const char *name, const char *script)
{
  g_autofree char *path = g_build_filename (fixture->directory, name, NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, script, -1, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_chmod (path, 0700), ==, 0);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  static const char *const names[] = { "bwrap", "xdg-dbus-proxy" };

  g_setenv ("PATH", fixture->path, TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (fixture->directory, names[i], NULL);

      g_unlink (path);
    }
  g_assert_cmpint (g_rmdir (fixture->directory), ==, 0);
  g_free (fixture->directory);
  g_free (fixture->path);
}

static void
assert_fails (const char *part)
{
  g_autoptr (BhSandboxProbe) probe = bh_sandbox_probe_new ();
  g_autoptr (GError) error = NULL;

  g_assert_false (bh_sandbox_probe_finish (probe, &error));
  g_assert_error (error, BH_ERROR, BH_ERROR_LAUNCH_FAILED);
  if (strstr (error->message, part) == NULL)
    g_error ("“%s” does not say “%s”", error->message, part);
}

static void
test_missing (Fixture *fixture, gconstpointer data)
{
  assert_fails ("“bwrap” is not installed");
}

static void
test_proxy_missing (Fixture *fixture, gconstpointer data)
{
  add_program (fixture, "bwrap", "#!/bin/sh\nexit 0\n");
  assert_fails ("“xdg-dbus-proxy” is not installed");
}

static void
test_refused (Fixture *fixture, gconstpointer data)
{
  add_program (fixture, "xdg-dbus-proxy", "#!/bin/sh\nexit 0\n");
  add_program (fixture, "bwrap",
               "#!/bin/sh\necho 'bwrap: No permissions to create new namespace' >&2\nexit 1\n");
  assert_fails ("bwrap: No permissions to create new namespace");
}

/* The reason goes over D-Bus, which takes only UTF-8. */
static void
test_refused_at_length (Fixture *fixture, gconstpointer data)
{
  add_program (fixture, "xdg-dbus-proxy", "#!/bin/sh\nexit 0\n");
  add_program (fixture, "bwrap",
               "#!/bin/sh\nn=0; while [ $n -lt 401 ]; do printf 'ü' >&2; n=$((n + 1)); done\n"
               "exit 1\n");
  assert_fails ("üü…");
}

static void
test_real (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhSandboxProbe) probe = NULL;
  g_autoptr (GError) error = NULL;

  g_setenv ("PATH", fixture->path, TRUE);
  probe = bh_sandbox_probe_new ();
  g_assert_true (bh_sandbox_probe_finish (probe, &error));
  g_assert_no_error (error);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, function)                                                                        \
  g_test_add ("/sandbox/" path, Fixture, NULL, set_up, function, tear_down)
  ADD ("missing", test_missing);
  ADD ("proxy-missing", test_proxy_missing);
  ADD ("refused", test_refused);
  ADD ("refused-at-length", test_refused_at_length);
  ADD ("real", test_real);

  return g_test_run ();
}
