/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "manifest-helpers.h"

#define HEAD                                                                                       \
  "{ \"startup_app\": { \"uuid\": \"notes\", \"url\": \"https://notes.example/app/\" },\n"
#define BULKHEAD(members) HEAD "\"bulkhead\": {\n" members " } }"
#define LIMITS(members)   BULKHEAD ("\"limits\": {\n" members " }")
#define RESTART(members)  BULKHEAD ("\"restart\": {\n" members " }")
#define OPENFIN(members)                                                                           \
  "{ \"startup_app\": { \"uuid\": \"notes\", \"url\": \"app:///\",\n\"resourceLimits\": "          \
  "{\n" members " } } }"

#define MIB    G_GUINT64_CONSTANT (1048576)
#define SECOND G_GINT64_CONSTANT (1000000)

static void
assert_limits (const char *text, BhLimits *expected)
{
  g_autoptr (BhManifest) manifest = read_good (text);
  g_autoptr (BhLimits) owned = expected;
  BhLimits *limits = bh_manifest_get_limits (manifest);

  g_assert_cmpuint (bh_limits_get_memory (limits), ==, bh_limits_get_memory (expected));
  g_assert_cmpuint (bh_limits_get_memory_high (limits), ==, bh_limits_get_memory_high (expected));
  g_assert_cmpuint (bh_limits_get_cpu (limits), ==, bh_limits_get_cpu (expected));
  g_assert_cmpint (bh_limits_get_cpu_time (limits), ==, bh_limits_get_cpu_time (expected));
  g_assert_cmpuint (bh_limits_get_tasks (limits), ==, bh_limits_get_tasks (expected));
  g_assert_true (bh_limits_equal (limits, owned));
}

static void
test_limits (void)
{
  g_autoptr (BhManifest) manifest = read_good (LIMITS ("\"cpu\": 1"));

  assert_limits (LIMITS (
                     "\"memory\": \"512M\", \"cpu\": \"80%\", \"cpuTime\": \"1h\", \"tasks\": 256"),
                 bh_limits_new (512 * MIB, 0, 80, 3600 * SECOND, 256));
  assert_limits (LIMITS ("\"memory\": 1048576, \"memoryHigh\": 524288, \"cpu\": 150,"
                         "\"cpuTime\": 1.5, \"tasks\": 1"),
                 bh_limits_new (MIB, MIB / 2, 150, SECOND * 3 / 2, 1));
  assert_limits (LIMITS ("\"memory\": \"1M\", \"memoryHigh\": \"1M\""),
                 bh_limits_new (MIB, MIB, 0, 0, 0));
  assert_limits (LIMITS ("\"memoryHigh\": \"1M\""), bh_limits_new (0, MIB, 0, 0, 0));
  assert_limits (LIMITS (""), bh_limits_new (0, 0, 0, 0, 0));
  assert_warnings (manifest, "");
}

