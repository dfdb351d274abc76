/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-instance-note.h"
#include "bh-instance-record.h"
#include "bh-proc-text.h"
#include "supervisor-fixture.h"

#include <fcntl.h>
#include <glib-unix.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * The supervisor is killed wherever it just is: while apps are launched, restarted, killed, in
 * back-off, given other limits, or taken over from the last one that was killed. After each time
 * everything must be in order again.
 *
 * BH_KILLS says how often, BH_KILLS_SEED repeats a run.
 */

/* Milliseconds from the activation until the apps that run are in its hands. */
#define ADOPTED_WITHIN 2000

/* Milliseconds in which the supervisor is killed after it was asked for something. */
#define LONGEST_WAIT 60

/* With bubblewrap around an app everything is the same but for the processes, and slower. */
typedef struct
{
  const char *kills;
  gboolean confined;
} Kind;

static const Kind kinds[] = { { "200", FALSE }, { "40", TRUE } };

typedef struct
{
  const char *id;
  const char *slug;
  const char *settings;
  char *path;

  guint pid;            /* when it ran the last time that all was in order, else 0 */
  guint restarts;       /* likewise */
  guint touched;        /* how many things were asked of it since */
  gboolean only_killed; /* and that the first was to end it */
  guint64 tasks;        /* its limit that was confirmed */
  guint64 asked_tasks;  /* or that was asked for since; 0 for none */
} App;

#define ON_CRASH "\"restart\": {\"policy\": \"on-crash\", \"maxRestarts\": 3, \"window\": \"20s\"}"
#define NEVER    "\"restart\": {\"policy\": \"never\"}"

static App apps[] = {
  { .id = "plain", .slug = "plain", .settings = NEVER },
  { .id = "fork-2", .slug = "fork_2d2", .settings = NEVER },
  { .id = "spin", .slug = "spin", .settings = NEVER ", \"limits\": {\"cpu\": \"10%\"}" },
  { .id = "one", .slug = "one", .settings = ON_CRASH },
  { .id = "two", .slug = "two", .settings = ON_CRASH },
};

typedef struct
{
  pid_t pid;
  char *slug;
  char *instance;
} Tagged;

static void
tagged_free (Tagged *tagged)
{
  g_free (tagged->slug);
  g_free (tagged->instance);
  g_free (tagged);
}

/* All processes of all apps, as the kernel has them. */
static GPtrArray *
list_tagged (Fixture *fixture)
{
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify) tagged_free);
  g_autoptr (GDir) proc = g_dir_open ("/proc", 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (proc)) != NULL)
    {
      g_autofree char *path = g_build_filename ("/proc", name, "environ", NULL);
      g_autofree char *block = NULL;
      const char *slug;
      Tagged *tagged;
      gsize length;

      if (!g_ascii_isdigit (*name) || !g_file_get_contents (path, &block, &length, NULL))
        continue;
      slug = bh_proc_find_env (block, length, BH_APP_ENV);
      if (slug == NULL || !is_alive ((guint) atoi (name))
          || g_strcmp0 (bh_proc_find_env (block, length, "XDG_RUNTIME_DIR"), fixture->root) != 0)
        continue;
      tagged = g_new0 (Tagged, 1);
      tagged->pid = (pid_t) atoi (name);
      tagged->slug = g_strdup (slug);
      tagged->instance = g_strdup (bh_proc_find_env (block, length, BH_INSTANCE_ENV));
      g_ptr_array_add (list, tagged);
    }

  return list;
}

/* What the supervisor says of an app; NULL while it does not answer. */
static GVariant *
get_all (Fixture *fixture, App *app)
{
  GVariant *answer = g_dbus_connection_call_sync (
      fixture->connection, BH_SUPERVISOR_BUS_NAME, app->path, "org.freedesktop.DBus.Properties",
      "GetAll", g_variant_new ("(s)", "io.github.bulkhead.App1"), G_VARIANT_TYPE ("(a{sv})"),
      G_DBUS_CALL_FLAGS_NO_AUTO_START, FIXTURE_DEADLINE * 1000, NULL, NULL);
  GVariant *dict;

  if (answer == NULL)
    return NULL;
  dict = g_variant_get_child_value (answer, 0);
  g_variant_unref (answer);

  return dict;
}

