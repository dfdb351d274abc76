/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-shell"

#include "bh-app-header.h"

#include "bh-app-actions.h"
#include "bh-app-marks.h"
#include "bh-app-status.h"

#include <glib/gi18n.h>

/*
 * An app at a glance: its icon, its name, how it is, and what can be done with it now.
 */

#define ICON_SIZE 64

typedef enum {
  BUTTON_OPEN,
  BUTTON_WAIT,
  BUTTON_SUSPEND,
  BUTTON_RESUME,
  BUTTON_STOP,
  BUTTON_RESTART,
  BUTTON_KILL,
  N_BUTTONS,
} Button;

static const struct
{
  const char *action;
  const char *label;
} buttons[N_BUTTONS] = {
  [BUTTON_OPEN] = { "open", N_("_Open") },        [BUTTON_WAIT] = { "wait", N_("W_ait") },
  [BUTTON_SUSPEND] = { "suspend", N_("S_leep") }, [BUTTON_RESUME] = { "resume", N_("Wa_ke") },
  [BUTTON_STOP] = { "stop", N_("_Stop") },        [BUTTON_RESTART] = { "restart", N_("_Restart") },
  [BUTTON_KILL] = { "kill", N_("_Kill") },
};

struct _BhAppHeader
{
  GtkBox parent_instance;

  BhAppItem *item;
  GActionGroup *actions;

  GtkImage *icon;
  GtkLabel *name;
  GtkLabel *state;
  GtkLabel *description;
  GtkWidget *flow;
  GtkWidget *buttons[N_BUTTONS];
};

G_DEFINE_FINAL_TYPE (BhAppHeader, bh_app_header, GTK_TYPE_BOX)

static gboolean
is_wanted (BhAppHeader *self, Button button)
{
  gboolean lives = bh_app_status_has_instance (self->item);

  if (bh_app_item_is_broken (self->item)
      || !g_action_group_has_action (self->actions, buttons[button].action))
    return FALSE;

  switch (button)
    {
    case BUTTON_OPEN:
      return bh_app_status_can (self->item, BH_APP_ACTION_LAUNCH);
    case BUTTON_WAIT:
      return bh_app_status_can (self->item, BH_APP_ACTION_WAIT);
    case BUTTON_SUSPEND:
      return bh_app_status_can (self->item, BH_APP_ACTION_SUSPEND);
    case BUTTON_RESUME:
      return bh_app_status_can (self->item, BH_APP_ACTION_RESUME);
    case BUTTON_STOP:
      return bh_app_status_can (self->item, BH_APP_ACTION_STOP);
    case BUTTON_RESTART:
      return lives && bh_app_status_can (self->item, BH_APP_ACTION_RESTART);
    case BUTTON_KILL:
      return bh_app_status_can (self->item, BH_APP_ACTION_KILL);
    case N_BUTTONS:
    default:
      return FALSE;
    }
}

static void
set_text (GtkLabel *label, const char *text)
{
  if (g_strcmp0 (gtk_label_get_text (label), text) != 0)
    gtk_label_set_text (label, text);
}

/* How the app is, and what it does that people would miss. */
static char *
dup_state_line (BhAppItem *item)
{
  g_autofree char *state = bh_app_status_dup_state_text (item);
  g_autofree char *marks = bh_app_marks_dup_texts (item, " · ");

  /* The marks say it again, and why. */
  if (g_str_has_prefix (marks, state))
    return g_steal_pointer (&marks);

  return g_strconcat (state, *marks != '\0' ? " · " : "", marks, NULL);
}

static void
update (BhAppHeader *self)
{
  g_autofree char *line = dup_state_line (self->item);
  const char *description = bh_app_item_get_description (self->item);
  gboolean broken = bh_app_item_is_broken (self->item);
  gboolean any = FALSE;

  gtk_image_set_from_surface (
      self->icon, bh_app_item_get_icon (self->item, ICON_SIZE,
                                        gtk_widget_get_scale_factor (GTK_WIDGET (self))));
  set_text (self->name, bh_app_item_get_name (self->item));
  set_text (self->state, broken ? _("Can’t be opened") : line);
  set_text (self->description, description);
  gtk_widget_set_visible (GTK_WIDGET (self->description), *description != '\0');

  for (Button button = 0; button < N_BUTTONS; button++)
    {
      gboolean wanted = is_wanted (self, button);

      gtk_widget_set_visible (gtk_widget_get_parent (self->buttons[button]), wanted);
      any = any || wanted;
    }
  gtk_button_set_label (GTK_BUTTON (self->buttons[BUTTON_OPEN]),
                        bh_app_status_has_instance (self->item) ? _("Show _Window") : _("_Open"));
  gtk_widget_set_visible (self->flow, any);
}

