/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-core"

#include "bh-json-private.h"

#include "bh-error.h"
#include "bh-text.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

/*
 * Reads JSON text into json-glib's nodes. json-glib has a parser of its own, which is not used:
 * it takes comments, single quotes, octal numbers and members that are there twice, it forgets
 * the lines, and it recurses as deep as the text asks it to. What a scan before it would have to
 * find out is all that a parser does, and two of them that disagree are worse than one.
 *
 * The text must be JSON as RFC 8259 has it, and more than that: no member twice, no U+0000 and no
 * half of a surrogate pair, which no C string and no UTF-8 text could hold, and no number beyond
 * what a double can be. A byte order mark at the start is skipped, as the RFC allows.
 */

#define BYTE_ORDER_MARK "\xef\xbb\xbf"

struct _BhJsonDocument
{
  JsonNode *root;
  GHashTable *lines; /* JsonNode to the line where its member begins */
};

/* Where the parser is, for messages: a chain of these on the stack, innermost first. */
typedef struct _Frame Frame;
struct _Frame
{
  const Frame *parent;
  const char *name; /* NULL in an array */
  guint index;
};

typedef struct
{
  const char *p;
  const char *end;
  guint line;
  guint max_depth;
  GHashTable *lines;
  GError **error;
} Parser;

static JsonNode *parse_value (Parser *parser, const Frame *frame, guint depth);

static gboolean
is_plain_name (const char *name)
{
  for (const char *p = name; *p != '\0'; p++)
    if (!g_ascii_isalnum (*p) && *p != '_' && *p != '-' && *p != '$')
      return FALSE;

  return *name != '\0';
}

void
bh_json_path_append_name (GString *path, const char *name)
{
  g_autofree char *shown = bh_text_printable (name, 64);

  if (!is_plain_name (name))
    {
      g_string_append_printf (path, "[\"%s\"]", shown);
      return;
    }
  if (path->len > 0)
    g_string_append_c (path, '.');
  g_string_append (path, shown);
}

void
bh_json_path_append_index (GString *path, guint index)
{
  g_string_append_printf (path, "[%u]", index);
}

static void
append_frame (GString *path, const Frame *frame)
{
  if (frame == NULL)
    return;

  append_frame (path, frame->parent);
  if (frame->name != NULL)
    bh_json_path_append_name (path, frame->name);
  else
    bh_json_path_append_index (path, frame->index);
}

/* Returns NULL, to be returned. */
static gpointer G_GNUC_PRINTF (3, 4)
    fail (Parser *parser, const Frame *frame, const char *format, ...)
{
  g_autoptr (GString) path = g_string_new (NULL);
  g_autofree char *message = NULL;
  va_list args;

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);

  append_frame (path, frame);
  if (path->len > 0)
    /* Translators: a place in a JSON text and what is wrong there: "startup_app.url, line 4: …" */
    g_set_error (parser->error, BH_ERROR, BH_ERROR_INVALID_MANIFEST, _("%s, line %u: %s"),
                 path->str, parser->line, message);
  else
    g_set_error (parser->error, BH_ERROR, BH_ERROR_INVALID_MANIFEST, _("line %u: %s"), parser->line,
                 message);

  return NULL;
}

static void
skip_space (Parser *parser)
{
  for (; parser->p < parser->end; parser->p++)
    {
      if (*parser->p == '\n')
        parser->line++;
      else if (*parser->p != ' ' && *parser->p != '\t' && *parser->p != '\r')
        return;
    }
}

static gboolean
next_is (Parser *parser, char c)
{
  return parser->p < parser->end && *parser->p == c;
}

/* Says what is there instead of what JSON would have, for the mistakes that people make. */
static gpointer
fail_unexpected (Parser *parser, const Frame *frame, const char *expected)
{
  g_autofree char *found = NULL;
  g_autofree char *quoted = NULL;
  gsize length = 0;

  if (parser->p >= parser->end)
    return fail (parser, frame, _("the text ends where %s should be"), expected);
  if (*parser->p == '/' || *parser->p == '#')
    return fail (parser, frame, _("JSON has no comments"));
  if (*parser->p == '\'')
    return fail (parser, frame, _("JSON has texts in double quotes only"));

  while (parser->p + length < parser->end && length < 40 && g_ascii_isalnum (parser->p[length]))
    length++;
  if (length == 0)
    length = g_utf8_skip[*(const guchar *) parser->p];
  found = g_strndup (parser->p, length);
  quoted = bh_text_quote (found);

  return fail (parser, frame, _("%s should be here, not %s"), expected, quoted);
}