static void
test_bad_limits (void)
{
  assert_bad (BULKHEAD ("\"limits\": \"512M\""),
              "bulkhead.limits, line 3: must be an object, not a text");
  assert_bad (LIMITS ("\"memory\": \"512MB\""),
              "bulkhead.limits.memory, line 4: “512MB” is not a size: write bytes, or a number "
              "with K, M, G or T, such as “512M”");
  assert_bad (LIMITS ("\"memory\": \"9999999T\""),
              "bulkhead.limits.memory, line 4: “9999999T” is too large");
  assert_bad (LIMITS ("\"memory\": true"),
              "bulkhead.limits.memory, line 4: must be a whole number, not true or false");
  assert_bad (LIMITS ("\"memory\": -1"), "bulkhead.limits.memory, line 4: must be from 0 to "
                                         "9223372036854775807, not -1");
  assert_bad (LIMITS ("\"memory\": 0"),
              "bulkhead.limits.memory, line 4: must be more than 0; without it there is none");
  assert_bad (LIMITS ("\"memory\": \"0G\""),
              "bulkhead.limits.memory, line 4: must be more than 0; without it there is none");
  assert_bad (LIMITS ("\"memory\": \"1M\",\n\"memoryHigh\": \"2M\""),
              "bulkhead.limits.memoryHigh, line 5: must not be more than the memory limit");
  assert_bad (LIMITS ("\"memoryHigh\": []"),
              "bulkhead.limits.memoryHigh, line 4: must be a whole number, not a list");
  assert_bad (LIMITS ("\"cpu\": \"half\""),
              "bulkhead.limits.cpu, line 4: “half” is not a percentage: write a whole number, such "
              "as “80%”");
  assert_bad (LIMITS ("\"cpu\": 12.5"),
              "bulkhead.limits.cpu, line 4: must be a whole number, not 12.5");
  assert_bad (LIMITS ("\"cpu\": 0"),
              "bulkhead.limits.cpu, line 4: must be more than 0; without it there is none");
  assert_bad (LIMITS ("\"cpu\": \"0%\""),
              "bulkhead.limits.cpu, line 4: must be more than 0; without it there is none");
  assert_bad (LIMITS ("\"cpuTime\": \"1 fortnight\""),
              "bulkhead.limits.cpuTime, line 4: “1 fortnight” is not a duration: write seconds, or "
              "numbers with ms, s, min, h or d, such as “90s” or “1h 30min”");
  assert_bad (LIMITS ("\"cpuTime\": 0"),
              "bulkhead.limits.cpuTime, line 4: must be more than 0; without it there is none");
  assert_bad (LIMITS ("\"cpuTime\": -5"),
              "bulkhead.limits.cpuTime, line 4: must be more than 0; without it there is none");
  assert_bad (LIMITS ("\"cpuTime\": 1e-9"),
              "bulkhead.limits.cpuTime, line 4: must be more than 0; without it there is none");
  assert_bad (LIMITS ("\"cpuTime\": \"0s\""),
              "bulkhead.limits.cpuTime, line 4: must be more than 0; without it there is none");
  assert_bad (LIMITS ("\"cpuTime\": 1e300"),
              "bulkhead.limits.cpuTime, line 4: this number is too large");
  assert_bad (LIMITS ("\"cpuTime\": 1e305"),
              "bulkhead.limits.cpuTime, line 4: this number is too large");
  assert_bad (LIMITS ("\"cpuTime\": {}"),
              "bulkhead.limits.cpuTime, line 4: must be a number, not an object");
  assert_bad (LIMITS ("\"tasks\": 0"),
              "bulkhead.limits.tasks, line 4: must be from 1 to 4194304, not 0");
  assert_bad (LIMITS ("\"tasks\": \"256\""),
              "bulkhead.limits.tasks, line 4: must be a whole number, not a text");
  assert_bad (LIMITS ("\"memoryMax\": 1"),
              "bulkhead.limits.memoryMax, line 4: Bulkhead does not know this member (did you mean "
              "“memory”?)");
}

static void
test_resource_limits (void)
{
  g_autoptr (BhManifest) manifest = read_good (OPENFIN ("\"maxCpu\": 5, \"maxMemory\": 4096"));

  assert_limits (OPENFIN ("\"maxMemory\": 1048576, \"maxCPU\": 12.5, \"maxCPUTime\": 1500"),
                 bh_limits_new (MIB, 0, 13, SECOND * 3 / 2, 0));
  assert_warnings (manifest,
                   "startup_app.resourceLimits.maxCpu, line 3: is not known, and kept (did you "
                   "mean “maxCPU”?)\n");

  assert_bad (OPENFIN ("\"maxMemory\": 0"), "startup_app.resourceLimits.maxMemory, line 3: must be "
                                            "more than 0; without it there is none");
  assert_bad (OPENFIN ("\"maxCPU\": \"5\""),
              "startup_app.resourceLimits.maxCPU, line 3: must be a number, not a text");
  assert_bad (OPENFIN ("\"maxCPU\": 0"), "startup_app.resourceLimits.maxCPU, line 3: must be more "
                                         "than 0; without it there is none");
  assert_bad (OPENFIN ("\"maxCPU\": 1e9"),
              "startup_app.resourceLimits.maxCPU, line 3: this number is too large");
  assert_bad (OPENFIN ("\"maxCPUTime\": 0"), "startup_app.resourceLimits.maxCPUTime, line 3: must "
                                             "be more than 0; without it there is none");
  assert_bad (
      "{ \"startup_app\": { \"uuid\": \"n\", \"url\": \"app:///\", \"resourceLimits\": 1 } }",
      "startup_app.resourceLimits, line 1: must be an object, not a number");
}