static void
on_item_changed (BhAppItem *item, BhAppHeader *self)
{
  update (self);
}

static void
on_scale_factor_changed (GObject *object, GParamSpec *pspec, gpointer user_data)
{
  BhAppHeader *self = BH_APP_HEADER (object);

  if (self->item != NULL)
    update (self);
}

static void
on_button_clicked (GtkWidget *button, BhAppHeader *self)
{
  for (Button i = 0; i < N_BUTTONS; i++)
    if (self->buttons[i] == button)
      bh_app_actions_activate (self->actions, buttons[i].action, self->item);
}

static void
bh_app_header_dispose (GObject *object)
{
  BhAppHeader *self = BH_APP_HEADER (object);

  if (self->item != NULL)
    g_signal_handlers_disconnect_by_data (self->item, self);
  g_clear_object (&self->item);
  g_clear_object (&self->actions);

  G_OBJECT_CLASS (bh_app_header_parent_class)->dispose (object);
}

static void
bh_app_header_class_init (BhAppHeaderClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = bh_app_header_dispose;
}

static GtkLabel *
add_label (GtkWidget *box, const char *style)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_line_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_line_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  if (style != NULL)
    gtk_style_context_add_class (gtk_widget_get_style_context (label), style);
  gtk_container_add (GTK_CONTAINER (box), label);
  gtk_widget_show (label);

  return GTK_LABEL (label);
}

static void
add_button (BhAppHeader *self, Button button)
{
  GtkWidget *widget = gtk_button_new_with_mnemonic (_(buttons[button].label));
  GtkWidget *child;

  g_signal_connect (widget, "clicked", G_CALLBACK (on_button_clicked), self);
  gtk_widget_show (widget);
  gtk_container_add (GTK_CONTAINER (self->flow), widget);
  /* The button is what has the focus, not its place. */
  child = gtk_widget_get_parent (widget);
  gtk_widget_set_can_focus (child, FALSE);
  self->buttons[button] = widget;
}

static void
bh_app_header_init (BhAppHeader *self)
{
  GtkWidget *top = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 18);
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  GtkWidget *icon = gtk_image_new ();

  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 12);
  gtk_widget_show (top);
  gtk_container_add (GTK_CONTAINER (self), top);
  gtk_widget_set_valign (icon, GTK_ALIGN_START);
  gtk_widget_show (icon);
  gtk_container_add (GTK_CONTAINER (top), icon);
  self->icon = GTK_IMAGE (icon);

  gtk_widget_set_hexpand (words, TRUE);
  gtk_widget_set_valign (words, GTK_ALIGN_CENTER);
  gtk_widget_show (words);
  gtk_container_add (GTK_CONTAINER (top), words);
  self->name = add_label (words, "bh-title");
  self->state = add_label (words, NULL);
  self->description = add_label (words, "bh-caption");

  self->flow = gtk_flow_box_new ();
  gtk_flow_box_set_selection_mode (GTK_FLOW_BOX (self->flow), GTK_SELECTION_NONE);
  gtk_flow_box_set_max_children_per_line (GTK_FLOW_BOX (self->flow), N_BUTTONS);
  gtk_flow_box_set_column_spacing (GTK_FLOW_BOX (self->flow), 6);
  gtk_flow_box_set_row_spacing (GTK_FLOW_BOX (self->flow), 6);
  /* As many beside each other as there is room for. */
  gtk_flow_box_set_homogeneous (GTK_FLOW_BOX (self->flow), TRUE);
  gtk_container_add (GTK_CONTAINER (self), self->flow);
  for (Button button = 0; button < N_BUTTONS; button++)
    add_button (self, button);

  g_signal_connect (self, "notify::scale-factor", G_CALLBACK (on_scale_factor_changed), NULL);
}

/**
 * bh_app_header_set_item:
 * @self: a header that has none yet
 * @item: the app, which is followed
 * @actions: what can be done with it; of those in bh_app_actions_new() that there are
 */
void
bh_app_header_set_item (BhAppHeader *self, BhAppItem *item, GActionGroup *actions)
{
  g_return_if_fail (BH_IS_APP_HEADER (self) && self->item == NULL);
  g_return_if_fail (BH_IS_APP_ITEM (item) && G_IS_ACTION_GROUP (actions));

  self->item = g_object_ref (item);
  self->actions = g_object_ref (actions);
  g_signal_connect (item, "changed", G_CALLBACK (on_item_changed), self);
  update (self);
}
