/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-shell"

#include "bh-history-panel.h"

#include "bh-history-graph.h"
#include "bh-shell-settings.h"
#include "bh-task-format.h"

#include <glib/gi18n.h>

/*
 * The graphs of an app's memory and CPU, and the choice of how far back they reach. The last ten
 * minutes are asked for once and then go on with the samples that come anyway; what reaches further
 * back is made of whole minutes and asked for once a minute, while somebody can see it. The graphs
 * are handed what they show and ask for nothing.
 */

#define MINUTE          (60 * (gint64) G_USEC_PER_SEC)
#define LIVE_SPAN       (10 * MINUTE)
#define REFRESH_SECONDS 60

enum {
  MEASURE_MEMORY,
  MEASURE_CPU,
  N_MEASURES,
};

static const struct
{
  const char *name;
  gint64 span;
  guint resolution;
  const char *titles[N_MEASURES];
} ranges[BH_N_HISTORY_RANGES] = {
  { "minute", MINUTE, 1, { N_("Memory in the last minute"), N_("CPU in the last minute") } },
  { "ten-minutes",
    LIVE_SPAN,
    1,
    { N_("Memory in the last 10 minutes"), N_("CPU in the last 10 minutes") } },
  { "hour", 60 * MINUTE, 60, { N_("Memory in the last hour"), N_("CPU in the last hour") } },
  { "day",
    24 * 60 * MINUTE,
    60,
    { N_("Memory in the last 24 hours"), N_("CPU in the last 24 hours") } },
  { "week",
    7 * 24 * 60 * MINUTE,
    60,
    { N_("Memory in the last 7 days"), N_("CPU in the last 7 days") } },
};

struct _BhHistoryPanel
{
  GtkBox parent_instance;

  BhAppItem *item;
  BhJournalClient *journal;
  BhAppEvents *events;
  BhAppLimits *limits;
  GSettings *settings;
  GCancellable *cancellable;       /* of what was asked once */
  GCancellable *range_cancellable; /* of the range that is shown */

  BhHistoryRange range;
  BhHistorySeries *live[N_MEASURES];
  gboolean live_asked;
  BhHistorySeries *past[N_MEASURES];
  gboolean measured_now;
  guint refresh_id;

  GtkRadioButton *range_buttons[BH_N_HISTORY_RANGES];
  GtkWidget *range_box;
  GtkLabel *status;
  GtkLabel *values[N_MEASURES];
  BhHistoryGraph *graphs[N_MEASURES];
};

G_DEFINE_FINAL_TYPE (BhHistoryPanel, bh_history_panel, GTK_TYPE_BOX)

static gboolean
is_live (BhHistoryPanel *self)
{
  return ranges[self->range].resolution == 1;
}

static char *
dup_value (guint measure, double value)
{
  return measure == MEASURE_MEMORY ? bh_task_format_memory ((gint64) value)
                                   : bh_task_format_cpu (value);
}

/* What can be seen at a glance. */
static char *
dup_summary (BhHistoryPanel *self, guint measure, BhHistorySeries *series, gint64 since)
{
  BhHistoryPoint sum;
  BhHistoryPoint now;
  g_autofree char *most = NULL;
  g_autofree char *last = NULL;

  if (series == NULL || !bh_history_series_sum (series, since, G_MAXINT64, &sum))
    return g_strdup (_("nothing was measured"));

  most = dup_value (measure, sum.most);
  if (!self->measured_now || self->live[measure] == NULL
      || !bh_history_series_sum (self->live[measure], g_get_real_time () - 5 * G_USEC_PER_SEC,
                                 G_MAXINT64, &now))
    /* Translators: the most that an app has used: “310 MiB at most”. */
    return g_strdup_printf (_("%s at most"), most);

  last = dup_value (measure, now.mean);

  /* Translators: what an app uses, and the most that it has used: “120 MiB now, 310 MiB at most”.
   */
  return g_strdup_printf (_("%s now, %s at most"), last, most);
}

