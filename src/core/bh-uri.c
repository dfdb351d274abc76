/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-core"

#include "bh-uri.h"

#include "bh-error.h"
#include "bh-text.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <string.h>

/*
 * URIs in one normal form, so that two of them can be compared as texts: scheme and web host in
 * lower case, host in ASCII, no default port, no "." and ".." in the path, needless escapes
 * resolved. What WebKit would read in another way than GUri does (backslashes, blanks, a host
 * with odd characters) is refused rather than guessed at, because scopes are decided on it.
 */

/* Encoded: what is escaped stays so. Relaxed: of several "@" the last one counts and a stray "%"
   is let through, both as in the URL Standard that web engines follow. */
#define FLAGS (G_URI_FLAGS_ENCODED | G_URI_FLAGS_SCHEME_NORMALIZE | G_URI_FLAGS_PARSE_RELAXED)

static gboolean
check_characters (const char *text, GError **error)
{
  const char *problem = NULL;
  gboolean in_path = TRUE;

  if (!g_utf8_validate (text, -1, NULL))
    problem = _("it is not UTF-8 text");
  for (const char *p = text; *p != '\0' && problem == NULL; p++)
    {
      if (*p == '?' || *p == '#')
        in_path = FALSE;
      if ((guchar) *p <= ' ' || *p == 0x7f)
        problem = _("it has a blank or a control character");
      else if (*p == '\\' && in_path)
        problem = _("it has a backslash");
    }

  if (problem != NULL)
    {
      g_autofree char *quoted = bh_text_quote (text);

      g_set_error (error, BH_ERROR, BH_ERROR_INVALID_URI, _("%s can't be used: %s"), quoted,
                   problem);
    }

  return problem == NULL;
}

static GUri *
fail (GError **error, const char *text, const char *problem)
{
  g_autofree char *quoted = bh_text_quote (text);

  g_set_error (error, BH_ERROR, BH_ERROR_INVALID_URI, _("%s can't be used: %s"), quoted, problem);

  return NULL;
}

static gboolean
has_web_scheme (const char *scheme)
{
  return g_str_equal (scheme, "http") || g_str_equal (scheme, "https");
}

/* The host in its normal form, or NULL. */
static char *
normalize_host (const char *scheme, const char *host)
{
  if (host == NULL || *host == '\0')
    return NULL;

  if (strchr (host, ':') != NULL)
    {
      g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);

      return address != NULL ? g_inet_address_to_string (address) : NULL;
    }
  for (const char *p = host; *p != '\0'; p++)
    if (!g_ascii_isalnum (*p) && *p != '-' && *p != '.' && *p != '_')
      return NULL;

  return has_web_scheme (scheme) ? g_ascii_strdown (host, -1) : g_strdup (host);
}

/**
 * bh_uri_parse:
 * @text: an absolute URI
 * @error: return location for an error
 *
 * Parses any absolute URI. One of the schemes http, https and app gets its normal form and must
 * have a host.
 *
 * Returns: (transfer full) (nullable): the URI, or %NULL with %BH_ERROR_INVALID_URI
 */
GUri *
bh_uri_parse (const char *text, GError **error)
{
  g_autoptr (GUri) uri = NULL;
  g_autoptr (GError) local_error = NULL;
  g_autofree char *scheme = NULL;
  g_autofree char *host = NULL;
  const char *path;
  gboolean is_app;
  int port;

  g_return_val_if_fail (text != NULL, NULL);

  if (!check_characters (text, error))
    return NULL;
  uri = g_uri_parse (text, FLAGS, &local_error);
  if (uri == NULL)
    return fail (error, text, local_error->message);

  scheme = g_ascii_strdown (g_uri_get_scheme (uri), -1);
  is_app = g_str_equal (scheme, "app");
  if (!is_app && !has_web_scheme (scheme))
    return g_steal_pointer (&uri);

  host = normalize_host (scheme, g_uri_get_host (uri));
  if (host == NULL)
    return fail (error, text, _("it has no host, or one that can't be"));
  port = g_uri_get_port (uri);
  if (is_app && (port != -1 || g_uri_get_userinfo (uri) != NULL))
    return fail (error, text, _("an “app” address has neither port nor user"));
  if ((port == 80 && g_str_equal (scheme, "http"))
      || (port == 443 && g_str_equal (scheme, "https")))
    port = -1;

  /* GUri has resolved "." and "..". It also takes a ";" for the end of a host, which for a web
     engine is a part of it. */
  path = g_uri_get_path (uri);
  if (*path != '\0' && *path != '/')
    return fail (error, text, _("it has no host, or one that can't be"));

  return g_uri_build (FLAGS, scheme, g_uri_get_userinfo (uri), host, port,
                      *path != '\0' ? path : "/", g_uri_get_query (uri), g_uri_get_fragment (uri));
}

/**
 * bh_uri_parse_page:
 * @text: an absolute URI
 * @slug: the slug of the app that it is for
 * @error: return location for an error
 *
 * Parses the address of a page that an app may have as its own: http, https, or app with its own
 * slug. `app:///x` stands for `app://SLUG/x`.
 *
 * Returns: (transfer full) (nullable): the URI, or %NULL with %BH_ERROR_INVALID_URI
 */
