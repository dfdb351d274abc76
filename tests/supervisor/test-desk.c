/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "supervisor-fixture.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/*
 * What an app may ask for from outside its confinement, asked by a runner in the hands of its page.
 * A browser, a file chooser and a file manager of the test's own tell what they were asked.
 */

#define FAILED           "io.github.bulkhead.Error.Failed: "
#define INVALID_ARGUMENT "io.github.bulkhead.Error.InvalidArgument: "
#define INVALID_URI      "io.github.bulkhead.Error.InvalidUri: "

/* In the cache of an app, whether there is a supervisor to ask or not. */
static char *
app_path (Fixture *fixture, BhDBusApp1 *app, const char *name)
{
  g_autofree char *id = g_path_get_basename (g_dbus_proxy_get_object_path (G_DBUS_PROXY (app)));

  return fixture_build_path (fixture, "cache", "bulkhead", "profiles", id, name, NULL);
}

static char *
cache_path (Fixture *fixture, const char *id, const char *name)
{
  return fixture_build_path (fixture, "cache", "bulkhead", "profiles", id, name, NULL);
}

static void
write_in (Fixture *fixture, const char *name, const char *text)
{
  g_autofree char *path = fixture_build_path (fixture, name, NULL);

  fixture_write (path, text);
}

static char *
read_in (Fixture *fixture, const char *name)
{
  g_autofree char *path = fixture_build_path (fixture, name, NULL);
  char *text = NULL;

  g_file_get_contents (path, &text, NULL, NULL);

  return text;
}

static guint
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
static void
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

static void
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

static BhDBusApp1 *
start (Fixture *fixture)
{
  BhDBusApp1 *app = fixture_get_app (fixture, "plain");

  launch_painted (app);

  return app;
}

static void
ask (Fixture *fixture, BhDBusApp1 *app, const char *requests)
{
  g_autofree char *path = app_path (fixture, app, "requests");

  fixture_write (path, requests);
  order (app, "desk");
}

