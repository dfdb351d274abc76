/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-json.h"

#include "bh-error.h"

#include <math.h>
#include <string.h>

#define MAX_SIZE  65536
#define MAX_DEPTH 8

static BhJsonDocument *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  /* Without the NUL, so that a read past the end is found. */
  g_autofree char *copy = g_memdup2 (text, strlen (text));
  BhJsonDocument *document
      = bh_json_document_new (copy, strlen (text), MAX_SIZE, MAX_DEPTH, &error);

  g_assert_no_error (error);
  g_assert_nonnull (document);

  return document;
}

static void
assert_message (GError *error, const char *expected)
{
  g_assert_error (error, BH_ERROR, BH_ERROR_INVALID_MANIFEST);
  g_assert_cmpstr (error->message, ==, expected);
}

static void
assert_refused_data (const char *text, gsize length, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *copy = length > 0 ? g_memdup2 (text, length) : NULL;

  g_assert_null (bh_json_document_new (copy, length, MAX_SIZE, MAX_DEPTH, &error));
  assert_message (error, expected);
}

static void
assert_refused (const char *text, const char *expected)
{
  assert_refused_data (text, strlen (text), expected);
}

static void
test_values (void)
{
  static const char *const texts[] = {
    "{}",
    "[]",
    "\"\"",
    "0",
    "-0",
    "true",
    "false",
    "null",
    " \t\r\n1 \n",
    "[1,[2,[]],{}]",
    "{\"\":1}",
    "\xef\xbb\xbf{}",
    "[\"/\", \"#\", \"'\"]",
    "[[[[[[[[]]]]]]]]",
    "1.5e-3",
    "1E+2",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (BhJsonDocument) document = parse (texts[i]);

      g_assert_true (json_node_is_immutable (bh_json_document_get_root (document)));
    }
}

