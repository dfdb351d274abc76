/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * The program as a whole, where it needs no service: command lines, exit codes, `check`, and what
 * it says when there is no bus. BULKHEADCTL in the environment names it.
 */

typedef struct
{
  char *out;
  char *err;
  int exit_code;
} Result;

static void
result_free (Result *result)
{
  g_free (result->out);
  g_free (result->err);
  g_free (result);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Result, result_free)

/* Runs the program with a session bus that is not there; @arguments are separated by blanks. */
static Result *
run (const char *arguments)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) environment = g_get_environ ();
  g_autofree char *line = g_strconcat (g_getenv ("BULKHEADCTL"), " ", arguments, NULL);
  g_auto (GStrv) argv = g_strsplit (g_strstrip (line), " ", -1);
  Result *result = g_new0 (Result, 1);
  int status = 0;

  environment
      = g_environ_setenv (environment, "DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent", TRUE);
  g_spawn_sync (NULL, argv, environment, G_SPAWN_DEFAULT, NULL, NULL, &result->out, &result->err,
                &status, &error);
  g_assert_no_error (error);
  g_assert_true (WIFEXITED (status));
  result->exit_code = WEXITSTATUS (status);

  return result;
}

static void
assert_run (const char *arguments, int exit_code, const char *in_out, const char *in_err)
{
  g_autoptr (Result) result = run (arguments);
  g_autofree char *shown = g_utf8_make_valid (arguments, -1);

  g_test_message ("“%s” gave %d, “%s”, “%s”", shown, result->exit_code, result->out, result->err);
  g_assert_cmpint (result->exit_code, ==, exit_code);
  if (in_out != NULL)
    g_assert_nonnull (strstr (result->out, in_out));
  else
    g_assert_cmpstr (result->out, ==, "");
  if (in_err != NULL)
    g_assert_nonnull (strstr (result->err, in_err));
  else
    g_assert_cmpstr (result->err, ==, "");
}

static JsonNode *
run_json (const char *arguments, int exit_code)
{
  g_autoptr (Result) result = run (arguments);
  g_autoptr (GError) error = NULL;
  JsonNode *root = json_from_string (result->out, &error);

  g_assert_no_error (error);
  g_assert_cmpint (result->exit_code, ==, exit_code);
  g_assert_cmpint (exit_code == 0, ==, *result->err == '\0');

  return root;
}

static void
test_usage (void)
{
  assert_run ("", 2, NULL, "bulkheadctl help");
  assert_run ("frobnicate", 2, NULL, "“frobnicate”");
  assert_run ("lanch notes", 2, NULL, "did you mean “launch”");
  assert_run ("--frobnicate", 2, NULL, "“--frobnicate”");
  assert_run ("launch", 2, NULL, "it needs ID…");
  assert_run ("info", 2, NULL, "it needs ID");
  assert_run ("info a b", 2, NULL, "“b”");
  assert_run ("list x", 2, NULL, "“x”");
  assert_run ("ps --frobnicate", 2, NULL, "--frobnicate");
  assert_run ("stop --wait a", 2, NULL, "--wait");
  assert_run ("launch --uri", 2, NULL, "--uri");
  assert_run ("launch \xff", 2, NULL, "is not text");
  assert_run ("list --ids --json", 2, NULL, "--ids and --json");
  assert_run ("ps --limits --processes", 2, NULL, "--processes and --limits");
  assert_run ("ps --wide --limits", 2, NULL, "only one of --limits, --columns and --wide");
  assert_run ("ps --columns=memori", 2, NULL, "did you mean “memory”");
  assert_run ("limits", 2, NULL, "it needs ID");
  assert_run ("limits a b", 2, NULL, "“memory=512M”");
  assert_run ("limits a memori=1M", 2, NULL, "did you mean “memory”");
  assert_run ("limits a memory=1MB", 2, NULL, "memory: “1MB” is not a size");
  assert_run ("limits a tasks=0", 2, NULL, "“none” removes it");
  assert_run ("limits a cpu=5% cpu=6%", 2, NULL, "“cpu” is given twice");
  assert_run ("limits a memory=\xff", 2, NULL, "is not text");
  assert_run ("help frobnicate", 2, NULL, "“frobnicate”");
  assert_run ("check", 2, NULL, "it needs FILE…");
}

static void
test_help (void)
{
  static const char *const names[]
      = { "activate", "check",   "clear",  "devtools", "help",    "info",
          "kill",     "launch",  "limits", "list",     "metrics", "permissions",
          "ps",       "restart", "resume", "settings", "storage", "suspend",
          "stop",     "top",     "events", "history",  "version", "wait" };

  g_autoptr (Result) overview = run ("help");

  assert_run ("--help", 0, overview->out, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *by_command = g_strconcat ("help ", names[i], NULL);
      g_autofree char *by_option = g_strconcat (names[i], " --help", NULL);
      g_autofree char *usage = g_strdup_printf ("bulkheadctl %s", names[i]);
      g_autofree char *listed = g_strdup_printf ("\n  %s", names[i]);

      assert_run (by_command, 0, usage, NULL);
      assert_run (by_option, 0, usage, NULL);
      g_assert_nonnull (strstr (overview->out, listed));
    }
}

