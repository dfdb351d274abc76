/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-core"

#include "bh-json-private.h"

#include "bh-error.h"
#include "bh-text.h"

#include <glib/gi18n.h>
#include <math.h>

/*
 * A strict reader of JSON texts that people write. Reading is by name, and each read says what
 * type the member must have; a member that nobody asked for is left over and can be listed. In
 * that way the code that reads a format is the list of what the format has, and nothing that a
 * person wrote is silently dropped. Every message begins with the member's path and line.
 */

struct _BhJsonObject
{
  BhJsonDocument *document;
  JsonObject *object;
  char *path;
  guint line;
  GHashTable *asked; /* the names that were asked for, there or not */
};

struct _BhJsonArray
{
  BhJsonDocument *document;
  JsonArray *array;
  char *path;
};

static char *
format_place (const char *path, guint line)
{
  if (*path == '\0')
    return g_strdup_printf (_("line %u"), line);

  /* Translators: the path of a member in a JSON text and its line: "startup_app.url, line 4" */
  return g_strdup_printf (_("%s, line %u"), path, line);
}

static void G_GNUC_PRINTF (3, 0)
    set_error_at (GError **error, char *place, const char *format, va_list args)
{
  g_autofree char *owned_place = place;
  g_autofree char *message = g_strdup_vprintf (format, args);

  /* Translators: a place in a JSON text and what is wrong there */
  g_set_error (error, BH_ERROR, BH_ERROR_INVALID_MANIFEST, _("%s: %s"), owned_place, message);
}

static void G_GNUC_PRINTF (3, 4)
    set_error_at_place (GError **error, char *place, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  set_error_at (error, place, format, args);
  va_end (args);
}

/* What a value is, as the object of "must be … , not …". */
static const char *
describe_node (JsonNode *node)
{
  switch (json_node_get_node_type (node))
    {
    case JSON_NODE_OBJECT:
      return _("an object");
    case JSON_NODE_ARRAY:
      return _("a list");
    case JSON_NODE_NULL:
      return _("null");
    case JSON_NODE_VALUE:
    default:
      break;
    }

  switch (json_node_get_value_type (node))
    {
    case G_TYPE_STRING:
      return _("a text");
    case G_TYPE_BOOLEAN:
      return _("true or false");
    default:
      return _("a number");
    }
}

static void
set_type_error (GError **error, char *place, const char *expected, JsonNode *node)
{
  /* Translators: what a value should be and what it is: "must be a text, not a number" */
  set_error_at_place (error, place, _("must be %s, not %s"), expected, describe_node (node));
}

static gboolean
holds (JsonNode *node, GType type)
{
  return JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == type;
}

static BhJsonObject *
object_new (BhJsonDocument *document, JsonNode *node, char *path)
{
  BhJsonObject *self = g_new0 (BhJsonObject, 1);

  self->document = document;
  self->object = json_node_get_object (node);
  self->path = path;
  self->line = bh_json_document_get_line (document, node);
  self->asked = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  return self;
}

/**
 * bh_json_document_read:
 * @self: a document
 * @error: return location for an error
 *
 * Begins to read the document, whose root must be an object.
 *
 * Returns: (transfer full) (nullable): the root, or %NULL with %BH_ERROR_INVALID_MANIFEST
 */
BhJsonObject *
bh_json_document_read (BhJsonDocument *self, GError **error)
{
  JsonNode *root;

  g_return_val_if_fail (self != NULL, NULL);

  root = bh_json_document_get_root (self);
  if (!JSON_NODE_HOLDS_OBJECT (root))
    {
      set_type_error (error, format_place ("", bh_json_document_get_line (self, root)),
                      _("an object"), root);
      return NULL;
    }

  return object_new (self, root, g_strdup (""));
}

/**
 * bh_json_object_free:
 * @self: (transfer full): an object that is being read
 */
void
bh_json_object_free (BhJsonObject *self)
{
  g_return_if_fail (self != NULL);

  g_free (self->path);
  g_hash_table_unref (self->asked);
  g_free (self);
}

/**
 * bh_json_object_has:
 * @self: an object that is being read
 * @name: a member's name
 *
 * Looks without reading: the member stays a leftover.
 *
 * Returns: whether the member is there
 */