static void
test_strings (void)
{
  static const struct
  {
    const char *json;
    const char *text;
  } cases[] = {
    { "\"a b\"", "a b" },
    { "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t" },
    { "\"\\u0041\\u00e4\\u65E5\"", "Aä日" },
    { "\"\\ud83e\\udd8a\"", "🦊" },
    { "\"🦊\"", "🦊" },
    { "\"\\u0001\"", "\001" },
    { "\"\\uffff\\ufffe\"", "\xef\xbf\xbf\xef\xbf\xbe" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (BhJsonDocument) document = parse (cases[i].json);

      g_assert_cmpstr (json_node_get_string (bh_json_document_get_root (document)), ==,
                       cases[i].text);
    }
}

static void
test_numbers (void)
{
  g_autoptr (BhJsonDocument) least = parse ("-9223372036854775808");
  g_autoptr (BhJsonDocument) beyond = parse ("9223372036854775808");
  g_autoptr (BhJsonDocument) tiny = parse ("1e-999");
  g_autoptr (BhJsonDocument) half = parse ("-0.5");
  JsonNode *node = bh_json_document_get_root (least);

  g_assert_true (json_node_get_value_type (node) == G_TYPE_INT64);
  g_assert_cmpint (json_node_get_int (node), ==, G_MININT64);
  node = bh_json_document_get_root (beyond);
  g_assert_true (json_node_get_value_type (node) == G_TYPE_DOUBLE);
  g_assert_cmpfloat (json_node_get_double (node), ==, 9223372036854775808.0);
  g_assert_cmpfloat (json_node_get_double (bh_json_document_get_root (tiny)), ==, 0);
  g_assert_cmpfloat (json_node_get_double (bh_json_document_get_root (half)), ==, -0.5);
}

static void
test_not_json (void)
{
  static const struct
  {
    const char *text;
    const char *message;
  } cases[] = {
    { " \n ", "line 2: the text ends where a value should be" },
    { "{", "line 1: the text ends where a member's name in double quotes should be" },
    { "{\n\"a\"", "a, line 2: the text ends where “:” should be" },
    { "{\"a\":", "a, line 1: the text ends where a value should be" },
    { "{\"a\":1", "line 1: the text ends where “,” or “}” should be" },
    { "[1", "line 1: the text ends where “,” or “]” should be" },
    { "{\"a\":1\n\"b\":2}", "line 2: “,” or “}” should be here, not “\"”" },
    { "{\"a\" 1}", "a, line 1: “:” should be here, not “1”" },
    { "{\"a\":1,}", "line 1: JSON has no comma after the last member" },
    { "[1,\n]", "line 2: JSON has no comma after the last element" },
    { "[1 2]", "line 1: “,” or “]” should be here, not “2”" },
    { "{a:1}", "line 1: a member's name in double quotes should be here, not “a”" },
    { "{'a':1}", "line 1: JSON has texts in double quotes only" },
    { "{,}", "line 1: a member's name in double quotes should be here, not “,”" },
    { "// c\n{}", "line 1: JSON has no comments" },
    { "{\"a\":\n/* c */ 1}", "a, line 2: JSON has no comments" },
    { "{} # c", "line 1: JSON has no comments" },
    { "{}\n{}", "line 2: the end of the text should be here, not “{”" },
    { "1 2", "line 1: the end of the text should be here, not “2”" },
    { "undefined", "line 1: a value should be here, not “undefined”" },
    { "True", "line 1: a value should be here, not “True”" },
    { "truest", "line 1: a value should be here, not “truest”" },
    { "tru", "line 1: a value should be here, not “tru”" },
    { "NaN", "line 1: a value should be here, not “NaN”" },
    { "ä", "line 1: a value should be here, not “ä”" },
    { "[1,[2,{\"a\":[x]}]]", "[1][1].a[0], line 1: a value should be here, not “x”" },
    { "\xef\xbb\xbf\xef\xbb\xbf{}", "line 1: a value should be here, not “\\ufeff”" },
    { "\f1", "line 1: a value should be here, not “\\u000c”" },
    { "01", "line 1: JSON has decimal numbers only, without zeros before them" },
    { "[-]", "[0], line 1: a digit should be here, not “]”" },
    { "-", "line 1: the text ends where a digit should be" },
    { "+1", "line 1: a value should be here, not “+”" },
    { ".5", "line 1: a value should be here, not “.”" },
    { "1.", "line 1: the text ends where a digit should be" },
    { "1.e5", "line 1: a digit should be here, not “e5”" },
    { "1e", "line 1: the text ends where a digit should be" },
    { "1e+x", "line 1: a digit should be here, not “x”" },
    { "0x10", "line 1: JSON has decimal numbers only, without zeros before them" },
    { "1L", "line 1: JSON has decimal numbers only, without zeros before them" },
    { "1e999", "line 1: this number is too large" },
    { "-1e999", "line 1: this number is too large" },
    { "\"a", "line 1: the closing quotation mark of a text is missing" },
    { "\"a\\", "line 1: the closing quotation mark of a text is missing" },
    { "{\"a", "line 1: the closing quotation mark of a text is missing" },
    { "\"a\nb\"", "line 1: a text must end in the line in which it begins" },
    { "\"a\rb\"", "line 1: a text must end in the line in which it begins" },
    { "\"a\tb\"", "line 1: a text can't have the control character U+0009" },
    { "\"\\x41\"", "line 1: JSON does not have this use of the backslash" },
    { "\"\\'\"", "line 1: JSON does not have this use of the backslash" },
    { "\"\\u12\"", "line 1: “\\u” must be followed by four hexadecimal digits" },
    { "\"\\u12g4\"", "line 1: “\\u” must be followed by four hexadecimal digits" },
    { "\"\\u0000\"", "line 1: a text can't have the character U+0000" },
    { "{\"\\u0000\":1}", "line 1: a text can't have the character U+0000" },
    { "\"\\ud83e\"", "line 1: “\\ud83e” is half of a character" },
    { "\"\\ud83ex\"", "line 1: “\\ud83e” is half of a character" },
    { "\"\\ud83e\\n\"", "line 1: “\\ud83e” is half of a character" },
    { "\"\\ud83e\\u0041\"", "line 1: “\\ud83e” is half of a character" },
    { "\"\\ud83e\\ud83e\"", "line 1: “\\ud83e” is half of a character" },
    { "\"\\udd8a\"", "line 1: “\\udd8a” is half of a character" },
    { "{\"a\":1,\n\"b\":{\"c\":1,\n\n\"c\":2}}", "b.c, line 4: is there twice, first in line 2" },
    { "{\"a\":1,\"\\u0061\":2}", "a, line 1: is there twice, first in line 1" },
    { "[[[[[[[[[]]]]]]]]]", "[0][0][0][0][0][0][0][0], line 1: is nested more than 8 deep" },
    { "[[[[[[[[{}]]]]]]]]", "[0][0][0][0][0][0][0][0], line 1: is nested more than 8 deep" },
    { "{\"a b\":x}", "[\"a b\"], line 1: a value should be here, not “x”" },
    { "{\"\\u001b\":x}", "[\"\\u001b\"], line 1: a value should be here, not “x”" },
  };

  assert_refused_data ("", 0, "line 1: the text ends where a value should be");
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%s", cases[i].text);
      assert_refused (cases[i].text, cases[i].message);
    }
}

