/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "memory-fixture.h"

#include <math.h>

/* What samples become: seconds, minutes, hours, and the mark of an app that grows. */

static const BhPoint *
get_point (GArray *points, guint index)
{
  g_assert_cmpuint (index, <, points->len);

  return &g_array_index (points, BhPoint, index);
}

/* Nobody watches: a sample at the end of each minute, and at most one transaction for it. */
static void
test_minutes_alone (Memory *self, gconstpointer data)
{
  g_autoptr (GArray) minutes = NULL;
  g_autoptr (GArray) hours = NULL;
  gint64 version, writes = 0;
  guint resolution;

  memory_open (self);
  memory_sync (self);
  version = memory_ask (self, "PRAGMA data_version");
  bh_history_set_active (self->history, TRUE);
  for (guint i = 0; i < 120; i++)
    {
      bh_manual_clock_advance (self->clock, MINUTE / 2);
      self->cpu_time += 3 * G_USEC_PER_SEC;
      self->memory += MIB;
      bh_manual_clock_advance (self->clock, MINUTE / 2);
      memory_sync (self);
      if (memory_ask (self, "PRAGMA data_version") != version)
        writes++;
      version = memory_ask (self, "PRAGMA data_version");
    }
  g_assert_cmpuint (self->measured, ==, 120);
  g_assert_cmpint (writes, <=, 120);
  g_assert_cmpint (writes, >=, 118);

  minutes = memory_read_points (self, "{'since': <@t 0>, 'resolution': <@u 60>}", &resolution);
  g_assert_cmpuint (minutes->len, ==, 120);
  for (guint i = 0; i < 120; i++)
    {
      const BhPoint *point = get_point (minutes, i);

      g_assert_cmpint (point->time % G_TIME_SPAN_MINUTE, ==, 0);
      g_assert_cmpuint (point->samples, ==, 1);
      g_assert_cmpuint (point->memory_mean, ==, (guint64) (101 + i) * MIB);
      if (i > 0)
        {
          g_assert_cmpint (point->time - get_point (minutes, i - 1)->time, ==, G_TIME_SPAN_MINUTE);
          g_assert_cmpfloat_with_epsilon (point->cpu_mean, 5, 0.05);
        }
    }
  hours = memory_read_points (self, "{'since': <@t 0>, 'resolution': <@u 3600>}", &resolution);
  g_assert_cmpuint (hours->len, ==, 2);
  g_assert_cmpuint (get_point (hours, 0)->samples, ==, 60);
  g_assert_cmpuint (get_point (hours, 0)->memory_min, ==, 101 * MIB);
  g_assert_cmpuint (get_point (hours, 0)->memory_max, ==, 160 * MIB);
  g_assert_cmpfloat (fabs ((double) get_point (hours, 0)->memory_mean / MIB - 130.5), <, 0.1);
  g_assert_cmpfloat_with_epsilon (get_point (hours, 1)->cpu_mean, 5, 0.05);

  /* It has ended: so has the timer. */
  bh_history_set_active (self->history, FALSE);
  bh_manual_clock_advance (self->clock, 60 * MINUTE);
  g_assert_cmpuint (self->measured, ==, 120);
}

