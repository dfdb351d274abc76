/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-cli"

#include "bh-cli-dict.h"

#include <math.h>

/*
 * From what the service says (dictionaries of D-Bus values) to what scripts read (JSON). In a
 * dictionary a key that was not measured is absent; in our JSON every key is always there, and
 * null says that nothing is known. Both rules are kept here so that no command forgets one.
 */

/* json-glib writes a number with 17 digits, 0.3 as 0.29999999999999999. Sixteenths are exact in
 * binary and need four at most; what is measured here is coarser than that. */
#define STEPS 16.0

/**
 * bh_cli_dict_get_string:
 * @dict: an `a{sv}`
 * @key: a key
 *
 * Returns: (transfer none): the text, "" when there is none
 */
const char *
bh_cli_dict_get_string (GVariant *dict, const char *key)
{
  const char *value = NULL;

  g_return_val_if_fail (dict != NULL && key != NULL, NULL);

  return g_variant_lookup (dict, key, "&s", &value) ? value : "";
}

/**
 * bh_cli_dict_get_count:
 * @dict: an `a{sv}`
 * @key: a key
 * @value: (out): the number, 0 when there is none
 *
 * Returns: whether there is such a number, of type `u` or `t`
 */
gboolean
bh_cli_dict_get_count (GVariant *dict, const char *key, guint64 *value)
{
  guint32 small = 0;

  g_return_val_if_fail (dict != NULL && key != NULL && value != NULL, FALSE);

  *value = 0;
  if (g_variant_lookup (dict, key, "t", value))
    return TRUE;
  if (!g_variant_lookup (dict, key, "u", &small))
    return FALSE;
  *value = small;

  return TRUE;
}

/**
 * bh_cli_dict_get_number:
 * @dict: an `a{sv}`
 * @key: a key
 * @value: (out): the number, 0 when there is none
 *
 * Returns: whether there is such a finite number, of type `d`
 */
gboolean
bh_cli_dict_get_number (GVariant *dict, const char *key, double *value)
{
  g_return_val_if_fail (dict != NULL && key != NULL && value != NULL, FALSE);

  if (g_variant_lookup (dict, key, "d", value) && isfinite (*value))
    return TRUE;
  *value = 0;

  return FALSE;
}

/**
 * bh_cli_json_add_string:
 * @builder: a builder within an object
 * @member: the member's name
 * @value: (nullable): its value, %NULL for null
 */
void
bh_cli_json_add_string (JsonBuilder *builder, const char *member, const char *value)
{
  json_builder_set_member_name (builder, member);
  if (value != NULL)
    json_builder_add_string_value (builder, value);
  else
    json_builder_add_null_value (builder);
}

/**
 * bh_cli_json_add_count:
 * @builder: a builder within an object
 * @member: the member's name
 * @value: its value
 */
void
bh_cli_json_add_count (JsonBuilder *builder, const char *member, guint64 value)
{
  json_builder_set_member_name (builder, member);
  json_builder_add_int_value (builder, (gint64) MIN (value, (guint64) G_MAXINT64));
}

/**
 * bh_cli_json_add_boolean:
 * @builder: a builder within an object
 * @member: the member's name
 * @value: its value
 */
void
bh_cli_json_add_boolean (JsonBuilder *builder, const char *member, gboolean value)
{
  json_builder_set_member_name (builder, member);
  json_builder_add_boolean_value (builder, value);
}

/**
 * bh_cli_json_add_null:
 * @builder: a builder within an object
 * @member: the member's name
 */
void
bh_cli_json_add_null (JsonBuilder *builder, const char *member)
{
  json_builder_set_member_name (builder, member);
  json_builder_add_null_value (builder);
}

/**
 * bh_cli_json_add_strings:
 * @builder: a builder within an object
 * @member: the member's name
 * @values: (array zero-terminated=1) (nullable): the texts, %NULL for none
 */
void
bh_cli_json_add_strings (JsonBuilder *builder, const char *member, const char *const *values)
{
  json_builder_set_member_name (builder, member);
  json_builder_begin_array (builder);
  for (guint i = 0; values != NULL && values[i] != NULL; i++)
    json_builder_add_string_value (builder, values[i]);
  json_builder_end_array (builder);
}

/**
 * bh_cli_json_copy_string:
 * @builder: a builder within an object
 * @member: the member's name
 * @dict: an `a{sv}`
 * @key: the key of its value there
 *
 * Adds a text, "" when there is none.
 */
void
bh_cli_json_copy_string (JsonBuilder *builder, const char *member, GVariant *dict, const char *key)
{
  bh_cli_json_add_string (builder, member, bh_cli_dict_get_string (dict, key));
}

/**
 * bh_cli_json_copy_text:
 * @builder: a builder within an object
 * @member: the member's name
 * @dict: an `a{sv}`
 * @key: the key of its value there
 *
 * Adds a text, null when there is none or it is "".
 */
void
bh_cli_json_copy_text (JsonBuilder *builder, const char *member, GVariant *dict, const char *key)
{
  const char *text = bh_cli_dict_get_string (dict, key);

  bh_cli_json_add_string (builder, member, *text != '\0' ? text : NULL);
}

/**
 * bh_cli_json_copy_count:
 * @builder: a builder within an object
 * @member: the member's name
 * @dict: an `a{sv}`
 * @key: the key of its value there
 *
 * Adds a number without a fraction, null when there is none.
 */
void
bh_cli_json_copy_count (JsonBuilder *builder, const char *member, GVariant *dict, const char *key)
{
  guint64 value;

  if (bh_cli_dict_get_count (dict, key, &value))
    bh_cli_json_add_count (builder, member, value);
  else
    bh_cli_json_add_null (builder, member);
}

/**
 * bh_cli_json_copy_number:
 * @builder: a builder within an object
 * @member: the member's name
 * @dict: an `a{sv}`
 * @key: the key of its value there
 *
 * Adds a number, rounded to a sixteenth; null when there is none.
 */
void
bh_cli_json_copy_number (JsonBuilder *builder, const char *member, GVariant *dict, const char *key)
{
  double value;

  if (!bh_cli_dict_get_number (dict, key, &value))
    {
      bh_cli_json_add_null (builder, member);
      return;
    }

  json_builder_set_member_name (builder, member);
  json_builder_add_double_value (builder, round (value * STEPS) / STEPS);
}
