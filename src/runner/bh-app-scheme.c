/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-runner"

#include "bh-app-scheme.h"

#include "bh-app-files.h"
#include "bh-http.h"
#include "bh-slice-stream.h"
#include "bh-uri-policy.h"

#include <glib/gi18n.h>
#include <libsoup/soup.h>

#include <unistd.h>

/*
 * Answers app:// with the files that came with the app, as a web server would: status codes,
 * content types, byte ranges (a video can't be sought without them). The origin is app://SLUG, a
 * secure context like https. Only WebKit's processes of this runner ask here; pages of other apps
 * have other runners.
 */

/* How much of a file is looked at when its name does not tell its type. */
#define SNIFF_LENGTH 512

struct _BhAppScheme
{
  GObject parent_instance;

  char *slug;
  char *directory;
};

G_DEFINE_FINAL_TYPE (BhAppScheme, bh_app_scheme, G_TYPE_OBJECT)

static void
finish_with (WebKitURISchemeRequest *request,
             GInputStream *stream,
             guint64 length,
             guint status,
             const char *content_type,
             SoupMessageHeaders *headers)
{
  g_autoptr (WebKitURISchemeResponse) response = NULL;

  /* Of a style sheet that is not to be sniffed WebKit looks at the header, and only at that. */
  soup_message_headers_replace (headers, "Content-Type", content_type);
  soup_message_headers_replace (headers, "X-Content-Type-Options", "nosniff");

  response = webkit_uri_scheme_response_new (stream, (gint64) length);
  webkit_uri_scheme_response_set_status (response, status, soup_status_get_phrase (status));
  webkit_uri_scheme_response_set_content_type (response, content_type);
  webkit_uri_scheme_response_set_http_headers (response, headers);
  webkit_uri_scheme_request_finish_with_response (request, response);
}

static void
finish_with_error_page (WebKitURISchemeRequest *request, guint status, const char *text)
{
  SoupMessageHeaders *headers = soup_message_headers_new (SOUP_MESSAGE_HEADERS_RESPONSE);
  g_autofree char *title = g_markup_escape_text (text, -1);
  g_autoptr (GInputStream) stream = NULL;
  char *page;
  gsize length;

  page = g_strdup_printf ("<!DOCTYPE html><meta charset=\"utf-8\">"
                          "<meta name=\"color-scheme\" content=\"light dark\">"
                          "<title>%s</title><p>%s</p>\n",
                          title, title);
  length = strlen (page);
  stream = g_memory_input_stream_new_from_data (page, (gssize) length, g_free);

  if (status == SOUP_STATUS_METHOD_NOT_ALLOWED)
    soup_message_headers_replace (headers, "Allow", "GET, HEAD");

  finish_with (request, stream, length, status, "text/html; charset=utf-8", headers);
}

static void
finish_with_file (WebKitURISchemeRequest *request,
                  const char *path,
                  int fd,
                  guint64 size,
                  gint64 modified)
{
  SoupMessageHeaders *asked = webkit_uri_scheme_request_get_http_headers (request);
  SoupMessageHeaders *headers = soup_message_headers_new (SOUP_MESSAGE_HEADERS_RESPONSE);
  g_autoptr (GDateTime) date = g_date_time_new_from_unix_utc (modified);
  g_autoptr (GInputStream) stream = NULL;
  g_autofree char *content_type = NULL;
  g_autofree char *last_modified = NULL;
  guint8 head[SNIFF_LENGTH];
  gssize n_head = pread (fd, head, sizeof head, 0);
  const char *range = asked != NULL ? soup_message_headers_get_one (asked, "Range") : NULL;
  guint64 first = 0;
  guint64 last = size > 0 ? size - 1 : 0;
  guint64 length = size;
  guint status = SOUP_STATUS_OK;

  content_type = bh_http_content_type (path, head, n_head > 0 ? (gsize) n_head : 0);
  last_modified = date != NULL ? soup_date_time_to_string (date, SOUP_DATE_HTTP) : NULL;
  if (last_modified != NULL)
    soup_message_headers_replace (headers, "Last-Modified", last_modified);
  soup_message_headers_replace (headers, "Accept-Ranges", "bytes");
  soup_message_headers_replace (headers, "Cache-Control", "no-cache");

  switch (range != NULL ? bh_http_parse_range (range, size, &first, &last) : BH_RANGE_NONE)
    {
    case BH_RANGE_PART:
      {
        g_autofree char *content_range = NULL;

        content_range = g_strdup_printf ("bytes %" G_GUINT64_FORMAT "-%" G_GUINT64_FORMAT
                                         "/%" G_GUINT64_FORMAT,
                                         first, last, size);
        soup_message_headers_replace (headers, "Content-Range", content_range);
        status = SOUP_STATUS_PARTIAL_CONTENT;
        length = last - first + 1;
        break;
      }

    case BH_RANGE_UNSATISFIABLE:
      {
        g_autofree char *content_range = g_strdup_printf ("bytes */%" G_GUINT64_FORMAT, size);

        soup_message_headers_replace (headers, "Content-Range", content_range);
        status = SOUP_STATUS_REQUESTED_RANGE_NOT_SATISFIABLE;
        length = 0;
        break;
      }

    case BH_RANGE_NONE:
    default:
      first = 0;
      break;
    }

  soup_message_headers_set_content_length (headers, (goffset) length);

  /* The answer to HEAD has the length of what GET would send, and no body. */
  if (g_ascii_strcasecmp (webkit_uri_scheme_request_get_http_method (request), "HEAD") == 0)
    length = 0;
  stream = bh_slice_stream_new_take_fd (fd, first, length);

  finish_with (request, stream, length, status, content_type, headers);
}