static void
test_version (void)
{
  g_autoptr (JsonNode) root = run_json ("version --json", 0);
  JsonObject *object = json_node_get_object (root);

  assert_run ("--version", 0, "bulkheadctl " BH_TEST_VERSION "\n", NULL);
  assert_run ("version", 0, "bulkheadctl " BH_TEST_VERSION "\n", NULL);
  g_assert_cmpstr (json_object_get_string_member (object, "version"), ==, BH_TEST_VERSION);
  g_assert_true (json_object_get_null_member (object, "service"));
}

static void
test_no_bus (void)
{
  static const char *const commands[] = { "list",       "ps",
                                          "info a",     "launch a",
                                          "stop a",     "kill a",
                                          "wait a",     "restart a",
                                          "activate a", "limits a",
                                          "settings a", "permissions a",
                                          "storage a",  "clear a data --yes",
                                          "suspend a",  "resume a",
                                          "devtools a", "limits a memory=1M --reset" };

  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      g_autofree char *with_json = g_strconcat (commands[i], " --json", NULL);
      g_autoptr (JsonNode) root = NULL;
      JsonObject *object;

      assert_run (commands[i], 1, NULL, "bulkheadctl: the session bus can't be reached");

      root = run_json (with_json, 1);
      object = JSON_NODE_HOLDS_ARRAY (root)
                   ? json_array_get_object_element (json_node_get_array (root), 0)
                   : json_node_get_object (root);
      g_assert_nonnull (
          strstr (json_object_get_string_member (object, "error"), "the session bus"));
      g_assert_cmpint (json_object_has_member (object, "id"), ==,
                       strchr (commands[i], ' ') != NULL);
    }
}

typedef struct
{
  char *folder;
  GPtrArray *paths;
} Fixture;

static char *
write_file (Fixture *fixture, const char *name, const char *text)
{
  g_autoptr (GError) error = NULL;
  char *path = g_build_filename (fixture->folder, name, NULL);

  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
  g_ptr_array_add (fixture->paths, path);

  return path;
}

