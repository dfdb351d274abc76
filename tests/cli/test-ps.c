/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-cli-ps-columns.h"
#include "bh-cli-ps.h"

#include "bh-error.h"

#include <string.h>

/*
 * `ps` from samples that are made up in the text format of GVariant.
 */

/* Four apps: one measured wholly, one of which nothing could be measured, one whose runner is
 * dead but not its page, and one that ended. */
#define SAMPLE                                                                                     \
  "[{'id': <'zebra'>, 'path': <objectpath '/a/zebra'>, 'name': <'Zebra'>, 'state': <'running'>,"   \
  "  'reason': <''>, 'pid': <uint32 42>, 'memory': <uint64 123456789>, 'memory-kind': <'pss'>,"    \
  "  'cpu': <12.3>, 'restarts': <uint32 2>, 'uptime': <3723.4>,"                                   \
  "  'processes': <[{'pid': <uint32 42>, 'start-time': <uint64 99>, 'role': <'runner'>,"           \
  "                  'name': <'bulkhead-runner'>, 'memory': <uint64 52428800>,"                    \
  "                  'memory-kind': <'resident'>, 'cpu': <0.25>, 'threads': <uint32 9>},"          \
  "                 {'pid': <uint32 43>, 'start-time': <uint64 100>, 'role': <'web'>}]>},"         \
  " {'id': <'ant'>, 'name': <'Ant'>, 'state': <'starting'>, 'pid': <uint32 50>},"                  \
  " {'id': <'orphan'>, 'name': <'Orphan'>, 'state': <'crashed'>, 'reason': <'crashed'>,"           \
  "  'processes': <[{'pid': <uint32 61>, 'start-time': <uint64 7>, 'role': <'web'>}]>},"           \
  " {'id': <'gone'>, 'name': <'Gone'>, 'state': <'stopped'>, 'reason': <'killed'>,"                \
  "  'restarts': <uint32 0>, 'processes': <@aa{sv} []>}]"

static GVariant *
parse (const char *type, const char *text)
{
  g_autoptr (GError) error = NULL;
  GVariant *value = g_variant_parse (G_VARIANT_TYPE (type), text, NULL, NULL, &error);

  g_assert_no_error (error);

  return value;
}

/* What the ObjectManager says: one that the sample has, one that it has not, a broken one. */
static GPtrArray *
make_installed (void)
{
  GPtrArray *installed = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);

  g_ptr_array_add (installed, parse ("a{sv}", "{'Id': <'zebra'>, 'Name': <'Zebra'>, "
                                              "'State': <'running'>, 'Broken': <''>}"));
  g_ptr_array_add (installed, parse ("a{sv}", "{'Id': <'never'>, 'Name': <'Never'>, "
                                              "'State': <'stopped'>, 'Reason': <''>, "
                                              "'Restarts': <uint32 0>, 'Broken': <''>}"));
  g_ptr_array_add (installed, parse ("a{sv}", "{'Id': <'bad'>, 'Name': <''>, "
                                              "'State': <'stopped'>, 'Broken': <'line 3'>}"));

  return installed;
}

static GPtrArray *
collect (const char *text, BhCliPsFlags flags)
{
  g_autoptr (GVariant) sample = parse ("aa{sv}", text);
  g_autoptr (GPtrArray) installed = make_installed ();

  return bh_cli_ps_collect (sample, installed, flags);
}

static void
assert_ids (GPtrArray *entries, const char *expected)
{
  g_autoptr (GString) ids = g_string_new (NULL);

  for (guint i = 0; i < entries->len; i++)
    {
      const char *id = NULL;

      g_assert_true (g_variant_lookup (g_ptr_array_index (entries, i), "id", "&s", &id));
      g_string_append_printf (ids, "%s ", id);
    }
  g_assert_cmpstr (ids->str, ==, expected);
}

static void
test_collect (void)
{
  g_autoptr (GPtrArray) running = collect (SAMPLE, BH_CLI_PS_DEFAULT);
  g_autoptr (GPtrArray) all = collect (SAMPLE, BH_CLI_PS_ALL);
  g_autoptr (GPtrArray) none = collect ("[]", BH_CLI_PS_PROCESSES);

  assert_ids (running, "ant orphan zebra ");
  assert_ids (all, "ant gone never orphan zebra ");
  assert_ids (none, "");
}

static JsonNode *
build_json (const char *sample, BhCliPsFlags flags)
{
  g_autoptr (GPtrArray) entries = collect (sample, flags);
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  bh_cli_ps_build_json (builder, entries);

  return json_builder_get_root (builder);
}

