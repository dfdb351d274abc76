/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-shell"

#include "bh-journal-event.h"

#include "bh-state.h"
#include "bh-units.h"

#include <glib/gi18n.h>

/*
 * Something that happened to an app, as Journal1.Recorded documents it, read once and then
 * immutable. A newer service may tell of kinds that this shell does not know: they are shown by
 * their message.
 */

struct _BhJournalEvent
{
  gatomicrefcount ref_count;
  guint64 number;
  gint64 time;
  char *app;
  char *kind;
  BhReason reason;
  char *text;
  guint64 memory_peak;
  guint64 cpu_time;
  double uptime;
};

G_DEFINE_BOXED_TYPE (BhJournalEvent, bh_journal_event, bh_journal_event_ref, bh_journal_event_unref)

/* What an event of each kind is called. Those of an end go by its reason. */
static const struct
{
  const char *kind;
  const char *title;
  BhEventSymbol symbol;
  gboolean is_mark;
} kinds[] = {
  { "started", N_("Started"), BH_EVENT_SYMBOL_START, TRUE },
  { "ready", N_("Ready"), BH_EVENT_SYMBOL_OTHER, FALSE },
  { "ended", N_("Ended"), BH_EVENT_SYMBOL_END, TRUE },
  { "unresponsive", N_("Stopped answering"), BH_EVENT_SYMBOL_HANG, TRUE },
  { "responding", N_("Answers again"), BH_EVENT_SYMBOL_RESUME, FALSE },
  { "limit", N_("Passed a limit"), BH_EVENT_SYMBOL_LIMIT, TRUE },
  { "pressed", N_("Came near a limit"), BH_EVENT_SYMBOL_LIMIT, TRUE },
  { "backing-off", N_("Will be started again"), BH_EVENT_SYMBOL_OTHER, FALSE },
  { "gave-up", N_("Gave up"), BH_EVENT_SYMBOL_CRASH, TRUE },
  { "process-ended", N_("A process ended"), BH_EVENT_SYMBOL_CRASH, TRUE },
  { "suspended", N_("Fell asleep"), BH_EVENT_SYMBOL_SUSPEND, TRUE },
  { "resumed", N_("Woke up"), BH_EVENT_SYMBOL_RESUME, TRUE },
  { "growing", N_("Grows steadily"), BH_EVENT_SYMBOL_GROWING, TRUE },
  { "limits-changed", N_("Limits changed"), BH_EVENT_SYMBOL_OTHER, FALSE },
  { "data-cleared", N_("Data cleared"), BH_EVENT_SYMBOL_OTHER, TRUE },
  { "adopted", N_("Taken over"), BH_EVENT_SYMBOL_OTHER, FALSE },
  { "supervisor-started", N_("Supervisor started"), BH_EVENT_SYMBOL_OTHER, FALSE },
  { "supervisor-stopped", N_("Supervisor ended"), BH_EVENT_SYMBOL_OTHER, FALSE },
  { "history-lost", N_("History lost"), BH_EVENT_SYMBOL_OTHER, TRUE },
};

static int
find_kind (BhJournalEvent *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_str_equal (kinds[i].kind, self->kind))
      return (int) i;

  return -1;
}

static BhEventSymbol
get_end_symbol (BhReason reason)
{
  switch (reason)
    {
    case BH_REASON_KILLED:
      return BH_EVENT_SYMBOL_KILL;
    case BH_REASON_CRASHED:
    case BH_REASON_WEB_PROCESS_CRASHED:
    case BH_REASON_LAUNCH_FAILED:
      return BH_EVENT_SYMBOL_CRASH;
    case BH_REASON_MEMORY_LIMIT:
    case BH_REASON_CPU_TIME_LIMIT:
    case BH_REASON_OUT_OF_MEMORY:
    case BH_REASON_TASK_LIMIT:
      return BH_EVENT_SYMBOL_LIMIT;
    case BH_REASON_UNRESPONSIVE:
      return BH_EVENT_SYMBOL_HANG;
    case BH_REASON_NONE:
    case BH_REASON_CLOSED:
    case BH_REASON_STOPPED:
    default:
      return BH_EVENT_SYMBOL_END;
    }
}

static char *
dup_string (GVariant *event, const char *key)
{
  const char *text = "";

  g_variant_lookup (event, key, "&s", &text);

  return g_strdup (text);
}

/**
 * bh_journal_event_new:
 * @event: an `a{sv}`, as Journal1.Recorded documents it
 *
 * Returns: (transfer full): the event
 */
BhJournalEvent *
bh_journal_event_new (GVariant *event)
{
  BhJournalEvent *self = g_new0 (BhJournalEvent, 1);
  g_autofree char *reason = NULL;
  guint64 time = 0;

  g_atomic_ref_count_init (&self->ref_count);
  self->uptime = -1;
  g_return_val_if_fail (event != NULL, self);

  g_variant_lookup (event, "number", "t", &self->number);
  g_variant_lookup (event, "time", "t", &time);
  self->time = (gint64) MIN (time, (guint64) G_MAXINT64);
  self->app = dup_string (event, "app");
  self->kind = dup_string (event, "kind");
  reason = dup_string (event, "reason");
  bh_reason_from_string (reason, &self->reason);

  self->text = dup_string (event, "message");
  if (*self->text == '\0')
    {
      g_free (self->text);
      self->text = dup_string (event, "detail");
    }
  if (!g_variant_lookup (event, "memory-peak", "t", &self->memory_peak))
    g_variant_lookup (event, "memory", "t", &self->memory_peak);
  g_variant_lookup (event, "cpu-time", "t", &self->cpu_time);
  g_variant_lookup (event, "uptime", "d", &self->uptime);

  return self;
}