/* Somebody watches: every sample counts, and seconds are known. */
static void
test_minutes_watched (Memory *self, gconstpointer data)
{
  g_autoptr (GArray) minutes = NULL;
  g_autoptr (GArray) seconds = NULL;
  g_autoptr (GArray) finest = NULL;
  g_autoptr (GArray) later = NULL;
  g_autofree char *since = NULL;
  gint64 begin;
  guint resolution;

  memory_open (self);
  memory_sync (self);
  bh_history_set_active (self->history, TRUE);
  bh_manual_clock_advance (self->clock, 50000);
  begin = memory_get_now (self);
  g_assert_cmpint (begin % G_TIME_SPAN_MINUTE, ==, 0);
  for (guint i = 0; i < 120; i++)
    {
      self->memory = (guint64) (100 + i % 60) * MIB;
      self->cpu_time += G_USEC_PER_SEC / 2;
      memory_watch (self, i % 2 == 0 ? 40 : 60);
      bh_manual_clock_advance (self->clock, 1000);
    }
  memory_watch (self, 50);

  minutes = memory_read_points (self, "{'resolution': <@u 60>}", &resolution);
  g_assert_cmpuint (minutes->len, ==, 2);
  for (guint i = 0; i < 2; i++)
    {
      const BhPoint *point = get_point (minutes, i);

      g_assert_cmpint (point->time, ==, begin + i * G_TIME_SPAN_MINUTE);
      g_assert_cmpuint (point->samples, >=, 60);
      g_assert_cmpuint (point->memory_min, ==, 100 * MIB);
      g_assert_cmpuint (point->memory_max, ==, 159 * MIB);
      g_assert_cmpfloat (point->cpu_min, ==, 40);
      g_assert_cmpfloat (point->cpu_max, ==, 60);
      g_assert_cmpfloat_with_epsilon (point->cpu_mean, 50, 1);
    }
  seconds = memory_read_points (self, "{'resolution': <@u 1>}", &resolution);
  g_assert_cmpuint (resolution, ==, 1);
  g_assert_cmpuint (seconds->len, ==, 121);
  g_assert_cmpuint (get_point (seconds, 59)->memory_mean, ==, 159 * MIB);
  since = g_strdup_printf ("{'since': <@t %" G_GINT64_FORMAT ">}", begin);
  finest = memory_read_points (self, since, &resolution);
  g_assert_cmpuint (resolution, ==, 1);
  /* An hour is not known by the second. */
  g_clear_pointer (&finest, g_array_unref);
  finest = memory_read_points (self, "@a{sv} {}", &resolution);
  g_assert_cmpuint (resolution, ==, 60);
  g_clear_pointer (&finest, g_array_unref);
  finest = memory_read_points (self, "{'since': <@t 1000000>}", &resolution);
  g_assert_cmpuint (resolution, ==, 3600);

  /* Ten minutes of it are kept. */
  bh_manual_clock_advance (self->clock, 10 * MINUTE - 30000);
  later = memory_read_points (self, "{'resolution': <@u 1>}", &resolution);
  g_assert_cmpuint (later->len, <, 40);
  g_assert_cmpuint (later->len, >, 20);
}

/* What was measured without the shared part would look as if it had shrunk. */
static void
test_kinds (Memory *self, gconstpointer data)
{
  g_autoptr (GArray) minutes = NULL;
  guint resolution;

  memory_open (self);
  memory_sync (self);
  bh_history_set_active (self->history, TRUE);
  memory_watch (self, 1);
  self->memory = 20 * MIB;
  memory_watch_resident (self);
  self->memory = 101 * MIB;
  bh_manual_clock_advance (self->clock, MINUTE);
  minutes = memory_read_points (self, "{'resolution': <@u 60>}", &resolution);
  g_assert_cmpuint (get_point (minutes, 0)->memory_min, ==, 100 * MIB);
  g_assert_cmpuint (get_point (minutes, 0)->samples, ==, 2);
}

/* An event tells what was last known, and of nobody else. */
static void
test_figures (Memory *self, gconstpointer data)
{
  g_autoptr (GPtrArray) events = NULL;
  BhEvent *event;

  memory_open (self);
  self->memory = 300 * MIB;
  self->cpu_time = 4000000;
  memory_watch (self, 1);
  self->memory = 200 * MIB;
  memory_watch (self, 1);
  memory_record (self, BH_EVENT_ENDED);
  memory_record (self, BH_EVENT_STARTED);
  memory_record (self, BH_EVENT_ENDED);
  events = memory_read_events (self, "@a{sv} {}");
  event = g_ptr_array_index (events, 0);
  g_assert_cmpint (event->memory, ==, 200 * MIB);
  g_assert_cmpint (event->memory_peak, ==, 300 * MIB);
  g_assert_cmpint (event->cpu_time, ==, 4000000);
  event = g_ptr_array_index (events, 2);
  g_assert_cmpint (event->memory, ==, -1);
  g_assert_cmpint (event->cpu_time, ==, -1);
}