static void
test_bytes (void)
{
  assert_refused_data ("{\n\0}", 4, "line 2: a text can't have the character U+0000");
  assert_refused_data ("{}\0", 3, "line 1: a text can't have the character U+0000");
  assert_refused ("{\n\n\"\xff\":1}", "line 3: must be UTF-8 text");
  assert_refused ("\"\xed\xa0\x80\"", "line 1: must be UTF-8 text");
  assert_refused ("\"\xc0\x80\"", "line 1: must be UTF-8 text");
}

static void
test_bounds (void)
{
  g_autofree char *deep = g_strnfill (MAX_SIZE, '[');
  g_autofree char *large = g_strnfill (MAX_SIZE + 1, ' ');
  g_autofree char *full = g_strnfill (MAX_SIZE, ' ');
  g_autoptr (GString) many = g_string_new ("{");
  g_autoptr (BhJsonDocument) document = NULL;

  assert_refused (deep, "[0][0][0][0][0][0][0][0], line 1: is nested more than 8 deep");
  assert_refused (large, "the text has 65537 bytes, more than the 65536 that are read");
  full[0] = '1';
  document = parse (full);

  for (int i = 0; i < BH_JSON_MAX_MEMBERS; i++)
    g_string_append_printf (many, "%s\"%d\":0", i > 0 ? "," : "", i);
  g_clear_pointer (&document, bh_json_document_free);
  g_string_append_c (many, '}');
  document = parse (many->str);
  g_string_truncate (many, many->len - 1);
  g_string_append (many, ",\"last\":0}");
  assert_refused (many->str, "last, line 1: an object can have at most 4096 members");
}

static void
test_long_name (void)
{
  g_autofree char *name = g_strnfill (1000, 'n');
  g_autofree char *cut = g_strnfill (64, 'n');
  g_autofree char *text = g_strdup_printf ("{\"%s\":x}", name);
  g_autofree char *message = g_strdup_printf ("%s…, line 1: a value should be here, not “x”", cut);

  assert_refused (text, message);
}

static void
test_root (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BhJsonDocument) document = parse ("\n\n[]");

  g_assert_cmpuint (bh_json_document_get_line (document, bh_json_document_get_root (document)), ==,
                    3);
  g_assert_null (bh_json_document_read (document, &error));
  assert_message (error, "line 3: must be an object, not a list");
}

