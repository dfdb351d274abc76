/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-core"

#include "bh-permission-set.h"

#include "bh-error.h"
#include "bh-text.h"

#include <glib/gi18n.h>
#include <string.h>

/*
 * The answers that an app's user gave, and the text that they are kept in, which the runner writes
 * and the supervisor reads: a key file with a group for each origin, a key for each kind of
 * request, "allow" or "deny". What is not understood allows nothing.
 */

/* Neither a group's name nor a key may have a bracket, which the origin of an IPv6 address has. */
#define GROUP_CHARACTERS ":/"

#define MAX_ORIGIN 300
#define MAX_KIND   300
/* What is told of a file that somebody has filled. */
#define MAX_TOLD 1000

/* Cookies are a matter between two sites: the other one's name follows. */
#define COOKIES "cookies-"

static const char *const kinds[]
    = { "notifications", "geolocation", "camera", "microphone", "clipboard", NULL };

struct _BhPermissionSet
{
  GKeyFile *file;
};

/**
 * bh_answer_parse:
 * @text: "allow", "deny" or "ask"
 * @answer: (out): what it means; "ask" is %BH_ANSWER_NONE
 *
 * Returns: whether @text is one of them
 */
gboolean
bh_answer_parse (const char *text, BhAnswer *answer)
{
  g_return_val_if_fail (text != NULL && answer != NULL, FALSE);

  *answer = BH_ANSWER_NONE;
  if (g_str_equal (text, "allow"))
    *answer = BH_ANSWER_ALLOW;
  else if (g_str_equal (text, "deny"))
    *answer = BH_ANSWER_DENY;

  return *answer != BH_ANSWER_NONE || g_str_equal (text, "ask");
}

static int
get_usual_port (const char *scheme)
{
  if (g_str_equal (scheme, "https"))
    return 443;

  return g_str_equal (scheme, "http") ? 80 : -1;
}

/* As WebKit writes it: anything else would never be found again. */
static char *
dup_origin (const char *text)
{
  g_autoptr (GUri) uri = g_uri_parse (text, G_URI_FLAGS_NONE, NULL);
  g_autofree char *host = NULL;
  GString *origin;

  if (uri == NULL || g_uri_get_host (uri) == NULL || *g_uri_get_host (uri) == '\0')
    return NULL;
  host = g_ascii_strdown (g_uri_get_host (uri), -1);
  origin = g_string_new (NULL);
  g_string_append_printf (origin, strchr (host, ':') != NULL ? "%s://[%s]" : "%s://%s",
                          g_uri_get_scheme (uri), host);
  if (g_uri_get_port (uri) > 0 && g_uri_get_port (uri) != get_usual_port (g_uri_get_scheme (uri)))
    g_string_append_printf (origin, ":%d", g_uri_get_port (uri));

  return g_string_free (origin, FALSE);
}

/**
 * bh_permission_check_origin:
 * @origin: text from outside
 * @error: return location for an error
 *
 * Returns: %TRUE when it is an origin as WebKit writes it, such as "https://example.org", otherwise
 *   %FALSE with %BH_ERROR_INVALID_ARGUMENT
 */
gboolean
bh_permission_check_origin (const char *origin, GError **error)
{
  g_autofree char *written = NULL;
  g_autofree char *shown = NULL;
  gboolean plain = TRUE;

  g_return_val_if_fail (origin != NULL, FALSE);

  for (const char *p = origin; plain && *p != '\0'; p++)
    plain = g_ascii_isgraph (*p);
  if (plain && strlen (origin) <= MAX_ORIGIN)
    written = dup_origin (origin);
  if (g_strcmp0 (written, origin) == 0)
    return TRUE;

  shown = bh_text_quote (origin);
  g_set_error (
      error, BH_ERROR, BH_ERROR_INVALID_ARGUMENT,
      _("%s is not an origin, such as “https://example.org” or “https://example.org:8443”"), shown);

  return FALSE;
}

static gboolean
is_domain (const char *text)
{
  gsize length = strlen (text);

  for (const char *p = text; *p != '\0'; p++)
    if (!g_ascii_isalnum (*p) && *p != '.' && *p != '-')
      return FALSE;

  return length > 0 && length <= MAX_KIND;
}

/**
 * bh_permission_check_kind:
 * @kind: text from outside
 * @error: return location for an error
 *
 * Returns: %TRUE when it is what an answer can be about, otherwise %FALSE with
 *   %BH_ERROR_INVALID_ARGUMENT
 */
gboolean
bh_permission_check_kind (const char *kind, GError **error)
{
  g_autofree char *shown = NULL;

  g_return_val_if_fail (kind != NULL, FALSE);

  if (g_strv_contains (kinds, kind)
      || (g_str_has_prefix (kind, COOKIES) && is_domain (kind + strlen (COOKIES))))
    return TRUE;

  shown = bh_text_quote (kind);
  g_set_error (error, BH_ERROR, BH_ERROR_INVALID_ARGUMENT,
               _("There is no permission %s; there are notifications, geolocation, camera, "
                 "microphone, clipboard and cookies-SITE"),
               shown);

  return FALSE;
}

/**
 * bh_permission_set_new:
 *
 * Returns: (transfer full): a set in which nothing has been answered
 */
BhPermissionSet *
bh_permission_set_new (void)
{
  BhPermissionSet *self = g_new0 (BhPermissionSet, 1);

  self->file = g_key_file_new ();

  return self;
}