/* What a day of an app takes on the disk, as docs/history.md says. */
static void
test_size (Memory *self, gconstpointer data)
{
  gint64 before, after;

  memory_open (self);
  memory_sync (self);
  bh_history_set_active (self->history, TRUE);
  bh_manual_clock_advance (self->clock, 60 * MINUTE);
  memory_sync (self);
  before
      = memory_ask (self, "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size");
  for (guint i = 0; i < 24 * 60; i++)
    {
      self->memory = (guint64) (200 + i % 50) * MIB + i * 4096;
      self->cpu_time += G_USEC_PER_SEC * (i % 9);
      bh_manual_clock_advance (self->clock, MINUTE);
      if (i % 60 == 0)
        memory_sync (self);
    }
  bh_manual_clock_advance (self->clock, MINUTE);
  memory_sync (self);
  after
      = memory_ask (self, "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size");
  g_test_message ("%d bytes for a day of an app", (int) (after - before));
  g_assert_cmpint (after - before, <, 128 * 1024);
}

static void
on_growing (BhHistory *history, const char *app, guint64 growth, gboolean news, gpointer user_data)
{
  GString *told = user_data;

  g_string_append_printf (told, "%s %d MiB %s;", app, (int) (growth / MIB), news ? "new" : "known");
}

/* What grows is told once it has for hours, is still known after a restart of the service, and is
 * forgotten with the instance. */
static void
test_growing (Memory *self, gconstpointer data)
{
  g_autoptr (GString) told = g_string_new (NULL);
  g_autofree char *first = NULL;

  memory_open (self);
  memory_sync (self);
  g_signal_connect (self->history, "growing", G_CALLBACK (on_growing), told);
  bh_history_set_active (self->history, TRUE);
  for (guint i = 0; i < 8 * 60 && told->len == 0; i++)
    {
      self->memory = 100 * MIB + (guint64) i * MIB;
      bh_manual_clock_advance (self->clock, MINUTE);
      memory_sync (self);
    }
  g_assert_cmpstr (told->str, ==, "notes 60 MiB new;");
  g_test_message ("told of after %.1f h",
                  (double) (memory_get_now (self) - self->started_at) / G_TIME_SPAN_HOUR);
  memory_close (self);

  g_string_truncate (told, 0);
  memory_open (self);
  g_signal_connect (self->history, "growing", G_CALLBACK (on_growing), told);
  bh_history_set_active (self->history, TRUE);
  self->memory += MIB;
  bh_manual_clock_advance (self->clock, MINUTE);
  wait_for (told->len > 0);
  g_assert_cmpstr (told->str, ==, "notes 60 MiB known;");

  g_string_truncate (told, 0);
  self->started_at = memory_get_now (self);
  self->memory = 100 * MIB;
  bh_manual_clock_advance (self->clock, MINUTE);
  g_assert_cmpstr (told->str, ==, "notes 0 MiB new;");
}

/* Somebody sets the clock back by an hour: what apps cost is kept all the same. */
static void
test_clock_set_back (Memory *self, gconstpointer data)
{
  g_autoptr (GArray) minutes = NULL;
  guint resolution;

  memory_open (self);
  memory_sync (self);
  bh_history_set_active (self->history, TRUE);
  for (guint i = 0; i < 5; i++)
    {
      self->cpu_time += 3 * G_USEC_PER_SEC;
      bh_manual_clock_advance (self->clock, MINUTE);
    }
  g_assert_cmpuint (self->measured, ==, 5);
  bh_manual_clock_set_back (self->clock, 60 * MINUTE);
  for (guint i = 0; i < 10; i++)
    {
      self->cpu_time += 3 * G_USEC_PER_SEC;
      bh_manual_clock_advance (self->clock, MINUTE);
    }
  g_assert_cmpuint (self->measured, ==, 15);
  memory_sync (self);

  minutes = memory_read_points (self, "{'since': <@t 0>, 'resolution': <@u 60>}", &resolution);
  g_assert_cmpuint (minutes->len, >=, 14);
  for (guint i = 0; i < minutes->len; i++)
    g_assert_cmpfloat (get_point (minutes, i)->cpu_mean, <=, 10.1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD_MEMORY ("/history-minutes/minutes-alone", test_minutes_alone);
  ADD_MEMORY ("/history-minutes/minutes-watched", test_minutes_watched);
  ADD_MEMORY ("/history-minutes/kinds", test_kinds);
  ADD_MEMORY ("/history-minutes/figures", test_figures);
  ADD_MEMORY ("/history-minutes/size", test_size);
  ADD_MEMORY ("/history-minutes/growing", test_growing);
  ADD_MEMORY ("/history-minutes/clock-set-back", test_clock_set_back);

  return g_test_run ();
}