static const char example[] = "{\n"
                              "  \"text\": \"words\",\n"
                              "  \"flag\": true,\n"
                              "  \"whole\": 42, \"float\": 42.0,\n"
                              "  \"part\": 1.5,\n"
                              "  \"huge\": 1e300,\n"
                              "  \"nothing\": null,\n"
                              "  \"inner\": {\n"
                              "    \"deep\": \"x\"\n"
                              "  },\n"
                              "  \"list\": [\n"
                              "    \"one\",\n"
                              "    { \"two\": 2 }, 3\n"
                              "  ]\n"
                              "}\n";

static void
test_read (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BhJsonDocument) document = parse (example);
  g_autoptr (BhJsonObject) root = bh_json_document_read (document, &error);
  g_autoptr (BhJsonObject) inner = NULL;
  g_autoptr (BhJsonObject) element = NULL;
  g_autoptr (BhJsonArray) list = NULL;
  g_autofree char *place = NULL;
  const char *text = "unchanged";
  gboolean flag = FALSE;
  gint64 whole = 7;
  double number = 7;

  g_assert_no_error (error);
  g_assert_true (bh_json_object_get_string (root, "text", BH_JSON_REQUIRED, &text, &error));
  g_assert_cmpstr (text, ==, "words");
  g_assert_true (bh_json_object_get_boolean (root, "flag", BH_JSON_REQUIRED, &flag, &error));
  g_assert_true (flag);
  g_assert_true (
      bh_json_object_get_integer (root, "whole", BH_JSON_REQUIRED, 42, 42, &whole, &error));
  g_assert_cmpint (whole, ==, 42);
  whole = 7;
  g_assert_true (
      bh_json_object_get_integer (root, "float", BH_JSON_REQUIRED, 0, 100, &whole, &error));
  g_assert_cmpint (whole, ==, 42);
  g_assert_true (bh_json_object_get_number (root, "part", BH_JSON_REQUIRED, &number, &error));
  g_assert_cmpfloat (number, ==, 1.5);
  g_assert_true (bh_json_object_get_number (root, "whole", BH_JSON_REQUIRED, &number, &error));
  g_assert_cmpfloat (number, ==, 42);

  g_assert_true (bh_json_object_get_object (root, "inner", BH_JSON_REQUIRED, &inner, &error));
  place = bh_json_object_dup_place (inner, "deep");
  g_assert_cmpstr (place, ==, "inner.deep, line 9");
  g_assert_cmpuint (bh_json_object_get_line (inner, "absent"), ==, 8);

  g_assert_true (bh_json_object_get_array (root, "list", BH_JSON_REQUIRED, &list, &error));
  g_assert_cmpuint (bh_json_array_get_length (list), ==, 3);
  g_assert_cmpuint (bh_json_array_get_line (list, 0), ==, 12);
  g_assert_true (bh_json_array_get_string (list, 0, &text, &error));
  g_assert_cmpstr (text, ==, "one");
  g_assert_true (bh_json_array_get_object (list, 1, &element, &error));
  g_clear_pointer (&place, g_free);
  place = bh_json_object_dup_place (element, "two");
  g_assert_cmpstr (place, ==, "list[1].two, line 13");
  g_assert_no_error (error);
}