/**
 * bh_permission_set_parse:
 * @text: what a file holds; need not be UTF-8 nor make sense
 * @length: its length
 * @error: return location for an error
 *
 * Returns: (transfer full) (nullable): the answers, or %NULL with an error when it is damaged: what
 *   was read before the damage is not trusted either
 */
BhPermissionSet *
bh_permission_set_parse (const char *text, gsize length, GError **error)
{
  g_autoptr (BhPermissionSet) self = bh_permission_set_new ();

  g_return_val_if_fail (text != NULL, NULL);

  if (length > 0 && !g_key_file_load_from_data (self->file, text, length, G_KEY_FILE_NONE, error))
    return NULL;

  return g_steal_pointer (&self);
}

/**
 * bh_permission_set_free:
 * @self: (transfer full): a set
 */
void
bh_permission_set_free (BhPermissionSet *self)
{
  g_return_if_fail (self != NULL);

  g_key_file_unref (self->file);
  g_free (self);
}

/**
 * bh_permission_set_to_text:
 * @self: a set
 * @length: (out): the length of the text
 *
 * Returns: (transfer full): what bh_permission_set_parse() reads
 */
char *
bh_permission_set_to_text (BhPermissionSet *self, gsize *length)
{
  g_return_val_if_fail (self != NULL && length != NULL, NULL);

  return g_key_file_to_data (self->file, length, NULL);
}

static char *
dup_group (const char *origin)
{
  return g_uri_escape_string (origin, GROUP_CHARACTERS, FALSE);
}

static BhAnswer
get_answer (BhPermissionSet *self, const char *group, const char *kind)
{
  g_autofree char *text = g_key_file_get_value (self->file, group, kind, NULL);
  BhAnswer answer = BH_ANSWER_NONE;

  if (text != NULL)
    bh_answer_parse (text, &answer);

  return answer;
}

/**
 * bh_permission_set_to_variant:
 * @self: a set, which need not be trusted
 *
 * Returns: (transfer floating): a(sss) as App1.GetPermissions has it, only with what makes sense,
 *   and not without end
 */
GVariant *
bh_permission_set_to_variant (BhPermissionSet *self)
{
  g_auto (GStrv) groups = NULL;
  GVariantBuilder builder;
  guint told = 0;

  g_return_val_if_fail (self != NULL, NULL);

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(sss)"));
  groups = g_key_file_get_groups (self->file, NULL);
  for (guint i = 0; groups[i] != NULL; i++)
    {
      g_auto (GStrv) keys = g_key_file_get_keys (self->file, groups[i], NULL, NULL);
      g_autofree char *origin = g_uri_unescape_string (groups[i], NULL);

      if (origin == NULL || !bh_permission_check_origin (origin, NULL))
        continue;
      for (guint j = 0; keys != NULL && keys[j] != NULL && told < MAX_TOLD; j++)
        {
          BhAnswer answer = get_answer (self, groups[i], keys[j]);

          if (answer == BH_ANSWER_NONE || !bh_permission_check_kind (keys[j], NULL))
            continue;
          g_variant_builder_add (&builder, "(sss)", origin, keys[j],
                                 answer == BH_ANSWER_ALLOW ? "allow" : "deny");
          told++;
        }
    }

  return g_variant_builder_end (&builder);
}

/**
 * bh_permission_set_get:
 * @self: a set
 * @origin: who asks, as WebKitSecurityOrigin writes it
 * @kind: for what
 *
 * Returns: what was answered
 */
BhAnswer
bh_permission_set_get (BhPermissionSet *self, const char *origin, const char *kind)
{
  g_autofree char *group = NULL;

  g_return_val_if_fail (self != NULL, BH_ANSWER_NONE);
  g_return_val_if_fail (origin != NULL && *origin != '\0' && kind != NULL, BH_ANSWER_NONE);

  group = dup_group (origin);

  return get_answer (self, group, kind);
}

/**
 * bh_permission_set_put:
 * @self: a set
 * @origin: who asked
 * @kind: for what
 * @answer: what was answered, or %BH_ANSWER_NONE to forget it
 */
void
bh_permission_set_put (BhPermissionSet *self, const char *origin, const char *kind, BhAnswer answer)
{
  g_autofree char *group = NULL;

  g_return_if_fail (self != NULL);
  g_return_if_fail (origin != NULL && *origin != '\0' && kind != NULL);

  group = dup_group (origin);
  if (answer == BH_ANSWER_NONE)
    g_key_file_remove_key (self->file, group, kind, NULL);
  else
    g_key_file_set_value (self->file, group, kind, answer == BH_ANSWER_ALLOW ? "allow" : "deny");
}

/**
 * bh_permission_set_find:
 * @self: a set
 * @kind: for what
 * @answer: an answer
 *
 * Returns: (transfer full) (array zero-terminated=1): the origins that got @answer
 */
char **
bh_permission_set_find (BhPermissionSet *self, const char *kind, BhAnswer answer)
{
  g_auto (GStrv) groups = NULL;
  g_autoptr (GStrvBuilder) found = g_strv_builder_new ();

  g_return_val_if_fail (self != NULL && kind != NULL, NULL);

  groups = g_key_file_get_groups (self->file, NULL);
  for (guint i = 0; groups[i] != NULL; i++)
    {
      g_autofree char *origin = g_uri_unescape_string (groups[i], NULL);

      if (origin != NULL && get_answer (self, groups[i], kind) == answer)
        g_strv_builder_add (found, origin);
    }

  return g_strv_builder_end (found);
}
