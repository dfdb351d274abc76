/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-profile.h"

#include <glib/gstdio.h>

#define MANIFEST                                                                                   \
  "{\"startup_app\":{\"uuid\":\"test\",\"name\":\"Test\",\"url\":\"app:///index.html\"}%s}"

static BhRunnerConfig *
create_config (const char *root, const char *more)
{
  static const char *const directories[] = { "files", "data", "cache", "state", "outgoing" };
  g_autoptr (GVariant) variant = NULL;
  g_autofree char *manifest = g_strdup_printf (MANIFEST, more);
  g_autoptr (GError) error = NULL;
  BhRunnerConfig *config;
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (directories); i++)
    {
      g_autofree char *path = g_build_filename (root, directories[i], NULL);

      g_variant_dict_insert (&dict, directories[i], "s", path);
    }
  g_variant_dict_insert (&dict, "manifest", "s", manifest);
  g_variant_dict_insert (&dict, "manifest-path", "s", "/manifest.json");
  g_variant_dict_insert (&dict, "name", "s", "Test");
  g_variant_dict_insert (&dict, "activation-token", "s", "");
  variant = g_variant_ref_sink (g_variant_dict_end (&dict));
  config = bh_runner_config_new (variant, &error);
  g_assert_no_error (error);

  return config;
}

/* What one app keeps is its own. */
static void
test_apart (void)
{
  /* Nothing is written before a page is loaded. */
  g_autoptr (BhRunnerConfig) config = create_config ("/nowhere/a b/ü", "");
  g_autoptr (WebKitWebContext) context = bh_profile_create_context (config);
  WebKitWebsiteDataManager *manager = webkit_web_context_get_website_data_manager (context);

  g_assert_cmpstr (webkit_website_data_manager_get_base_data_directory (manager), ==,
                   "/nowhere/a b/ü/data");
  g_assert_cmpstr (webkit_website_data_manager_get_base_cache_directory (manager), ==,
                   "/nowhere/a b/ü/cache");
  g_assert_false (webkit_website_data_manager_is_ephemeral (manager));
  g_assert_false (webkit_website_data_manager_get_persistent_credential_storage_enabled (manager));
  g_assert_true (webkit_website_data_manager_get_itp_enabled (manager));
}

static void
test_sandbox (void)
{
  g_autoptr (BhRunnerConfig) usual = create_config ("/nowhere", "");
  g_autoptr (BhRunnerConfig) trusted
      = create_config ("/nowhere", ",\"bulkhead\":{\"sandbox\":false}");
  g_autoptr (WebKitWebContext) sandboxed = bh_profile_create_context (usual);
  g_autoptr (WebKitWebContext) unsandboxed = bh_profile_create_context (trusted);

  g_assert_true (webkit_web_context_get_sandbox_enabled (sandboxed));
  g_assert_false (webkit_web_context_get_sandbox_enabled (unsandboxed));
}

int
main (int argc, char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);

  g_test_add_func ("/profile/apart", test_apart);
  g_test_add_func ("/profile/sandbox", test_sandbox);

  return g_test_run ();
}