gboolean
bh_json_object_has (BhJsonObject *self, const char *name)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return json_object_has_member (self->object, name);
}

/**
 * bh_json_object_take:
 * @self: an object that is being read
 * @name: a member's name
 *
 * Reads a member of any type: it is no longer a leftover.
 *
 * Returns: (transfer none) (nullable): the member's value, or %NULL when it is absent
 */
JsonNode *
bh_json_object_take (BhJsonObject *self, const char *name)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_hash_table_add (self->asked, g_strdup (name));

  return json_object_get_member (self->object, name);
}

/**
 * bh_json_object_get_line:
 * @self: an object that is being read
 * @name: a member's name
 *
 * Returns: the member's line, or the object's when the member is absent
 */
guint
bh_json_object_get_line (BhJsonObject *self, const char *name)
{
  JsonNode *node;

  g_return_val_if_fail (self != NULL, 0);

  node = json_object_get_member (self->object, name);

  return node != NULL ? bh_json_document_get_line (self->document, node) : self->line;
}

static char *
dup_member_path (BhJsonObject *self, const char *name)
{
  GString *path = g_string_new (self->path);

  bh_json_path_append_name (path, name);

  return g_string_free (path, FALSE);
}

/**
 * bh_json_object_dup_place:
 * @self: an object that is being read
 * @name: a member's name
 *
 * Returns: (transfer full): where the member is, for people: `startup_app.url, line 4`
 */
char *
bh_json_object_dup_place (BhJsonObject *self, const char *name)
{
  g_autofree char *path = NULL;

  g_return_val_if_fail (self != NULL, NULL);

  path = dup_member_path (self, name);

  return format_place (path, bh_json_object_get_line (self, name));
}

/**
 * bh_json_object_set_error:
 * @self: an object that is being read
 * @name: the member that is wrong
 * @error: return location for an error
 * @format: what is wrong with it
 * @...: arguments for @format
 *
 * Sets %BH_ERROR_INVALID_MANIFEST with the member's place before the message.
 */
void
bh_json_object_set_error (BhJsonObject *self,
                          const char *name,
                          GError **error,
                          const char *format,
                          ...)
{
  va_list args;

  g_return_if_fail (self != NULL);

  va_start (args, format);
  set_error_at (error, bh_json_object_dup_place (self, name), format, args);
  va_end (args);
}

/* Takes the member; FALSE with @error set when it is needed and absent. */
static gboolean
take_member (BhJsonObject *self, const char *name, BhJsonNeed need, JsonNode **node, GError **error)
{
  *node = bh_json_object_take (self, name);
  if (*node == NULL && need == BH_JSON_REQUIRED)
    {
      bh_json_object_set_error (self, name, error, _("is missing"));
      return FALSE;
    }

  return TRUE;
}

/**
 * bh_json_object_get_string:
 * @self: an object that is being read
 * @name: a member's name
 * @need: whether it must be there
 * @value: (inout) (transfer none): its value; stays as it is when the member is absent
 * @error: return location for an error
 *
 * Reads a text.
 *
 * Returns: %FALSE with %BH_ERROR_INVALID_MANIFEST when it is needed and absent, or no text
 */
gboolean
bh_json_object_get_string (BhJsonObject *self,
                           const char *name,
                           BhJsonNeed need,
                           const char **value,
                           GError **error)
{
  JsonNode *node;

  g_return_val_if_fail (self != NULL && value != NULL, FALSE);

  if (!take_member (self, name, need, &node, error))
    return FALSE;
  if (node == NULL)
    return TRUE;
  if (!holds (node, G_TYPE_STRING))
    {
      set_type_error (error, bh_json_object_dup_place (self, name), _("a text"), node);
      return FALSE;
    }
  *value = json_node_get_string (node);

  return TRUE;
}

/**
 * bh_json_object_get_boolean:
 * @self: an object that is being read
 * @name: a member's name
 * @need: whether it must be there
 * @value: (inout): its value; stays as it is when the member is absent
 * @error: return location for an error
 *
 * Reads true or false.
 *
 * Returns: %FALSE with %BH_ERROR_INVALID_MANIFEST when it is needed and absent, or neither
 */