/* Strictly: the same members, and numbers of the same kind. */
static void
assert_json (JsonNode *got, const char *expected_text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) expected = json_from_string (expected_text, &error);
  g_autofree char *got_text = json_to_string (got, FALSE);
  g_autofree char *normal = NULL;

  g_assert_no_error (error);
  normal = json_to_string (expected, FALSE);
  g_assert_cmpstr (got_text, ==, normal);
}

#define NOTHING_OF_USAGE                                                                           \
  "\"memoryPeak\": null, \"swap\": null, \"descriptors\": null, \"diskRead\": null,"               \
  "\"diskWritten\": null, \"startedAt\": null,"
#define NOTHING_OF_PROCESS NOTHING_OF_USAGE "\"cpuTime\": null, \"stopped\": null"
#define NOTHING_OF_LIMITS                                                                          \
  "\"threads\": null, \"cpuTime\": null, \"limits\": null, \"limitsHeldBy\": null,"                \
  "\"pressed\": null," NOTHING_OF_USAGE "\"networkReceived\": null, \"networkSent\": null,"        \
  "\"suspended\": null, \"activity\": null, \"growing\": null,"

static void
test_json (void)
{
  g_autoptr (JsonNode) root = build_json (SAMPLE, BH_CLI_PS_DEFAULT);

  assert_json (
      root,
      "[{\"id\": \"ant\", \"name\": \"Ant\", \"state\": \"starting\", \"pid\": 50,"
      "  \"memory\": null, \"memoryKind\": null, \"cpu\": null, \"restarts\": null,"
      "  \"uptime\": null, \"reason\": \"\"," NOTHING_OF_LIMITS " \"processes\": []},"
      " {\"id\": \"orphan\", \"name\": \"Orphan\", \"state\": \"crashed\", \"pid\": null,"
      "  \"memory\": null, \"memoryKind\": null, \"cpu\": null, \"restarts\": null,"
      "  \"uptime\": null, \"reason\": \"crashed\"," NOTHING_OF_LIMITS
      "  \"processes\": [{\"pid\": 61, \"startTime\": 7, \"role\": \"web\", \"name\": null,"
      "    \"memory\": null, \"memoryKind\": null, \"cpu\": null, \"threads\": null," NOTHING_OF_PROCESS
      "}]},"
      " {\"id\": \"zebra\", \"name\": \"Zebra\", \"state\": \"running\", \"pid\": 42,"
      "  \"memory\": 123456789, \"memoryKind\": \"pss\", \"cpu\": 12.3125, \"restarts\": 2,"
      "  \"uptime\": 3723.375, \"reason\": \"\"," NOTHING_OF_LIMITS
      "  \"processes\": [{\"pid\": 42, \"startTime\": 99, \"role\": \"runner\","
      "    \"name\": \"bulkhead-runner\", \"memory\": 52428800, \"memoryKind\": \"resident\","
      "    \"cpu\": 0.25, \"threads\": 9," NOTHING_OF_PROCESS "},"
      "   {\"pid\": 43, \"startTime\": 100, \"role\": \"web\", \"name\": null, \"memory\": null,"
      "    \"memoryKind\": null, \"cpu\": null, \"threads\": null," NOTHING_OF_PROCESS "}]}]");
}

static void
test_json_all (void)
{
  g_autoptr (JsonNode) root = build_json ("[]", BH_CLI_PS_ALL);
  JsonArray *array = json_node_get_array (root);

  g_assert_cmpuint (json_array_get_length (array), ==, 2);
  g_assert_cmpstr (json_object_get_string_member (json_array_get_object_element (array, 0), "id"),
                   ==, "never");
  g_assert_cmpint (
      json_object_get_int_member (json_array_get_object_element (array, 0), "restarts"), ==, 0);
  g_assert_true (json_object_get_null_member (json_array_get_object_element (array, 0), "memory"));
}

static void
test_json_empty (void)
{
  g_autoptr (JsonNode) root = build_json ("[]", BH_CLI_PS_DEFAULT);

  assert_json (root, "[]");
}

/* JSON has no word for what is not a number, nor an integer above 2^63 that readers agree on. */
static void
test_json_extremes (void)
{
  g_autoptr (JsonNode) root
      = build_json ("[{'id': <'x'>, 'pid': <uint32 1>, 'cpu': <inf>, 'uptime': <nan>,"
                    "  'memory': <uint64 18446744073709551615>}]",
                    BH_CLI_PS_DEFAULT);
  JsonObject *app = json_array_get_object_element (json_node_get_array (root), 0);

  g_assert_true (json_object_get_null_member (app, "cpu"));
  g_assert_true (json_object_get_null_member (app, "uptime"));
  g_assert_cmpint (json_object_get_int_member (app, "memory"), ==, G_MAXINT64);
}