static GStrv
take_answers (Fixture *fixture, BhDBusApp1 *app)
{
  g_autofree char *path = app_path (fixture, app, "answers");
  g_autofree char *text = NULL;

  poll_for (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_cmpint (g_unlink (path), ==, 0);

  return g_strsplit (text, "\n", -1);
}

/* Asks for one thing; returns the answer. */
static char *
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
static char *
find_desk (Fixture *fixture)
{
  g_autofree char *desk = cache_path (fixture, "plain", "desk");
  g_autoptr (GDir) dir = g_dir_open (desk, 0, NULL);
  const char *name = g_dir_read_name (dir);

  g_assert_nonnull (name);

  return g_build_filename (desk, name, NULL);
}

static char *
outgoing_path (Fixture *fixture, const char *name)
{
  g_autofree char *desk = find_desk (fixture);

  return g_build_filename (desk, "outgoing", name, NULL);
}

static void
write_outgoing (Fixture *fixture, const char *name, const char *text)
{
  g_autofree char *path = outgoing_path (fixture, name);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

/* A file that has no blocks. */
static void
write_sparse (Fixture *fixture, const char *name, off_t size)
{
  g_autofree char *path = outgoing_path (fixture, name);
  int fd = g_open (path, O_WRONLY | O_CREAT, 0600);

  g_assert_cmpint (ftruncate (fd, size), ==, 0);
  close (fd);
}

/* Opening. */

static char *
wait_for_opened (Fixture *fixture)
{
  char *opened = NULL;

  poll_for ((opened = read_in (fixture, "opened")) != NULL);

  return g_strchomp (opened);
}

static void
test_open (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = start (fixture);
  g_autofree char *opened = NULL;
  g_autofree char *environment = NULL;
  g_autofree char *pid = NULL;

  write_in (fixture, "stay", "");
  assert_answer (fixture, app, "()", "OpenUri ('https://shop.example/a?b=c#d', 'token-1')");
  opened = wait_for_opened (fixture);
  g_assert_cmpstr (opened, ==, "https://shop.example/a?b=c#d");
  environment = read_in (fixture, "opened-environment");
  g_assert_null (strstr (environment, BH_APP_ENV));
  g_assert_null (strstr (environment, BH_INSTANCE_ENV));
  g_assert_nonnull (strstr (environment, "\nXDG_ACTIVATION_TOKEN=token-1\n"));
  g_assert_nonnull (strstr (environment, "\nDESKTOP_STARTUP_ID=token-1\n"));

  /* It is the session's: it is neither counted as the app's nor ended with it. */
  g_assert_cmpuint (fixture_count_processes (fixture, "plain"), ==, 1);
  pid = read_in (fixture, "opened-pid");
  g_assert_cmpuint (kill_app (app), ==, 1);
  g_assert_true (is_alive ((guint) atoi (pid)));
  kill (atoi (pid), SIGKILL);
}

static const char systemd_xml[]
    = "<node><interface name='org.freedesktop.systemd1.Manager'><method name='StartTransientUnit'>"
      "<arg type='s' direction='in'/><arg type='s' direction='in'/>"
      "<arg type='a(sv)' direction='in'/><arg type='a(sa(sv))' direction='in'/>"
      "<arg type='o' direction='out'/></method></interface></node>";

/* Gives apps no scope, so that the supervisor does without. */
static void
on_start_unit (GDBusConnection *connection,
               const char *sender,
               const char *path,
               const char *interface,
               const char *method,
               GVariant *parameters,
               GDBusMethodInvocation *invocation,
               gpointer user_data)
{
  g_autoptr (GVariant) properties = NULL;
  g_autoptr (GVariant) pids = NULL;
  const char *name;
  GVariantIter iter;
  const char *key;
  GVariant *value;

  g_variant_get (parameters, "(&s&s@a(sv)@a(sa(sv)))", &name, NULL, &properties, NULL);
  g_dbus_method_invocation_return_dbus_error (invocation, "org.freedesktop.DBus.Error.Failed",
                                              "Not here");
  if (g_str_has_prefix (name, "app-bulkhead-"))
    return;
  g_variant_iter_init (&iter, properties);
  while (g_variant_iter_loop (&iter, "(&sv)", &key, &value))
    if (g_str_equal (key, "PIDs"))
      pids = g_variant_ref (value);
  g_assert_nonnull (pids);
  *(char **) user_data
      = g_strdup_printf ("%s %u", name, *(const guint32 *) g_variant_get_data (pids));
}

/* What is started does not share the supervisor's cgroup, which may end before it. */
static void
test_open_scope (Fixture *fixture, gconstpointer data)
{
  static const GDBusInterfaceVTable vtable = { .method_call = on_start_unit };
  g_autoptr (GDBusNodeInfo) info = g_dbus_node_info_new_for_xml (systemd_xml, NULL);
  g_autoptr (BhDBusApp1) app = NULL;
  g_autofree char *unit = NULL;
  g_autofree char *pid = NULL;
  g_autofree char *expected = NULL;
  guint owner;

  g_dbus_connection_register_object (fixture->connection, "/org/freedesktop/systemd1",
                                     info->interfaces[0], &vtable, &unit, NULL, NULL);
  owner = g_bus_own_name_on_connection (fixture->connection, "org.freedesktop.systemd1",
                                        G_BUS_NAME_OWNER_FLAGS_NONE, NULL, NULL, NULL, NULL);
  app = start (fixture);
  assert_answer (fixture, app, "()", "OpenUri ('https://shop.example/', '')");
  wait_for (unit != NULL);
  poll_for ((g_free (pid), pid = read_in (fixture, "opened-pid")) != NULL);
  expected = g_strdup_printf ("app-my\\x2dbrowser-%d.scope %d", atoi (pid), atoi (pid));
  g_assert_cmpstr (unit, ==, expected);
  g_bus_unown_name (owner);
  kill_app (app);
}

static void
test_open_refused (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = start (fixture);
  g_autofree char *path = g_strnfill (17000, 'x');
  g_autofree char *opened = NULL;
  const char *const uris[] = {
    "",
    "/etc/passwd",
    "file:///etc/passwd",
    "FILE:///etc/passwd",
    "ssh://-oProxyCommand=true/",
    "javascript:alert(1)",
    "data:text/html,x",
    "app://other/index.html",
    "--new-window",
    "https://a.example/ --flag",
    "https://a.example/\\nhttps://b.example/",
    "my-browser.desktop",
    "applications:my-browser.desktop",
  };

  for (guint i = 0; i < G_N_ELEMENTS (uris); i++)
    assert_answer (fixture, app, INVALID_URI, "OpenUri ('%s', '')", uris[i]);
  assert_answer (fixture, app, INVALID_URI, "OpenUri ('https://a.example/%s', '')", path);
  /* No program is there for this one, which is allowed. */
  assert_answer (fixture, app, FAILED, "OpenUri ('tel:123', '')");

  /* A token that is none is left out. Only this has been opened. */
  assert_answer (fixture, app, "()", "OpenUri ('mailto:a@b.example', 'bad token')");
  opened = wait_for_opened (fixture);
  g_assert_cmpstr (opened, ==, "mailto:a@b.example");
  kill_app (app);
}

static guint
count_lines (Fixture *fixture, const char *name)
{
  g_autofree char *text = read_in (fixture, name);
  guint n = 0;

  for (const char *p = text; p != NULL && *p != '\0'; p++)
    n += *p == '\n';

  return n;
}

static void
test_open_flood (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = start (fixture);
  g_autoptr (GString) requests = g_string_new (NULL);
  g_auto (GStrv) list = NULL;
  gint64 began = g_get_monotonic_time ();
  guint opened = 0, allowed;

  for (guint i = 0; i < 100; i++)
    g_string_append_printf (requests, "%sOpenUri ('https://a.example/%u', '')", i > 0 ? "\n" : "",
                            i);
  ask (fixture, app, requests->str);
  list = take_answers (fixture, app);
  allowed = 5 + (guint) ((g_get_monotonic_time () - began) / (2 * G_TIME_SPAN_SECOND));
  for (guint i = 0; list[i] != NULL; i++)
    if (g_str_equal (list[i], "()"))
      opened++;
    else
      g_assert_true (g_str_has_prefix (list[i], FAILED));
  g_assert_cmpuint (opened, >=, 5);
  g_assert_cmpuint (opened, <=, allowed);
  poll_for (count_lines (fixture, "opened") == opened);
  kill_app (app);
}

/* Saving. */

static void
assert_saved (Fixture *fixture, const char *name, const char *expected)
{
  g_autofree char *path = fixture_build_path (fixture, "Downloads", name, NULL);
  g_autofree char *text = NULL;
  struct stat info;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, expected);
  g_assert_cmpint (lstat (path, &info), ==, 0);
  g_assert_true (S_ISREG (info.st_mode));
  g_assert_cmpint (info.st_mode & 0111, ==, 0);
  g_assert_cmpint ((int) info.st_nlink, ==, 1);
}

static void
test_save (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = start (fixture);
  g_autofree char *path = NULL;

  write_in (fixture, "Downloads/letter.txt", "precious");
  write_outgoing (fixture, "1", "Dear reader");
  path = outgoing_path (fixture, "1");
  g_assert_cmpint (g_chmod (path, 0700), ==, 0);
  assert_answer (fixture, app, "('letter (1).txt', 1, true)", "SaveFile ('1', 'letter.txt')");
  assert_answer (fixture, app, "('letter (2).txt', 2, true)", "SaveFile ('1', 'letter.txt')");

  /* What the app does to its own file is nothing to the user's. */
  write_outgoing (fixture, "1", "changed");
  assert_saved (fixture, "letter.txt", "precious");
  assert_saved (fixture, "letter (1).txt", "Dear reader");
  assert_saved (fixture, "letter (2).txt", "Dear reader");
  write_outgoing (fixture, "2", "");
  assert_answer (fixture, app, "('empty', 3, true)", "SaveFile ('2', 'empty')");
  assert_saved (fixture, "empty", "");
  kill_app (app);
}

static void
test_save_names (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = start (fixture);
  g_autofree char *filler = g_strnfill (300, 'b');
  g_autofree char *kept = g_strnfill (251, 'b');
  g_autofree char *answer = g_strdup_printf ("('%s.png', ", kept);
  const char *const names[][2] = {
    { "../../.bashrc", "('bashrc', " },
    { "/etc/passwd", "('passwd', " },
    { "a\\\\..\\\\boot.ini", "('boot.ini', " },
    { "..", "('download', " },
    { "", "('download (1)', " },
    { "a\\nb\\t.txt", "('a b .txt', " },
    { "photo\\u202egpj.exe", "('photogpj.exe', " },
    { ".hidden", "('hidden', " },
  };

  write_outgoing (fixture, "1", "x");
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    assert_answer (fixture, app, names[i][1], "SaveFile ('1', '%s')", names[i][0]);
  assert_answer (fixture, app, answer, "SaveFile ('1', '%s.png')", filler);
  g_assert_cmpuint (count_in (fixture, "Downloads"), ==, G_N_ELEMENTS (names) + 1);
  kill_app (app);
}

static void
bind_socket (const char *path)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_strlcpy (address.sun_path, path, sizeof address.sun_path);
  if (bind (fd, (struct sockaddr *) &address, sizeof address) != 0)
    g_error ("%s: %s", path, g_strerror (errno));
  close (fd);
}

