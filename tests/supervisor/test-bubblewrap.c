/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-bubblewrap.h"
#include "bh-launch-plan.h"

#include <string.h>

/* The command lines that enclose an app. What they hold off is test-attack's. */

#define S(text) ((char *) (gsize) (text))

static char *no_strings[] = { NULL };
static char *links[] = { S ("usr/bin"), S ("/bin"), NULL };
static char *visible[] = { S ("/run/user/1/wayland-0"), S ("/home/user/.fonts"), NULL };
static char *resolvers[] = { S ("/run/systemd/resolve"), NULL };
static char *devices[] = { S ("/dev/dri"), NULL };

static void
init (BhSurroundings *surroundings, BhEnclosure *enclosure, BhAppId *id)
{
  *surroundings = (BhSurroundings){
    .bwrap = S ("/usr/bin/bwrap"),
    .dbus_proxy = S ("/usr/bin/xdg-dbus-proxy"),
    .bus_link = S ("/usr/libexec/bulkhead-bus-link"),
    .home = S ("/home/user"),
    .runtime_dir = S ("/run/user/1"),
    .links = links,
    .visible = visible,
    .resolvers = resolvers,
    .devices = devices,
    .session_bus = S ("unix:path=/run/user/1/bus"),
    .a11y_bus = S ("unix:path=/run/user/1/at-spi/bus"),
    .system_bus = S (""),
    .portal = TRUE,
  };
  *enclosure = (BhEnclosure){
    .id = id,
    .data_dir = "/home/user/.local/share/bulkhead/profiles/notes",
    .cache_dir = "/home/user/.cache/bulkhead/profiles/notes",
    .state_dir = "/home/user/.local/state/bulkhead/profiles/notes",
    .files = "/home/user/.local/share/bulkhead/apps/notes",
    .channel_dir = "/run/user/1/bulkhead/g/channel",
    .bus_dir = "/run/user/1/bulkhead/g/i",
    .network = TRUE,
  };
}

/* Where a run of arguments stands, or -1. */
static int
find (char **argv, const char *first, ...)
{
  for (int i = 0; argv[i] != NULL; i++)
    {
      const char *argument = first;
      gboolean same = TRUE;
      va_list args;
      int j = i;

      va_start (args, first);
      for (; same && argument != NULL; argument = va_arg (args, const char *))
        same = argv[j] != NULL && g_str_equal (argv[j++], argument);
      va_end (args);
      if (same)
        return i;
    }

  return -1;
}

static void
test_binds (void)
{
  g_autoptr (BhAppId) id = bh_app_id_new ("notes", NULL);
  g_auto (GStrv) argv = NULL;
  BhSurroundings surroundings;
  BhEnclosure enclosure;
  int home, runtime;

  init (&surroundings, &enclosure, id);
  argv = bh_bubblewrap_build_argv (&surroundings, &enclosure, 6, 8);

  g_assert_cmpstr (argv[0], ==, "/usr/bin/bwrap");
  g_assert_cmpint (find (argv, "--sync-fd", "6", NULL), >, 0);
  g_assert_cmpint (find (argv, "--seccomp", "8", NULL), >, 0);
  g_assert_cmpint (find (argv, "--unshare-pid", NULL), >, 0);
  g_assert_cmpint (find (argv, "--ro-bind", "/usr", "/usr", NULL), >, 0);
  g_assert_cmpint (find (argv, "--ro-bind", "/etc", "/etc", NULL), >, 0);
  g_assert_cmpint (find (argv, "--symlink", "usr/bin", "/bin", NULL), >, 0);
  g_assert_cmpint (find (argv, "--dev-bind-try", "/dev/dri", "/dev/dri", NULL), >, 0);
  g_assert_cmpint (find (argv, "--tmpfs", "/tmp", NULL), >, 0);
  /* What is empty comes before what is put into it. */
  home = find (argv, "--tmpfs", "/home/user", NULL);
  runtime = find (argv, "--tmpfs", "/run/user/1", NULL);
  g_assert_cmpint (home, >, 0);
  g_assert_cmpint (find (argv, "--ro-bind-try", "/home/user/.fonts", "/home/user/.fonts", NULL), >,
                   home);
  g_assert_cmpint (find (argv, "--bind", enclosure.data_dir, enclosure.data_dir, NULL), >, home);
  g_assert_cmpint (find (argv, "--bind", enclosure.cache_dir, enclosure.cache_dir, NULL), >, home);
  g_assert_cmpint (find (argv, "--bind", enclosure.state_dir, enclosure.state_dir, NULL), >, home);
  g_assert_cmpint (find (argv, "--ro-bind-try", enclosure.files, enclosure.files, NULL), >, home);
  g_assert_cmpint (find (argv, "--ro-bind", enclosure.channel_dir, enclosure.channel_dir, NULL), >,
                   runtime);
  g_assert_cmpint (find (argv, "--ro-bind", "/run/user/1/bulkhead/g/i/s", "/run/user/1/bus", NULL),
                   >, runtime);
  g_assert_cmpint (
      find (argv, "--setenv", "DBUS_SESSION_BUS_ADDRESS", "unix:path=/run/user/1/bus", NULL), >, 0);
  g_assert_cmpint (find (argv, "--setenv", "DBUS_SYSTEM_BUS_ADDRESS", NULL), ==, -1);
  g_assert_cmpint (find (argv, "--setenv", "GTK_USE_PORTAL", "1", NULL), >, 0);
  g_assert_cmpint (find (argv, "--unshare-net", NULL), ==, -1);
  g_assert_cmpint (find (argv, "--ro-bind-try", resolvers[0], resolvers[0], NULL), >, 0);
  g_assert_cmpint (find (argv, "--die-with-parent", NULL), ==, -1);
  g_assert_cmpstr (argv[g_strv_length (argv) - 1], ==, "--");
}