static void
set_up (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr (GError) error = NULL;

  fixture->folder = g_dir_make_tmp ("bulkhead-cli-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->paths = g_ptr_array_new_with_free_func (g_free);
}

static void
tear_down (Fixture *fixture, gconstpointer user_data)
{
  for (guint i = 0; i < fixture->paths->len; i++)
    g_assert_cmpint (g_unlink (g_ptr_array_index (fixture->paths, i)), ==, 0);
  g_assert_cmpint (g_rmdir (fixture->folder), ==, 0);
  g_ptr_array_unref (fixture->paths);
  g_free (fixture->folder);
}

#define GOOD                                                                                       \
  "{ \"startup_app\": { \"uuid\": \"notes\", \"name\": \"Notes\","                                 \
  " \"url\": \"app:///index.html\" } }"
#define ODD                                                                                        \
  "{\n  \"startup_app\": {\n    \"uuid\": \"odd\",\n    \"url\": \"app:///index.html\",\n"         \
  "    \"frobnicate\": 1\n  }\n}"
#define BAD "{\n  \"startup_app\": {\n    \"uuid\": \"bad\"\n  }\n}"

static void
test_check (Fixture *fixture, gconstpointer user_data)
{
  const char *good = write_file (fixture, "manifest.json", GOOD);
  const char *odd = write_file (fixture, "odd.json", ODD);
  const char *bad = write_file (fixture, "bad\033.json", BAD);
  g_autofree char *check_good = g_strdup_printf ("check %s", good);
  g_autofree char *check_folder = g_strdup_printf ("check %s", fixture->folder);
  g_autofree char *check_odd = g_strdup_printf ("check %s", odd);
  g_autofree char *check_bad = g_strdup_printf ("check %s", bad);
  g_autofree char *check_all = g_strdup_printf ("check %s %s %s", bad, odd, good);
  g_autofree char *check_absent = g_strdup_printf ("check %s/absent", fixture->folder);
  g_autofree char *valid = g_strdup_printf ("%s: valid, Notes (notes)\n", good);
  g_autofree char *warning = g_strdup_printf ("%s: warning: ", odd);
  g_autofree char *error = g_strdup_printf ("%s/bad\ufffd.json: error: ", fixture->folder);
  g_autofree char *absent = g_strdup_printf ("%s/absent: error: ", fixture->folder);

  assert_run (check_good, 0, valid, NULL);
  assert_run (check_folder, 0, valid, NULL);
  assert_run (check_odd, 0, warning, NULL);
  assert_run (check_odd, 0, "line 5", NULL);
  assert_run (check_odd, 0, ": valid, ", NULL);
  assert_run (check_bad, 1, error, NULL);
  assert_run (check_bad, 1, "startup_app.url", NULL);
  assert_run (check_bad, 1, "line ", NULL);
  assert_run (check_all, 1, valid, NULL);
  assert_run (check_all, 1, error, NULL);
  assert_run (check_absent, 1, absent, NULL);
  /* Longer than any manifest may be, and endless. */
  assert_run ("check /dev/zero", 1, "/dev/zero: error: ", NULL);

  /* A pipe that nobody writes to. */
  g_assert_no_errno (g_unlink (good));
  g_assert_no_errno (mkfifo (good, 0600));
  assert_run (check_folder, 1, "manifest.json: error: ", NULL);
}

static void
test_check_json (Fixture *fixture, gconstpointer user_data)
{
  const char *good = write_file (fixture, "good.json", GOOD);
  const char *odd = write_file (fixture, "odd.json", ODD);
  const char *bad = write_file (fixture, "bad.json", BAD);
  g_autofree char *arguments = g_strdup_printf ("check --json %s %s %s", good, odd, bad);
  g_autofree char *only_odd = g_strdup_printf ("check --json %s", odd);
  g_autoptr (JsonNode) root = run_json (arguments, 1);
  g_autoptr (JsonNode) odd_root = run_json (only_odd, 0);
  JsonArray *array = json_node_get_array (root);
  JsonObject *object;

  g_assert_cmpuint (json_array_get_length (array), ==, 3);
  g_assert_cmpuint (json_array_get_length (json_node_get_array (odd_root)), ==, 1);

  object = json_array_get_object_element (array, 0);
  g_assert_cmpstr (json_object_get_string_member (object, "file"), ==, good);
  g_assert_true (json_object_get_boolean_member (object, "valid"));
  g_assert_cmpstr (json_object_get_string_member (object, "id"), ==, "notes");
  g_assert_cmpstr (json_object_get_string_member (object, "name"), ==, "Notes");
  g_assert_true (json_object_get_null_member (object, "error"));
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (object, "warnings")), ==,
                    0);

  object = json_array_get_object_element (array, 1);
  g_assert_true (json_object_get_boolean_member (object, "valid"));
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (object, "warnings")), ==,
                    1);

  object = json_array_get_object_element (array, 2);
  g_assert_false (json_object_get_boolean_member (object, "valid"));
  g_assert_true (json_object_get_null_member (object, "id"));
  g_assert_nonnull (strstr (json_object_get_string_member (object, "error"), "startup_app.url"));
}

/* Runs the program with its output going to @out_fd (transfer full), -1 for none at all. */
static void
assert_write_error (const char *command, int out_fd, int write_errno)
{
  g_autoptr (GSubprocessLauncher) launcher
      = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *err = NULL;

  if (out_fd >= 0)
    g_subprocess_launcher_take_stdout_fd (launcher, out_fd);
  process = g_subprocess_launcher_spawn (launcher, &error, "/bin/sh", "-c",
                                         out_fd >= 0 ? "exec \"$0\" $1" : "exec \"$0\" $1 >&-",
                                         g_getenv ("BULKHEADCTL"), command, NULL);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, NULL, NULL, NULL, &err, &error);
  g_assert_no_error (error);
  g_test_message ("“%s” said “%s”", command, err);
  g_assert_true (g_subprocess_get_if_exited (process));
  g_assert_cmpint (g_subprocess_get_exit_status (process), ==, 1);
  g_assert_nonnull (strstr (err, "bulkheadctl: the output could not be written: "));
  g_assert_nonnull (strstr (err, g_strerror (write_errno)));
}

static int
open_closed_pipe (void)
{
  int fds[2];

  g_assert_cmpint (pipe (fds), ==, 0);
  close (fds[0]);

  return fds[1];
}

static void
test_write_errors (void)
{
  static const char *const commands[] = { "help", "--version", "help --json" };

  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      assert_write_error (commands[i], open ("/dev/full", O_WRONLY | O_CLOEXEC), ENOSPC);
      assert_write_error (commands[i], open_closed_pipe (), EPIPE);
      assert_write_error (commands[i], -1, EBADF);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/program/usage", test_usage);
  g_test_add_func ("/cli/program/help", test_help);
  g_test_add_func ("/cli/program/version", test_version);
  g_test_add_func ("/cli/program/no-bus", test_no_bus);
  g_test_add ("/cli/program/check", Fixture, NULL, set_up, test_check, tear_down);
  g_test_add ("/cli/program/check-json", Fixture, NULL, set_up, test_check_json, tear_down);
  g_test_add_func ("/cli/program/write-errors", test_write_errors);

  return g_test_run ();
}
