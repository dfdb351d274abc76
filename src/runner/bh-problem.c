/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-runner"

#include "bh-problem.h"

#include "bh-text.h"

#include <glib/gi18n.h>

/*
 * What went wrong with a page, in words for a person who did nothing but click: a title that says
 * what happened, a text that says what it means and what to do, and a detail for whoever helps.
 */

/* In characters; an address is as long as whoever wrote it likes. */
#define MAX_PLACE 60
#define MAX_URI   400

struct _BhProblem
{
  gatomicrefcount ref_count;
  const char *icon;
  char *title;
  char *text;
  char *detail;
  char *uri;
};

G_DEFINE_BOXED_TYPE (BhProblem, bh_problem, bh_problem_ref, bh_problem_unref)

static BhProblem *
create (const char *icon, char *title, char *text, char *detail, const char *uri)
{
  BhProblem *self = g_new0 (BhProblem, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->icon = icon;
  self->title = title;
  self->text = text;
  self->detail = detail;
  self->uri = g_strdup (uri);

  return self;
}

/* The host, or what stands for it. */
static char *
dup_place (const char *uri)
{
  g_autoptr (GUri) parsed = g_uri_parse (uri, G_URI_FLAGS_NONE, NULL);
  const char *host = parsed != NULL ? g_uri_get_host (parsed) : NULL;

  return bh_text_printable (host != NULL && *host != '\0' ? host : uri, MAX_PLACE);
}

/* A translated text in which %s stands for the app. */
static char *
print_for_app (const char *text, const char *app_name)
{
  g_auto (GStrv) parts = g_strsplit (text, "%s", 2);

  return g_strjoinv (app_name, parts);
}

/**
 * bh_problem_new_for_load:
 * @error: why a page could not be loaded
 * @uri: the page
 *
 * Returns: (transfer full): a problem
 */
BhProblem *
bh_problem_new_for_load (const GError *error, const char *uri)
{
  g_autofree char *place = NULL;
  g_autofree char *address = NULL;
  char *title, *text;

  g_return_val_if_fail (error != NULL && uri != NULL, NULL);

  place = dup_place (uri);
  if (g_error_matches (error, G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND)
      || g_error_matches (error, G_RESOLVER_ERROR, G_RESOLVER_ERROR_TEMPORARY_FAILURE)
      || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_HOST_NOT_FOUND))
    {
      title = g_strdup_printf (_("“%s” can’t be found"), place);
      text = g_strdup (_("Check that you are connected to the network. When other pages work, the "
                         "address may be wrong or its server gone."));
    }
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED)
           || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_HOST_UNREACHABLE)
           || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NETWORK_UNREACHABLE))
    {
      title = g_strdup_printf (_("“%s” doesn’t answer"), place);
      text = g_strdup (_("Check that you are connected to the network. The server may be switched "
                         "off for a while; then try again later."));
    }
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    {
      title = g_strdup_printf (_("“%s” takes too long to answer"), place);
      text = g_strdup (_("The network may be slow or the server busy. Try again."));
    }
  else
    {
      title = g_strdup (_("This page can’t be shown"));
      text = g_strdup (_("Something went wrong while it was loaded. Try again."));
    }

  address = bh_text_printable (uri, MAX_URI);

  return create ("network-error-symbolic", title, text,
                 g_strdup_printf ("%s\n%s", address, error->message), uri);
}

/**
 * bh_problem_new_for_tls:
 * @flags: what is wrong with the server's certificate
 * @uri: the page
 *
 * Returns: (transfer full): a problem
 */
BhProblem *
bh_problem_new_for_tls (GTlsCertificateFlags flags, const char *uri)
{
  g_autofree char *place = NULL;
  const char *text;

  g_return_val_if_fail (uri != NULL, NULL);

  place = dup_place (uri);
  if ((flags & (G_TLS_CERTIFICATE_EXPIRED | G_TLS_CERTIFICATE_NOT_ACTIVATED)) != 0)
    text = _("Its certificate is not valid today. See whether your computer’s date is right; if it "
             "is, the people who run the server have to renew the certificate.");
  else if ((flags & G_TLS_CERTIFICATE_BAD_IDENTITY) != 0)
    text
        = _("Its certificate is another server’s. Somebody may be trying to read what you send, so "
            "nothing was sent.");
  else if ((flags & G_TLS_CERTIFICATE_REVOKED) != 0)
    text = _(
        "Its certificate was withdrawn. Somebody may be trying to read what you send, so nothing "
        "was sent.");
  else
    text = _(
        "Nobody that this computer trusts vouches for its certificate. Somebody may be trying to "
        "read what you send, so nothing was sent.");

  return create ("channel-insecure-symbolic",
                 g_strdup_printf (_("The connection to “%s” is not safe"), place), g_strdup (text),
                 bh_text_printable (uri, MAX_URI), uri);
}

/**
 * bh_problem_new_for_process:
 * @reason: why the page's process ended
 * @app_name: the app, for people
 *
 * Returns: (transfer full): a problem
 */