/* What bulkhead says wins, member by member. */
static void
test_both_limits (void)
{
  static const char head[]
      = "{ \"startup_app\": { \"uuid\": \"n\", \"url\": \"app:///\", \"resourceLimits\": {"
        "\"maxMemory\": 1048576, \"maxCPU\": 10, \"maxCPUTime\": 1000 } },\n\"bulkhead\": {"
        "\"limits\": {";
  g_autofree char *both = g_strconcat (head, "\"cpu\": 20, \"tasks\": 5 } } }", NULL);
  g_autofree char *high = g_strconcat (head, "\"memoryHigh\": \"2M\" } } }", NULL);

  assert_limits (both, bh_limits_new (MIB, 0, 20, SECOND, 5));
  assert_bad (high, "bulkhead.limits.memoryHigh, line 2: must not be more than the memory limit");
}

static void
assert_restart (const char *text, BhRestartPolicy policy, guint max_restarts, gint64 window)
{
  g_autoptr (BhManifest) manifest = read_good (text);

  g_assert_cmpint (bh_manifest_get_restart_policy (manifest), ==, policy);
  g_assert_cmpint (bh_manifest_has_restart_policy (manifest), ==,
                   strstr (text, "\"policy\"") != NULL);
  g_assert_cmpuint (bh_manifest_get_max_restarts (manifest), ==, max_restarts);
  g_assert_cmpint (bh_manifest_get_restart_window (manifest), ==, window);
  assert_warnings (manifest, "");
}

static void
test_restart (void)
{
  assert_restart (RESTART (""), BH_RESTART_ON_CRASH, 3, 60 * SECOND);
  assert_restart (RESTART ("\"policy\": \"never\", \"maxRestarts\": 0"), BH_RESTART_NEVER, 0,
                  60 * SECOND);
  assert_restart (RESTART ("\"policy\": \"on-crash\", \"window\": \"2min\""), BH_RESTART_ON_CRASH,
                  3, 120 * SECOND);
  assert_restart (RESTART ("\"policy\": \"always\", \"maxRestarts\": 100, \"window\": 1"),
                  BH_RESTART_ALWAYS, 100, SECOND);

  assert_bad (BULKHEAD ("\"restart\": \"never\""),
              "bulkhead.restart, line 3: must be an object, not a text");
  assert_bad (RESTART ("\"policy\": \"sometimes\""),
              "bulkhead.restart.policy, line 4: must be “never”, “on-crash” or “always”, not "
              "“sometimes”");
  assert_bad (RESTART ("\"policy\": 1"),
              "bulkhead.restart.policy, line 4: must be a text, not a number");
  assert_bad (RESTART ("\"maxRestarts\": 101"),
              "bulkhead.restart.maxRestarts, line 4: must be from 0 to 100, not 101");
  assert_bad (RESTART ("\"maxRestarts\": -1"),
              "bulkhead.restart.maxRestarts, line 4: must be from 0 to 100, not -1");
  assert_bad (RESTART ("\"window\": \"0\""),
              "bulkhead.restart.window, line 4: must be more than 0; without it there is none");
  assert_bad (RESTART ("\"window\": []"),
              "bulkhead.restart.window, line 4: must be a number, not a list");
  assert_bad (RESTART ("\"windows\": 1"),
              "bulkhead.restart.windows, line 4: Bulkhead does not know "
              "this member (did you mean “window”?)");
}

static void
assert_restore_session (const char *text, BhRestoreSession expected)
{
  g_autoptr (BhManifest) manifest = read_good (text);

  g_assert_cmpint (bh_manifest_get_restore_session (manifest), ==, expected);
  assert_warnings (manifest, "");
}