static gboolean
is_channel_up (Fixture *fixture, App *app)
{
  g_autoptr (GVariant) answer = g_dbus_connection_call_sync (
      fixture->connection, BH_SUPERVISOR_BUS_NAME, app->path, "io.github.bulkhead.App1", "Activate",
      g_variant_new ("(a{sv})", NULL), NULL, G_DBUS_CALL_FLAGS_NO_AUTO_START,
      FIXTURE_DEADLINE * 1000, NULL, NULL);

  return answer != NULL;
}

static gboolean
is_one_of (const char *text, const char *const *list)
{
  return g_strv_contains (list, text);
}

static char *
build_runtime_path (Fixture *fixture, App *app, const char *suffix)
{
  g_autofree char *runtime = fixture_runtime_dir (fixture);
  g_autofree char *name = g_strconcat (app->slug, suffix, NULL);

  return g_build_filename (runtime, name, NULL);
}

/* What is not in order about one app, or NULL. Nothing may be in between: it runs with everything
 * that belongs to that, or it does not and there is nothing. */
static char *
find_fault (Fixture *fixture, App *app, GPtrArray *tagged)
{
  const char *const running[] = { "running", "unresponsive", NULL };
  const char *const ended[] = { "stopped", "crashed", "backing-off", "failed", NULL };
  const char *const kept[] = { "crashed", "backing-off", "failed", NULL };
  g_autoptr (GVariant) dict = get_all (fixture, app);
  g_autofree char *record_path = build_runtime_path (fixture, app, BH_RECORD_SUFFIX);
  g_autofree char *note_path = build_runtime_path (fixture, app, BH_NOTE_SUFFIX);
  gboolean has_record = g_file_test (record_path, G_FILE_TEST_EXISTS);
  gboolean has_note = g_file_test (note_path, G_FILE_TEST_EXISTS);
  const char *state = NULL;
  const char *instance = NULL;
  guint pid = 0;

  if (dict == NULL)
    return g_strdup ("no answer");
  g_variant_lookup (dict, "State", "&s", &state);
  g_variant_lookup (dict, "Pid", "u", &pid);
  if (!is_one_of (state, running) && !is_one_of (state, ended))
    return g_strdup (state);
  /* With a page that has ended the window goes on. */
  if (pid == 0 && is_one_of (state, running))
    return g_strdup_printf ("%s without a runner", state);
  if (has_record != (pid != 0))
    return g_strdup_printf ("%s: PID %u, %s record", state, pid, has_record ? "a" : "no");
  if (has_note != is_one_of (state, kept))
    return g_strdup_printf ("%s, %s note", state, has_note ? "a" : "no");

  for (guint i = 0; i < tagged->len; i++)
    {
      Tagged *process = g_ptr_array_index (tagged, i);

      if (!g_str_equal (process->slug, app->slug))
        continue;
      if (pid == 0)
        return g_strdup_printf ("%s, but %d is there", state, (int) process->pid);
      if (instance != NULL && !g_str_equal (instance, process->instance))
        return g_strdup_printf ("started twice: %s and %s", instance, process->instance);
      instance = process->instance;
    }
  if (pid != 0 && (instance == NULL || !is_alive (pid)))
    return g_strdup_printf ("%s, but %u is not there", state, pid);
  if (pid != 0 && !is_channel_up (fixture, app))
    return g_strdup ("its runner has not come back");

  return NULL;
}

static char *
find_any_fault (Fixture *fixture)
{
  g_autoptr (GPtrArray) tagged = list_tagged (fixture);

  for (guint i = 0; i < G_N_ELEMENTS (apps); i++)
    {
      char *fault = find_fault (fixture, &apps[i], tagged);
      g_autofree char *owned = fault;

      if (fault != NULL)
        return g_strdup_printf ("%s: %s", apps[i].id, fault);
    }

  return NULL;
}

