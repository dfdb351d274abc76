/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-core"

#include "bh-event.h"

#include "bh-state.h"

#include <glib/gi18n.h>

/*
 * What happened to an app, as the history keeps it and Journal1 tells it.
 */

static const char *const names[] = {
  [BH_EVENT_STARTED] = "started",
  [BH_EVENT_READY] = "ready",
  [BH_EVENT_ADOPTED] = "adopted",
  [BH_EVENT_ENDED] = "ended",
  [BH_EVENT_KILLED] = "killed",
  [BH_EVENT_UNRESPONSIVE] = "unresponsive",
  [BH_EVENT_RESPONDING] = "responding",
  [BH_EVENT_LIMIT] = "limit",
  [BH_EVENT_PRESSED] = "pressed",
  [BH_EVENT_BACKING_OFF] = "backing-off",
  [BH_EVENT_GAVE_UP] = "gave-up",
  [BH_EVENT_PROCESS_ENDED] = "process-ended",
  [BH_EVENT_SUSPENDED] = "suspended",
  [BH_EVENT_RESUMED] = "resumed",
  [BH_EVENT_GROWING] = "growing",
  [BH_EVENT_LIMITS_CHANGED] = "limits-changed",
  [BH_EVENT_DATA_CLEARED] = "data-cleared",
  [BH_EVENT_SUPERVISOR_STARTED] = "supervisor-started",
  [BH_EVENT_SUPERVISOR_STOPPED] = "supervisor-stopped",
  [BH_EVENT_HISTORY_LOST] = "history-lost",
};

G_STATIC_ASSERT (G_N_ELEMENTS (names) == BH_N_EVENT_KINDS);

G_DEFINE_BOXED_TYPE (BhEvent, bh_event, bh_event_ref, bh_event_unref)

/**
 * bh_event_kind_to_string:
 * @kind: a kind
 *
 * Returns: (transfer none): its name on D-Bus and in the file
 */
const char *
bh_event_kind_to_string (BhEventKind kind)
{
  g_return_val_if_fail (kind < BH_N_EVENT_KINDS, NULL);

  return names[kind];
}

/**
 * bh_event_kind_from_string:
 * @text: a name, as bh_event_kind_to_string() gives it
 * @kind: (out): the kind
 *
 * Returns: whether there is such a kind
 */
gboolean
bh_event_kind_from_string (const char *text, BhEventKind *kind)
{
  g_return_val_if_fail (text != NULL && kind != NULL, FALSE);

  for (guint i = 0; i < BH_N_EVENT_KINDS; i++)
    if (g_str_equal (names[i], text))
      {
        *kind = (BhEventKind) i;
        return TRUE;
      }

  return FALSE;
}

/**
 * bh_event_new:
 * @kind: what happened
 * @time: when, in microseconds since 1970
 *
 * Returns: (transfer full): an event of which nothing else is known
 */
BhEvent *
bh_event_new (BhEventKind kind, gint64 time)
{
  BhEvent *self = g_atomic_rc_box_new0 (BhEvent);

  self->kind = kind;
  self->time = time;
  self->memory = -1;
  self->memory_peak = -1;
  self->cpu_time = -1;
  self->uptime = -1;

  return self;
}

/**
 * bh_event_ref:
 * @self: an event
 *
 * Returns: (transfer full): @self
 */
