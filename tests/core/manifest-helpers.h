/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-error.h"
#include "bh-manifest.h"

/* Reads a manifest that must be good. */
static inline BhManifest *
read_good (const char *text)
{
  g_autoptr (GError) error = NULL;
  BhManifest *manifest = bh_manifest_new_from_data (text, -1, &error);

  g_assert_no_error (error);
  g_assert_nonnull (manifest);

  return manifest;
}

/* Reads a manifest that must fail with @message. */
static inline void
assert_bad (const char *text, const char *message)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BhManifest) manifest = bh_manifest_new_from_data (text, -1, &error);

  if (manifest != NULL)
    g_error ("this should not be a manifest: %s", text);
  g_assert_error (error, BH_ERROR, BH_ERROR_INVALID_MANIFEST);
  g_assert_cmpstr (error->message, ==, message);
}

/* The warnings must be these lines. */
static inline void
assert_warnings (BhManifest *manifest, const char *expected)
{
  g_autoptr (GString) lines = g_string_new (NULL);

  for (const char *const *warning = bh_manifest_get_warnings (manifest); *warning != NULL;
       warning++)
    g_string_append_printf (lines, "%s\n", *warning);
  g_assert_cmpstr (lines->str, ==, expected);
}
