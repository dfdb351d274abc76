/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-runner"

#include "bh-profile.h"

#include "bh-app-scheme.h"
#include "bh-memory-pressure.h"

/*
 * The app's own corner of the web: a WebKitWebContext with a data manager below the app's profile,
 * so that nothing that one app's pages keep is ever seen by another's. What a person would miss
 * lies in the data directory, what can be fetched again in the cache directory.
 *
 * The sandbox has to be switched on before the first page exists (the 4.1 API has it off).
 */

/**
 * bh_profile_create_context:
 * @config: the app
 *
 * Makes the context of the app's pages, with app:// served and WebKit's sandbox on unless the
 * manifest says otherwise.
 *
 * Returns: (transfer full): the context
 */
WebKitWebContext *
bh_profile_create_context (BhRunnerConfig *config)
{
  g_autoptr (WebKitWebsiteDataManager) data_manager = NULL;
  g_autoptr (WebKitWebContext) context = NULL;
  g_autoptr (BhAppScheme) scheme = NULL;
  g_autoptr (WebKitMemoryPressureSettings) page_pressure = NULL;
  g_autoptr (WebKitMemoryPressureSettings) network_pressure = NULL;
  g_autofree char *cookies = NULL;
  guint64 memory;
  BhManifest *manifest;
  WebKitCookieManager *cookie_manager;

  g_return_val_if_fail (BH_IS_RUNNER_CONFIG (config), NULL);

  manifest = bh_runner_config_get_manifest (config);
  memory = bh_runner_config_get_memory (config);
  /* Before the network process starts, which the data manager does when it is asked for anything.
   */
  network_pressure = bh_memory_pressure_new_for_network (memory);
  webkit_website_data_manager_set_memory_pressure_settings (network_pressure);
  data_manager = webkit_website_data_manager_new ("base-data-directory",
                                                  bh_runner_config_get_data_dir (config),
                                                  "base-cache-directory",
                                                  bh_runner_config_get_cache_dir (config), NULL);
  webkit_website_data_manager_set_itp_enabled (data_manager, TRUE);
  /* They would go to the desktop's keyring, by the server's name and not by the app: what one app
   * has signed in to, another would be signed in to as well. */
  webkit_website_data_manager_set_persistent_credential_storage_enabled (data_manager, FALSE);

  page_pressure
      = bh_memory_pressure_new_for_pages (memory, bh_runner_config_get_memory_high (config));
  context = g_object_new (WEBKIT_TYPE_WEB_CONTEXT, "website-data-manager", data_manager,
                          "memory-pressure-settings", page_pressure, NULL);
  webkit_web_context_set_sandbox_enabled (context, !bh_manifest_get_unsandboxed (manifest));

  cookies = g_build_filename (bh_runner_config_get_data_dir (config), "cookies.sqlite", NULL);
  cookie_manager = webkit_web_context_get_cookie_manager (context);
  webkit_cookie_manager_set_persistent_storage (cookie_manager, cookies,
                                                WEBKIT_COOKIE_PERSISTENT_STORAGE_SQLITE);

  scheme = bh_app_scheme_new (bh_app_id_get_slug (bh_runner_config_get_id (config)),
                              bh_runner_config_get_files (config));
  bh_app_scheme_register (scheme, context);

  return g_steal_pointer (&context);
}
