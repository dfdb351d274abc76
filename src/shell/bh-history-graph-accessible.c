/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-shell"

#include "bh-history-graph-accessible.h"

#include "bh-history-graph.h"

/*
 * A graph as assistive tools see it: a chart whose name says what can be seen at a glance, and
 * whose description and text are what the line reads, so that moving the line with the arrow keys
 * is heard.
 */

struct _BhHistoryGraphAccessible
{
  GtkWidgetAccessible parent_instance;

  char *text;
};

static void bh_history_graph_accessible_text_init (AtkTextIface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (BhHistoryGraphAccessible,
                               bh_history_graph_accessible,
                               GTK_TYPE_WIDGET_ACCESSIBLE,
                               G_IMPLEMENT_INTERFACE (ATK_TYPE_TEXT,
                                                      bh_history_graph_accessible_text_init))

static int
get_length (BhHistoryGraphAccessible *self)
{
  return self->text != NULL ? (int) g_utf8_strlen (self->text, -1) : 0;
}

static char *
bh_history_graph_accessible_get_text (AtkText *text, int start, int end)
{
  BhHistoryGraphAccessible *self = BH_HISTORY_GRAPH_ACCESSIBLE (text);
  int length = get_length (self);

  start = CLAMP (start, 0, length);
  end = end < 0 ? length : CLAMP (end, start, length);

  return length > 0 ? g_utf8_substring (self->text, start, end) : g_strdup ("");
}

static int
bh_history_graph_accessible_get_character_count (AtkText *text)
{
  return get_length (BH_HISTORY_GRAPH_ACCESSIBLE (text));
}

static gunichar
bh_history_graph_accessible_get_character_at_offset (AtkText *text, int offset)
{
  BhHistoryGraphAccessible *self = BH_HISTORY_GRAPH_ACCESSIBLE (text);

  if (offset < 0 || offset >= get_length (self))
    return 0;

  return g_utf8_get_char (g_utf8_offset_to_pointer (self->text, offset));
}

static int
bh_history_graph_accessible_get_caret_offset (AtkText *text)
{
  return 0;
}

/* There is one line, and no more than that to be moved through. */
static char *
bh_history_graph_accessible_get_string_at_offset (AtkText *text,
                                                  int offset,
                                                  AtkTextGranularity granularity,
                                                  int *start,
                                                  int *end)
{
  *start = 0;
  *end = get_length (BH_HISTORY_GRAPH_ACCESSIBLE (text));

  return bh_history_graph_accessible_get_text (text, 0, -1);
}

static void
bh_history_graph_accessible_text_init (AtkTextIface *iface)
{
  iface->get_text = bh_history_graph_accessible_get_text;
  iface->get_character_count = bh_history_graph_accessible_get_character_count;
  iface->get_character_at_offset = bh_history_graph_accessible_get_character_at_offset;
  iface->get_caret_offset = bh_history_graph_accessible_get_caret_offset;
  iface->get_string_at_offset = bh_history_graph_accessible_get_string_at_offset;
}

static void
on_read_out_changed (BhHistoryGraph *graph, GParamSpec *pspec, BhHistoryGraphAccessible *self)
{
  const char *text = bh_history_graph_get_read_out (graph);
  int length = get_length (self);

  if (length > 0)
    g_signal_emit_by_name (self, "text-changed::delete", 0, length);
  g_free (self->text);
  self->text = g_strdup (text);
  length = get_length (self);
  if (length > 0)
    g_signal_emit_by_name (self, "text-changed::insert", 0, length);
  atk_object_set_description (ATK_OBJECT (self), text != NULL ? text : "");
}

static void
bh_history_graph_accessible_initialize (AtkObject *accessible, gpointer data)
{
  ATK_OBJECT_CLASS (bh_history_graph_accessible_parent_class)->initialize (accessible, data);

  atk_object_set_role (accessible, ATK_ROLE_CHART);
  g_signal_connect_object (data, "notify::read-out", G_CALLBACK (on_read_out_changed), accessible,
                           0);
}

static void
bh_history_graph_accessible_finalize (GObject *object)
{
  g_free (BH_HISTORY_GRAPH_ACCESSIBLE (object)->text);

  G_OBJECT_CLASS (bh_history_graph_accessible_parent_class)->finalize (object);
}

static void
bh_history_graph_accessible_class_init (BhHistoryGraphAccessibleClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bh_history_graph_accessible_finalize;
  ATK_OBJECT_CLASS (klass)->initialize = bh_history_graph_accessible_initialize;
}

static void
bh_history_graph_accessible_init (BhHistoryGraphAccessible *self)
{
}