static void
update_summary (BhHistoryPanel *self, guint measure)
{
  BhHistorySeries *series = is_live (self) ? self->live[measure] : self->past[measure];
  g_autofree char *summary
      = dup_summary (self, measure, series, g_get_real_time () - ranges[self->range].span);
  g_autofree char *name = NULL;

  if (g_strcmp0 (gtk_label_get_text (self->values[measure]), summary) != 0)
    gtk_label_set_text (self->values[measure], summary);
  /* Translators: a graph as a screen reader tells it: “Memory in the last hour: 120 MiB now,
   * 310 MiB at most”. */
  name = g_strdup_printf (_("%s: %s"), _(ranges[self->range].titles[measure]), summary);
  bh_history_graph_set_summary (self->graphs[measure], name);
}

static void
update_graph (BhHistoryPanel *self, guint measure)
{
  gint64 now = g_get_real_time ();
  BhHistoryData data = {
    .unit = measure == MEASURE_MEMORY ? BH_HISTORY_UNIT_BYTES : BH_HISTORY_UNIT_PERCENT,
    .series = is_live (self) ? self->live[measure] : self->past[measure],
    .marks = bh_app_events_get_list (self->events),
    .since = now - ranges[self->range].span,
    .until = now,
  };

  if (measure == MEASURE_MEMORY)
    {
      data.limit = (double) bh_app_limits_get_value (self->limits, BH_LIMIT_MEMORY);
      data.warning = (double) bh_app_limits_get_value (self->limits, BH_LIMIT_MEMORY_HIGH);
    }
  else
    {
      data.limit = (double) bh_app_limits_get_value (self->limits, BH_LIMIT_CPU);
    }
  bh_history_graph_set_data (self->graphs[measure], &data);
  update_summary (self, measure);
}

static void
update (BhHistoryPanel *self)
{
  if (self->item == NULL)
    return;

  for (guint i = 0; i < N_MEASURES; i++)
    update_graph (self, i);
}

static void
set_status (BhHistoryPanel *self, const char *text)
{
  gtk_label_set_text (self->status, text);
  gtk_widget_set_visible (GTK_WIDGET (self->status), *text != '\0');
}

static void
show_status (BhHistoryPanel *self, GError *error)
{
  const char *trouble = bh_journal_client_get_trouble (self->journal);
  g_autofree char *text = NULL;

  if (error == NULL)
    {
      set_status (self, trouble);
      return;
    }

  if (is_live (self))
    text = g_strdup_printf (_("What was before these details were opened is not known. %s"),
                            error->message);
  else
    text = g_strdup_printf (_("The history can’t be shown. %s"), error->message);
  set_status (self, text);
}

/* What was sampled here is what the service had sampled for others, only fresher. */
static void
take_live (BhHistoryPanel *self, guint measure, BhHistorySeries *fetched)
{
  BhHistorySeries *sampled = self->live[measure];
  BhHistorySeries *joined = bh_history_series_ref (fetched);
  const BhHistoryPoint *points;
  gsize n = 0;

  points = sampled != NULL ? bh_history_series_get_points (sampled, &n) : NULL;
  if (n > 0)
    {
      g_autoptr (GArray) all = g_array_new (FALSE, FALSE, sizeof (BhHistoryPoint));
      gsize n_fetched;
      const BhHistoryPoint *older = bh_history_series_get_points (fetched, &n_fetched);

      while (n_fetched > 0 && older[n_fetched - 1].time >= points[0].time)
        n_fetched--;
      g_array_append_vals (all, older, (guint) n_fetched);
      g_array_append_vals (all, points, (guint) n);
      bh_history_series_unref (joined);
      joined = bh_history_series_new (1, (gconstpointer) all->data, all->len);
    }
  g_clear_pointer (&self->live[measure], bh_history_series_unref);
  self->live[measure] = joined;
}

static gboolean
finish_history (GObject *source,
                GAsyncResult *result,
                gpointer user_data,
                BhHistorySeries **memory,
                BhHistorySeries **cpu)
{
  g_autoptr (GError) error = NULL;
  BhHistoryPanel *self;

  if (bh_journal_client_get_history_finish (BH_JOURNAL_CLIENT (source), result, memory, cpu,
                                            &error))
    {
      self = BH_HISTORY_PANEL (user_data);
      show_status (self, NULL);
      return TRUE;
    }
  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      self = BH_HISTORY_PANEL (user_data);
      show_status (self, error);
      update (self);
    }

  return FALSE;
}