static void
test_restore_session (void)
{
  assert_restore_session (BULKHEAD (""), BH_RESTORE_SESSION_AFTER_CRASH);
  assert_restore_session (BULKHEAD ("\"restoreSession\": \"after-crash\""),
                          BH_RESTORE_SESSION_AFTER_CRASH);
  assert_restore_session (BULKHEAD ("\"restoreSession\": \"always\""), BH_RESTORE_SESSION_ALWAYS);
  assert_restore_session (BULKHEAD ("\"restoreSession\": \"never\""), BH_RESTORE_SESSION_NEVER);

  assert_bad (BULKHEAD ("\"restoreSession\": \"sometimes\""),
              "bulkhead.restoreSession, line 3: must be “always”, “after-crash” or “never”, not "
              "“sometimes”");
  assert_bad (BULKHEAD ("\"restoreSession\": true"),
              "bulkhead.restoreSession, line 3: must be a text, not true or false");
  assert_bad (BULKHEAD ("\"restoresession\": \"never\""),
              "bulkhead.restoresession, line 3: Bulkhead does not know this member (did you mean "
              "“restoreSession”?)");
}

static void
test_unresponsive (void)
{
  g_autoptr (BhManifest) silent = read_good (RESTART (""));
  g_autoptr (BhManifest) manifest = read_good (
      BULKHEAD ("\"unresponsiveAfter\": \"30s\", \"restart\": { \"unresponsive\": true }"));

  g_assert_cmpint (bh_manifest_get_unresponsive_after (silent), ==, 0);
  g_assert_false (bh_manifest_get_restart_unresponsive (silent));
  g_assert_cmpint (bh_manifest_get_unresponsive_after (manifest), ==, 30 * SECOND);
  g_assert_true (bh_manifest_get_restart_unresponsive (manifest));

  assert_bad (BULKHEAD ("\"unresponsiveAfter\": \"500ms\""),
              "bulkhead.unresponsiveAfter, line 3: must be between 1 second and 1 hour");
  assert_bad (BULKHEAD ("\"unresponsiveAfter\": 3601"),
              "bulkhead.unresponsiveAfter, line 3: must be between 1 second and 1 hour");
  assert_bad (BULKHEAD ("\"unresponsiveAfter\": 0"),
              "bulkhead.unresponsiveAfter, line 3: must be more than 0; without it there is none");
  assert_bad (RESTART ("\"unresponsive\": \"yes\""),
              "bulkhead.restart.unresponsive, line 4: must be true or false, not a text");
}

static void
test_suspend_after (void)
{
  g_autoptr (BhManifest) silent = read_good (RESTART (""));
  g_autoptr (BhManifest) manifest = read_good (BULKHEAD ("\"suspendAfter\": \"15m\""));

  g_assert_cmpint (bh_manifest_get_suspend_after (silent), ==, 0);
  g_assert_cmpint (bh_manifest_get_suspend_after (manifest), ==, 15 * 60 * SECOND);

  assert_bad (BULKHEAD ("\"suspendAfter\": \"500ms\""),
              "bulkhead.suspendAfter, line 3: must be between 1 second and 7 days");
  assert_bad (BULKHEAD ("\"suspendAfter\": \"8d\""),
              "bulkhead.suspendAfter, line 3: must be between 1 second and 7 days");
  assert_bad (BULKHEAD ("\"suspendAfter\": 0"),
              "bulkhead.suspendAfter, line 3: must be more than 0; without it there is none");
  assert_bad (BULKHEAD ("\"suspendAfter\": true"),
              "bulkhead.suspendAfter, line 3: must be a number, not true or false");
}