static void
test_absent (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BhJsonDocument) document = parse ("\n{}");
  g_autoptr (BhJsonObject) root = bh_json_document_read (document, &error);
  g_autoptr (BhJsonObject) object = NULL;
  g_autoptr (BhJsonArray) array = NULL;
  const char *text = "unchanged";
  gboolean flag = TRUE;
  gint64 whole = 7;
  double number = 7;

  g_assert_false (bh_json_object_has (root, "a"));
  g_assert_null (bh_json_object_take (root, "a"));
  g_assert_true (bh_json_object_get_string (root, "a", BH_JSON_OPTIONAL, &text, &error));
  g_assert_true (bh_json_object_get_boolean (root, "a", BH_JSON_OPTIONAL, &flag, &error));
  g_assert_true (bh_json_object_get_integer (root, "a", BH_JSON_OPTIONAL, 0, 1, &whole, &error));
  g_assert_true (bh_json_object_get_number (root, "a", BH_JSON_OPTIONAL, &number, &error));
  g_assert_true (bh_json_object_get_object (root, "a", BH_JSON_OPTIONAL, &object, &error));
  g_assert_true (bh_json_object_get_array (root, "a", BH_JSON_OPTIONAL, &array, &error));
  g_assert_cmpstr (text, ==, "unchanged");
  g_assert_true (flag);
  g_assert_cmpint (whole, ==, 7);
  g_assert_cmpfloat (number, ==, 7);
  g_assert_null (object);
  g_assert_null (array);
  g_assert_no_error (error);

  g_assert_false (bh_json_object_get_string (root, "a", BH_JSON_REQUIRED, &text, &error));
  assert_message (error, "a, line 2: is missing");
  g_clear_error (&error);
  g_assert_false (bh_json_object_get_boolean (root, "a", BH_JSON_REQUIRED, &flag, &error));
  assert_message (error, "a, line 2: is missing");
  g_clear_error (&error);
  g_assert_false (bh_json_object_get_integer (root, "a", BH_JSON_REQUIRED, 0, 1, &whole, &error));
  assert_message (error, "a, line 2: is missing");
  g_clear_error (&error);
  g_assert_false (bh_json_object_get_number (root, "a", BH_JSON_REQUIRED, &number, &error));
  assert_message (error, "a, line 2: is missing");
  g_clear_error (&error);
  g_assert_false (bh_json_object_get_object (root, "a", BH_JSON_REQUIRED, &object, &error));
  assert_message (error, "a, line 2: is missing");
  g_clear_error (&error);
  g_assert_false (bh_json_object_get_array (root, "a", BH_JSON_REQUIRED, &array, &error));
  assert_message (error, "a, line 2: is missing");
}

static void
test_types (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BhJsonDocument) document = parse (example);
  g_autoptr (BhJsonObject) root = bh_json_document_read (document, NULL);
  g_autoptr (BhJsonArray) list = NULL;
  BhJsonObject *object = NULL;
  BhJsonArray *array = NULL;
  const char *text = NULL;
  gboolean flag = FALSE;
  gint64 whole = 0;
  double number = 0;

  g_assert_false (bh_json_object_get_string (root, "whole", BH_JSON_OPTIONAL, &text, &error));
  assert_message (error, "whole, line 4: must be a text, not a number");
  g_clear_error (&error);
  g_assert_false (bh_json_object_get_string (root, "nothing", BH_JSON_OPTIONAL, &text, &error));
  assert_message (error, "nothing, line 7: must be a text, not null");
  g_clear_error (&error);
  g_assert_false (bh_json_object_get_boolean (root, "text", BH_JSON_OPTIONAL, &flag, &error));
  assert_message (error, "text, line 2: must be true or false, not a text");
  g_clear_error (&error);
  g_assert_false (bh_json_object_get_number (root, "flag", BH_JSON_OPTIONAL, &number, &error));
  assert_message (error, "flag, line 3: must be a number, not true or false");
  g_clear_error (&error);
  g_assert_false (
      bh_json_object_get_integer (root, "list", BH_JSON_OPTIONAL, 0, 1, &whole, &error));
  assert_message (error, "list, line 11: must be a whole number, not a list");
  g_clear_error (&error);
  g_assert_false (
      bh_json_object_get_integer (root, "part", BH_JSON_OPTIONAL, 0, 1, &whole, &error));
  assert_message (error, "part, line 5: must be a whole number, not 1.5");
  g_clear_error (&error);
  g_assert_false (
      bh_json_object_get_integer (root, "huge", BH_JSON_OPTIONAL, 0, 1, &whole, &error));
  assert_message (error, "huge, line 6: this number is too large");
  g_clear_error (&error);
  g_assert_false (
      bh_json_object_get_integer (root, "whole", BH_JSON_OPTIONAL, 0, 41, &whole, &error));
  assert_message (error, "whole, line 4: must be from 0 to 41, not 42");
  g_clear_error (&error);
  g_assert_false (
      bh_json_object_get_integer (root, "float", BH_JSON_OPTIONAL, 43, 44, &whole, &error));
  assert_message (error, "float, line 4: must be from 43 to 44, not 42");
  g_clear_error (&error);
  g_assert_false (bh_json_object_get_object (root, "list", BH_JSON_OPTIONAL, &object, &error));
  assert_message (error, "list, line 11: must be an object, not a list");
  g_clear_error (&error);
  g_assert_false (bh_json_object_get_array (root, "inner", BH_JSON_OPTIONAL, &array, &error));
  assert_message (error, "inner, line 8: must be a list, not an object");
  g_clear_error (&error);

  g_assert_true (bh_json_object_get_array (root, "list", BH_JSON_REQUIRED, &list, NULL));
  g_assert_false (bh_json_array_get_string (list, 2, &text, &error));
  assert_message (error, "list[2], line 13: must be a text, not a number");
  g_clear_error (&error);
  g_assert_false (bh_json_array_get_object (list, 0, &object, &error));
  assert_message (error, "list[0], line 12: must be an object, not a text");
  g_clear_error (&error);
  bh_json_array_set_error (list, 1, &error, "is %d", 5);
  assert_message (error, "list[1], line 13: is 5");
}