static void
test_variants (void)
{
  g_autoptr (BhAppId) id = bh_app_id_new ("notes", NULL);
  g_auto (GStrv) argv = NULL;
  BhSurroundings surroundings;
  BhEnclosure enclosure;

  init (&surroundings, &enclosure, id);
  surroundings.home = S ("/");
  surroundings.a11y_bus = S ("");
  surroundings.links = no_strings;
  surroundings.portal = FALSE;
  enclosure.network = FALSE;
  enclosure.files = "";
  argv = bh_bubblewrap_build_argv (&surroundings, &enclosure, 6, 8);

  g_assert_cmpint (find (argv, "--unshare-net", NULL), >, 0);
  /* Who can look up names can tell others what they are. */
  g_assert_cmpint (find (argv, "--ro-bind-try", resolvers[0], resolvers[0], NULL), ==, -1);
  g_assert_cmpint (find (argv, "--setenv", "GTK_USE_PORTAL", NULL), ==, -1);
  g_assert_cmpint (find (argv, "--tmpfs", "/", NULL), ==, -1);
  g_assert_cmpint (find (argv, "--ro-bind-try", "", NULL), ==, -1);
  g_assert_cmpint (find (argv, "--setenv", "NO_AT_BRIDGE", "1", NULL), >, 0);
  g_assert_cmpint (find (argv, "--setenv", "AT_SPI_BUS_ADDRESS", NULL), ==, -1);
}

static void
test_environment (void)
{
  static const char *const kept[]
      = { "HOME", "LANG", "LC_ALL", "GDK_BACKEND", "XDG_DATA_DIRS", "WEBKIT_DEBUG" };
  static const char *const hidden[]
      = { "SSH_AUTH_SOCK", "EXAMPLE_TOKEN", "XDG_SESSION_COOKIE", "HOMEWORK" };
  static const char *const around[] = { "/usr/bin/bwrap", "--", NULL };
  g_autoptr (BhLaunchPlan) enclosed = NULL;
  g_autoptr (BhLaunchPlan) plain = NULL;
  char **environment;

  for (gsize i = 0; i < G_N_ELEMENTS (kept); i++)
    g_setenv (kept[i], "value", FALSE);
  for (gsize i = 0; i < G_N_ELEMENTS (hidden); i++)
    g_setenv (hidden[i], "value", TRUE);
  enclosed = bh_launch_plan_new ("/gate", "/runner", "notes", "abc", NULL, around);
  plain = bh_launch_plan_new ("/gate", "/runner", "notes", "abc", NULL, NULL);

  environment = (char **) (gsize) bh_launch_plan_get_environment (enclosed);
  for (gsize i = 0; i < G_N_ELEMENTS (kept); i++)
    g_assert_cmpstr (g_environ_getenv (environment, kept[i]), ==, g_getenv (kept[i]));
  for (gsize i = 0; i < G_N_ELEMENTS (hidden); i++)
    g_assert_null (g_environ_getenv (environment, hidden[i]));
  g_assert_cmpstr (g_environ_getenv (environment, "BULKHEAD_INSTANCE"), ==, "abc");

  environment = (char **) (gsize) bh_launch_plan_get_environment (plain);
  g_assert_cmpstr (g_environ_getenv (environment, "EXAMPLE_TOKEN"), ==, "value");
}

static void
test_proxy (void)
{
  g_autoptr (BhAppId) id = bh_app_id_new ("notes", NULL);
  g_auto (GStrv) argv = NULL;
  BhSurroundings surroundings;
  BhEnclosure enclosure;
  int session, web, a11y;

  init (&surroundings, &enclosure, id);
  argv = bh_bubblewrap_build_proxy_argv (&surroundings, &enclosure, 7);

  g_assert_cmpstr (argv[0], ==, "/usr/bin/xdg-dbus-proxy");
  g_assert_cmpstr (argv[1], ==, "--fd=7");
  session
      = find (argv, "unix:path=/run/user/1/bus", "/run/user/1/bulkhead/g/i/s", "--filter", NULL);
  web = find (argv, "unix:path=/run/user/1/bus", "/run/user/1/bulkhead/g/i/s.web", "--filter",
              NULL);
  a11y = find (argv, "unix:path=/run/user/1/at-spi/bus", "/run/user/1/bulkhead/g/i/a", "--filter",
               NULL);
  g_assert_cmpint (session, >, 0);
  g_assert_cmpint (web, >, session);
  g_assert_cmpint (a11y, >, web);
  /* Its own name is the app's own, and no page's. */
  g_assert_cmpint (find (argv, "--own=io.github.bulkhead.Bulkhead.App_notes", NULL), <, web);
  g_assert_cmpint (find (argv, "--own=io.github.bulkhead.Bulkhead.App_notes", NULL), >, session);
  for (int i = 0; argv[i] != NULL; i++)
    {
      g_assert_false (g_str_has_prefix (argv[i], "--talk=" BH_SUPERVISOR_BUS_NAME));
      g_assert_false (g_str_has_prefix (argv[i], "--talk=org.freedesktop.portal.Desktop"));
      g_assert_false (g_str_has_prefix (argv[i], "--talk=org.freedesktop.Notifications"));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/bubblewrap/binds", test_binds);
  g_test_add_func ("/bubblewrap/variants", test_variants);
  g_test_add_func ("/bubblewrap/environment", test_environment);
  g_test_add_func ("/bubblewrap/proxy", test_proxy);

  return g_test_run ();
}