/* What nobody has touched is as it was. */
static char *
find_loss (App *app, GVariant *dict)
{
  g_autoptr (GVariant) limits = NULL;
  const char *state = "";
  guint64 tasks = 0;
  guint pid = 0, restarts = 0;

  g_variant_lookup (dict, "State", "&s", &state);
  g_variant_lookup (dict, "Pid", "u", &pid);
  g_variant_lookup (dict, "Restarts", "u", &restarts);
  g_variant_lookup (dict, "Limits", "@a{sv}", &limits);
  g_variant_lookup (limits, "tasks", "t", &tasks);
  if (tasks != app->tasks && (app->asked_tasks == 0 || tasks != app->asked_tasks))
    return g_strdup_printf ("a limit of %u became %u", (guint) app->tasks, (guint) tasks);
  app->tasks = tasks;
  app->asked_tasks = 0;
  /* What was asked for is done or not, but no crash, and not undone. */
  if (app->touched == 1 && app->only_killed && app->pid != 0 && pid != app->pid
      && !g_str_equal (state, "stopped"))
    return g_strdup_printf ("it was killed, and is %s", state);
  if (app->touched == 0 && app->pid != 0 && pid != app->pid)
    return g_strdup_printf ("%u became %u", app->pid, pid);
  if (app->touched == 0 && app->pid != 0 && restarts != app->restarts)
    return g_strdup_printf ("%u restarts became %u", app->restarts, restarts);
  app->pid = pid;
  app->restarts = restarts;
  app->touched = 0;
  app->only_killed = FALSE;

  return NULL;
}

/* Apps that crashed and those that are started again take their time; those that ran and were left
 * alone have ADOPTED_WITHIN. */
static void
check_adopted (Fixture *fixture, gint64 since, gint64 *longest)
{
  for (guint i = 0; i < G_N_ELEMENTS (apps); i++)
    {
      gint64 took;

      if (apps[i].touched > 0 || apps[i].pid == 0)
        continue;
      while (TRUE)
        {
          g_autoptr (GVariant) dict = get_all (fixture, &apps[i]);
          guint pid = 0;

          took = (g_get_monotonic_time () - since) / 1000;
          if (dict != NULL && g_variant_lookup (dict, "Pid", "u", &pid) && pid == apps[i].pid
              && is_channel_up (fixture, &apps[i]))
            break;
          if (took > ADOPTED_WITHIN)
            g_error ("%s was not taken over within %d ms: PID %u, was %u", apps[i].id,
                     ADOPTED_WITHIN, pid, apps[i].pid);
          g_usleep (2000);
        }
      *longest = MAX (*longest, took);
    }
}

static void
check_in_order (Fixture *fixture)
{
  gint64 end = g_get_monotonic_time () + FIXTURE_DEADLINE * G_TIME_SPAN_SECOND;
  char *fault;

  while ((fault = find_any_fault (fixture)) != NULL)
    {
      if (g_get_monotonic_time () > end)
        g_error ("%s", fault);
      g_free (fault);
      g_usleep (5000);
    }
  for (guint i = 0; i < G_N_ELEMENTS (apps); i++)
    {
      g_autoptr (GVariant) dict = get_all (fixture, &apps[i]);
      g_autofree char *loss = find_loss (&apps[i], dict);

      if (loss != NULL)
        g_error ("%s: %s", apps[i].id, loss);
    }
}

/* Whether it is the directory of a run that goes on. */
static gboolean
is_run (Fixture *fixture, const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (apps); i++)
    {
      g_autofree char *path = build_runtime_path (fixture, &apps[i], BH_RECORD_SUFFIX);
      g_autoptr (BhInstanceRecord) record = bh_instance_record_load (path, NULL);

      if (record != NULL && g_str_equal (record->instance, name))
        return TRUE;
    }

  return FALSE;
}

static void
check_files (Fixture *fixture)
{
  g_autofree char *runtime = fixture_runtime_dir (fixture);
  g_autofree char *limits = fixture_build_path (fixture, "config", "bulkhead", "limits", NULL);
  const char *const directories[] = { runtime, limits };

  for (guint i = 0; i < G_N_ELEMENTS (directories); i++)
    {
      g_autoptr (GDir) dir = g_dir_open (directories[i], 0, NULL);
      const char *name;

      while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
        if (!g_str_equal (name, "channel") && !g_str_has_suffix (name, BH_RECORD_SUFFIX)
            && !g_str_has_suffix (name, BH_NOTE_SUFFIX) && !g_str_has_suffix (name, ".conf")
            && !is_run (fixture, name))
          g_error ("%s was left in %s", name, directories[i]);
    }
}