static void
test_leftovers (void)
{
  static const char *const more[] = { "another" };
  g_autoptr (GError) error = NULL;
  g_autoptr (BhJsonDocument) document = parse ("{\"z\":1,\n\"limit\":2,\n\"a\":3,\"b\":4}");
  g_autoptr (BhJsonObject) root = bh_json_document_read (document, NULL);
  g_auto (GStrv) all = bh_json_object_dup_leftovers (root);
  g_auto (GStrv) some = NULL;
  g_autofree char *guess = NULL;
  g_autofree char *other_guess = NULL;

  g_assert_cmpuint (g_strv_length (all), ==, 4);
  g_assert_cmpstr (all[0], ==, "z");
  g_assert_cmpstr (all[1], ==, "limit");

  g_assert_nonnull (bh_json_object_take (root, "z"));
  g_assert_nonnull (bh_json_object_take (root, "b"));
  g_assert_null (bh_json_object_take (root, "limits"));
  some = bh_json_object_dup_leftovers (root);
  g_assert_cmpuint (g_strv_length (some), ==, 2);

  g_assert_false (bh_json_object_refuse_leftovers (root, &error));
  assert_message (error,
                  "limit, line 2: Bulkhead does not know this member (did you mean “limits”?)");
  g_clear_error (&error);
  guess = bh_json_object_suggest (root, "anohter", more, 1);
  g_assert_cmpstr (guess, ==, "another");
  other_guess = bh_json_object_suggest (root, "something", more, 1);
  g_assert_null (other_guess);

  g_assert_nonnull (bh_json_object_take (root, "limit"));
  g_assert_false (bh_json_object_refuse_leftovers (root, &error));
  assert_message (error, "a, line 3: Bulkhead does not know this member");
  g_clear_error (&error);
  g_assert_nonnull (bh_json_object_take (root, "a"));
  g_assert_true (bh_json_object_refuse_leftovers (root, &error));
  g_assert_no_error (error);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/json/values", test_values);
  g_test_add_func ("/json/strings", test_strings);
  g_test_add_func ("/json/numbers", test_numbers);
  g_test_add_func ("/json/not-json", test_not_json);
  g_test_add_func ("/json/bytes", test_bytes);
  g_test_add_func ("/json/bounds", test_bounds);
  g_test_add_func ("/json/long-name", test_long_name);
  g_test_add_func ("/json/root", test_root);
  g_test_add_func ("/json/read", test_read);
  g_test_add_func ("/json/absent", test_absent);
  g_test_add_func ("/json/types", test_types);
  g_test_add_func ("/json/leftovers", test_leftovers);

  return g_test_run ();
}