static void
test_scope (void)
{
  g_autoptr (BhManifest) manifest = read_good (
      BULKHEAD ("\"scope\": [\"https://Notes.example:443/app/../app/\", \"app:///x\"]"));
  g_autoptr (GString) many = g_string_new (HEAD "\"bulkhead\": { \"scope\": [");

  g_assert_cmpstr (bh_manifest_get_scope (manifest)[0], ==, "https://notes.example/app/");
  g_assert_cmpstr (bh_manifest_get_scope (manifest)[1], ==, "app://notes/x");
  g_assert_null (bh_manifest_get_scope (manifest)[2]);

  assert_bad (BULKHEAD ("\"scope\": \"https://notes.example/\""),
              "bulkhead.scope, line 3: must be a list, not a text");
  assert_bad (BULKHEAD ("\"scope\": [\n5]"),
              "bulkhead.scope[0], line 4: must be a text, not a number");
  assert_bad (BULKHEAD ("\"scope\": [\"https://notes.example/app/\",\n\"notes.example\"]"),
              "bulkhead.scope[1], line 4: “notes.example” can't be used: write all of it, as in "
              "“https://…”, or “app:///…” for a file of the app");
  assert_bad (
      BULKHEAD ("\"scope\": [\"https://*.notes.example/\"]"),
      "bulkhead.scope[0], line 3: “https://*.notes.example/” can't be used: it has no host, "
      "or one that can't be");
  assert_bad (BULKHEAD ("\"scope\": [\"https://u@notes.example/\"]"),
              "bulkhead.scope[0], line 3: a scope has no user, no “?” and no “#”, only host and "
              "path");
  assert_bad (BULKHEAD ("\"scope\": [\"https://notes.example/?q\"]"),
              "bulkhead.scope[0], line 3: a scope has no user, no “?” and no “#”, only host and "
              "path");
  assert_bad (BULKHEAD ("\"scope\": [\"https://notes.example/#f\"]"),
              "bulkhead.scope[0], line 3: a scope has no user, no “?” and no “#”, only host and "
              "path");
  assert_bad (
      BULKHEAD ("\"scope\": [\"https://notes.example/other/\"]"),
      "bulkhead.scope, line 3: does not include “https://notes.example/app/”, which the app "
      "begins with");
  assert_bad (
      BULKHEAD ("\"scope\": []"),
      "bulkhead.scope, line 3: does not include “https://notes.example/app/”, which the app "
      "begins with");

  for (int i = 0; i < 101; i++)
    g_string_append_printf (many, "%s\"https://notes.example/\"", i > 0 ? "," : "");
  g_string_append (many, "] } }");
  assert_bad (many->str, "bulkhead.scope, line 2: can have at most 100 entries");
}

static void
test_flags (void)
{
  g_autoptr (BhManifest) closed = read_good (BULKHEAD ("\"network\": false, \"sandbox\": true"));
  g_autoptr (BhManifest) open = read_good (BULKHEAD ("\"network\": true, \"sandbox\": false"));

  g_assert_false (bh_manifest_get_network (closed));
  g_assert_false (bh_manifest_get_unsandboxed (closed));
  assert_warnings (closed, "");
  g_assert_true (bh_manifest_get_network (open));
  g_assert_true (bh_manifest_get_unsandboxed (open));
  assert_warnings (
      open, "bulkhead.sandbox, line 3: the app may run WITHOUT WebKit's sandbox: a page that "
            "breaks out of its process can then do all that you can\n");

  assert_bad (BULKHEAD ("\"network\": \"no\""),
              "bulkhead.network, line 3: must be true or false, not a text");
  assert_bad (BULKHEAD ("\"sandbox\": 0"),
              "bulkhead.sandbox, line 3: must be true or false, not a number");
}

static void
test_unknown (void)
{
  assert_bad (BULKHEAD ("\"limit\": {}"), "bulkhead.limit, line 3: Bulkhead does not know this "
                                          "member (did you mean “limits”?)");
  assert_bad (BULKHEAD ("\"colour\": 1"), "bulkhead.colour, line 3: Bulkhead does not know this "
                                          "member");
  assert_bad (HEAD "\"bulkhead\": [] }", "bulkhead, line 2: must be an object, not a list");
  assert_bad (HEAD "\"bulkhead\": null }", "bulkhead, line 2: must be an object, not null");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/manifest-bulkhead/limits", test_limits);
  g_test_add_func ("/manifest-bulkhead/bad-limits", test_bad_limits);
  g_test_add_func ("/manifest-bulkhead/resource-limits", test_resource_limits);
  g_test_add_func ("/manifest-bulkhead/both-limits", test_both_limits);
  g_test_add_func ("/manifest-bulkhead/restart", test_restart);
  g_test_add_func ("/manifest-bulkhead/restore-session", test_restore_session);
  g_test_add_func ("/manifest-bulkhead/unresponsive", test_unresponsive);
  g_test_add_func ("/manifest-bulkhead/suspend-after", test_suspend_after);
  g_test_add_func ("/manifest-bulkhead/scope", test_scope);
  g_test_add_func ("/manifest-bulkhead/flags", test_flags);
  g_test_add_func ("/manifest-bulkhead/unknown", test_unknown);

  return g_test_run ();
}