static void
on_request (WebKitURISchemeRequest *request, gpointer user_data)
{
  BhAppScheme *self = BH_APP_SCHEME (user_data);
  const char *method = webkit_uri_scheme_request_get_http_method (request);
  const char *uri = webkit_uri_scheme_request_get_uri (request);
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;
  guint64 size = 0;
  gint64 modified = 0;
  int fd;

  if (method != NULL && g_ascii_strcasecmp (method, "GET") != 0
      && g_ascii_strcasecmp (method, "HEAD") != 0)
    {
      finish_with_error_page (request, SOUP_STATUS_METHOD_NOT_ALLOWED,
                              _("An app's own files can only be read."));
      return;
    }

  if (self->directory == NULL)
    {
      finish_with_error_page (request, SOUP_STATUS_NOT_FOUND, _("This app has no files."));
      return;
    }

  path = bh_app_uri_to_path (uri, self->slug, &error);
  if (path == NULL)
    {
      g_debug ("%s: %s", uri, error->message);
      finish_with_error_page (request, SOUP_STATUS_NOT_FOUND,
                              _("This address is not one of the app's files."));
      return;
    }

  if (*path == '\0' || g_str_has_suffix (path, "/"))
    {
      g_autofree char *directory = g_steal_pointer (&path);

      path = g_strconcat (directory, "index.html", NULL);
    }

  fd = bh_app_files_open (self->directory, path, &size, &modified, &error);
  if (fd < 0)
    {
      g_autofree char *text = g_strdup_printf (_("The app has no file “%s”."), path);

      g_debug ("%s: %s", uri, error->message);
      finish_with_error_page (request, SOUP_STATUS_NOT_FOUND, text);
      return;
    }

  finish_with_file (request, path, fd, size, modified);
}

static void
bh_app_scheme_finalize (GObject *object)
{
  BhAppScheme *self = BH_APP_SCHEME (object);

  g_free (self->slug);
  g_free (self->directory);

  G_OBJECT_CLASS (bh_app_scheme_parent_class)->finalize (object);
}

static void
bh_app_scheme_class_init (BhAppSchemeClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = bh_app_scheme_finalize;
}

static void
bh_app_scheme_init (BhAppScheme *self)
{
}

/**
 * bh_app_scheme_new:
 * @slug: the app's slug, the host of its addresses
 * @directory: (nullable): the absolute path of what is served, or %NULL or "" for nothing
 *
 * Returns: (transfer full): a new scheme handler
 */
BhAppScheme *
bh_app_scheme_new (const char *slug, const char *directory)
{
  BhAppScheme *self;

  g_return_val_if_fail (slug != NULL, NULL);

  self = g_object_new (BH_TYPE_APP_SCHEME, NULL);
  self->slug = g_strdup (slug);
  self->directory = directory != NULL && *directory != '\0' ? g_strdup (directory) : NULL;

  return self;
}

/**
 * bh_app_scheme_register:
 * @self: a scheme handler
 * @context: the context whose pages may use app://; it keeps @self alive
 *
 * Makes app:// work in @context, as a secure origin that takes part in CORS.
 */
void
bh_app_scheme_register (BhAppScheme *self, WebKitWebContext *context)
{
  WebKitSecurityManager *security;

  g_return_if_fail (BH_IS_APP_SCHEME (self));
  g_return_if_fail (WEBKIT_IS_WEB_CONTEXT (context));

  security = webkit_web_context_get_security_manager (context);
  webkit_security_manager_register_uri_scheme_as_secure (security, "app");
  webkit_security_manager_register_uri_scheme_as_cors_enabled (security, "app");
  webkit_web_context_register_uri_scheme (context, "app", on_request, g_object_ref (self),
                                          g_object_unref);
}
