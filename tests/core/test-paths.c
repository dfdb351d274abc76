/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-paths.h"

static void
test_profile (void)
{
  g_autoptr (BhAppId) id = bh_app_id_new ("../my app", NULL);
  g_autofree char *data = bh_paths_dup_data_dir (id);
  g_autofree char *cache = bh_paths_dup_cache_dir (id);
  g_autofree char *state = bh_paths_dup_state_dir (id);

  /* Whatever the id is, it names a directory of its own and nothing above it. */
  g_assert_cmpstr (data, ==, "/home/me/data/bulkhead/profiles/_2e_2e_2fmy_20app");
  g_assert_cmpstr (cache, ==, "/home/me/cache/bulkhead/profiles/_2e_2e_2fmy_20app");
  g_assert_cmpstr (state, ==, "/home/me/state/bulkhead/profiles/_2e_2e_2fmy_20app");
}

static void
test_runtime (void)
{
  g_autofree char *path = bh_paths_dup_runtime_dir ();

  g_assert_cmpstr (path, ==, "/run/me/bulkhead");
}

static void
add_line (BhSource source, const char *path, gpointer user_data)
{
  g_string_append_printf (user_data, "%s %s\n", bh_source_to_string (source), path);
}

static void
test_apps (void)
{
  g_autoptr (GString) lines = g_string_new (NULL);

  bh_paths_foreach_apps_dir (add_line, lines);
  g_assert_cmpstr (lines->str, ==,
                   "managed /etc/one/bulkhead/apps\n"
                   "managed /etc/two/bulkhead/apps\n"
                   "user /home/me/data/bulkhead/apps\n"
                   "system /usr/one/bulkhead/apps\n"
                   "system /usr/two/bulkhead/apps\n");
}

int
main (int argc, char *argv[])
{
  /* GLib reads them once, when they are first asked for. */
  g_setenv ("XDG_DATA_HOME", "/home/me/data", TRUE);
  g_setenv ("XDG_CACHE_HOME", "/home/me/cache", TRUE);
  g_setenv ("XDG_STATE_HOME", "/home/me/state", TRUE);
  g_setenv ("XDG_RUNTIME_DIR", "/run/me", TRUE);
  g_setenv ("XDG_CONFIG_DIRS", "/etc/one:/etc/two", TRUE);
  g_setenv ("XDG_DATA_DIRS", "/usr/one:/usr/two", TRUE);
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/paths/profile", test_profile);
  g_test_add_func ("/paths/runtime", test_runtime);
  g_test_add_func ("/paths/apps", test_apps);

  return g_test_run ();
}
