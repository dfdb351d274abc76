/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk-asking.h"

#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>

/* Links that an app has opened, and files that it saves. */

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
  const char *const names[] = { "",        ".",      "..",   "/etc/passwd", "../Downloads/file",
                                "missing", "folder", "pipe", "link",        "loop",
                                "zero",    "socket", "file/" };

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
}

int
main (int argc, char **argv)
{
  return fixture_run (argc, argv, add_tests);
}