static gboolean
parse_hex (Parser *parser, guint *value)
{
  guint result = 0;

  if (parser->end - parser->p < 4)
    return FALSE;
  for (int i = 0; i < 4; i++)
    {
      if (!g_ascii_isxdigit (parser->p[i]))
        return FALSE;
      result = result << 4 | (guint) g_ascii_xdigit_value (parser->p[i]);
    }
  parser->p += 4;
  *value = result;

  return TRUE;
}

/* After "\u". */
static gboolean
parse_unicode_escape (Parser *parser, const Frame *frame, GString *text)
{
  guint c, low;

  if (!parse_hex (parser, &c))
    return fail (parser, frame, _("“\\u” must be followed by four hexadecimal digits")) != NULL;
  if (c == 0)
    return fail (parser, frame, _("a text can't have the character U+0000")) != NULL;

  if (c >= 0xd800 && c <= 0xdfff)
    {
      if (c >= 0xdc00 || parser->end - parser->p < 2 || parser->p[0] != '\\' || parser->p[1] != 'u')
        return fail (parser, frame, _("“\\u%04x” is half of a character"), c) != NULL;
      parser->p += 2;
      if (!parse_hex (parser, &low) || low < 0xdc00 || low > 0xdfff)
        return fail (parser, frame, _("“\\u%04x” is half of a character"), c) != NULL;
      c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
    }
  g_string_append_unichar (text, c);

  return TRUE;
}

/* At the opening quote. */
static char *
parse_string (Parser *parser, const Frame *frame)
{
  static const char escapes[] = "\"\\/bfnrt";
  static const char meanings[] = "\"\\/\b\f\n\r\t";
  g_autoptr (GString) text = g_string_new (NULL);

  g_assert (next_is (parser, '"'));
  parser->p++;

  while (parser->p < parser->end)
    {
      const char *start = parser->p;
      const char *escape;

      while (parser->p < parser->end && *parser->p != '"' && *parser->p != '\\'
             && (guchar) *parser->p >= 0x20)
        parser->p++;
      g_string_append_len (text, start, parser->p - start);
      if (parser->p >= parser->end)
        break;

      if (*parser->p == '"')
        {
          parser->p++;
          return g_string_free (g_steal_pointer (&text), FALSE);
        }
      if (*parser->p == '\n' || *parser->p == '\r')
        return fail (parser, frame, _("a text must end in the line in which it begins"));
      if (*parser->p != '\\')
        return fail (parser, frame, _("a text can't have the control character U+%04X"),
                     (guint) (guchar) *parser->p);

      parser->p++;
      if (parser->p >= parser->end)
        break;
      escape = *parser->p == '\0' ? NULL : strchr (escapes, *parser->p);
      if (escape != NULL)
        {
          g_string_append_c (text, meanings[escape - escapes]);
          parser->p++;
        }
      else if (*parser->p == 'u')
        {
          parser->p++;
          if (!parse_unicode_escape (parser, frame, text))
            return NULL;
        }
      else
        return fail (parser, frame, _("JSON does not have this use of the backslash"));
    }

  return fail (parser, frame, _("the closing quotation mark of a text is missing"));
}

static gsize
skip_digits (Parser *parser)
{
  const char *start = parser->p;

  while (parser->p < parser->end && g_ascii_isdigit (*parser->p))
    parser->p++;

  return (gsize) (parser->p - start);
}

static JsonNode *
parse_number (Parser *parser, const Frame *frame)
{
  const char *start = parser->p;
  gboolean is_integer = TRUE;
  g_autofree char *text = NULL;
  gint64 integer;
  double number;

  if (next_is (parser, '-'))
    parser->p++;
  if (next_is (parser, '0'))
    parser->p++;
  else if (skip_digits (parser) == 0)
    return fail_unexpected (parser, frame, _("a digit"));
  if (parser->p < parser->end && g_ascii_isalnum (*parser->p)
      && g_ascii_tolower (*parser->p) != 'e')
    return fail (parser, frame, _("JSON has decimal numbers only, without zeros before them"));
  if (next_is (parser, '.'))
    {
      is_integer = FALSE;
      parser->p++;
      if (skip_digits (parser) == 0)
        return fail_unexpected (parser, frame, _("a digit"));
    }
  if (next_is (parser, 'e') || next_is (parser, 'E'))
    {
      is_integer = FALSE;
      parser->p++;
      if (next_is (parser, '+') || next_is (parser, '-'))
        parser->p++;
      if (skip_digits (parser) == 0)
        return fail_unexpected (parser, frame, _("a digit"));
    }

  text = g_strndup (start, (gsize) (parser->p - start));
  if (is_integer && g_ascii_string_to_signed (text, 10, G_MININT64, G_MAXINT64, &integer, NULL))
    return json_node_init_int (json_node_alloc (), integer);

  number = g_ascii_strtod (text, NULL);
  if (!isfinite (number))
    return fail (parser, frame, _("this number is too large"));

  return json_node_init_double (json_node_alloc (), number);
}