/**
 * bh_journal_event_ref:
 * @self: an event
 *
 * Returns: (transfer full): the same
 */
BhJournalEvent *
bh_journal_event_ref (BhJournalEvent *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);

  return self;
}

/**
 * bh_journal_event_unref:
 * @self: (transfer full): an event
 */
void
bh_journal_event_unref (BhJournalEvent *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_free (self->app);
  g_free (self->kind);
  g_free (self->text);
  g_free (self);
}

/**
 * bh_journal_event_get_number:
 * @self: an event
 *
 * Returns: its number, which counts up over all events
 */
guint64
bh_journal_event_get_number (BhJournalEvent *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->number;
}

/**
 * bh_journal_event_get_time:
 * @self: an event
 *
 * Returns: when it was, in microseconds since 1970-01-01 UTC
 */
gint64
bh_journal_event_get_time (BhJournalEvent *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->time;
}

/**
 * bh_journal_event_get_app:
 * @self: an event
 *
 * Returns: (transfer none): the id of the app that it is about, or ""
 */
const char *
bh_journal_event_get_app (BhJournalEvent *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->app;
}

/**
 * bh_journal_event_get_kind:
 * @self: an event
 *
 * Returns: (transfer none): its kind, as on D-Bus
 */
const char *
bh_journal_event_get_kind (BhJournalEvent *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->kind;
}

/**
 * bh_journal_event_get_symbol:
 * @self: an event
 *
 * Returns: what stands for it
 */
BhEventSymbol
bh_journal_event_get_symbol (BhJournalEvent *self)
{
  int i;

  g_return_val_if_fail (self != NULL, BH_EVENT_SYMBOL_OTHER);

  i = find_kind (self);
  if (i < 0)
    return BH_EVENT_SYMBOL_OTHER;

  return g_str_equal (self->kind, "ended") ? get_end_symbol (self->reason) : kinds[i].symbol;
}

/**
 * bh_journal_event_is_mark:
 * @self: an event
 *
 * Returns: whether it says something about what a graph shows
 */
gboolean
bh_journal_event_is_mark (BhJournalEvent *self)
{
  int i;

  g_return_val_if_fail (self != NULL, FALSE);

  i = find_kind (self);

  return i >= 0 && kinds[i].is_mark;
}

/**
 * bh_journal_event_get_title:
 * @self: an event
 *
 * Returns: (transfer none): what happened, in a word or two
 */
const char *
bh_journal_event_get_title (BhJournalEvent *self)
{
  int i;

  g_return_val_if_fail (self != NULL, NULL);

  i = find_kind (self);
  if (i < 0)
    return self->kind;
  if (g_str_equal (self->kind, "ended") && self->reason != BH_REASON_NONE)
    return bh_reason_get_label (self->reason);

  return _(kinds[i].title);
}

/**
 * bh_journal_event_get_text:
 * @self: an event
 *
 * Returns: (transfer none): what happened, in a sentence, or ""
 */
const char *
bh_journal_event_get_text (BhJournalEvent *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->text;
}

static void
append (GString *text, const char *part)
{
  g_string_append_printf (text, "%s%s", text->len > 0 ? " · " : "", part);
}

/**
 * bh_journal_event_dup_figures:
 * @self: an event
 *
 * Returns: (transfer full): what the instance had used then, or ""
 */
char *
bh_journal_event_dup_figures (BhJournalEvent *self)
{
  g_autoptr (GString) text = g_string_new (NULL);

  g_return_val_if_fail (self != NULL, NULL);

  /* An app that has only just come to be has used nothing worth a word. */
  if (self->uptime >= 1)
    {
      g_autofree char *uptime
          = bh_units_format_duration ((gint64) (MIN (self->uptime, 1e12) * G_USEC_PER_SEC));
      /* Translators: how long an app had run when something happened: “after 2 h 5 min”. */
      g_autofree char *part = g_strdup_printf (_("after %s"), uptime);

      append (text, part);
    }
  if (self->memory_peak > 0)
    {
      g_autofree char *memory = bh_units_format_size (self->memory_peak);
      /* Translators: the memory that an app had used when something happened. */
      g_autofree char *part = g_strdup_printf (_("%s of memory"), memory);

      append (text, part);
    }
  if (self->cpu_time > 0)
    {
      g_autofree char *time
          = bh_units_format_duration ((gint64) MIN (self->cpu_time, (guint64) G_MAXINT64));
      /* Translators: the processor time that an app had used when something happened. */
      g_autofree char *part = g_strdup_printf (_("%s of CPU time"), time);

      append (text, part);
    }

  return g_string_free (g_steal_pointer (&text), FALSE);
}

/**
 * bh_journal_event_dup_line:
 * @self: an event
 * @zone: whose time is written
 *
 * Returns: (transfer full): all of it in a line with tabulators, to be pasted into a table
 */
char *
bh_journal_event_dup_line (BhJournalEvent *self, GTimeZone *zone)
{
  g_autoptr (GDateTime) utc = NULL;
  g_autoptr (GDateTime) local = NULL;
  g_autofree char *time = NULL;
  g_autofree char *figures = NULL;

  g_return_val_if_fail (self != NULL && zone != NULL, NULL);

  utc = g_date_time_new_from_unix_utc (self->time / G_USEC_PER_SEC);
  local = g_date_time_to_timezone (utc, zone);
  time = g_date_time_format (local, "%Y-%m-%d %H:%M:%S%:z");
  figures = bh_journal_event_dup_figures (self);

  return g_strdup_printf ("%s\t%s\t%s\t%s", time, bh_journal_event_get_title (self), self->text,
                          figures);
}