/* A service that sends values of other types has not measured anything. */
static void
test_json_wrong_types (void)
{
  g_autoptr (JsonNode) root
      = build_json ("[{'id': <'x'>, 'pid': <uint32 1>, 'name': <7>, 'memory': <'much'>,"
                    "  'cpu': <uint32 3>, 'processes': <'none'>}]",
                    BH_CLI_PS_DEFAULT);
  JsonObject *app = json_array_get_object_element (json_node_get_array (root), 0);

  g_assert_cmpstr (json_object_get_string_member (app, "name"), ==, "");
  g_assert_true (json_object_get_null_member (app, "memory"));
  g_assert_true (json_object_get_null_member (app, "cpu"));
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (app, "processes")), ==, 0);
}

static void
assert_table (BhCliPsFlags flags, const char *expected)
{
  g_autoptr (GPtrArray) entries = collect (SAMPLE, flags);
  g_autofree char *table = bh_cli_ps_dup_table (entries, flags);
  g_auto (GStrv) parts = g_strsplit (table, "\u00a0", -1);
  g_autofree char *plain = g_strjoinv (" ", parts);

  g_assert_cmpstr (plain, ==, expected);
}

/* All that can be measured, of an app and of a process. */
#define MEASURED                                                                                   \
  "[{'id': <'ant'>, 'name': <'Ant'>, 'state': <'suspended'>, 'pid': <uint32 50>,"                  \
  "  'memory': <uint64 1048576>, 'memory-peak': <uint64 2097152>, 'swap': <uint64 0>,"             \
  "  'cpu-time': <uint64 90500000>, 'threads': <uint32 12>, 'descriptors': <uint32 77>,"           \
  "  'disk-read': <uint64 4096>, 'disk-written': <uint64 8192>,"                                   \
  "  'network-received': <uint64 1024>, 'network-sent': <uint64 2048>,"                            \
  "  'started-at': <uint64 1795627800000000>, 'suspended': <'idle'>,"                              \
  "  'activity': <['audio']>, 'growing': <true>,"                                                  \
  "  'processes': <[{'pid': <uint32 50>, 'role': <'runner'>, 'name': <'run'>,"                     \
  "                  'cpu-time': <uint64 1000000>, 'descriptors': <uint32 7>,"                     \
  "                  'disk-read': <uint64 4096>, 'disk-written': <uint64 0>,"                      \
  "                  'stopped': <true>}]>}]"

static void
test_json_measured (void)
{
  g_autoptr (JsonNode) root = build_json (MEASURED, BH_CLI_PS_DEFAULT);
  JsonObject *app = json_array_get_object_element (json_node_get_array (root), 0);
  JsonObject *process
      = json_array_get_object_element (json_object_get_array_member (app, "processes"), 0);

  g_assert_cmpint (json_object_get_int_member (app, "memoryPeak"), ==, 2097152);
  g_assert_cmpint (json_object_get_int_member (app, "swap"), ==, 0);
  g_assert_cmpint (json_object_get_int_member (app, "descriptors"), ==, 77);
  g_assert_cmpint (json_object_get_int_member (app, "diskRead"), ==, 4096);
  g_assert_cmpint (json_object_get_int_member (app, "diskWritten"), ==, 8192);
  g_assert_cmpint (json_object_get_int_member (app, "networkReceived"), ==, 1024);
  g_assert_cmpint (json_object_get_int_member (app, "networkSent"), ==, 2048);
  g_assert_cmpstr (json_object_get_string_member (app, "startedAt"), ==, "2026-11-25T17:30:00Z");
  g_assert_cmpstr (json_object_get_string_member (app, "suspended"), ==, "idle");
  g_assert_cmpstr (json_array_get_string_element (json_object_get_array_member (app, "activity"),
                                                  0),
                   ==, "audio");
  g_assert_true (json_object_get_boolean_member (app, "growing"));
  g_assert_cmpint (json_object_get_int_member (process, "cpuTime"), ==, 1);
  g_assert_cmpint (json_object_get_int_member (process, "descriptors"), ==, 7);
  g_assert_true (json_object_get_boolean_member (process, "stopped"));
}