gboolean
bh_json_object_get_boolean (BhJsonObject *self,
                            const char *name,
                            BhJsonNeed need,
                            gboolean *value,
                            GError **error)
{
  JsonNode *node;

  g_return_val_if_fail (self != NULL && value != NULL, FALSE);

  if (!take_member (self, name, need, &node, error))
    return FALSE;
  if (node == NULL)
    return TRUE;
  if (!holds (node, G_TYPE_BOOLEAN))
    {
      set_type_error (error, bh_json_object_dup_place (self, name), _("true or false"), node);
      return FALSE;
    }
  *value = json_node_get_boolean (node);

  return TRUE;
}

/**
 * bh_json_object_get_number:
 * @self: an object that is being read
 * @name: a member's name
 * @need: whether it must be there
 * @value: (inout): its value, always finite; stays as it is when the member is absent
 * @error: return location for an error
 *
 * Reads a number, whole or not.
 *
 * Returns: %FALSE with %BH_ERROR_INVALID_MANIFEST when it is needed and absent, or no number
 */
gboolean
bh_json_object_get_number (BhJsonObject *self,
                           const char *name,
                           BhJsonNeed need,
                           double *value,
                           GError **error)
{
  JsonNode *node;

  g_return_val_if_fail (self != NULL && value != NULL, FALSE);

  if (!take_member (self, name, need, &node, error))
    return FALSE;
  if (node == NULL)
    return TRUE;
  if (!holds (node, G_TYPE_INT64) && !holds (node, G_TYPE_DOUBLE))
    {
      set_type_error (error, bh_json_object_dup_place (self, name), _("a number"), node);
      return FALSE;
    }
  *value = json_node_get_double (node);

  return TRUE;
}

/**
 * bh_json_object_get_integer:
 * @self: an object that is being read
 * @name: a member's name
 * @need: whether it must be there
 * @min: the least that it may be
 * @max: the most that it may be
 * @value: (inout): its value; stays as it is when the member is absent
 * @error: return location for an error
 *
 * Reads a whole number. 800.0 is one, as it is in JavaScript.
 *
 * Returns: %FALSE with %BH_ERROR_INVALID_MANIFEST when it is needed and absent, no whole number,
 *   or out of range
 */
gboolean
bh_json_object_get_integer (BhJsonObject *self,
                            const char *name,
                            BhJsonNeed need,
                            gint64 min,
                            gint64 max,
                            gint64 *value,
                            GError **error)
{
  /* Beyond 2^53 a double no longer tells one whole number from the next. */
  const double max_exact = 9007199254740992.0;
  JsonNode *node;
  double number;
  gint64 integer;

  g_return_val_if_fail (self != NULL && value != NULL, FALSE);

  if (!take_member (self, name, need, &node, error))
    return FALSE;
  if (node == NULL)
    return TRUE;

  if (holds (node, G_TYPE_INT64))
    integer = json_node_get_int (node);
  else if (holds (node, G_TYPE_DOUBLE))
    {
      number = json_node_get_double (node);
      if (number != floor (number))
        {
          bh_json_object_set_error (self, name, error, _("must be a whole number, not %g"), number);
          return FALSE;
        }
      if (fabs (number) > max_exact)
        {
          bh_json_object_set_error (self, name, error, _("this number is too large"));
          return FALSE;
        }
      integer = (gint64) number;
    }
  else
    {
      set_type_error (error, bh_json_object_dup_place (self, name), _("a whole number"), node);
      return FALSE;
    }

  if (integer < min || integer > max)
    {
      bh_json_object_set_error (self, name, error, _("must be from %lld to %lld, not %lld"),
                                (long long) min, (long long) max, (long long) integer);
      return FALSE;
    }
  *value = integer;

  return TRUE;
}

/**
 * bh_json_object_get_object:
 * @self: an object that is being read
 * @name: a member's name
 * @need: whether it must be there
 * @value: (out) (transfer full) (nullable): the member, or %NULL when it is absent
 * @error: return location for an error
 *
 * Begins to read a member that is an object.
 *
 * Returns: %FALSE with %BH_ERROR_INVALID_MANIFEST when it is needed and absent, or no object
 */