/* Without an answer: the supervisor may not live to give it. */
static void
call (Fixture *fixture, App *app, const char *method, GVariant *parameters)
{
  g_dbus_connection_call (fixture->connection, BH_SUPERVISOR_BUS_NAME, app->path,
                          "io.github.bulkhead.App1", method, parameters, NULL,
                          G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, NULL, NULL, NULL);
}

static void
launch_with (Fixture *fixture, App *app, const char *uri)
{
  call (fixture, app, "Launch",
        g_variant_new ("(@a{sv})", g_variant_ref_sink (options_for ("spawned", uri))));
}

static void
ask_for_something (Fixture *fixture, GRand *rand)
{
  const char *const orders[] = { "#crash", "#exit-3", "#page-crashed", "#recover", "#close" };
  App *app = &apps[g_rand_int_range (rand, 0, G_N_ELEMENTS (apps))];
  int what = g_rand_int_range (rand, 0, 12);
  GVariantDict limits;

  /* It has no time to listen. */
  if (g_str_equal (app->id, "spin") && what > 6 && what < 10)
    what = 4;
  if (what < 10)
    app->touched++;
  app->only_killed = app->touched == 1 && (what == 4 || what == 5);
  if (what < 4)
    {
      launch_with (fixture, app, NULL);
    }
  else if (what < 6)
    {
      call (fixture, app, "Kill", NULL);
    }
  else if (what < 7)
    {
      call (fixture, app, "Restart", g_variant_new ("(a{sv})", NULL));
    }
  else if (what < 10)
    {
      launch_with (fixture, app, orders[g_rand_int_range (rand, 0, G_N_ELEMENTS (orders))]);
    }
  else
    {
      guint64 tasks = (guint64) g_rand_int_range (rand, 500, 1000);

      /* Which of two would count is not known here. */
      if (app->asked_tasks != 0)
        return;
      app->asked_tasks = tasks;
      g_variant_dict_init (&limits, NULL);
      g_variant_dict_insert (&limits, "tasks", "t", tasks);
      call (fixture, app, "SetLimits", g_variant_new ("(@a{sv})", g_variant_dict_end (&limits)));
    }
}

static void
wait_some (GRand *rand)
{
  g_usleep ((gulong) g_rand_int_range (rand, 0, LONGEST_WAIT * 1000));
}

static gboolean
has_owner (Fixture *fixture)
{
  g_autoptr (GVariant) answer = g_dbus_connection_call_sync (
      fixture->connection, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
      "NameHasOwner", g_variant_new ("(s)", BH_SUPERVISOR_BUS_NAME), G_VARIANT_TYPE ("(b)"),
      G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL);
  gboolean owned = FALSE;

  g_assert_nonnull (answer);
  g_variant_get (answer, "(b)", &owned);

  return owned;
}

static void
kill_supervisor (Fixture *fixture)
{
  kill (fixture->supervisor, SIGKILL);
  g_assert_cmpint (waitpid (fixture->supervisor, NULL, 0), ==, fixture->supervisor);
  fixture->supervisor = 0;
  /* A proxy hears of its end too late, here where no main loop runs. */
  g_clear_object (&fixture->service);
  while (has_owner (fixture))
    g_usleep (1000);
}

static void
kill_once (Fixture *fixture, GRand *rand, gint64 *longest)
{
  int n = g_rand_int_range (rand, 0, 7);
  gint64 since;

  for (int i = 0; i < n; i++)
    {
      ask_for_something (fixture, rand);
      if (g_rand_boolean (rand))
        g_usleep ((gulong) g_rand_int_range (rand, 0, 10000));
    }
  g_dbus_connection_flush_sync (fixture->connection, NULL, NULL);
  wait_some (rand);
  kill_supervisor (fixture);
  /* In a hundred there are some in the midst of adopting. */
  while (g_rand_int_range (rand, 0, 4) == 0)
    {
      fixture->supervisor = fixture_spawn (fixture);
      wait_some (rand);
      kill_supervisor (fixture);
    }

  since = g_get_monotonic_time ();
  fixture_start_supervisor (fixture);
  check_adopted (fixture, since, longest);
  check_in_order (fixture);
  check_files (fixture);
}

