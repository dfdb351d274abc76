/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-app-id.h"
#include "bh-dbus-public.h"
#include "bh-error.h"
#include "bh-instance-tools.h"

#include <signal.h>
#include <string.h>

G_BEGIN_DECLS

/* Seconds after which a condition will not come true any more. */
#define FIXTURE_DEADLINE 30

/* What a program may have of memory that is none of its doing, in bytes: AddressSanitizer keeps
 * for a while what was freed. */
#ifdef __SANITIZE_ADDRESS__
#define FIXTURE_OVERHEAD (300 * 1024 * 1024)
#else
#define FIXTURE_OVERHEAD 0
#endif

/**
 * Fixture:
 * @bus: a bus of the test's own
 * @root: a directory of the test's own, below which everything lies
 * @supervisor: the supervisor's PID, 0 when none has been started
 * @runner: what the supervisor is to start for a runner
 * @confined: whether bubblewrap is put around it; the fake runner does much that is impossible then
 * @idle_timeout: its argument
 * @connection: the test's own
 * @service: the supervisor on the bus
 *
 * The real supervisor program on a bus of its own, with tests/helpers/fake-runner for a runner and
 * apps in directories of the test's.
 */
typedef struct
{
  GTestDBus *bus;
  char *root;
  GPid supervisor;
  const char *runner;
  gboolean confined;
  const char *idle_timeout;
  GDBusConnection *connection;
  BhDBusSupervisor1 *service;
} Fixture;

gboolean fixture_on_deadline (gpointer user_data);

/* Runs the main loop until the condition holds. */
#define wait_for(condition)                                                                        \
  G_STMT_START                                                                                     \
  {                                                                                                \
    guint deadline_ = g_timeout_add_seconds (FIXTURE_DEADLINE, fixture_on_deadline,                \
                                             (char *) (gsize) G_STRLOC ": " #condition);           \
    while (!(condition))                                                                           \
      g_main_context_iteration (NULL, TRUE);                                                       \
    g_source_remove (deadline_);                                                                   \
  }                                                                                                \
  G_STMT_END

/* The same for what no event tells of. */
#define poll_for(condition)                                                                        \
  G_STMT_START                                                                                     \
  {                                                                                                \
    guint poll_ = g_timeout_add (10, fixture_on_poll, NULL);                                       \
    wait_for (condition);                                                                          \
    g_source_remove (poll_);                                                                       \
  }                                                                                                \
  G_STMT_END

#define wait_for_state(app, wanted) wait_for (g_strcmp0 (bh_dbus_app1_get_state (app), wanted) == 0)
#define wait_for_reason(app, wanted)                                                               \
  wait_for (g_strcmp0 (bh_dbus_app1_get_reason (app), wanted) == 0)
#define wait_for_title(app, wanted) wait_for (g_strcmp0 (bh_dbus_app1_get_title (app), wanted) == 0)

#define ADD(path, function)                                                                        \
  g_test_add (path, Fixture, NULL, fixture_set_up, function, fixture_tear_down)

gboolean fixture_on_poll   (gpointer user_data);
void     fixture_set_up    (Fixture *fixture, gconstpointer data);
void     fixture_tear_down (Fixture *fixture, gconstpointer data);
int      fixture_run       (int argc, char **argv, void (*add_tests) (void));

char    *fixture_build_path  (Fixture *fixture, const char *first, ...) G_GNUC_NULL_TERMINATED;
char    *fixture_runtime_dir (Fixture *fixture);
void     fixture_remove_tree (const char *path);
void     fixture_write       (const char *path, const char *text);

void fixture_write_app_in (Fixture *fixture, const char *apps, const char *directory, const char *text);
void fixture_write_app    (Fixture *fixture, const char *directory, const char *text);
void fixture_add_app_in   (Fixture *fixture, const char *apps, const char *id);
void fixture_add_app      (Fixture *fixture, const char *id);
void fixture_set_settings (Fixture *fixture, const char *lines);
void fixture_remove_app   (Fixture *fixture, const char *directory);

GPid fixture_spawn            (Fixture *fixture);
void fixture_start_supervisor (Fixture *fixture);
int  fixture_wait_supervisor  (Fixture *fixture);
void fixture_end_supervisor   (Fixture *fixture, int signal_number);

BhDBusApp1 *fixture_find_app (Fixture *fixture, const char *id, GError **error);
BhDBusApp1 *fixture_get_app  (Fixture *fixture, const char *id);

GVariant *options_for    (const char *wait, const char *uri);
gboolean  launch         (BhDBusApp1 *app, const char *wait, const char *uri, guint *pid, GError **error);
guint     launch_painted (BhDBusApp1 *app);
void      order          (BhDBusApp1 *app, const char *what);
guint     kill_app       (BhDBusApp1 *app);
gboolean  is_alive       (guint pid);
guint     fixture_count_processes (Fixture *fixture, const char *slug);

/* Mounts of the test's own; before there is any thread. Returns whether they can be made. */
gboolean fixture_enter_namespace (void);

/* For instances without a supervisor, with the test's runner. */
BhInstanceTools *fixture_make_tools (BhClock *clock, const char *records_dir);

G_END_DECLS
