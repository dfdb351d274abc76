/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-runner"

#include "bh-notices.h"

#include "bh-notice.h"
#include "bh-text.h"

#include <glib/gi18n.h>

/*
 * The notices above a page, the newest below. Of what can only be so once, such as a page that
 * hangs, there is one notice at most.
 */

enum {
  RESPONSE_WAIT = 1,
  RESPONSE_RELOAD,
  RESPONSE_OPEN,
};

/* A page must not be able to bury its window, with many notices or with a long one. */
#define MAX_TOLD  3
#define MAX_PLACE 60

struct _BhNotices
{
  GtkBox parent_instance;

  GtkWidget *hang;
  GtkWidget *offer;
  char *offer_uri;
  GQueue told; /* GtkWidget, the oldest first */
};

enum {
  SIGNAL_WAIT,
  SIGNAL_RELOAD,
  SIGNAL_OPEN_OUTSIDE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (BhNotices, bh_notices, GTK_TYPE_BOX)

static void
add (BhNotices *self, GtkWidget *notice, GCallback on_response)
{
  g_signal_connect_object (notice, "response", on_response, self, 0);
  gtk_box_pack_start (GTK_BOX (self), notice, FALSE, FALSE, 0);
  gtk_widget_show (notice);
}

static void
on_told_response (GtkWidget *notice, int response, gpointer user_data)
{
  g_queue_remove (&BH_NOTICES (user_data)->told, notice);
  gtk_widget_destroy (notice);
}

static void
on_offer_response (GtkWidget *notice, int response, gpointer user_data)
{
  BhNotices *self = BH_NOTICES (user_data);
  g_autofree char *uri = g_steal_pointer (&self->offer_uri);

  g_clear_pointer (&self->offer, gtk_widget_destroy);
  if (response == RESPONSE_OPEN)
    g_signal_emit (self, signals[SIGNAL_OPEN_OUTSIDE], 0, uri);
}

static void
on_hang_response (GtkWidget *notice, int response, gpointer user_data)
{
  BhNotices *self = BH_NOTICES (user_data);

  g_clear_pointer (&self->hang, gtk_widget_destroy);
  g_signal_emit (self, signals[response == RESPONSE_RELOAD ? SIGNAL_RELOAD : SIGNAL_WAIT], 0);
}

static void
bh_notices_destroy (GtkWidget *widget)
{
  BhNotices *self = BH_NOTICES (widget);

  /* They go with the box. */
  self->hang = NULL;
  self->offer = NULL;
  g_queue_clear (&self->told);

  GTK_WIDGET_CLASS (bh_notices_parent_class)->destroy (widget);
}

static void
bh_notices_finalize (GObject *object)
{
  BhNotices *self = BH_NOTICES (object);

  g_free (self->offer_uri);

  G_OBJECT_CLASS (bh_notices_parent_class)->finalize (object);
}

static void
bh_notices_class_init (BhNoticesClass *klass)
{
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = bh_notices_finalize;
  GTK_WIDGET_CLASS (klass)->destroy = bh_notices_destroy;

  /**
   * BhNotices::wait:
   *
   * The user gives the page more time.
   */
  signals[SIGNAL_WAIT]
      = g_signal_new ("wait", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  /**
   * BhNotices::reload:
   *
   * The user does not want to wait for the page any longer.
   */
  signals[SIGNAL_RELOAD]
      = g_signal_new ("reload", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  /**
   * BhNotices::open-outside:
   * @uri: an address that the user wants another program to open
   */
  signals[SIGNAL_OPEN_OUTSIDE] = g_signal_new ("open-outside", type, G_SIGNAL_RUN_LAST, 0, NULL,
                                               NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
bh_notices_init (BhNotices *self)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  g_queue_init (&self->told);
}

/**
 * bh_notices_new:
 *
 * Returns: (transfer floating): a box without notices
 */
GtkWidget *
bh_notices_new (void)
{
  return g_object_new (BH_TYPE_NOTICES, NULL);
}

/**
 * bh_notices_tell:
 * @self: the notices
 * @text: a message for the user
 *
 * Shows a message until it is dismissed, or until too many have come after it.
 */
void
bh_notices_tell (BhNotices *self, const char *text)
{
  GtkWidget *notice;

  g_return_if_fail (BH_IS_NOTICES (self));
  g_return_if_fail (text != NULL);

  if (g_queue_get_length (&self->told) >= MAX_TOLD)
    gtk_widget_destroy (g_queue_pop_head (&self->told));
  notice = bh_notice_new (text, GTK_MESSAGE_WARNING);
  g_queue_push_tail (&self->told, notice);
  add (self, notice, G_CALLBACK (on_told_response));
}

/**
 * bh_notices_offer:
 * @self: the notices
 * @app_name: the app, for people
 * @uri: an address outside the app's scope that the page, not the user, wants to go to
 *
 * Offers to open it in another program; a new offer takes the place of the last one.
 */
void
bh_notices_offer (BhNotices *self, const char *app_name, const char *uri)
{
  g_autoptr (GUri) parsed = NULL;
  g_autofree char *place = NULL;
  g_autofree char *text = NULL;
  const char *host;

  g_return_if_fail (BH_IS_NOTICES (self));
  g_return_if_fail (app_name != NULL && uri != NULL);

  g_clear_pointer (&self->offer, gtk_widget_destroy);
  g_free (self->offer_uri);
  self->offer_uri = g_strdup (uri);

  parsed = g_uri_parse (uri, G_URI_FLAGS_NONE, NULL);
  host = parsed != NULL ? g_uri_get_host (parsed) : NULL;
  place = bh_text_printable (host != NULL && *host != '\0' ? host : uri, MAX_PLACE);
  text = g_strdup_printf (_("“%s” wants to open “%s”, which is not part of the app."), app_name,
                          place);
  self->offer = bh_notice_new (text, GTK_MESSAGE_QUESTION);
  bh_notice_add_button (BH_NOTICE (self->offer),
                        parsed != NULL && g_str_has_prefix (g_uri_get_scheme (parsed), "http")
                            ? _("Open in Browser")
                            : _("Open"),
                        RESPONSE_OPEN);
  add (self, self->offer, G_CALLBACK (on_offer_response));
}

/**
 * bh_notices_set_hang:
 * @self: the notices
 * @problem: (nullable): what to say of a page that does not answer, %NULL when it does
 */
void
bh_notices_set_hang (BhNotices *self, BhProblem *problem)
{
  g_autofree char *text = NULL;

  g_return_if_fail (BH_IS_NOTICES (self));

  g_clear_pointer (&self->hang, gtk_widget_destroy);
  if (problem == NULL)
    return;

  text = g_strdup_printf ("%s. %s", bh_problem_get_title (problem), bh_problem_get_text (problem));
  self->hang = bh_notice_new (text, GTK_MESSAGE_WARNING);
  bh_notice_add_button (BH_NOTICE (self->hang), _("Wait"), RESPONSE_WAIT);
  bh_notice_add_button (BH_NOTICE (self->hang), _("Restart"), RESPONSE_RELOAD);
  add (self, self->hang, G_CALLBACK (on_hang_response));
}