static void
kill_all_apps (Fixture *fixture)
{
  g_autoptr (GPtrArray) tagged = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (apps); i++)
    {
      g_autoptr (BhDBusApp1) app = fixture_get_app (fixture, apps[i].id);

      apps[i].touched++;
      bh_dbus_app1_call_kill_sync (app, NULL, NULL, NULL);
      wait_for_state (app, "stopped");
    }
  check_in_order (fixture);
  tagged = list_tagged (fixture);
  g_assert_cmpuint (tagged->len, ==, 0);
}

static void
test_kills (Fixture *fixture, gconstpointer data)
{
  const Kind *kind = data;
  const char *wanted = g_getenv ("BH_KILLS");
  const char *seed_text = g_getenv ("BH_KILLS_SEED");
  guint kills = (guint) atoi (wanted != NULL ? wanted : kind->kills);
  guint32 seed = seed_text != NULL ? (guint32) strtoul (seed_text, NULL, 10) : g_random_int ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  g_autofree char *runtime = NULL;
  g_autoptr (GDir) dir = NULL;
  const char *name;
  gint64 longest = 0;

  g_test_message ("BH_KILLS_SEED=%u", seed);
  fixture->confined = kind->confined;
  for (guint i = 0; i < G_N_ELEMENTS (apps); i++)
    {
      g_autofree char *text
          = g_strdup_printf ("{\"startup_app\": {\"uuid\": \"%s\", \"url\": \"app:///index.html\"},"
                             " \"bulkhead\": {%s}}",
                             apps[i].id, apps[i].settings);

      fixture_write_app (fixture, apps[i].id, text);
    }
  fixture_start_supervisor (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (apps); i++)
    {
      g_autoptr (BhDBusApp1) app = fixture_get_app (fixture, apps[i].id);

      apps[i].pid = apps[i].touched = 0;
      apps[i].tasks = apps[i].asked_tasks = 0;
      apps[i].path = g_strdup (g_dbus_proxy_get_object_path (G_DBUS_PROXY (app)));
      launch_painted (app);
    }
  check_in_order (fixture);

  for (guint i = 0; i < kills; i++)
    {
      g_test_message ("kill %u", i + 1);
      kill_once (fixture, rand, &longest);
    }
  g_test_message ("killed %u times; the longest adoption took %d ms", kills, (int) longest);

  kill_all_apps (fixture);
  fixture_end_supervisor (fixture, SIGTERM);
  runtime = fixture_runtime_dir (fixture);
  dir = g_dir_open (runtime, 0, NULL);
  /* The directory of the socket stays: apps that run have it around them. */
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (!g_str_equal (name, "channel"))
      g_error ("%s was left", name);
  for (guint i = 0; i < G_N_ELEMENTS (apps); i++)
    g_free (apps[i].path);
}

/* Whether the gate became the program, which makes a file. */
static gboolean
run_gate (Fixture *fixture, gboolean open)
{
  g_autofree char *path = fixture_build_path (fixture, "begun", NULL);
  const char *argv[] = { g_getenv ("BH_TEST_GATE"), "3", "300", "/usr/bin/touch", path, NULL };
  const int target = 3;
  g_autoptr (GError) error = NULL;
  int ends[2], status;
  GPid pid;

  g_assert_true (g_unix_open_pipe (ends, FD_CLOEXEC, &error));
  g_spawn_async_with_pipes_and_fds (NULL, argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, -1, -1,
                                    -1, ends, &target, 1, &pid, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  close (ends[0]);
  if (open)
    g_assert_cmpint (write (ends[1], "", 1), ==, 1);
  close (ends[1]);
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  g_assert_true (WIFEXITED (status));
  g_assert_cmpint (WEXITSTATUS (status), ==, open ? 0 : 1);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

/* What was made when the supervisor died, and never let in, ends by itself. */
static void
test_gate (Fixture *fixture, gconstpointer data)
{
  g_assert_false (run_gate (fixture, FALSE));
  g_assert_true (run_gate (fixture, TRUE));
}

static void
add_tests (void)
{
  ADD ("/kills/gate", test_gate);
  g_test_add ("/kills/kills", Fixture, &kinds[0], fixture_set_up, test_kills, fixture_tear_down);
  g_test_add ("/kills/confined", Fixture, &kinds[1], fixture_set_up, test_kills, fixture_tear_down);
}

int
main (int argc, char **argv)
{
  return fixture_run (argc, argv, add_tests);
}