GUri *
bh_uri_parse_page (const char *text, const char *slug, GError **error)
{
  g_autofree char *own = NULL;
  g_autofree char *scheme = NULL;
  g_autoptr (GUri) uri = NULL;

  g_return_val_if_fail (text != NULL && slug != NULL, NULL);

  if (g_ascii_strncasecmp (text, "app:///", strlen ("app:///")) == 0)
    {
      own = g_strconcat ("app://", slug, text + strlen ("app://"), NULL);
      text = own;
    }

  scheme = g_uri_parse_scheme (text);
  if (scheme == NULL)
    return fail (error, text,
                 _("write all of it, as in “https://…”, or “app:///…” for a file of the app"));
  if (g_ascii_strcasecmp (scheme, "file") == 0)
    return fail (error, text,
                 _("apps have no access to files; pack the file with the app and use “app:///…”"));
  if (g_ascii_strcasecmp (scheme, "http") != 0 && g_ascii_strcasecmp (scheme, "https") != 0
      && g_ascii_strcasecmp (scheme, "app") != 0)
    return fail (error, text, _("an app's pages have “https”, “http” or “app” addresses"));

  uri = bh_uri_parse (text, error);
  if (uri == NULL)
    return NULL;
  if (g_str_equal (g_uri_get_scheme (uri), "app") && !g_str_equal (g_uri_get_host (uri), slug))
    return fail (error, text, _("it is another app's; write “app:///…”"));

  return g_steal_pointer (&uri);
}

/**
 * bh_uri_resolve:
 * @base: an absolute URI
 * @text: an absolute URI, or one relative to @base
 * @error: return location for an error
 *
 * Returns: (transfer full) (nullable): the absolute URI, or %NULL with %BH_ERROR_INVALID_URI
 */
char *
bh_uri_resolve (const char *base, const char *text, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autofree char *scheme = NULL;
  char *absolute;

  g_return_val_if_fail (base != NULL && text != NULL, NULL);

  /* GUri would drop blanks and line breaks rather than refuse them. */
  if (!check_characters (text, error))
    return NULL;
  scheme = g_uri_parse_scheme (text);
  if (scheme != NULL)
    return g_strdup (text);

  absolute = g_uri_resolve_relative (base, text, FLAGS, &local_error);
  if (absolute == NULL)
    fail (error, text, local_error->message);

  return absolute;
}

/**
 * bh_uri_to_string:
 * @uri: a URI
 *
 * Returns: (transfer full): @uri as a text
 */
char *
bh_uri_to_string (GUri *uri)
{
  g_return_val_if_fail (uri != NULL, NULL);

  return g_uri_to_string (uri);
}

/**
 * bh_uri_is_web:
 * @uri: a URI that bh_uri_parse() made
 *
 * Returns: whether it is http or https
 */
gboolean
bh_uri_is_web (GUri *uri)
{
  g_return_val_if_fail (uri != NULL, FALSE);

  return has_web_scheme (g_uri_get_scheme (uri));
}

/**
 * bh_uri_dup_origin:
 * @uri: a URI with a host that bh_uri_parse() made
 *
 * Returns: (transfer full): its origin with a slash behind it, such as `https://notes.example/`
 */
char *
bh_uri_dup_origin (GUri *uri)
{
  g_return_val_if_fail (uri != NULL && g_uri_get_host (uri) != NULL, NULL);

  return g_uri_join (FLAGS, g_uri_get_scheme (uri), NULL, g_uri_get_host (uri),
                     g_uri_get_port (uri), "/", NULL, NULL);
}

/**
 * bh_uri_is_loopback:
 * @uri: a URI with a host that bh_uri_parse() made
 *
 * Returns: whether it is on this very computer, where nobody listens in between
 */
gboolean
bh_uri_is_loopback (GUri *uri)
{
  g_autoptr (GInetAddress) address = NULL;
  const char *host;

  g_return_val_if_fail (uri != NULL && g_uri_get_host (uri) != NULL, FALSE);

  host = g_uri_get_host (uri);
  if (g_str_equal (host, "localhost") || g_str_has_suffix (host, ".localhost"))
    return TRUE;
  address = g_inet_address_new_from_string (host);

  return address != NULL && g_inet_address_get_is_loopback (address);
}

/**
 * bh_uri_has_prefix:
 * @uri: a URI that bh_uri_parse() made
 * @prefix: another one, with a host
 *
 * Compares as the scope of a web app manifest does: the origins must be the same and the path
 * must begin with that of @prefix, letter by letter.
 *
 * Returns: whether @uri is within @prefix
 */
gboolean
bh_uri_has_prefix (GUri *uri, GUri *prefix)
{
  g_return_val_if_fail (uri != NULL && prefix != NULL, FALSE);

  return g_str_equal (g_uri_get_scheme (uri), g_uri_get_scheme (prefix))
         && g_strcmp0 (g_uri_get_host (uri), g_uri_get_host (prefix)) == 0
         && g_uri_get_port (uri) == g_uri_get_port (prefix)
         && g_str_has_prefix (g_uri_get_path (uri), g_uri_get_path (prefix));
}