static gboolean
skip_word (Parser *parser, const char *word)
{
  gsize length = strlen (word);

  if ((gsize) (parser->end - parser->p) < length || memcmp (parser->p, word, length) != 0)
    return FALSE;
  if (parser->p + length < parser->end && g_ascii_isalnum (parser->p[length]))
    return FALSE;
  parser->p += length;

  return TRUE;
}

static gboolean
parse_member (Parser *parser, const Frame *parent, JsonObject *object, guint depth)
{
  g_autofree char *name = NULL;
  Frame frame = { .parent = parent };
  JsonNode *value;
  guint line = parser->line;

  if (!next_is (parser, '"'))
    return fail_unexpected (parser, parent, _("a member's name in double quotes")) != NULL;
  name = parse_string (parser, parent);
  if (name == NULL)
    return FALSE;

  frame.name = name;
  if (json_object_has_member (object, name))
    {
      guint first = GPOINTER_TO_UINT (
          g_hash_table_lookup (parser->lines, json_object_get_member (object, name)));

      return fail (parser, &frame, _("is there twice, first in line %u"), first) != NULL;
    }
  if (json_object_get_size (object) >= BH_JSON_MAX_MEMBERS)
    return fail (parser, &frame, _("an object can have at most %d members"), BH_JSON_MAX_MEMBERS)
           != NULL;

  skip_space (parser);
  if (!next_is (parser, ':'))
    return fail_unexpected (parser, &frame, _("“:”")) != NULL;
  parser->p++;

  value = parse_value (parser, &frame, depth);
  if (value == NULL)
    return FALSE;
  json_object_set_member (object, name, value);
  g_hash_table_insert (parser->lines, value, GUINT_TO_POINTER (line));

  return TRUE;
}

static JsonNode *
parse_object (Parser *parser, const Frame *frame, guint depth)
{
  g_autoptr (JsonObject) object = json_object_new ();

  parser->p++;
  skip_space (parser);
  if (!next_is (parser, '}'))
    while (TRUE)
      {
        if (!parse_member (parser, frame, object, depth))
          return NULL;
        skip_space (parser);
        if (next_is (parser, '}'))
          break;
        if (!next_is (parser, ','))
          return fail_unexpected (parser, frame, _("“,” or “}”"));
        parser->p++;
        skip_space (parser);
        if (next_is (parser, '}'))
          return fail (parser, frame, _("JSON has no comma after the last member"));
      }
  parser->p++;

  return json_node_init_object (json_node_alloc (), object);
}

static JsonNode *
parse_array (Parser *parser, const Frame *frame, guint depth)
{
  g_autoptr (JsonArray) array = json_array_new ();
  Frame element = { .parent = frame };

  parser->p++;
  skip_space (parser);
  if (!next_is (parser, ']'))
    while (TRUE)
      {
        guint line = parser->line;
        JsonNode *value = parse_value (parser, &element, depth);

        if (value == NULL)
          return NULL;
        json_array_add_element (array, value);
        g_hash_table_insert (parser->lines, value, GUINT_TO_POINTER (line));
        element.index++;

        skip_space (parser);
        if (next_is (parser, ']'))
          break;
        if (!next_is (parser, ','))
          return fail_unexpected (parser, frame, _("“,” or “]”"));
        parser->p++;
        skip_space (parser);
        if (next_is (parser, ']'))
          return fail (parser, frame, _("JSON has no comma after the last element"));
      }
  parser->p++;

  return json_node_init_array (json_node_alloc (), array);
}