static void
assert_columns (const char *names, const char *expected)
{
  g_autoptr (GPtrArray) entries = collect (MEASURED, BH_CLI_PS_PROCESSES);
  g_autoptr (GPtrArray) columns = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *table = NULL;
  g_auto (GStrv) parts = NULL;
  g_autofree char *plain = NULL;

  columns = bh_cli_ps_columns_parse (names, &error);
  g_assert_no_error (error);
  table = bh_cli_ps_dup_columns (entries, columns, BH_CLI_PS_PROCESSES);
  parts = g_strsplit (table, "\u00a0", -1);
  plain = g_strjoinv (" ", parts);
  g_assert_cmpstr (plain, ==, expected);
}

static void
test_columns (void)
{
  g_autoptr (GError) error = NULL;

  assert_columns ("memory, memory-peak,swap,cpu-time",
                  "Name        Memory  Peak memory     Swap    CPU time\n"
                  "Ant        1.0 MiB      2.0 MiB  0 bytes  1 min 30 s\n"
                  "└─ Runner        –            –        –         1 s\n");
  assert_columns ("threads,descriptors,started",
                  "Name       Threads  Descriptors  Started\n"
                  "Ant             12           77  2026-11-25 17:30:00\n"
                  "└─ Runner        –            7  –\n");
  assert_columns ("disk,network",
                  "Name                                Disk                         Network\n"
                  "Ant        4.0 KiB read, 8.0 KiB written  1.0 KiB received, 2.0 KiB sent\n"
                  "└─ Runner  4.0 KiB read, 0 bytes written\n");
  assert_columns ("state,id", "Name       State    ID\n"
                              "Ant        Asleep   ant\n"
                              "└─ Runner  Stopped  run\n");

  g_assert_null (bh_cli_ps_columns_parse ("memory,memori", &error));
  g_assert_error (error, BH_ERROR, BH_ERROR_INVALID_VALUE);
  g_assert_nonnull (strstr (error->message, "did you mean “memory”"));
}

static void
test_table (void)
{
  assert_table (BH_CLI_PS_DEFAULT,
                "Name    ID      State     PID     Memory     CPU  Restarts    Up time  Last end\n"
                "Ant     ant     Starting   50          –       –         –          –  –\n"
                "Orphan  orphan  Crashed     –          –       –         –          –  Crashed\n"
                "Zebra   zebra   Running    42  117.7 MiB  12.3 %         2  1 h 2 min  –\n");
}

static void
test_tree (void)
{
  assert_table (
      BH_CLI_PS_PROCESSES,
      "Name         ID               State     PID      Memory     CPU  Restarts    Up time  "
      "Last end\n"
      "Ant          ant              Starting   50           –       –         –          –  –\n"
      "Orphan       orphan           Crashed     –           –       –         –          –  "
      "Crashed\n"
      "└─ Web page                              61           –       –\n"
      "Zebra        zebra            Running    42   117.7 MiB  12.3 %         2  1 h 2 min  –\n"
      "├─ Runner    bulkhead-runner             42  ~ 50.0 MiB   0.2 %\n"
      "└─ Web page                              43           –       –\n");
}

/* One that is limited, by both, and near its limit; one whose limit nobody holds; one that is down.
 */
#define LIMITED                                                                                    \
  "[{'id': <'ape'>, 'name': <'Ape'>, 'state': <'running'>, 'pid': <uint32 42>,"                    \
  "  'memory': <uint64 327155712>, 'memory-kind': <'cgroup'>, 'cpu': <12.3>,"                      \
  "  'threads': <uint32 31>, 'cpu-time': <uint64 90500000>, 'pressed': <true>,"                    \
  "  'limits': <{'memory': <uint64 536870912>, 'memory-high': <uint64 268435456>,"                 \
  "             'cpu': <uint64 50>, 'cpu-time': <uint64 3600000000>, 'tasks': <uint64 256>}>,"     \
  "  'limits-held-by': <{'memory': 'kernel', 'memory-high': 'kernel', 'cpu': 'kernel',"            \
  "                     'cpu-time': 'supervisor', 'tasks': 'kernel'}>},"                           \
  " {'id': <'bee'>, 'name': <'Bee'>, 'state': <'running'>, 'pid': <uint32 43>, 'cpu': <1.0>,"      \
  "  'limits': <{'memory': <uint64 1048576>}>, 'limits-held-by': <@a{ss} {}>,"                     \
  "  'pressed': <false>},"                                                                         \
  " {'id': <'cow'>, 'name': <'Cow'>, 'state': <'stopped'>, 'limits': <{'tasks': <uint64 7>}>}]"