static void
on_live_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (BhHistorySeries) memory = NULL;
  g_autoptr (BhHistorySeries) cpu = NULL;
  BhHistoryPanel *self;

  if (!finish_history (source, result, user_data, &memory, &cpu))
    return;

  self = BH_HISTORY_PANEL (user_data);
  take_live (self, MEASURE_MEMORY, memory);
  take_live (self, MEASURE_CPU, cpu);
  update (self);
}

static void
on_past_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  BhHistorySeries *memory = NULL;
  BhHistorySeries *cpu = NULL;
  BhHistoryPanel *self;

  if (!finish_history (source, result, user_data, &memory, &cpu))
    return;

  self = BH_HISTORY_PANEL (user_data);
  for (guint i = 0; i < N_MEASURES; i++)
    g_clear_pointer (&self->past[i], bh_history_series_unref);
  self->past[MEASURE_MEMORY] = memory;
  self->past[MEASURE_CPU] = cpu;
  update (self);
}

static void
ask (BhHistoryPanel *self)
{
  gint64 since = g_get_real_time () - ranges[self->range].span;

  if (!gtk_widget_get_mapped (GTK_WIDGET (self)) || self->item == NULL
      || !bh_journal_client_get_ready (self->journal))
    return;

  if (!is_live (self))
    {
      bh_journal_client_get_history (self->journal, bh_app_item_get_id (self->item), since - MINUTE,
                                     60, self->range_cancellable, on_past_ready, self);
    }
  else if (!self->live_asked)
    {
      self->live_asked = TRUE;
      bh_journal_client_get_history (self->journal, bh_app_item_get_id (self->item),
                                     g_get_real_time () - LIVE_SPAN, 1, self->cancellable,
                                     on_live_ready, self);
    }
}

static gboolean
on_refresh (gpointer user_data)
{
  BhHistoryPanel *self = user_data;

  if (!is_live (self))
    ask (self);

  return G_SOURCE_CONTINUE;
}

static void
choose (BhHistoryPanel *self, BhHistoryRange range)
{
  if (self->range == range)
    return;

  /* What comes for the other range is not wanted any more. */
  g_cancellable_cancel (self->range_cancellable);
  g_object_unref (self->range_cancellable);
  self->range_cancellable = g_cancellable_new ();
  for (guint i = 0; i < N_MEASURES; i++)
    g_clear_pointer (&self->past[i], bh_history_series_unref);

  self->range = range;
  if (self->settings != NULL)
    g_settings_set_string (self->settings, "history-range", ranges[range].name);
  if (self->item == NULL)
    return;

  show_status (self, NULL);
  ask (self);
  update (self);
}

static void
on_range_toggled (GtkToggleButton *button, BhHistoryPanel *self)
{
  if (!gtk_toggle_button_get_active (button))
    return;

  for (guint i = 0; i < BH_N_HISTORY_RANGES; i++)
    if (GTK_TOGGLE_BUTTON (self->range_buttons[i]) == button)
      choose (self, i);
}

static void
on_ready_changed (BhJournalClient *journal, GParamSpec *pspec, BhHistoryPanel *self)
{
  /* Another process of the service may know more, or less; what is shown stays until it answers. */
  self->live_asked = FALSE;
  ask (self);
}

static void
on_trouble_changed (BhJournalClient *journal, GParamSpec *pspec, BhHistoryPanel *self)
{
  show_status (self, NULL);
}

static void
on_events_changed (BhAppEvents *events, BhHistoryPanel *self)
{
  update (self);
}

static void
on_item_changed (BhAppItem *item, BhHistoryPanel *self)
{
  BhAppLimits *limits = bh_app_item_get_limits (item);

  /* Nothing else of it is in the picture. */
  if (self->limits == limits)
    return;

  bh_app_limits_unref (self->limits);
  self->limits = bh_app_limits_ref (limits);
  update (self);
}