static JsonNode *
parse_value (Parser *parser, const Frame *frame, guint depth)
{
  skip_space (parser);

  if (next_is (parser, '{') || next_is (parser, '['))
    {
      if (depth >= parser->max_depth)
        return fail (parser, frame, _("is nested more than %u deep"), parser->max_depth);

      return *parser->p == '{' ? parse_object (parser, frame, depth + 1)
                               : parse_array (parser, frame, depth + 1);
    }
  if (next_is (parser, '"'))
    {
      g_autofree char *text = parse_string (parser, frame);

      return text != NULL ? json_node_init_string (json_node_alloc (), text) : NULL;
    }
  if (next_is (parser, '-') || (parser->p < parser->end && g_ascii_isdigit (*parser->p)))
    return parse_number (parser, frame);
  if (skip_word (parser, "true"))
    return json_node_init_boolean (json_node_alloc (), TRUE);
  if (skip_word (parser, "false"))
    return json_node_init_boolean (json_node_alloc (), FALSE);
  if (skip_word (parser, "null"))
    return json_node_init_null (json_node_alloc ());

  return fail_unexpected (parser, frame, _("a value"));
}

static gboolean
check_encoding (Parser *parser)
{
  const char *bad;

  if (g_utf8_validate_len (parser->p, (gsize) (parser->end - parser->p), &bad))
    return TRUE;

  for (const char *p = parser->p; p < bad; p++)
    if (*p == '\n')
      parser->line++;
  if (*bad == '\0')
    return fail (parser, NULL, _("a text can't have the character U+0000")) != NULL;

  return fail (parser, NULL, _("must be UTF-8 text")) != NULL;
}

static JsonNode *
parse_text (const char *text,
            gsize length,
            gsize max_size,
            guint max_depth,
            GHashTable *lines,
            GError **error)
{
  Parser parser = {
    .p = text,
    .end = text + length,
    .line = 1,
    .max_depth = max_depth,
    .lines = lines,
    .error = error,
  };
  g_autoptr (JsonNode) root = NULL;
  guint line;

  if (length > max_size)
    {
      g_set_error (error, BH_ERROR, BH_ERROR_INVALID_MANIFEST,
                   _("the text has %zu bytes, more than the %zu that are read"), length, max_size);
      return NULL;
    }
  if (!check_encoding (&parser))
    return NULL;
  if (length >= strlen (BYTE_ORDER_MARK)
      && memcmp (text, BYTE_ORDER_MARK, strlen (BYTE_ORDER_MARK)) == 0)
    parser.p += strlen (BYTE_ORDER_MARK);

  skip_space (&parser);
  line = parser.line;
  root = parse_value (&parser, NULL, 0);
  if (root == NULL)
    return NULL;
  g_hash_table_insert (lines, root, GUINT_TO_POINTER (line));

  skip_space (&parser);
  if (parser.p < parser.end)
    return fail_unexpected (&parser, NULL, _("the end of the text"));

  return g_steal_pointer (&root);
}

/**
 * bh_json_document_new:
 * @text: (array length=length): JSON text; it need not end in NUL
 * @length: its length in bytes
 * @max_size: the most bytes that it may have
 * @max_depth: how deep objects and arrays may be nested
 * @error: return location for an error
 *
 * Parses @text strictly: RFC 8259, UTF-8, no member twice, no U+0000, nothing after the value.
 *
 * Returns: (transfer full) (nullable): the document, or %NULL with %BH_ERROR_INVALID_MANIFEST
 */
BhJsonDocument *
bh_json_document_new (const char *text,
                      gsize length,
                      gsize max_size,
                      guint max_depth,
                      GError **error)
{
  g_autoptr (BhJsonDocument) self = NULL;

  g_return_val_if_fail (text != NULL || length == 0, NULL);

  self = g_new0 (BhJsonDocument, 1);
  self->lines = g_hash_table_new (NULL, NULL);
  self->root
      = parse_text (text != NULL ? text : "", length, max_size, max_depth, self->lines, error);
  if (self->root == NULL)
    return NULL;
  json_node_seal (self->root);

  return g_steal_pointer (&self);
}

/**
 * bh_json_document_free:
 * @self: (transfer full): a document
 */
void
bh_json_document_free (BhJsonDocument *self)
{
  g_return_if_fail (self != NULL);

  g_clear_pointer (&self->root, json_node_unref);
  g_hash_table_unref (self->lines);
  g_free (self);
}

/**
 * bh_json_document_get_root:
 * @self: a document
 *
 * Returns: (transfer none): the whole text's value, which can't be changed
 */
JsonNode *
bh_json_document_get_root (BhJsonDocument *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->root;
}

/**
 * bh_json_document_get_line:
 * @self: a document
 * @node: a node of it
 *
 * Returns: the line, from 1, where @node's member or element begins
 */
guint
bh_json_document_get_line (BhJsonDocument *self, JsonNode *node)
{
  g_return_val_if_fail (self != NULL, 0);

  return GPOINTER_TO_UINT (g_hash_table_lookup (self->lines, node));
}