BhEvent *
bh_event_ref (BhEvent *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
bh_event_clear (BhEvent *self)
{
  g_free (self->app);
  g_free (self->name);
  g_free (self->instance);
  g_free (self->reason);
  g_free (self->detail);
  g_free (self->message);
}

/**
 * bh_event_unref:
 * @self: (transfer full): an event
 */
void
bh_event_unref (BhEvent *self)
{
  g_atomic_rc_box_release_full (self, (GDestroyNotify) bh_event_clear);
}

static char *
describe_end (BhEvent *self, const char *name)
{
  BhReason reason = BH_REASON_NONE;

  if (self->reason != NULL)
    bh_reason_from_string (self->reason, &reason);
  /* Translators: the name of an app, and why it has ended, such as “Closed”. */
  return g_strdup_printf (
      _("%s has ended: %s"), name,
      self->detail != NULL && *self->detail != '\0' ? self->detail : bh_reason_get_label (reason));
}

/**
 * bh_event_describe:
 * @self: an event
 *
 * Returns: (transfer full): what happened, in a sentence for people
 */
char *
bh_event_describe (BhEvent *self)
{
  const char *name = self->name != NULL ? self->name : self->app != NULL ? self->app : "";
  const char *detail = self->detail != NULL ? self->detail : "";

  switch (self->kind)
    {
    case BH_EVENT_STARTED:
      return g_strdup_printf (_("%s was started"), name);
    case BH_EVENT_READY:
      return g_strdup_printf (_("%s is ready"), name);
    case BH_EVENT_ADOPTED:
      return g_strdup_printf (_("%s ran already and is supervised again"), name);
    case BH_EVENT_ENDED:
      return describe_end (self, name);
    case BH_EVENT_KILLED:
      return g_strdup_printf (_("The processes of %s were ended"), name);
    case BH_EVENT_UNRESPONSIVE:
      return g_strdup_printf (_("%s does not respond"), name);
    case BH_EVENT_RESPONDING:
      return g_strdup_printf (_("%s responds again"), name);
    case BH_EVENT_LIMIT:
      return g_strdup_printf (_("%s has passed a limit. %s"), name, detail);
    case BH_EVENT_PRESSED:
      return g_strdup_printf (_("%s comes near its limit of %s"), name, detail);
    case BH_EVENT_BACKING_OFF:
      return g_strdup_printf (_("%s will be started again"), name);
    case BH_EVENT_GAVE_UP:
      return g_strdup_printf (_("%s has crashed too often and is not started again"), name);
    case BH_EVENT_PROCESS_ENDED:
      return g_strdup_printf (_("A process of %s has ended, and the app goes on. %s"), name,
                              detail);
    case BH_EVENT_SUSPENDED:
      return g_strdup_printf (_("%s was suspended"), name);
    case BH_EVENT_RESUMED:
      return g_strdup_printf (_("%s was resumed"), name);
    case BH_EVENT_GROWING:
      return g_strdup_printf (_("The memory of %s has grown for hours, by %s an hour"), name,
                              detail);
    case BH_EVENT_LIMITS_CHANGED:
      return g_strdup_printf (_("The limits of %s were changed"), name);
    case BH_EVENT_DATA_CLEARED:
      return g_strdup_printf (_("Data of %s was removed"), name);
    case BH_EVENT_SUPERVISOR_STARTED:
      return g_strdup (_("The service of Bulkhead was started"));
    case BH_EVENT_SUPERVISOR_STOPPED:
      return g_strdup (_("The service of Bulkhead has left"));
    case BH_EVENT_HISTORY_LOST:
      return g_strdup (_("Some of the history was lost"));
    default:
      g_return_val_if_reached (NULL);
    }
}

static void
add_text (GVariantDict *dict, const char *key, const char *text)
{
  if (text != NULL)
    g_variant_dict_insert_value (dict, key,
                                 g_variant_new_take_string (g_utf8_make_valid (text, -1)));
}

static void
add_figure (GVariantDict *dict, const char *key, gint64 figure)
{
  if (figure >= 0)
    g_variant_dict_insert (dict, key, "t", (guint64) figure);
}

/**
 * bh_event_to_variant:
 * @self: an event
 *
 * Returns: (transfer floating): a{sv} as Journal1.Recorded has it
 */
GVariant *
bh_event_to_variant (BhEvent *self)
{
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);

  g_variant_dict_insert (&dict, "number", "t", self->number);
  g_variant_dict_insert (&dict, "time", "t", (guint64) MAX (self->time, 0));
  g_variant_dict_insert (&dict, "kind", "s", bh_event_kind_to_string (self->kind));
  add_text (&dict, "app", self->app);
  add_text (&dict, "name", self->name);
  add_text (&dict, "instance", self->instance);
  add_text (&dict, "reason", self->reason);
  add_text (&dict, "detail", self->detail);
  add_text (&dict, "message", self->message);
  if (self->pid != 0)
    g_variant_dict_insert (&dict, "pid", "u", self->pid);
  add_figure (&dict, "memory", self->memory);
  add_figure (&dict, "memory-peak", self->memory_peak);
  add_figure (&dict, "cpu-time", self->cpu_time);
  if (self->uptime >= 0)
    g_variant_dict_insert (&dict, "uptime", "d", (double) self->uptime / G_USEC_PER_SEC);

  return g_variant_dict_end (&dict);
}