static void
bh_history_panel_map (GtkWidget *widget)
{
  BhHistoryPanel *self = BH_HISTORY_PANEL (widget);

  GTK_WIDGET_CLASS (bh_history_panel_parent_class)->map (widget);

  if (self->refresh_id == 0)
    self->refresh_id = g_timeout_add_seconds (REFRESH_SECONDS, on_refresh, self);
  ask (self);
}

static void
bh_history_panel_unmap (GtkWidget *widget)
{
  BhHistoryPanel *self = BH_HISTORY_PANEL (widget);

  g_clear_handle_id (&self->refresh_id, g_source_remove);

  GTK_WIDGET_CLASS (bh_history_panel_parent_class)->unmap (widget);
}

static void
bh_history_panel_dispose (GObject *object)
{
  BhHistoryPanel *self = BH_HISTORY_PANEL (object);

  g_clear_handle_id (&self->refresh_id, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  g_cancellable_cancel (self->range_cancellable);
  if (self->journal != NULL)
    g_signal_handlers_disconnect_by_data (self->journal, self);
  if (self->events != NULL)
    g_signal_handlers_disconnect_by_data (self->events, self);
  if (self->item != NULL)
    g_signal_handlers_disconnect_by_data (self->item, self);
  g_clear_object (&self->journal);
  g_clear_object (&self->events);
  g_clear_object (&self->item);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (bh_history_panel_parent_class)->dispose (object);
}

static void
bh_history_panel_finalize (GObject *object)
{
  BhHistoryPanel *self = BH_HISTORY_PANEL (object);

  for (guint i = 0; i < N_MEASURES; i++)
    {
      g_clear_pointer (&self->live[i], bh_history_series_unref);
      g_clear_pointer (&self->past[i], bh_history_series_unref);
    }
  g_clear_pointer (&self->limits, bh_app_limits_unref);
  g_object_unref (self->cancellable);
  g_object_unref (self->range_cancellable);

  G_OBJECT_CLASS (bh_history_panel_parent_class)->finalize (object);
}

static void
bh_history_panel_class_init (BhHistoryPanelClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = bh_history_panel_dispose;
  object_class->finalize = bh_history_panel_finalize;
  widget_class->map = bh_history_panel_map;
  widget_class->unmap = bh_history_panel_unmap;

  g_type_ensure (BH_TYPE_HISTORY_GRAPH);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/bulkhead/Bulkhead/bh-history-panel.ui");
  gtk_widget_class_bind_template_child (widget_class, BhHistoryPanel, range_box);
  gtk_widget_class_bind_template_child (widget_class, BhHistoryPanel, status);
  gtk_widget_class_bind_template_child_full (widget_class, "memory_graph", FALSE,
                                             G_STRUCT_OFFSET (BhHistoryPanel,
                                                              graphs[MEASURE_MEMORY]));
  gtk_widget_class_bind_template_child_full (widget_class, "cpu_graph", FALSE,
                                             G_STRUCT_OFFSET (BhHistoryPanel, graphs[MEASURE_CPU]));
  gtk_widget_class_bind_template_child_full (widget_class, "memory_value", FALSE,
                                             G_STRUCT_OFFSET (BhHistoryPanel,
                                                              values[MEASURE_MEMORY]));
  gtk_widget_class_bind_template_child_full (widget_class, "cpu_value", FALSE,
                                             G_STRUCT_OFFSET (BhHistoryPanel, values[MEASURE_CPU]));
}

static void
add_range_buttons (BhHistoryPanel *self)
{
  static const char *const labels[BH_N_HISTORY_RANGES]
      = { N_("1 min"), N_("10 min"), N_("1 h"), N_("24 h"), N_("7 d") };

  for (guint i = 0; i < BH_N_HISTORY_RANGES; i++)
    {
      GtkWidget *button
          = gtk_radio_button_new_with_label_from_widget (self->range_buttons[0], _(labels[i]));

      gtk_toggle_button_set_mode (GTK_TOGGLE_BUTTON (button), FALSE);
      gtk_widget_show (button);
      gtk_container_add (GTK_CONTAINER (self->range_box), button);
      self->range_buttons[i] = GTK_RADIO_BUTTON (button);
      g_signal_connect (button, "toggled", G_CALLBACK (on_range_toggled), self);
    }
}

static void
bh_history_panel_init (BhHistoryPanel *self)
{
  g_autofree char *name = NULL;

  self->cancellable = g_cancellable_new ();
  self->range_cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  add_range_buttons (self);

  self->settings = bh_shell_settings_open ();
  name = self->settings != NULL ? g_settings_get_string (self->settings, "history-range")
                                : g_strdup (ranges[BH_HISTORY_RANGE_TEN_MINUTES].name);
  for (guint i = 0; i < BH_N_HISTORY_RANGES; i++)
    if (g_str_equal (ranges[i].name, name))
      bh_history_panel_set_range (self, i);
}

/**
 * bh_history_panel_set_app:
 * @self: a panel that has none yet
 * @item: the app, which is followed
 * @journal: whom to ask for the past
 * @events: what happened to the app
 */
void
bh_history_panel_set_app (BhHistoryPanel *self,
                          BhAppItem *item,
                          BhJournalClient *journal,
                          BhAppEvents *events)
{
  g_return_if_fail (BH_IS_HISTORY_PANEL (self) && self->item == NULL);
  g_return_if_fail (BH_IS_APP_ITEM (item) && BH_IS_JOURNAL_CLIENT (journal));
  g_return_if_fail (BH_IS_APP_EVENTS (events));

  self->item = g_object_ref (item);
  self->limits = bh_app_limits_ref (bh_app_item_get_limits (item));
  self->journal = g_object_ref (journal);
  self->events = g_object_ref (events);
  g_signal_connect (item, "changed", G_CALLBACK (on_item_changed), self);
  g_signal_connect (journal, "notify::ready", G_CALLBACK (on_ready_changed), self);
  g_signal_connect (journal, "notify::trouble", G_CALLBACK (on_trouble_changed), self);
  g_signal_connect (events, "changed", G_CALLBACK (on_events_changed), self);
  update (self);
  ask (self);
}

/**
 * bh_history_panel_add_sample:
 * @self: a panel with an app
 * @sample: (nullable): the app's entry of Supervisor1.Sampled, %NULL when nothing was measured
 *
 * Goes on to now.
 */
void
bh_history_panel_add_sample (BhHistoryPanel *self, GVariant *sample)
{
  gint64 now = g_get_real_time ();
  double values[N_MEASURES] = { -1, -1 };
  guint64 memory;

  g_return_if_fail (BH_IS_HISTORY_PANEL (self) && self->item != NULL);

  if (sample != NULL)
    {
      if (g_variant_lookup (sample, "memory", "t", &memory))
        values[MEASURE_MEMORY] = (double) memory;
      g_variant_lookup (sample, "cpu", "d", &values[MEASURE_CPU]);
    }

  self->measured_now = values[MEASURE_MEMORY] >= 0;
  for (guint i = 0; i < N_MEASURES; i++)
    {
      BhHistoryPoint point = { now, values[i], values[i], values[i] };
      BhHistorySeries *before = self->live[i];

      if (values[i] < 0)
        continue;
      if (before == NULL)
        before = bh_history_series_new (1, NULL, 0);
      self->live[i] = bh_history_series_append (before, &point, now - LIVE_SPAN - MINUTE);
      bh_history_series_unref (before);
    }
  if (!gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;

  /* What is made of whole minutes does not change with a second. */
  for (guint i = 0; i < N_MEASURES; i++)
    {
      if (is_live (self))
        update_graph (self, i);
      else
        update_summary (self, i);
    }
}

/**
 * bh_history_panel_set_range:
 * @self: a panel
 * @range: how far back its graphs shall reach
 */
void
bh_history_panel_set_range (BhHistoryPanel *self, BhHistoryRange range)
{
  g_return_if_fail (BH_IS_HISTORY_PANEL (self) && range < BH_N_HISTORY_RANGES);

  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->range_buttons[range]), TRUE);
}