gboolean
bh_json_object_get_object (BhJsonObject *self,
                           const char *name,
                           BhJsonNeed need,
                           BhJsonObject **value,
                           GError **error)
{
  JsonNode *node;

  g_return_val_if_fail (self != NULL && value != NULL, FALSE);

  *value = NULL;
  if (!take_member (self, name, need, &node, error))
    return FALSE;
  if (node == NULL)
    return TRUE;
  if (!JSON_NODE_HOLDS_OBJECT (node))
    {
      set_type_error (error, bh_json_object_dup_place (self, name), _("an object"), node);
      return FALSE;
    }
  *value = object_new (self->document, node, dup_member_path (self, name));

  return TRUE;
}

/**
 * bh_json_object_get_array:
 * @self: an object that is being read
 * @name: a member's name
 * @need: whether it must be there
 * @value: (out) (transfer full) (nullable): the member, or %NULL when it is absent
 * @error: return location for an error
 *
 * Begins to read a member that is a list.
 *
 * Returns: %FALSE with %BH_ERROR_INVALID_MANIFEST when it is needed and absent, or no list
 */
gboolean
bh_json_object_get_array (BhJsonObject *self,
                          const char *name,
                          BhJsonNeed need,
                          BhJsonArray **value,
                          GError **error)
{
  JsonNode *node;

  g_return_val_if_fail (self != NULL && value != NULL, FALSE);

  *value = NULL;
  if (!take_member (self, name, need, &node, error))
    return FALSE;
  if (node == NULL)
    return TRUE;
  if (!JSON_NODE_HOLDS_ARRAY (node))
    {
      set_type_error (error, bh_json_object_dup_place (self, name), _("a list"), node);
      return FALSE;
    }
  *value = g_new0 (BhJsonArray, 1);
  (*value)->document = self->document;
  (*value)->array = json_node_get_array (node);
  (*value)->path = dup_member_path (self, name);

  return TRUE;
}

/**
 * bh_json_object_dup_leftovers:
 * @self: an object that has been read
 *
 * Returns: (transfer full): the names of the members that nobody asked for, in the text's order
 */
char **
bh_json_object_dup_leftovers (BhJsonObject *self)
{
  g_autoptr (GStrvBuilder) names = NULL;
  JsonObjectIter iter;
  const char *name;

  g_return_val_if_fail (self != NULL, NULL);

  names = g_strv_builder_new ();
  json_object_iter_init_ordered (&iter, self->object);
  while (json_object_iter_next_ordered (&iter, &name, NULL))
    if (!g_hash_table_contains (self->asked, name))
      g_strv_builder_add (names, name);

  return g_strv_builder_end (names);
}

/**
 * bh_json_object_suggest:
 * @self: an object that has been read
 * @word: the name of a leftover
 * @more: (array length=n_more) (nullable): names that are known besides those that were asked for
 * @n_more: how many @more has
 *
 * Returns: (transfer full) (nullable): the name that was probably meant, or %NULL
 */
char *
bh_json_object_suggest (BhJsonObject *self, const char *word, const char *const *more, gsize n_more)
{
  g_autoptr (GPtrArray) names = NULL;
  GHashTableIter iter;
  gpointer name;

  g_return_val_if_fail (self != NULL && word != NULL, NULL);

  names = g_ptr_array_new_with_free_func (g_free);
  for (gsize i = 0; i < n_more; i++)
    g_ptr_array_add (names, g_strdup (more[i]));
  g_hash_table_iter_init (&iter, self->asked);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    g_ptr_array_add (names, g_strdup (name));

  return g_strdup (bh_text_suggest (word, (const char *const *) names->pdata, names->len));
}

/**
 * bh_json_object_refuse_leftovers:
 * @self: an object that has been read
 * @error: return location for an error
 *
 * Makes a member that nobody asked for an error, with a guess at what was meant.
 *
 * Returns: %FALSE with %BH_ERROR_INVALID_MANIFEST when there is one
 */
gboolean
bh_json_object_refuse_leftovers (BhJsonObject *self, GError **error)
{
  g_auto (GStrv) leftovers = NULL;
  g_autofree char *meant = NULL;

  g_return_val_if_fail (self != NULL, FALSE);

  leftovers = bh_json_object_dup_leftovers (self);
  if (leftovers[0] == NULL)
    return TRUE;

  meant = bh_json_object_suggest (self, leftovers[0], NULL, 0);
  if (meant != NULL)
    bh_json_object_set_error (self, leftovers[0], error,
                              _("Bulkhead does not know this member (did you mean “%s”?)"), meant);
  else
    bh_json_object_set_error (self, leftovers[0], error, _("Bulkhead does not know this member"));

  return FALSE;
}