BhProblem *
bh_problem_new_for_process (WebKitWebProcessTerminationReason reason, const char *app_name)
{
  g_return_val_if_fail (app_name != NULL, NULL);

  switch (reason)
    {
    case WEBKIT_WEB_PROCESS_EXCEEDED_MEMORY_LIMIT:
      return create (
          "dialog-warning-symbolic", g_strdup (_("This page used too much memory")),
          g_strdup_printf (_("It was ended so that the rest of your computer stays fast. "
                             "“%s” can be loaded again; your other apps were not touched."),
                           app_name),
          NULL, NULL);

    case WEBKIT_WEB_PROCESS_TERMINATED_BY_API:
      return create ("process-stop-symbolic", g_strdup (_("This page was ended")),
                     g_strdup_printf (_("“%s” can be loaded again."), app_name), NULL, NULL);

    case WEBKIT_WEB_PROCESS_CRASHED:
    default:
      return create (
          "computer-fail-symbolic", g_strdup (_("This page crashed")),
          g_strdup_printf (_("“%s” stopped working. Load it again to go on; what you had "
                             "not saved may be lost. Your other apps were not touched."),
                           app_name),
          NULL, NULL);
    }
}

/**
 * bh_problem_new_for_end:
 * @reason: what the supervisor found to be the reason why the page's process ended
 * @detail: more in plain words, or ""
 * @gave_up: whether the page is not loaded again by itself, because it has ended too often
 * @app_name: the app, for people
 *
 * Returns: (transfer full): a problem
 */
BhProblem *
bh_problem_new_for_end (BhReason reason, const char *detail, gboolean gave_up, const char *app_name)
{
  const char *icon = "dialog-warning-symbolic";
  const char *title, *text;

  g_return_val_if_fail (detail != NULL && app_name != NULL, NULL);

  if (reason == BH_REASON_MEMORY_LIMIT)
    {
      title = _("This page used too much memory");
      text = _(
          "It was ended so that the rest of your computer stays fast. “%s” can be loaded again; "
          "your other apps were not touched.");
    }
  else if (reason == BH_REASON_OUT_OF_MEMORY)
    {
      title = _("Your computer ran out of memory");
      text = _(
          "“%s” was ended so that the rest can go on. Close what you don’t need before you load "
          "it again.");
    }
  else
    {
      icon = "computer-fail-symbolic";
      title = _("This page crashed");
      text = _("“%s” stopped working. Load it again to go on; what you had not saved may be lost. "
               "Your other apps were not touched.");
    }
  if (gave_up)
    text = _("This has happened several times, so “%s” is not loaded again by itself. You can try "
             "once more, or close the window and start it later.");

  return create (icon, g_strdup (title), print_for_app (text, app_name),
                 *detail != '\0' ? g_strdup (detail) : NULL, NULL);
}

/**
 * bh_problem_new_for_hang:
 * @app_name: the app, for people
 *
 * Returns: (transfer full): the problem of a page that does not answer
 */
BhProblem *
bh_problem_new_for_hang (const char *app_name)
{
  g_return_val_if_fail (app_name != NULL, NULL);

  return create ("dialog-warning-symbolic", g_strdup_printf (_("“%s” doesn’t answer"), app_name),
                 g_strdup (
                     _("It may be busy. You can wait, or restart it; what you had not saved is "
                       "lost then. Your other apps are not affected.")),
                 NULL, NULL);
}

/**
 * bh_problem_ref:
 * @self: a problem
 *
 * Returns: (transfer full): @self
 */
BhProblem *
bh_problem_ref (BhProblem *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);

  return self;
}

/**
 * bh_problem_unref:
 * @self: (transfer full): a problem
 */
void
bh_problem_unref (BhProblem *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_free (self->title);
  g_free (self->text);
  g_free (self->detail);
  g_free (self->uri);
  g_free (self);
}

/**
 * bh_problem_get_icon:
 * @self: a problem
 *
 * Returns: (transfer none): the name of a symbolic icon
 */
const char *
bh_problem_get_icon (BhProblem *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->icon;
}

/**
 * bh_problem_get_title:
 * @self: a problem
 *
 * Returns: (transfer none): what happened
 */
const char *
bh_problem_get_title (BhProblem *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->title;
}

/**
 * bh_problem_get_text:
 * @self: a problem
 *
 * Returns: (transfer none): what it means and what to do
 */
const char *
bh_problem_get_text (BhProblem *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->text;
}

/**
 * bh_problem_get_detail:
 * @self: a problem
 *
 * Returns: (transfer none) (nullable): what somebody who helps would ask for
 */
const char *
bh_problem_get_detail (BhProblem *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->detail;
}

/**
 * bh_problem_get_uri:
 * @self: a problem
 *
 * Returns: (transfer none) (nullable): the page to load in order to try again; %NULL means the one
 *   that was shown
 */
const char *
bh_problem_get_uri (BhProblem *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->uri;
}
