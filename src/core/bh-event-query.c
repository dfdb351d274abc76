/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-core"

#include "bh-event-query.h"

#include "bh-error.h"

#include <glib/gi18n.h>

/*
 * What a caller of Journal1 wants to know. Options are taken strictly: one that is misspelt would
 * otherwise give an answer to another question.
 */

static GVariant *
take (GVariantDict *dict, const char *key, const char *type, GError **error)
{
  g_autoptr (GVariant) value = g_variant_dict_lookup_value (dict, key, NULL);

  if (value == NULL)
    return NULL;
  if (!g_variant_is_of_type (value, G_VARIANT_TYPE (type)))
    {
      g_set_error (error, BH_ERROR, BH_ERROR_INVALID_ARGUMENT,
                   _("The option “%s” must have the type “%s”, not “%s”"), key, type,
                   g_variant_get_type_string (value));
      return NULL;
    }
  g_variant_dict_remove (dict, key);

  return g_steal_pointer (&value);
}

/* Whatever was not taken is unknown, or was of the wrong type, which is said already. */
static gboolean
refuse_rest (GVariantDict *dict, GError **error)
{
  g_autoptr (GVariant) rest = g_variant_ref_sink (g_variant_dict_end (dict));
  GVariantIter iter;
  const char *key;

  if (error != NULL && *error != NULL)
    return FALSE;
  g_variant_iter_init (&iter, rest);
  if (!g_variant_iter_next (&iter, "{&sv}", &key, NULL))
    return TRUE;
  g_set_error (error, BH_ERROR, BH_ERROR_INVALID_ARGUMENT, _("There is no option “%s”"), key);

  return FALSE;
}

static gint64
take_time (GVariantDict *dict, const char *key, gint64 otherwise, GError **error)
{
  g_autoptr (GVariant) value = *error == NULL ? take (dict, key, "t", error) : NULL;

  return value != NULL ? (gint64) MIN (g_variant_get_uint64 (value), (guint64) G_MAXINT64)
                       : otherwise;
}

static gboolean
take_kinds (BhEventQuery *self, GVariant *kinds, GError **error)
{
  GVariantIter iter;
  const char *text;

  self->kinds = 0;
  g_variant_iter_init (&iter, kinds);
  while (g_variant_iter_next (&iter, "&s", &text))
    {
      BhEventKind kind;

      if (!bh_event_kind_from_string (text, &kind))
        {
          g_set_error (error, BH_ERROR, BH_ERROR_INVALID_ARGUMENT,
                       _("There are no events of the kind “%s”"), text);
          return FALSE;
        }
      self->kinds |= 1u << kind;
    }

  return TRUE;
}

G_STATIC_ASSERT (BH_N_EVENT_KINDS < 32);

/**
 * bh_event_query_parse:
 * @options: a{sv} as Journal1.GetEvents has it
 * @error: return location for an error
 *
 * Returns: (transfer full) (nullable): the query, or %NULL with %BH_ERROR_INVALID_ARGUMENT
 */
BhEventQuery *
bh_event_query_parse (GVariant *options, GError **error)
{
  g_autoptr (BhEventQuery) self = g_new0 (BhEventQuery, 1);
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (options);
  g_autoptr (GError) refused = NULL;
  g_autoptr (GVariant) app = take (&dict, "app", "s", &refused);
  g_autoptr (GVariant) kinds = refused == NULL ? take (&dict, "kinds", "as", &refused) : NULL;
  g_autoptr (GVariant) limit = refused == NULL ? take (&dict, "limit", "u", &refused) : NULL;

  self->app = app != NULL ? g_variant_dup_string (app, NULL) : NULL;
  self->since = take_time (&dict, "since", 0, &refused);
  self->until = take_time (&dict, "until", G_MAXINT64, &refused);
  self->kinds = (1u << BH_N_EVENT_KINDS) - 1;
  self->limit = limit != NULL ? g_variant_get_uint32 (limit) : BH_EVENTS_DEFAULT;
  if (refused == NULL && kinds != NULL)
    take_kinds (self, kinds, &refused);
  if (refused == NULL && (self->limit == 0 || self->limit > BH_EVENTS_MAX))
    g_set_error (&refused, BH_ERROR, BH_ERROR_INVALID_ARGUMENT,
                 _("A limit must be from 1 to %d events, not %u"), BH_EVENTS_MAX, self->limit);
  if (!refuse_rest (&dict, &refused))
    {
      g_propagate_error (error, g_steal_pointer (&refused));
      return NULL;
    }

  return g_steal_pointer (&self);
}

/**
 * bh_event_query_matches:
 * @self: a query
 * @event: an event
 *
 * Returns: whether it is one of those that are wanted, leaving the limit aside
 */
gboolean
bh_event_query_matches (const BhEventQuery *self, const BhEvent *event)
{
  return (self->app == NULL || g_strcmp0 (self->app, event->app) == 0) && event->time >= self->since
         && event->time < self->until && (self->kinds & (1u << event->kind)) != 0;
}

/**
 * bh_event_query_free:
 * @self: (transfer full): a query
 */
void
bh_event_query_free (BhEventQuery *self)
{
  g_free (self->app);
  g_free (self);
}

/**
 * bh_point_query_parse:
 * @app: the app's id
 * @options: a{sv} as Journal1.GetHistory has it
 * @now: microseconds since 1970
 * @error: return location for an error
 *
 * Returns: (transfer full) (nullable): the query, or %NULL with %BH_ERROR_INVALID_ARGUMENT
 */
BhPointQuery *
bh_point_query_parse (const char *app, GVariant *options, gint64 now, GError **error)
{
  g_autoptr (BhPointQuery) self = g_new0 (BhPointQuery, 1);
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (options);
  g_autoptr (GError) refused = NULL;
  g_autoptr (GVariant) resolution = take (&dict, "resolution", "u", &refused);

  self->app = g_strdup (app);
  self->until = take_time (&dict, "until", G_MAXINT64, &refused);
  self->since = take_time (&dict, "since", MIN (self->until, now) - G_TIME_SPAN_HOUR, &refused);
  self->resolution = resolution != NULL ? g_variant_get_uint32 (resolution) : 0;
  if (refused == NULL && self->resolution != 0 && self->resolution != BH_RESOLUTION_SECOND
      && self->resolution != BH_RESOLUTION_MINUTE && self->resolution != BH_RESOLUTION_HOUR)
    g_set_error (&refused, BH_ERROR, BH_ERROR_INVALID_ARGUMENT,
                 _("A resolution must be 0, 1, 60 or 3600 seconds, not %u"), self->resolution);
  if (!refuse_rest (&dict, &refused))
    {
      g_propagate_error (error, g_steal_pointer (&refused));
      return NULL;
    }

  return g_steal_pointer (&self);
}

/**
 * bh_point_query_free:
 * @self: (transfer full): a query
 */
void
bh_point_query_free (BhPointQuery *self)
{
  g_free (self->app);
  g_free (self);
}