/**
 * bh_json_array_free:
 * @self: (transfer full): a list that is being read
 */
void
bh_json_array_free (BhJsonArray *self)
{
  g_return_if_fail (self != NULL);

  g_free (self->path);
  g_free (self);
}

/**
 * bh_json_array_get_length:
 * @self: a list that is being read
 *
 * Returns: how many elements it has
 */
guint
bh_json_array_get_length (BhJsonArray *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return json_array_get_length (self->array);
}

/**
 * bh_json_array_get_line:
 * @self: a list that is being read
 * @index: the place of an element in it
 *
 * Returns: the element's line
 */
guint
bh_json_array_get_line (BhJsonArray *self, guint index)
{
  g_return_val_if_fail (self != NULL && index < bh_json_array_get_length (self), 0);

  return bh_json_document_get_line (self->document, json_array_get_element (self->array, index));
}

static char *
dup_element_path (BhJsonArray *self, guint index)
{
  GString *path = g_string_new (self->path);

  bh_json_path_append_index (path, index);

  return g_string_free (path, FALSE);
}

/**
 * bh_json_array_dup_place:
 * @self: a list that is being read
 * @index: the place of an element in it
 *
 * Returns: (transfer full): where the element is, for people: `bulkhead.scope[1], line 9`
 */
char *
bh_json_array_dup_place (BhJsonArray *self, guint index)
{
  g_autofree char *path = NULL;

  g_return_val_if_fail (self != NULL && index < bh_json_array_get_length (self), NULL);

  path = dup_element_path (self, index);

  return format_place (path, bh_json_array_get_line (self, index));
}

/**
 * bh_json_array_set_error:
 * @self: a list that is being read
 * @index: the element that is wrong
 * @error: return location for an error
 * @format: what is wrong with it
 * @...: arguments for @format
 *
 * Sets %BH_ERROR_INVALID_MANIFEST with the element's place before the message.
 */
void
bh_json_array_set_error (BhJsonArray *self, guint index, GError **error, const char *format, ...)
{
  va_list args;

  g_return_if_fail (self != NULL);

  va_start (args, format);
  set_error_at (error, bh_json_array_dup_place (self, index), format, args);
  va_end (args);
}

/**
 * bh_json_array_get_string:
 * @self: a list that is being read
 * @index: the place of an element in it
 * @value: (out) (transfer none): the element
 * @error: return location for an error
 *
 * Reads an element that is a text.
 *
 * Returns: %FALSE with %BH_ERROR_INVALID_MANIFEST when it is none
 */
gboolean
bh_json_array_get_string (BhJsonArray *self, guint index, const char **value, GError **error)
{
  JsonNode *node;

  g_return_val_if_fail (self != NULL && value != NULL, FALSE);
  g_return_val_if_fail (index < bh_json_array_get_length (self), FALSE);

  node = json_array_get_element (self->array, index);
  if (!holds (node, G_TYPE_STRING))
    {
      set_type_error (error, bh_json_array_dup_place (self, index), _("a text"), node);
      return FALSE;
    }
  *value = json_node_get_string (node);

  return TRUE;
}

/**
 * bh_json_array_get_object:
 * @self: a list that is being read
 * @index: the place of an element in it
 * @value: (out) (transfer full): the element
 * @error: return location for an error
 *
 * Begins to read an element that is an object.
 *
 * Returns: %FALSE with %BH_ERROR_INVALID_MANIFEST when it is none
 */
gboolean
bh_json_array_get_object (BhJsonArray *self, guint index, BhJsonObject **value, GError **error)
{
  JsonNode *node;

  g_return_val_if_fail (self != NULL && value != NULL, FALSE);
  g_return_val_if_fail (index < bh_json_array_get_length (self), FALSE);

  *value = NULL;
  node = json_array_get_element (self->array, index);
  if (!JSON_NODE_HOLDS_OBJECT (node))
    {
      set_type_error (error, bh_json_array_dup_place (self, index), _("an object"), node);
      return FALSE;
    }
  *value = object_new (self->document, node, dup_element_path (self, index));

  return TRUE;
}