/* Whatever lies there instead of a file: it is neither read nor waited for. */
static void
test_save_refused (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = start (fixture);
  g_autofree char *outgoing = outgoing_path (fixture, NULL);
  g_autofree char *aside = g_strconcat (outgoing, ".old", NULL);
  const char *const names[]
      = { "",     ".",    "..",   "/etc/passwd", "../outgoing/file", "missing", "folder",
          "pipe", "link", "loop", "zero",        "socket",           "file/" };

  write_outgoing (fixture, "file", "x");
  g_assert_cmpint (g_chdir (outgoing), ==, 0);
  g_assert_cmpint (g_mkdir ("folder", 0700), ==, 0);
  g_assert_cmpint (mkfifo ("pipe", 0600), ==, 0);
  g_assert_cmpint (symlink ("file", "link"), ==, 0);
  g_assert_cmpint (symlink ("loop", "loop"), ==, 0);
  g_assert_cmpint (symlink ("/dev/zero", "zero"), ==, 0);
  bind_socket ("socket");
  g_assert_cmpint (g_chdir ("/"), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    assert_answer (fixture, app, INVALID_ARGUMENT, "SaveFile ('%s', 'name')", names[i]);

  /* The directory itself may lead elsewhere by now. */
  g_assert_cmpint (g_rename (outgoing, aside), ==, 0);
  g_assert_cmpint (symlink ("/etc", outgoing), ==, 0);
  assert_answer (fixture, app, FAILED, "SaveFile ('passwd', 'name')");
  g_assert_cmpuint (count_in (fixture, "Downloads"), ==, 0);
  kill_app (app);
}

static void
test_save_full (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = start (fixture);
  struct rlimit limit = { 0 };

  /* More than there is. */
  write_sparse (fixture, "huge", (off_t) 4 << 40);
  assert_answer (fixture, app, FAILED "The disk has no room", "SaveFile ('huge', 'huge')");

  /* The disk is full in the middle of it. */
  g_assert_cmpint (prlimit (fixture->supervisor, RLIMIT_FSIZE, NULL, &limit), ==, 0);
  limit.rlim_cur = 1024 * 1024;
  g_assert_cmpint (prlimit (fixture->supervisor, RLIMIT_FSIZE, &limit, NULL), ==, 0);
  write_sparse (fixture, "large", 4 * 1024 * 1024);
  assert_answer (fixture, app, FAILED "It could not be copied", "SaveFile ('large', 'large')");
  g_assert_cmpuint (count_in (fixture, "Downloads"), ==, 0);

  write_outgoing (fixture, "small", "small");
  assert_answer (fixture, app, "('small'", "SaveFile ('small', 'small')");
  assert_saved (fixture, "small", "small");
  kill_app (app);
}

static void
test_save_cancelled (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = start (fixture);
  g_auto (GStrv) list = NULL;

  write_sparse (fixture, "1", (off_t) 2 << 30);
  write_outgoing (fixture, "2", "two");
  write_outgoing (fixture, "3", "three");
  ask (fixture, app,
       "SaveFile ('1', 'one')\nSaveFile ('2', 'two')\nSaveFile ('3', 'three')\n"
       "CancelSave ('2',)\nCancelSave ('1',)\nCancelSave ('none',)");
  list = take_answers (fixture, app);
  g_assert_nonnull (strstr (list[0], FAILED "It was cancelled"));
  g_assert_nonnull (strstr (list[1], FAILED "It was cancelled"));
  g_assert_cmpstr (list[2], ==, "('three', 1, true)");
  g_assert_cmpuint (count_in (fixture, "Downloads"), ==, 1);
  assert_saved (fixture, "three", "three");
  kill_app (app);
}

static void
test_save_flood (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = start (fixture);
  g_autoptr (GString) requests = g_string_new (NULL);
  g_auto (GStrv) list = NULL;
  gint64 began = g_get_monotonic_time ();
  guint saved = 0, allowed;

  write_outgoing (fixture, "1", "x");
  for (guint i = 0; i < 150; i++)
    g_string_append_printf (requests, "%sSaveFile ('1', 'file')", i > 0 ? "\n" : "");
  ask (fixture, app, requests->str);
  list = take_answers (fixture, app);
  allowed = 100 + (guint) ((g_get_monotonic_time () - began) / G_TIME_SPAN_SECOND);
  for (guint i = 0; list[i] != NULL; i++)
    saved += *list[i] == '(';
  g_assert_cmpuint (saved, >=, 100);
  g_assert_cmpuint (saved, <=, allowed);
  g_assert_cmpuint (count_in (fixture, "Downloads"), ==, saved);
  kill_app (app);
}

static void
on_show_items (GDBusConnection *connection,
               const char *sender,
               const char *path,
               const char *interface,
               const char *method,
               GVariant *parameters,
               GDBusMethodInvocation *invocation,
               gpointer user_data)
{
  g_autofree const char **uris = NULL;

  g_variant_get (parameters, "(^a&ss)", &uris, NULL);
  *(char **) user_data = g_strdup (uris[0]);
  g_dbus_method_invocation_return_value (invocation, NULL);
}

static void
add_file_manager (Fixture *fixture, char **shown)
{
  static const GDBusInterfaceVTable vtable = { .method_call = on_show_items };
  static const char xml[]
      = "<node><interface name='org.freedesktop.FileManager1'><method name='ShowItems'>"
        "<arg type='as' direction='in'/><arg type='s' direction='in'/></method></interface></node>";
  g_autoptr (GDBusNodeInfo) info = g_dbus_node_info_new_for_xml (xml, NULL);

  g_dbus_connection_register_object (fixture->connection, "/org/freedesktop/FileManager1",
                                     info->interfaces[0], &vtable, shown, NULL, NULL);
  g_bus_own_name_on_connection (fixture->connection, "org.freedesktop.FileManager1",
                                G_BUS_NAME_OWNER_FLAGS_NONE, NULL, NULL, NULL, NULL);
}

static void
test_saved_files (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = start (fixture);
  g_autoptr (BhDBusApp1) other = NULL;
  g_autofree char *path = fixture_build_path (fixture, "Downloads", "letter.txt", NULL);
  g_autofree char *opened = NULL;
  g_autofree char *shown = NULL;

  write_outgoing (fixture, "1", "Dear reader");
  assert_answer (fixture, app, INVALID_ARGUMENT, "OpenSaved (1, '')");
  assert_answer (fixture, app, "('letter.txt', 1, true)", "SaveFile ('1', 'letter.txt')");
  assert_answer (fixture, app, "('x.desktop', 2, false)", "SaveFile ('1', 'x.desktop')");
  assert_answer (fixture, app, INVALID_ARGUMENT, "OpenSaved (0, '')");
  assert_answer (fixture, app, INVALID_ARGUMENT, "OpenSaved (3, '')");
  assert_answer (fixture, app, INVALID_ARGUMENT, "ShowSaved (4294967295, '')");

  assert_answer (fixture, app, "()", "OpenSaved (1, '')");
  opened = wait_for_opened (fixture);
  g_assert_cmpstr (opened, ==, path);
  assert_answer (fixture, app, FAILED, "OpenSaved (2, '')");
  add_file_manager (fixture, &shown);
  assert_answer (fixture, app, "()", "ShowSaved (2, '')");
  g_assert_true (g_str_has_suffix (shown, "/Downloads/x.desktop"));

  /* What stands in its place now is not what was saved. */
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_cmpint (symlink ("/etc/passwd", path), ==, 0);
  assert_answer (fixture, app, FAILED, "OpenSaved (1, '')");

  /* Another app has no say about them. */
  fixture_add_app (fixture, "mute");
  poll_for ((other = fixture_find_app (fixture, "mute", NULL)) != NULL);
  launch_painted (other);
  assert_answer (fixture, other, INVALID_ARGUMENT, "OpenSaved (2, '')");
  g_assert_cmpuint (count_lines (fixture, "opened"), ==, 1);
  kill_app (other);
  kill_app (app);
}

/* Choosing. */

static void
assert_copy (Fixture *fixture, const char *path, const char *name, const char *expected)
{
  g_autofree char *desk = find_desk (fixture);
  g_autofree char *base = g_path_get_basename (path);
  g_autofree char *text = NULL;
  struct stat info;

  g_assert_true (g_str_has_prefix (path, desk));
  g_assert_cmpstr (base, ==, name);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, expected);
  g_assert_cmpint (lstat (path, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0600);
  g_assert_cmpint ((int) info.st_nlink, ==, 1);
}

static GStrv
choose (Fixture *fixture, BhDBusApp1 *app, const char *options)
{
  g_autofree char *answer = ask_one (fixture, app, "ChooseFiles ({%s},)", options);
  g_autoptr (GVariant) reply = g_variant_parse (G_VARIANT_TYPE ("(as)"), answer, NULL, NULL, NULL);
  GStrv paths = NULL;

  if (reply == NULL)
    g_error ("{%s} is answered: %s", options, answer);
  g_variant_get (reply, "(^as)", &paths);

  return paths;
}

static void
set_choice (Fixture *fixture, const char *first, const char *second)
{
  g_autofree char *one = fixture_build_path (fixture, first, NULL);
  g_autofree char *two = second != NULL ? fixture_build_path (fixture, second, NULL) : NULL;
  g_autofree char *text = g_strjoin ("\n", one, two, NULL);

  write_in (fixture, "choice", text);
}

static void
test_choose (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = start (fixture);
  g_autofree char *original = fixture_build_path (fixture, "a", "photo.png", NULL);
  g_autofree char *arguments = NULL;
  g_auto (GStrv) one = NULL;
  g_auto (GStrv) two = NULL;
  g_auto (GStrv) none = NULL;
  const struct timespec times[] = { { 1000000000, 0 }, { 1000000000, 0 } };
  struct stat info;

  write_in (fixture, "a/photo.png", "one");
  write_in (fixture, "b/photo.png", "two");
  g_assert_cmpint (utimensat (AT_FDCWD, original, times, 0), ==, 0);
  set_choice (fixture, "a/photo.png", NULL);
  one = choose (fixture, app,
                "'mime-types': <['image/png', 'image/*']>, 'parent': <'x11:1a00007'>");
  g_assert_cmpuint (g_strv_length (one), ==, 1);
  assert_copy (fixture, one[0], "photo.png", "one");
  g_assert_cmpint (lstat (one[0], &info), ==, 0);
  g_assert_cmpint (info.st_mtime, ==, 1000000000);
  arguments = read_in (fixture, "chooser-arguments");
  g_assert_cmpstr (arguments, ==,
                   "--app-name=The plain of data\n--mime-type=image/png\n--mime-type=image/*\n"
                   "--parent=x11:1a00007");

  set_choice (fixture, "a/photo.png", "b/photo.png");
  two = choose (fixture, app, "'multiple': <true>");
  g_assert_cmpuint (g_strv_length (two), ==, 2);
  assert_copy (fixture, two[0], "photo.png", "one");
  assert_copy (fixture, two[1], "photo (1).png", "two");
  g_assert_cmpstr (one[0], !=, two[0]);

  /* The user's file is not what the app writes to. */
  g_assert_true (g_file_set_contents (one[0], "changed", -1, NULL));
  g_free (arguments);
  arguments = read_in (fixture, "a/photo.png");
  g_assert_cmpstr (arguments, ==, "one");

  write_in (fixture, "choice", "");
  none = choose (fixture, app, "'multiple': <true>");
  g_assert_cmpuint (g_strv_length (none), ==, 0);
  kill_app (app);
}

static void
test_choose_refused (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = start (fixture);
  g_autofree char *pipe_path = fixture_build_path (fixture, "pipe", NULL);
  g_autofree char *desk = find_desk (fixture);
  g_autofree char *chosen = g_build_filename (desk, "chosen", NULL);
  g_autofree char *victim = fixture_build_path (fixture, "victim", NULL);
  g_auto (GStrv) paths = NULL;
  const char *const options[] = {
    "'title': <'Your password file'>",
    "'multiple': <'yes'>",
    "'mime-types': <'image/png'>",
    "'mime-types': <['image/png --multiple']>",
    "'mime-types': <['a/b/c']>",
    "'mime-types': <['image']>",
    "'mime-types': <['']>",
    "'parent': <'1a00007'>",
    "'parent': <'x11:1a;b'>",
    "'parent': <'file:///etc'>",
    "'parent': <'wayland:a b'>",
  };

  for (guint i = 0; i < G_N_ELEMENTS (options); i++)
    assert_answer (fixture, app, INVALID_ARGUMENT, "ChooseFiles ({%s},)", options[i]);

  write_in (fixture, "choice", "@fail");
  assert_answer (fixture, app, FAILED, "ChooseFiles ({},)");
  set_choice (fixture, "data", NULL);
  assert_answer (fixture, app, FAILED, "ChooseFiles ({},)");
  g_assert_cmpint (mkfifo (pipe_path, 0600), ==, 0);
  set_choice (fixture, "pipe", NULL);
  assert_answer (fixture, app, FAILED, "ChooseFiles ({},)");

  /* A link of the app's leads the copies nowhere. */
  g_assert_cmpint (g_mkdir (victim, 0700), ==, 0);
  g_assert_cmpint (g_rename (chosen, victim), ==, 0);
  g_assert_cmpint (symlink (victim, chosen), ==, 0);
  write_in (fixture, "note.txt", "note");
  set_choice (fixture, "note.txt", NULL);
  paths = choose (fixture, app, "");
  assert_copy (fixture, paths[0], "note.txt", "note");
  g_assert_false (g_file_test (chosen, G_FILE_TEST_IS_SYMLINK));
  kill_app (app);
}

static gboolean
is_choosing (Fixture *fixture)
{
  g_autofree char *arguments = read_in (fixture, "chooser-arguments");

  return arguments != NULL;
}

/* One question at a time, and none that outlives whoever wants to know. */
static void
test_choose_once (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = start (fixture);
  g_autofree char *arguments = fixture_build_path (fixture, "chooser-arguments", NULL);
  g_autofree char *left = fixture_build_path (fixture, "chooser-left", NULL);
  g_auto (GStrv) list = NULL;

  write_in (fixture, "choice", "@wait");
  ask (fixture, app, "ChooseFiles ({},)\nChooseFiles ({},)");
  poll_for (is_choosing (fixture));
  kill_app (app);
  g_assert_cmpint (g_unlink (arguments), ==, 0);

  launch_painted (app);
  ask (fixture, app, "ChooseFiles ({},)");
  poll_for (is_choosing (fixture));
  g_assert_false (g_file_test (left, G_FILE_TEST_EXISTS));
  fixture_end_supervisor (fixture, SIGKILL);
  poll_for (g_file_test (left, G_FILE_TEST_EXISTS));
  list = take_answers (fixture, app);
  g_assert_cmpstr (list[0], ==, "no answer");
  fixture_start_supervisor (fixture);
  wait_for_title (app, "resumed");

  /* The next supervisor's desk serves the same run. */
  write_in (fixture, "note.txt", "note");
  set_choice (fixture, "note.txt", NULL);
  g_strfreev (choose (fixture, app, ""));
  kill_app (app);
}

/* What has changed hands goes with the run, and what a dead one left goes with the next. */
static void
test_sweep (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;
  g_autofree char *old = cache_path (fixture, "plain", "desk/old/chosen/1");
  g_autofree char *precious = fixture_build_path (fixture, "precious", NULL);
  g_autofree char *link = g_build_filename (old, "link", NULL);
  g_autofree char *file = g_build_filename (old, "file", NULL);
  g_autofree char *stray = cache_path (fixture, "plain", "desk/stray");
  g_autofree char *desk = NULL;

  write_in (fixture, "precious/file", "precious");
  fixture_write (file, "old");
  fixture_write (stray, "old");
  g_assert_cmpint (symlink (precious, link), ==, 0);
  app = start (fixture);
  poll_for (count_in (fixture, "cache/bulkhead/profiles/plain/desk") == 1);
  g_assert_cmpuint (count_in (fixture, "precious"), ==, 1);
  desk = find_desk (fixture);
  write_outgoing (fixture, "1", "x");
  kill_app (app);
  poll_for (!g_file_test (desk, G_FILE_TEST_EXISTS));
}

#undef ADD
#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, fixture_tear_down)

static void
add_tests (void)
{
  ADD ("/desk/open", test_open);
  ADD ("/desk/open-scope", test_open_scope);
  ADD ("/desk/open-refused", test_open_refused);
  ADD ("/desk/open-flood", test_open_flood);
  ADD ("/desk/save", test_save);
  ADD ("/desk/save-names", test_save_names);
  ADD ("/desk/save-refused", test_save_refused);
  ADD ("/desk/save-full", test_save_full);
  ADD ("/desk/save-cancelled", test_save_cancelled);
  ADD ("/desk/save-flood", test_save_flood);
  ADD ("/desk/saved-files", test_saved_files);
  ADD ("/desk/choose", test_choose);
  ADD ("/desk/choose-refused", test_choose_refused);
  ADD ("/desk/choose-once", test_choose_once);
  ADD ("/desk/sweep", test_sweep);
}

int
main (int argc, char **argv)
{
  return fixture_run (argc, argv, add_tests);
}
