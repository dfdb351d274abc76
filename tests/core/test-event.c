/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-error.h"
#include "bh-event-query.h"

static void
test_kinds (void)
{
  BhEventKind found;

  for (guint i = 0; i < BH_N_EVENT_KINDS; i++)
    {
      g_assert_true (bh_event_kind_from_string (bh_event_kind_to_string ((BhEventKind) i), &found));
      g_assert_cmpuint (found, ==, i);
    }
  g_assert_false (bh_event_kind_from_string ("", &found));
  g_assert_false (bh_event_kind_from_string ("Started", &found));
}

static void
test_describe (void)
{
  for (guint i = 0; i < BH_N_EVENT_KINDS; i++)
    {
      g_autoptr (BhEvent) event = bh_event_new ((BhEventKind) i, 1);
      g_autofree char *bare = bh_event_describe (event);
      g_autofree char *full = NULL;

      g_assert_cmpstr (bare, !=, "");
      event->app = g_strdup ("notes");
      event->name = g_strdup ("My Notes");
      event->reason = g_strdup ("memory-limit");
      full = bh_event_describe (event);
      if (i < BH_EVENT_SUPERVISOR_STARTED)
        g_assert_nonnull (g_strstr_len (full, -1, "My Notes"));
      if (i == BH_EVENT_ENDED)
        g_assert_cmpstr (full, ==, "My Notes has ended: Used too much memory");
    }
}

static void
test_variant (void)
{
  g_autoptr (BhEvent) event = bh_event_new (BH_EVENT_ENDED, 1234567);
  g_autoptr (GVariant) bare = g_variant_ref_sink (bh_event_to_variant (event));
  g_autoptr (GVariant) full = NULL;
  g_autoptr (GVariant) expected = NULL;

  /* What does not apply is absent. */
  g_assert_cmpuint (g_variant_n_children (bare), ==, 3);

  event->number = 7;
  event->app = g_strdup ("notes");
  event->name = g_strdup ("Notes");
  event->instance = g_strdup ("0123");
  event->reason = g_strdup ("crashed");
  event->detail = g_strdup ("bad \xff bytes");
  event->message = g_strdup ("It has ended");
  event->pid = 42;
  event->memory = 1000;
  event->memory_peak = 2000;
  event->cpu_time = 3000;
  event->uptime = 1500000;
  full = g_variant_ref_sink (bh_event_to_variant (event));
  expected = g_variant_ref_sink (g_variant_new_parsed (
      "{'number': <@t 7>, 'time': <@t 1234567>, 'kind': <'ended'>, 'app': <'notes'>,"
      " 'name': <'Notes'>, 'instance': <'0123'>, 'reason': <'crashed'>,"
      " 'detail': <'bad \xef\xbf\xbd bytes'>, 'message': <'It has ended'>, 'pid': <@u 42>,"
      " 'memory': <@t 1000>, 'memory-peak': <@t 2000>, 'cpu-time': <@t 3000>, 'uptime': <1.5>}"));
  g_assert_cmpuint (g_variant_n_children (full), ==, g_variant_n_children (expected));
  for (gsize i = 0; i < g_variant_n_children (expected); i++)
    {
      const char *key;
      g_autoptr (GVariant) value = NULL;
      g_autoptr (GVariant) found = NULL;

      g_variant_get_child (expected, i, "{&sv}", &key, &value);
      found = g_variant_lookup_value (full, key, NULL);
      g_assert_nonnull (found);
      g_assert_cmpvariant (found, value);
    }
}

static void
assert_refused (const char *options, const char *word)
{
  g_autoptr (GVariant) parsed = g_variant_ref_sink (g_variant_new_parsed (options));
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) other = NULL;

  g_assert_null (bh_event_query_parse (parsed, &error));
  g_assert_error (error, BH_ERROR, BH_ERROR_INVALID_ARGUMENT);
  g_assert_nonnull (g_strstr_len (error->message, -1, word));
}

static void
test_query (void)
{
  g_autoptr (GVariant) none = g_variant_ref_sink (g_variant_new_parsed ("@a{sv} {}"));
  g_autoptr (GVariant) all = g_variant_ref_sink (
      g_variant_new_parsed ("{'app': <'notes'>, 'since': <@t 10>, 'until': <@t 20>,"
                            " 'kinds': <['ended', 'started']>, 'limit': <@u 5>}"));
  g_autoptr (BhEventQuery) open = bh_event_query_parse (none, NULL);
  g_autoptr (BhEventQuery) narrow = bh_event_query_parse (all, NULL);
  g_autoptr (BhEvent) event = bh_event_new (BH_EVENT_ENDED, 10);

  g_assert_cmpuint (open->limit, ==, BH_EVENTS_DEFAULT);
  g_assert_true (bh_event_query_matches (open, event));
  g_assert_cmpuint (narrow->limit, ==, 5);
  g_assert_false (bh_event_query_matches (narrow, event));
  event->app = g_strdup ("notes");
  g_assert_true (bh_event_query_matches (narrow, event));
  event->time = 9;
  g_assert_false (bh_event_query_matches (narrow, event));
  event->time = 19;
  g_assert_true (bh_event_query_matches (narrow, event));
  event->time = 20;
  g_assert_false (bh_event_query_matches (narrow, event));
  event->time = 15;
  event->kind = BH_EVENT_READY;
  g_assert_false (bh_event_query_matches (narrow, event));

  assert_refused ("{'aps': <'notes'>}", "aps");
  assert_refused ("{'app': <@u 1>}", "app");
  assert_refused ("{'since': <'today'>}", "since");
  assert_refused ("{'kinds': <['endet']>}", "endet");
  assert_refused ("{'limit': <@u 0>}", "10000");
  assert_refused ("{'limit': <@u 10001>}", "10000");
}

static BhPointQuery *
parse_points (const char *options, GError **error)
{
  g_autoptr (GVariant) parsed = g_variant_ref_sink (g_variant_new_parsed (options));

  return bh_point_query_parse ("notes", parsed, 2 * G_TIME_SPAN_HOUR, error);
}

static void
test_point_query (void)
{
  const char *const bad[] = { "{'resolution': <@u 2>}", "{'since': <'x'>}", "{'kinds': <@as []>}" };
  g_autoptr (BhPointQuery) usual = parse_points ("@a{sv} {}", NULL);
  g_autoptr (BhPointQuery) set
      = parse_points ("{'since': <@t 1>, 'until': <@t 2>, 'resolution': <@u 3600>}", NULL);

  g_assert_cmpint (usual->since, ==, G_TIME_SPAN_HOUR);
  g_assert_cmpint (usual->until, ==, G_MAXINT64);
  g_assert_cmpuint (usual->resolution, ==, 0);
  g_assert_cmpstr (usual->app, ==, "notes");
  g_assert_cmpint (set->since, ==, 1);
  g_assert_cmpint (set->until, ==, 2);
  g_assert_cmpuint (set->resolution, ==, BH_RESOLUTION_HOUR);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (parse_points (bad[i], &error));
      g_assert_error (error, BH_ERROR, BH_ERROR_INVALID_ARGUMENT);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/event/kinds", test_kinds);
  g_test_add_func ("/event/describe", test_describe);
  g_test_add_func ("/event/variant", test_variant);
  g_test_add_func ("/event/query", test_query);
  g_test_add_func ("/event/point-query", test_point_query);

  return g_test_run ();
}