static void
test_limits (void)
{
  g_autoptr (GVariant) sample = parse ("aa{sv}", LIMITED);
  g_autoptr (GPtrArray) entries = bh_cli_ps_collect (sample, NULL, BH_CLI_PS_ALL);
  g_autofree char *table = bh_cli_ps_dup_table (entries, BH_CLI_PS_LIMITS);
  g_auto (GStrv) parts = g_strsplit (table, "\u00a0", -1);
  g_autofree char *plain = g_strjoinv (" ", parts);

  g_assert_cmpstr (
      plain, ==,
      "Name  ID   State                 Memory                             "
      "CPU                        CPU time                                Threads\n"
      "Ape   ape  Running, much memory  312.0 MiB of 512.0 MiB, by kernel  "
      "12.3 % of 50 %, by kernel  1 min 30 s of 1 h 0 min, by supervisor  31 of 256, by kernel\n"
      "Bee   bee  Running               – of 1.0 MiB, by nobody            "
      "1.0 %                      –                                       –\n"
      "Cow   cow  Not running           –                                  "
      "–                          –                                       – of 7, not running\n");
}

static void
test_limits_json (void)
{
  g_autoptr (GVariant) sample = parse ("aa{sv}", LIMITED);
  g_autoptr (GPtrArray) entries = bh_cli_ps_collect (sample, NULL, BH_CLI_PS_ALL);
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  JsonObject *ape, *bee, *limits;

  bh_cli_ps_build_json (builder, entries);
  root = json_builder_get_root (builder);
  ape = json_array_get_object_element (json_node_get_array (root), 0);
  g_assert_true (json_object_get_boolean_member (ape, "pressed"));
  g_assert_cmpint (json_object_get_int_member (ape, "threads"), ==, 31);
  g_assert_cmpfloat (json_object_get_double_member (ape, "cpuTime"), ==, 90.5);
  limits = json_object_get_object_member (ape, "limits");
  g_assert_cmpint (json_object_get_int_member (limits, "memory"), ==, 536870912);
  g_assert_cmpint (json_object_get_int_member (limits, "memoryHigh"), ==, 268435456);
  g_assert_cmpint (json_object_get_int_member (limits, "cpu"), ==, 50);
  g_assert_cmpint (json_object_get_int_member (limits, "cpuTime"), ==, 3600);
  g_assert_cmpint (json_object_get_int_member (limits, "tasks"), ==, 256);
  limits = json_object_get_object_member (ape, "limitsHeldBy");
  g_assert_cmpstr (json_object_get_string_member (limits, "memory"), ==, "kernel");
  g_assert_cmpstr (json_object_get_string_member (limits, "cpuTime"), ==, "supervisor");

  /* A limit that nobody holds, and one that is none. */
  bee = json_array_get_object_element (json_node_get_array (root), 1);
  limits = json_object_get_object_member (bee, "limits");
  g_assert_cmpint (json_object_get_int_member (limits, "memory"), ==, 1048576);
  g_assert_true (json_object_get_null_member (limits, "tasks"));
  limits = json_object_get_object_member (bee, "limitsHeldBy");
  g_assert_true (json_object_get_null_member (limits, "memory"));
}

static void
test_hostile_name (void)
{
  g_autofree char *long_name = g_strnfill (1000, 'x');
  g_autofree char *sample
      = g_strdup_printf ("[{'id': <'x'>, 'pid': <uint32 1>, 'name': <'\033[2J%s'>}]", long_name);
  g_autoptr (GPtrArray) entries = collect (sample, BH_CLI_PS_DEFAULT);
  g_autofree char *table = bh_cli_ps_dup_table (entries, BH_CLI_PS_DEFAULT);

  g_assert_null (strchr (table, '\033'));
  g_assert_nonnull (strstr (table, "\ufffd[2Jxxx"));
  g_assert_nonnull (strstr (table, "x…  x "));
  g_assert_cmpuint (strlen (table), <, 300);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/ps/collect", test_collect);
  g_test_add_func ("/cli/ps/json", test_json);
  g_test_add_func ("/cli/ps/json-all", test_json_all);
  g_test_add_func ("/cli/ps/json-empty", test_json_empty);
  g_test_add_func ("/cli/ps/json-extremes", test_json_extremes);
  g_test_add_func ("/cli/ps/json-wrong-types", test_json_wrong_types);
  g_test_add_func ("/cli/ps/table", test_table);
  g_test_add_func ("/cli/ps/columns", test_columns);
  g_test_add_func ("/cli/ps/json-measured", test_json_measured);
  g_test_add_func ("/cli/ps/tree", test_tree);
  g_test_add_func ("/cli/ps/limits", test_limits);
  g_test_add_func ("/cli/ps/limits-json", test_limits_json);
  g_test_add_func ("/cli/ps/hostile-name", test_hostile_name);

  return g_test_run ();
}
