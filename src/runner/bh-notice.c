/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-runner"

#include "bh-notice.h"

#include <glib/gi18n.h>

/*
 * A strip above the page that says or asks something without stopping the app. It never takes
 * the focus, for a page must not be able to lead what is being typed into an answer; it is an
 * alert to assistive technology instead.
 */

/* Wraps rather than asks for a window of this many characters. */
#define MIN_CHARACTERS 10
#define MARGIN         6

struct _BhNotice
{
  GtkInfoBar parent_instance;

  GtkWidget *label;
};

G_DEFINE_FINAL_TYPE (BhNotice, bh_notice, GTK_TYPE_INFO_BAR)

/* GtkInfoBar answers Escape only when it has a close button, and differently from it. */
static void
bh_notice_close (GtkInfoBar *bar)
{
  gtk_info_bar_response (bar, GTK_RESPONSE_CLOSE);
}

/* Runs after the handlers; one of them may have destroyed the notice. */
static void
bh_notice_response (GtkInfoBar *bar, int response)
{
  gtk_widget_hide (GTK_WIDGET (bar));
}

static void
bh_notice_class_init (BhNoticeClass *klass)
{
  GtkInfoBarClass *bar_class = GTK_INFO_BAR_CLASS (klass);

  bar_class->close = bh_notice_close;
  bar_class->response = bh_notice_response;
}

static void
bh_notice_init (BhNotice *self)
{
  GtkWidget *content = gtk_info_bar_get_content_area (GTK_INFO_BAR (self));

  self->label = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->label), 0);
  gtk_label_set_line_wrap (GTK_LABEL (self->label), TRUE);
  gtk_label_set_line_wrap_mode (GTK_LABEL (self->label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_width_chars (GTK_LABEL (self->label), MIN_CHARACTERS);
  gtk_widget_set_hexpand (self->label, TRUE);
  gtk_widget_set_margin_start (self->label, MARGIN);
  gtk_widget_show (self->label);
  gtk_container_add (GTK_CONTAINER (content), self->label);
}

/**
 * bh_notice_new:
 * @text: what it says, without markup
 * @type: its kind, for the colours
 *
 * Makes a notice. GtkInfoBar::response tells how it was answered, with %GTK_RESPONSE_CLOSE for
 * the close button and Escape; then the notice hides. Whoever made it removes it.
 *
 * Returns: (transfer floating): a new notice, shown
 */
GtkWidget *
bh_notice_new (const char *text, GtkMessageType type)
{
  BhNotice *self;
  AtkObject *accessible;

  g_return_val_if_fail (text != NULL, NULL);

  self = g_object_new (BH_TYPE_NOTICE, "message-type", type, "show-close-button", TRUE, "visible",
                       TRUE, NULL);
  gtk_label_set_text (GTK_LABEL (self->label), text);

  accessible = gtk_widget_get_accessible (GTK_WIDGET (self));
  atk_object_set_role (accessible, ATK_ROLE_ALERT);
  atk_object_set_name (accessible, text);

  return GTK_WIDGET (self);
}

/**
 * bh_notice_add_button:
 * @self: a notice
 * @label: its text
 * @response: what GtkInfoBar::response tells when it is clicked
 *
 * Adds a button, to the right of those that are there.
 */
void
bh_notice_add_button (BhNotice *self, const char *label, int response)
{
  GtkWidget *button;

  g_return_if_fail (BH_IS_NOTICE (self));
  g_return_if_fail (label != NULL);

  button = gtk_info_bar_add_button (GTK_INFO_BAR (self), label, response);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  /* An underscore in a label is itself: Alt with a letter belongs to the page. */
  gtk_button_set_use_underline (GTK_BUTTON (button), FALSE);
}
